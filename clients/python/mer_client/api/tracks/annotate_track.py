from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.annotate_request import AnnotateRequest
from ...models.annotation_response import AnnotationResponse
from ...models.moved_track_response import MovedTrackResponse
from ...models.problem_details import ProblemDetails
from ...types import Response


def _get_kwargs(
    track_id: str,
    annotator: str,
    *,
    body: AnnotateRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/tracks/{track_id}/annotations/{annotator}".format(
            track_id=quote(str(track_id), safe=""),
            annotator=quote(str(annotator), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AnnotationResponse | MovedTrackResponse | ProblemDetails | None:
    if response.status_code == 200:
        response_200 = AnnotationResponse.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = AnnotationResponse.from_dict(response.json())

        return response_201

    if response.status_code == 307:
        response_307 = MovedTrackResponse.from_dict(response.json())

        return response_307

    if response.status_code == 400:
        response_400 = ProblemDetails.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ProblemDetails.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ProblemDetails.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ProblemDetails.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = ProblemDetails.from_dict(response.json())

        return response_408

    if response.status_code == 413:
        response_413 = ProblemDetails.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ProblemDetails.from_dict(response.json())

        return response_415

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
) -> Response[AnnotationResponse | MovedTrackResponse | ProblemDetails]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    track_id: str,
    annotator: str,
    *,
    client: AuthenticatedClient | Client,
    body: AnnotateRequest,
) -> Response[AnnotationResponse | MovedTrackResponse | ProblemDetails]:
    """Annotate

     Annotate a track as a person. From now on this decides over every model, playlist and table.

    Args:
        track_id (str): The id of a track
        annotator (str): Who annotates. With a key that may only label: its own name, which is
            `me` for short
        body (AnnotateRequest): A person's annotation: an emotion, tags, valence and arousal, or
            several of them. Example: {'emotion': 'sad', 'taxonomy': 'mood4'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AnnotationResponse | MovedTrackResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
        annotator=annotator,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    track_id: str,
    annotator: str,
    *,
    client: AuthenticatedClient | Client,
    body: AnnotateRequest,
) -> AnnotationResponse | MovedTrackResponse | ProblemDetails | None:
    """Annotate

     Annotate a track as a person. From now on this decides over every model, playlist and table.

    Args:
        track_id (str): The id of a track
        annotator (str): Who annotates. With a key that may only label: its own name, which is
            `me` for short
        body (AnnotateRequest): A person's annotation: an emotion, tags, valence and arousal, or
            several of them. Example: {'emotion': 'sad', 'taxonomy': 'mood4'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AnnotationResponse | MovedTrackResponse | ProblemDetails
    """

    return sync_detailed(
        track_id=track_id,
        annotator=annotator,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    track_id: str,
    annotator: str,
    *,
    client: AuthenticatedClient | Client,
    body: AnnotateRequest,
) -> Response[AnnotationResponse | MovedTrackResponse | ProblemDetails]:
    """Annotate

     Annotate a track as a person. From now on this decides over every model, playlist and table.

    Args:
        track_id (str): The id of a track
        annotator (str): Who annotates. With a key that may only label: its own name, which is
            `me` for short
        body (AnnotateRequest): A person's annotation: an emotion, tags, valence and arousal, or
            several of them. Example: {'emotion': 'sad', 'taxonomy': 'mood4'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AnnotationResponse | MovedTrackResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
        annotator=annotator,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    track_id: str,
    annotator: str,
    *,
    client: AuthenticatedClient | Client,
    body: AnnotateRequest,
) -> AnnotationResponse | MovedTrackResponse | ProblemDetails | None:
    """Annotate

     Annotate a track as a person. From now on this decides over every model, playlist and table.

    Args:
        track_id (str): The id of a track
        annotator (str): Who annotates. With a key that may only label: its own name, which is
            `me` for short
        body (AnnotateRequest): A person's annotation: an emotion, tags, valence and arousal, or
            several of them. Example: {'emotion': 'sad', 'taxonomy': 'mood4'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AnnotationResponse | MovedTrackResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            track_id=track_id,
            annotator=annotator,
            client=client,
            body=body,
        )
    ).parsed
