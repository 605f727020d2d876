from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_dataset_report_page_library import GetDatasetReportPageLibrary
from ...models.problem_details import ProblemDetails
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    library: GetDatasetReportPageLibrary | Unset = "real",
    taxonomy: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_library: str | Unset = UNSET
    if not isinstance(library, Unset):
        json_library = library

    params["library"] = json_library

    json_taxonomy: None | str | Unset
    if isinstance(taxonomy, Unset):
        json_taxonomy = UNSET
    else:
        json_taxonomy = taxonomy
    params["taxonomy"] = json_taxonomy

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/dataset/report.html",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | ProblemDetails | str | None:
    if response.status_code == 200:
        response_200 = response.text
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
) -> Response[Any | ProblemDetails | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    library: GetDatasetReportPageLibrary | Unset = "real",
    taxonomy: None | str | Unset = UNSET,
) -> Response[Any | ProblemDetails | str]:
    """Report Page

     The same as a page with figures, in one file that needs nothing else.

    Args:
        library (GetDatasetReportPageLibrary | Unset): Real tracks, the demo library's synthetic
            ones, or both Default: 'real'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDetails | str]
    """

    kwargs = _get_kwargs(
        library=library,
        taxonomy=taxonomy,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    library: GetDatasetReportPageLibrary | Unset = "real",
    taxonomy: None | str | Unset = UNSET,
) -> Any | ProblemDetails | str | None:
    """Report Page

     The same as a page with figures, in one file that needs nothing else.

    Args:
        library (GetDatasetReportPageLibrary | Unset): Real tracks, the demo library's synthetic
            ones, or both Default: 'real'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDetails | str
    """

    return sync_detailed(
        client=client,
        library=library,
        taxonomy=taxonomy,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    library: GetDatasetReportPageLibrary | Unset = "real",
    taxonomy: None | str | Unset = UNSET,
) -> Response[Any | ProblemDetails | str]:
    """Report Page

     The same as a page with figures, in one file that needs nothing else.

    Args:
        library (GetDatasetReportPageLibrary | Unset): Real tracks, the demo library's synthetic
            ones, or both Default: 'real'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDetails | str]
    """

    kwargs = _get_kwargs(
        library=library,
        taxonomy=taxonomy,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    library: GetDatasetReportPageLibrary | Unset = "real",
    taxonomy: None | str | Unset = UNSET,
) -> Any | ProblemDetails | str | None:
    """Report Page

     The same as a page with figures, in one file that needs nothing else.

    Args:
        library (GetDatasetReportPageLibrary | Unset): Real tracks, the demo library's synthetic
            ones, or both Default: 'real'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDetails | str
    """

    return (
        await asyncio_detailed(
            client=client,
            library=library,
            taxonomy=taxonomy,
        )
    ).parsed
