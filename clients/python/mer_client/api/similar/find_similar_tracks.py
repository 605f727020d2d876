from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.find_similar_tracks_body import FindSimilarTracksBody
from ...models.find_similar_tracks_missing import FindSimilarTracksMissing
from ...models.job_response import JobResponse
from ...models.problem_details import ProblemDetails
from ...models.similar_tracks_response import SimilarTracksResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: FindSimilarTracksBody,
    wait_s: float | Unset = 10.0,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: FindSimilarTracksMissing | Unset = "no",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["wait_s"] = wait_s

    json_emotion: None | str | Unset
    if isinstance(emotion, Unset):
        json_emotion = UNSET
    else:
        json_emotion = emotion
    params["emotion"] = json_emotion

    params["limit"] = limit

    params["per_artist"] = per_artist

    params["other_artists"] = other_artists

    json_by: None | str | Unset
    if isinstance(by, Unset):
        json_by = UNSET
    else:
        json_by = by
    params["by"] = json_by

    json_taxonomy: None | str | Unset
    if isinstance(taxonomy, Unset):
        json_taxonomy = UNSET
    else:
        json_taxonomy = taxonomy
    params["taxonomy"] = json_taxonomy

    json_missing: str | Unset = UNSET
    if not isinstance(missing, Unset):
        json_missing = missing

    params["missing"] = json_missing

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/similar",
        "params": params,
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> JobResponse | ProblemDetails | SimilarTracksResponse | None:
    if response.status_code == 200:
        response_200 = SimilarTracksResponse.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobResponse.from_dict(response.json())

        return response_202

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

    if response.status_code == 409:
        response_409 = ProblemDetails.from_dict(response.json())

        return response_409

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
) -> Response[JobResponse | ProblemDetails | SimilarTracksResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: FindSimilarTracksBody,
    wait_s: float | Unset = 10.0,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: FindSimilarTracksMissing | Unset = "no",
) -> Response[JobResponse | ProblemDetails | SimilarTracksResponse]:
    """Find Similar

     Send a song in any format that decodes and get tracks that sound like it. It is dropped after its
    analysis.

    Args:
        wait_s (float | Unset): Seconds to wait for the answer Default: 10.0.
        emotion (None | str | Unset): Only tracks that are decided so
        limit (int | Unset): Tracks Default: 20.
        per_artist (int | Unset): Tracks of one artist at most Default: 1.
        other_artists (bool | Unset): None by the artist of the track that is asked about, under
            whatever spelling Default: False.
        by (None | str | Unset): `taggers`, `descriptors`, or a network's id; default: a champion
            that places tracks, else taggers where they have described this track and the library,
            else descriptors
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (FindSimilarTracksMissing | Unset): Tracks whose last file is gone: `no` leaves
            them out, `only` (or `true`) shows no others Default: 'no'.
        body (FindSimilarTracksBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobResponse | ProblemDetails | SimilarTracksResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        wait_s=wait_s,
        emotion=emotion,
        limit=limit,
        per_artist=per_artist,
        other_artists=other_artists,
        by=by,
        taxonomy=taxonomy,
        missing=missing,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: FindSimilarTracksBody,
    wait_s: float | Unset = 10.0,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: FindSimilarTracksMissing | Unset = "no",
) -> JobResponse | ProblemDetails | SimilarTracksResponse | None:
    """Find Similar

     Send a song in any format that decodes and get tracks that sound like it. It is dropped after its
    analysis.

    Args:
        wait_s (float | Unset): Seconds to wait for the answer Default: 10.0.
        emotion (None | str | Unset): Only tracks that are decided so
        limit (int | Unset): Tracks Default: 20.
        per_artist (int | Unset): Tracks of one artist at most Default: 1.
        other_artists (bool | Unset): None by the artist of the track that is asked about, under
            whatever spelling Default: False.
        by (None | str | Unset): `taggers`, `descriptors`, or a network's id; default: a champion
            that places tracks, else taggers where they have described this track and the library,
            else descriptors
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (FindSimilarTracksMissing | Unset): Tracks whose last file is gone: `no` leaves
            them out, `only` (or `true`) shows no others Default: 'no'.
        body (FindSimilarTracksBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobResponse | ProblemDetails | SimilarTracksResponse
    """

    return sync_detailed(
        client=client,
        body=body,
        wait_s=wait_s,
        emotion=emotion,
        limit=limit,
        per_artist=per_artist,
        other_artists=other_artists,
        by=by,
        taxonomy=taxonomy,
        missing=missing,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: FindSimilarTracksBody,
    wait_s: float | Unset = 10.0,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: FindSimilarTracksMissing | Unset = "no",
) -> Response[JobResponse | ProblemDetails | SimilarTracksResponse]:
    """Find Similar

     Send a song in any format that decodes and get tracks that sound like it. It is dropped after its
    analysis.

    Args:
        wait_s (float | Unset): Seconds to wait for the answer Default: 10.0.
        emotion (None | str | Unset): Only tracks that are decided so
        limit (int | Unset): Tracks Default: 20.
        per_artist (int | Unset): Tracks of one artist at most Default: 1.
        other_artists (bool | Unset): None by the artist of the track that is asked about, under
            whatever spelling Default: False.
        by (None | str | Unset): `taggers`, `descriptors`, or a network's id; default: a champion
            that places tracks, else taggers where they have described this track and the library,
            else descriptors
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (FindSimilarTracksMissing | Unset): Tracks whose last file is gone: `no` leaves
            them out, `only` (or `true`) shows no others Default: 'no'.
        body (FindSimilarTracksBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobResponse | ProblemDetails | SimilarTracksResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        wait_s=wait_s,
        emotion=emotion,
        limit=limit,
        per_artist=per_artist,
        other_artists=other_artists,
        by=by,
        taxonomy=taxonomy,
        missing=missing,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: FindSimilarTracksBody,
    wait_s: float | Unset = 10.0,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: FindSimilarTracksMissing | Unset = "no",
) -> JobResponse | ProblemDetails | SimilarTracksResponse | None:
    """Find Similar

     Send a song in any format that decodes and get tracks that sound like it. It is dropped after its
    analysis.

    Args:
        wait_s (float | Unset): Seconds to wait for the answer Default: 10.0.
        emotion (None | str | Unset): Only tracks that are decided so
        limit (int | Unset): Tracks Default: 20.
        per_artist (int | Unset): Tracks of one artist at most Default: 1.
        other_artists (bool | Unset): None by the artist of the track that is asked about, under
            whatever spelling Default: False.
        by (None | str | Unset): `taggers`, `descriptors`, or a network's id; default: a champion
            that places tracks, else taggers where they have described this track and the library,
            else descriptors
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (FindSimilarTracksMissing | Unset): Tracks whose last file is gone: `no` leaves
            them out, `only` (or `true`) shows no others Default: 'no'.
        body (FindSimilarTracksBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobResponse | ProblemDetails | SimilarTracksResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            wait_s=wait_s,
            emotion=emotion,
            limit=limit,
            per_artist=per_artist,
            other_artists=other_artists,
            by=by,
            taxonomy=taxonomy,
            missing=missing,
        )
    ).parsed
