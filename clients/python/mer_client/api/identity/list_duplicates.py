from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_duplicates_state import ListDuplicatesState
from ...models.page_response_duplicate_response import PageResponseDuplicateResponse
from ...models.problem_details import ProblemDetails
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    state: ListDuplicatesState | Unset = "open",
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/duplicates",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | PageResponseDuplicateResponse | ProblemDetails | None:
    if response.status_code == 200:
        response_200 = PageResponseDuplicateResponse.from_dict(response.json())

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
) -> Response[Any | PageResponseDuplicateResponse | ProblemDetails]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: ListDuplicatesState | Unset = "open",
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[Any | PageResponseDuplicateResponse | ProblemDetails]:
    """List Duplicates

     Pairs of tracks that are likely one recording, the likeliest first.

    Args:
        state (ListDuplicatesState | Unset): How the question stands Default: 'open'.
        cursor (None | str | Unset): `next` of the page before
        limit (int | Unset): Rows a page Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | PageResponseDuplicateResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        state=state,
        cursor=cursor,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    state: ListDuplicatesState | Unset = "open",
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Any | PageResponseDuplicateResponse | ProblemDetails | None:
    """List Duplicates

     Pairs of tracks that are likely one recording, the likeliest first.

    Args:
        state (ListDuplicatesState | Unset): How the question stands Default: 'open'.
        cursor (None | str | Unset): `next` of the page before
        limit (int | Unset): Rows a page Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | PageResponseDuplicateResponse | ProblemDetails
    """

    return sync_detailed(
        client=client,
        state=state,
        cursor=cursor,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    state: ListDuplicatesState | Unset = "open",
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Response[Any | PageResponseDuplicateResponse | ProblemDetails]:
    """List Duplicates

     Pairs of tracks that are likely one recording, the likeliest first.

    Args:
        state (ListDuplicatesState | Unset): How the question stands Default: 'open'.
        cursor (None | str | Unset): `next` of the page before
        limit (int | Unset): Rows a page Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | PageResponseDuplicateResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        state=state,
        cursor=cursor,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    state: ListDuplicatesState | Unset = "open",
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
) -> Any | PageResponseDuplicateResponse | ProblemDetails | None:
    """List Duplicates

     Pairs of tracks that are likely one recording, the likeliest first.

    Args:
        state (ListDuplicatesState | Unset): How the question stands Default: 'open'.
        cursor (None | str | Unset): `next` of the page before
        limit (int | Unset): Rows a page Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | PageResponseDuplicateResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            client=client,
            state=state,
            cursor=cursor,
            limit=limit,
        )
    ).parsed
