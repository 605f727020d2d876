from http import HTTPStatus
from io import BytesIO
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.export_talk_library import ExportTalkLibrary
from ...models.problem_details import ProblemDetails
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    library: ExportTalkLibrary | Unset = "real",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_library: str | Unset = UNSET
    if not isinstance(library, Unset):
        json_library = library

    params["library"] = json_library

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/export/talk",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> File | ProblemDetails | None:
    if response.status_code == 200:
        response_200 = File(payload=BytesIO(response.content))

        return response_200

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
) -> Response[File | ProblemDetails]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    library: ExportTalkLibrary | Unset = "real",
) -> Response[File | ProblemDetails]:
    """Export Talk

     A tar of the files that the talk had on disk: tables by mood, without duplicates, without gaps, and
    vectors.

    Args:
        library (ExportTalkLibrary | Unset): Real tracks, or the demo library's Default: 'real'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | ProblemDetails]
    """

    kwargs = _get_kwargs(
        library=library,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    library: ExportTalkLibrary | Unset = "real",
) -> File | ProblemDetails | None:
    """Export Talk

     A tar of the files that the talk had on disk: tables by mood, without duplicates, without gaps, and
    vectors.

    Args:
        library (ExportTalkLibrary | Unset): Real tracks, or the demo library's Default: 'real'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | ProblemDetails
    """

    return sync_detailed(
        client=client,
        library=library,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    library: ExportTalkLibrary | Unset = "real",
) -> Response[File | ProblemDetails]:
    """Export Talk

     A tar of the files that the talk had on disk: tables by mood, without duplicates, without gaps, and
    vectors.

    Args:
        library (ExportTalkLibrary | Unset): Real tracks, or the demo library's Default: 'real'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | ProblemDetails]
    """

    kwargs = _get_kwargs(
        library=library,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    library: ExportTalkLibrary | Unset = "real",
) -> File | ProblemDetails | None:
    """Export Talk

     A tar of the files that the talk had on disk: tables by mood, without duplicates, without gaps, and
    vectors.

    Args:
        library (ExportTalkLibrary | Unset): Real tracks, or the demo library's Default: 'real'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | ProblemDetails
    """

    return (
        await asyncio_detailed(
            client=client,
            library=library,
        )
    ).parsed
