from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.item_state import ItemState
from ...models.page_response_job_item_response import PageResponseJobItemResponse
from ...models.problem_details import ProblemDetails
from ...types import UNSET, Response, Unset


def _get_kwargs(
    job_id: str,
    *,
    state: list[ItemState] | None | Unset = UNSET,
    cursor: int | Unset = 0,
    limit: int | Unset = 100,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_state: list[str] | None | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, list):
        json_state = []
        for state_type_0_item_data in state:
            state_type_0_item: str = state_type_0_item_data
            json_state.append(state_type_0_item)

    else:
        json_state = state
    params["state"] = json_state

    params["cursor"] = cursor

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/jobs/{job_id}/items".format(
            job_id=quote(str(job_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | PageResponseJobItemResponse | ProblemDetails | None:
    if response.status_code == 200:
        response_200 = PageResponseJobItemResponse.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 401:
        response_401 = ProblemDetails.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ProblemDetails.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ProblemDetails.from_dict(response.json())

        return response_404

    if response.status_code == 421:
        response_421 = ProblemDetails.from_dict(response.json())

        return response_421

    if response.status_code == 422:
        response_422 = ProblemDetails.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ProblemDetails.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ProblemDetails.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = ProblemDetails.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | PageResponseJobItemResponse | ProblemDetails]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    state: list[ItemState] | None | Unset = UNSET,
    cursor: int | Unset = 0,
    limit: int | Unset = 100,
) -> Response[Any | PageResponseJobItemResponse | ProblemDetails]:
    """List Items

     The job's items with their reasons; `?state=failed` lists what went wrong.

    Args:
        job_id (str): The id of a job
        state (list[ItemState] | None | Unset): Only items in these states
        cursor (int | Unset): `next` of the page before Default: 0.
        limit (int | Unset): Rows a page Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | PageResponseJobItemResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        state=state,
        cursor=cursor,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    state: list[ItemState] | None | Unset = UNSET,
    cursor: int | Unset = 0,
    limit: int | Unset = 100,
) -> Any | PageResponseJobItemResponse | ProblemDetails | None:
    """List Items

     The job's items with their reasons; `?state=failed` lists what went wrong.

    Args:
        job_id (str): The id of a job
        state (list[ItemState] | None | Unset): Only items in these states
        cursor (int | Unset): `next` of the page before Default: 0.
        limit (int | Unset): Rows a page Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | PageResponseJobItemResponse | ProblemDetails
    """

    return sync_detailed(
        job_id=job_id,
        client=client,
        state=state,
        cursor=cursor,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    state: list[ItemState] | None | Unset = UNSET,
    cursor: int | Unset = 0,
    limit: int | Unset = 100,
) -> Response[Any | PageResponseJobItemResponse | ProblemDetails]:
    """List Items

     The job's items with their reasons; `?state=failed` lists what went wrong.

    Args:
        job_id (str): The id of a job
        state (list[ItemState] | None | Unset): Only items in these states
        cursor (int | Unset): `next` of the page before Default: 0.
        limit (int | Unset): Rows a page Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | PageResponseJobItemResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        state=state,
        cursor=cursor,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    state: list[ItemState] | None | Unset = UNSET,
    cursor: int | Unset = 0,
    limit: int | Unset = 100,
) -> Any | PageResponseJobItemResponse | ProblemDetails | None:
    """List Items

     The job's items with their reasons; `?state=failed` lists what went wrong.

    Args:
        job_id (str): The id of a job
        state (list[ItemState] | None | Unset): Only items in these states
        cursor (int | Unset): `next` of the page before Default: 0.
        limit (int | Unset): Rows a page Default: 100.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | PageResponseJobItemResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
            state=state,
            cursor=cursor,
            limit=limit,
        )
    ).parsed
