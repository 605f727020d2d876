from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.merge_response import MergeResponse
from ...models.problem_details import ProblemDetails
from ...types import Response


def _get_kwargs(
    merge_id: int,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/merges/{merge_id}".format(
            merge_id=quote(str(merge_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | MergeResponse | ProblemDetails | None:
    if response.status_code == 200:
        response_200 = MergeResponse.from_dict(response.json())

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
) -> Response[Any | MergeResponse | ProblemDetails]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    merge_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | MergeResponse | ProblemDetails]:
    """Show Merge

     One merge.

    Args:
        merge_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | MergeResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        merge_id=merge_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    merge_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Any | MergeResponse | ProblemDetails | None:
    """Show Merge

     One merge.

    Args:
        merge_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | MergeResponse | ProblemDetails
    """

    return sync_detailed(
        merge_id=merge_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    merge_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | MergeResponse | ProblemDetails]:
    """Show Merge

     One merge.

    Args:
        merge_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | MergeResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        merge_id=merge_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    merge_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Any | MergeResponse | ProblemDetails | None:
    """Show Merge

     One merge.

    Args:
        merge_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | MergeResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            merge_id=merge_id,
            client=client,
        )
    ).parsed
