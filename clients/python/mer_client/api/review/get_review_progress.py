from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem_details import ProblemDetails
from ...models.review_progress_response import ReviewProgressResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    annotator: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_annotator: None | str | Unset
    if isinstance(annotator, Unset):
        json_annotator = UNSET
    else:
        json_annotator = annotator
    params["annotator"] = json_annotator

    json_taxonomy: None | str | Unset
    if isinstance(taxonomy, Unset):
        json_taxonomy = UNSET
    else:
        json_taxonomy = taxonomy
    params["taxonomy"] = json_taxonomy

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/review/progress",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | ProblemDetails | ReviewProgressResponse | None:
    if response.status_code == 200:
        response_200 = ReviewProgressResponse.from_dict(response.json())

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
) -> Response[Any | ProblemDetails | ReviewProgressResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    annotator: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> Response[Any | ProblemDetails | ReviewProgressResponse]:
    """Show Progress

     How often the model agreed with a person before it learned from the labels of drawn tracks, and how
    often now.

    Args:
        annotator (None | str | Unset): The person who labels; default: the name of the key (also
            `me`); where none is needed, who annotated last, else the user that mer runs as
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDetails | ReviewProgressResponse]
    """

    kwargs = _get_kwargs(
        annotator=annotator,
        taxonomy=taxonomy,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    annotator: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> Any | ProblemDetails | ReviewProgressResponse | None:
    """Show Progress

     How often the model agreed with a person before it learned from the labels of drawn tracks, and how
    often now.

    Args:
        annotator (None | str | Unset): The person who labels; default: the name of the key (also
            `me`); where none is needed, who annotated last, else the user that mer runs as
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDetails | ReviewProgressResponse
    """

    return sync_detailed(
        client=client,
        annotator=annotator,
        taxonomy=taxonomy,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    annotator: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> Response[Any | ProblemDetails | ReviewProgressResponse]:
    """Show Progress

     How often the model agreed with a person before it learned from the labels of drawn tracks, and how
    often now.

    Args:
        annotator (None | str | Unset): The person who labels; default: the name of the key (also
            `me`); where none is needed, who annotated last, else the user that mer runs as
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDetails | ReviewProgressResponse]
    """

    kwargs = _get_kwargs(
        annotator=annotator,
        taxonomy=taxonomy,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    annotator: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> Any | ProblemDetails | ReviewProgressResponse | None:
    """Show Progress

     How often the model agreed with a person before it learned from the labels of drawn tracks, and how
    often now.

    Args:
        annotator (None | str | Unset): The person who labels; default: the name of the key (also
            `me`); where none is needed, who annotated last, else the user that mer runs as
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDetails | ReviewProgressResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            annotator=annotator,
            taxonomy=taxonomy,
        )
    ).parsed
