from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_upload_similar_tracks_missing import (
    GetUploadSimilarTracksMissing,
)
from ...models.job_response import JobResponse
from ...models.problem_details import ProblemDetails
from ...models.similar_tracks_response import SimilarTracksResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    job_id: str,
    *,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: GetUploadSimilarTracksMissing | Unset = "no",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

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
        "method": "get",
        "url": "/similar/{job_id}".format(
            job_id=quote(str(job_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | JobResponse | ProblemDetails | SimilarTracksResponse | None:
    if response.status_code == 200:
        response_200 = SimilarTracksResponse.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobResponse.from_dict(response.json())

        return response_202

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

    if response.status_code == 409:
        response_409 = ProblemDetails.from_dict(response.json())

        return response_409

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
) -> Response[Any | JobResponse | ProblemDetails | SimilarTracksResponse]:
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
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: GetUploadSimilarTracksMissing | Unset = "no",
) -> Response[Any | JobResponse | ProblemDetails | SimilarTracksResponse]:
    """Show Similar To Upload

     The answer for a song that was sent in here or to `/predict`; it can be asked for during a day.

    Args:
        job_id (str): The id of a job
        emotion (None | str | Unset): Only tracks that are decided so
        limit (int | Unset): Tracks Default: 20.
        per_artist (int | Unset): Tracks of one artist at most Default: 1.
        other_artists (bool | Unset): None by the artist of the track that is asked about, under
            whatever spelling Default: False.
        by (None | str | Unset): `taggers`, `descriptors`, or a network's id; default: a champion
            that places tracks, else taggers where they have described this track and the library,
            else descriptors
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (GetUploadSimilarTracksMissing | Unset): Tracks whose last file is gone: `no`
            leaves them out, `only` (or `true`) shows no others Default: 'no'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | JobResponse | ProblemDetails | SimilarTracksResponse]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
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
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: GetUploadSimilarTracksMissing | Unset = "no",
) -> Any | JobResponse | ProblemDetails | SimilarTracksResponse | None:
    """Show Similar To Upload

     The answer for a song that was sent in here or to `/predict`; it can be asked for during a day.

    Args:
        job_id (str): The id of a job
        emotion (None | str | Unset): Only tracks that are decided so
        limit (int | Unset): Tracks Default: 20.
        per_artist (int | Unset): Tracks of one artist at most Default: 1.
        other_artists (bool | Unset): None by the artist of the track that is asked about, under
            whatever spelling Default: False.
        by (None | str | Unset): `taggers`, `descriptors`, or a network's id; default: a champion
            that places tracks, else taggers where they have described this track and the library,
            else descriptors
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (GetUploadSimilarTracksMissing | Unset): Tracks whose last file is gone: `no`
            leaves them out, `only` (or `true`) shows no others Default: 'no'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | JobResponse | ProblemDetails | SimilarTracksResponse
    """

    return sync_detailed(
        job_id=job_id,
        client=client,
        emotion=emotion,
        limit=limit,
        per_artist=per_artist,
        other_artists=other_artists,
        by=by,
        taxonomy=taxonomy,
        missing=missing,
    ).parsed


async def asyncio_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: GetUploadSimilarTracksMissing | Unset = "no",
) -> Response[Any | JobResponse | ProblemDetails | SimilarTracksResponse]:
    """Show Similar To Upload

     The answer for a song that was sent in here or to `/predict`; it can be asked for during a day.

    Args:
        job_id (str): The id of a job
        emotion (None | str | Unset): Only tracks that are decided so
        limit (int | Unset): Tracks Default: 20.
        per_artist (int | Unset): Tracks of one artist at most Default: 1.
        other_artists (bool | Unset): None by the artist of the track that is asked about, under
            whatever spelling Default: False.
        by (None | str | Unset): `taggers`, `descriptors`, or a network's id; default: a champion
            that places tracks, else taggers where they have described this track and the library,
            else descriptors
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (GetUploadSimilarTracksMissing | Unset): Tracks whose last file is gone: `no`
            leaves them out, `only` (or `true`) shows no others Default: 'no'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | JobResponse | ProblemDetails | SimilarTracksResponse]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
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
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    emotion: None | str | Unset = UNSET,
    limit: int | Unset = 20,
    per_artist: int | Unset = 1,
    other_artists: bool | Unset = False,
    by: None | str | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: GetUploadSimilarTracksMissing | Unset = "no",
) -> Any | JobResponse | ProblemDetails | SimilarTracksResponse | None:
    """Show Similar To Upload

     The answer for a song that was sent in here or to `/predict`; it can be asked for during a day.

    Args:
        job_id (str): The id of a job
        emotion (None | str | Unset): Only tracks that are decided so
        limit (int | Unset): Tracks Default: 20.
        per_artist (int | Unset): Tracks of one artist at most Default: 1.
        other_artists (bool | Unset): None by the artist of the track that is asked about, under
            whatever spelling Default: False.
        by (None | str | Unset): `taggers`, `descriptors`, or a network's id; default: a champion
            that places tracks, else taggers where they have described this track and the library,
            else descriptors
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (GetUploadSimilarTracksMissing | Unset): Tracks whose last file is gone: `no`
            leaves them out, `only` (or `true`) shows no others Default: 'no'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | JobResponse | ProblemDetails | SimilarTracksResponse
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
            emotion=emotion,
            limit=limit,
            per_artist=per_artist,
            other_artists=other_artists,
            by=by,
            taxonomy=taxonomy,
            missing=missing,
        )
    ).parsed
