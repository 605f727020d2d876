from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.moved_track_response import MovedTrackResponse
from ...models.pending_response import PendingResponse
from ...models.problem_details import ProblemDetails
from ...types import File, Response


def _get_kwargs(
    track_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/tracks/{track_id}/audio".format(
            track_id=quote(str(track_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> File | MovedTrackResponse | PendingResponse | ProblemDetails | None:
    if response.status_code == 200:
        response_200 = File(payload=BytesIO(response.content))

        return response_200

    if response.status_code == 202:
        response_202 = PendingResponse.from_dict(response.json())

        return response_202

    if response.status_code == 206:
        response_206 = File(payload=BytesIO(response.content))

        return response_206

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

    if response.status_code == 409:
        response_409 = ProblemDetails.from_dict(response.json())

        return response_409

    if response.status_code == 416:
        response_416 = ProblemDetails.from_dict(response.json())

        return response_416

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
) -> Response[File | MovedTrackResponse | PendingResponse | ProblemDetails]:
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
) -> Response[File | MovedTrackResponse | PendingResponse | ProblemDetails]:
    """Get Track Audio

     The file of a track as it lies in the library, streamed: whole, or the bytes that `Range` asks for.

    It is sent only as long as it is the file that was analysed. All browsers play MP3, AAC in M4A,
    FLAC, Ogg Vorbis,
    Opus and WAV. A file of another format is sent as a copy in Opus, which is made when somebody asks
    for the first
    time: 202 with `Retry-After` until then. Clips of web sources are not kept, so they cannot be
    played.

    Args:
        track_id (str): The id of a track

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | MovedTrackResponse | PendingResponse | ProblemDetails]
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
) -> File | MovedTrackResponse | PendingResponse | ProblemDetails | None:
    """Get Track Audio

     The file of a track as it lies in the library, streamed: whole, or the bytes that `Range` asks for.

    It is sent only as long as it is the file that was analysed. All browsers play MP3, AAC in M4A,
    FLAC, Ogg Vorbis,
    Opus and WAV. A file of another format is sent as a copy in Opus, which is made when somebody asks
    for the first
    time: 202 with `Retry-After` until then. Clips of web sources are not kept, so they cannot be
    played.

    Args:
        track_id (str): The id of a track

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | MovedTrackResponse | PendingResponse | ProblemDetails
    """

    return sync_detailed(
        track_id=track_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
) -> Response[File | MovedTrackResponse | PendingResponse | ProblemDetails]:
    """Get Track Audio

     The file of a track as it lies in the library, streamed: whole, or the bytes that `Range` asks for.

    It is sent only as long as it is the file that was analysed. All browsers play MP3, AAC in M4A,
    FLAC, Ogg Vorbis,
    Opus and WAV. A file of another format is sent as a copy in Opus, which is made when somebody asks
    for the first
    time: 202 with `Retry-After` until then. Clips of web sources are not kept, so they cannot be
    played.

    Args:
        track_id (str): The id of a track

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | MovedTrackResponse | PendingResponse | ProblemDetails]
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
) -> File | MovedTrackResponse | PendingResponse | ProblemDetails | None:
    """Get Track Audio

     The file of a track as it lies in the library, streamed: whole, or the bytes that `Range` asks for.

    It is sent only as long as it is the file that was analysed. All browsers play MP3, AAC in M4A,
    FLAC, Ogg Vorbis,
    Opus and WAV. A file of another format is sent as a copy in Opus, which is made when somebody asks
    for the first
    time: 202 with `Retry-After` until then. Clips of web sources are not kept, so they cannot be
    played.

    Args:
        track_id (str): The id of a track

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | MovedTrackResponse | PendingResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            track_id=track_id,
            client=client,
        )
    ).parsed
