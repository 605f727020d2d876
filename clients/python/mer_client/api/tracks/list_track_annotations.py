from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.moved_track_response import MovedTrackResponse
from ...models.page_response_given_annotation_response import PageResponseGivenAnnotationResponse
from ...models.problem_details import ProblemDetails
from ...types import Response


def _get_kwargs(
    track_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/tracks/{track_id}/annotations".format(
            track_id=quote(str(track_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails | None:
    if response.status_code == 200:
        response_200 = PageResponseGivenAnnotationResponse.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 307:
        response_307 = MovedTrackResponse.from_dict(response.json())

        return response_307

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
) -> Response[Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails]:
    """List Annotations

     Every annotation that a track was ever given, oldest first, with its annotator and its state. One
    page.

    Args:
        track_id (str): The id of a track

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails | None:
    """List Annotations

     Every annotation that a track was ever given, oldest first, with its annotator and its state. One
    page.

    Args:
        track_id (str): The id of a track

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails
    """

    return sync_detailed(
        track_id=track_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails]:
    """List Annotations

     Every annotation that a track was ever given, oldest first, with its annotator and its state. One
    page.

    Args:
        track_id (str): The id of a track

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails | None:
    """List Annotations

     Every annotation that a track was ever given, oldest first, with its annotator and its state. One
    page.

    Args:
        track_id (str): The id of a track

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | MovedTrackResponse | PageResponseGivenAnnotationResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            track_id=track_id,
            client=client,
        )
    ).parsed
