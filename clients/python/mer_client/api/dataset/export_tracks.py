from http import HTTPStatus
from io import BytesIO
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.export_tracks_format import ExportTracksFormat
from ...models.export_tracks_library import ExportTracksLibrary
from ...models.export_tracks_missing import ExportTracksMissing
from ...models.problem_details import ProblemDetails
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    *,
    format_: ExportTracksFormat | Unset = "csv",
    emotion: None | str | Unset = UNSET,
    library: ExportTracksLibrary | Unset = "real",
    min_s: float | None | Unset = UNSET,
    max_s: float | None | Unset = UNSET,
    exclude: list[str] | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: ExportTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_

    params["format"] = json_format_

    json_emotion: None | str | Unset
    if isinstance(emotion, Unset):
        json_emotion = UNSET
    else:
        json_emotion = emotion
    params["emotion"] = json_emotion

    json_library: str | Unset = UNSET
    if not isinstance(library, Unset):
        json_library = library

    params["library"] = json_library

    json_min_s: float | None | Unset
    if isinstance(min_s, Unset):
        json_min_s = UNSET
    else:
        json_min_s = min_s
    params["min_s"] = json_min_s

    json_max_s: float | None | Unset
    if isinstance(max_s, Unset):
        json_max_s = UNSET
    else:
        json_max_s = max_s
    params["max_s"] = json_max_s

    json_exclude: list[str] | Unset = UNSET
    if not isinstance(exclude, Unset):
        json_exclude = exclude

    params["exclude"] = json_exclude

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

    json_annotator: None | str | Unset
    if isinstance(annotator, Unset):
        json_annotator = UNSET
    else:
        json_annotator = annotator
    params["annotator"] = json_annotator

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/export",
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
    format_: ExportTracksFormat | Unset = "csv",
    emotion: None | str | Unset = UNSET,
    library: ExportTracksLibrary | Unset = "real",
    min_s: float | None | Unset = UNSET,
    max_s: float | None | Unset = UNSET,
    exclude: list[str] | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: ExportTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
) -> Response[File | ProblemDetails]:
    """Export

     Every track with the emotion that stands for it, and who decided, as `/tracks/<id>/emotion` says it;
    without
    those that are no music. Sent while it is read.

    Args:
        format_ (ExportTracksFormat | Unset):  Default: 'csv'.
        emotion (None | str | Unset): Only tracks that are decided so
        library (ExportTracksLibrary | Unset): Real tracks, or the demo library's Default: 'real'.
        min_s (float | None | Unset): Leave out shorter tracks, seconds
        max_s (float | None | Unset): Leave out longer tracks, seconds: DJ sets
        exclude (list[str] | Unset): Leave out titles and files of this name: whole words, or
            patterns with *
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ExportTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them
            out, `only` (or `true`) shows no others Default: 'no'.
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | ProblemDetails]
    """

    kwargs = _get_kwargs(
        format_=format_,
        emotion=emotion,
        library=library,
        min_s=min_s,
        max_s=max_s,
        exclude=exclude,
        taxonomy=taxonomy,
        missing=missing,
        annotator=annotator,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    format_: ExportTracksFormat | Unset = "csv",
    emotion: None | str | Unset = UNSET,
    library: ExportTracksLibrary | Unset = "real",
    min_s: float | None | Unset = UNSET,
    max_s: float | None | Unset = UNSET,
    exclude: list[str] | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: ExportTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
) -> File | ProblemDetails | None:
    """Export

     Every track with the emotion that stands for it, and who decided, as `/tracks/<id>/emotion` says it;
    without
    those that are no music. Sent while it is read.

    Args:
        format_ (ExportTracksFormat | Unset):  Default: 'csv'.
        emotion (None | str | Unset): Only tracks that are decided so
        library (ExportTracksLibrary | Unset): Real tracks, or the demo library's Default: 'real'.
        min_s (float | None | Unset): Leave out shorter tracks, seconds
        max_s (float | None | Unset): Leave out longer tracks, seconds: DJ sets
        exclude (list[str] | Unset): Leave out titles and files of this name: whole words, or
            patterns with *
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ExportTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them
            out, `only` (or `true`) shows no others Default: 'no'.
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | ProblemDetails
    """

    return sync_detailed(
        client=client,
        format_=format_,
        emotion=emotion,
        library=library,
        min_s=min_s,
        max_s=max_s,
        exclude=exclude,
        taxonomy=taxonomy,
        missing=missing,
        annotator=annotator,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    format_: ExportTracksFormat | Unset = "csv",
    emotion: None | str | Unset = UNSET,
    library: ExportTracksLibrary | Unset = "real",
    min_s: float | None | Unset = UNSET,
    max_s: float | None | Unset = UNSET,
    exclude: list[str] | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: ExportTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
) -> Response[File | ProblemDetails]:
    """Export

     Every track with the emotion that stands for it, and who decided, as `/tracks/<id>/emotion` says it;
    without
    those that are no music. Sent while it is read.

    Args:
        format_ (ExportTracksFormat | Unset):  Default: 'csv'.
        emotion (None | str | Unset): Only tracks that are decided so
        library (ExportTracksLibrary | Unset): Real tracks, or the demo library's Default: 'real'.
        min_s (float | None | Unset): Leave out shorter tracks, seconds
        max_s (float | None | Unset): Leave out longer tracks, seconds: DJ sets
        exclude (list[str] | Unset): Leave out titles and files of this name: whole words, or
            patterns with *
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ExportTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them
            out, `only` (or `true`) shows no others Default: 'no'.
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[File | ProblemDetails]
    """

    kwargs = _get_kwargs(
        format_=format_,
        emotion=emotion,
        library=library,
        min_s=min_s,
        max_s=max_s,
        exclude=exclude,
        taxonomy=taxonomy,
        missing=missing,
        annotator=annotator,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    format_: ExportTracksFormat | Unset = "csv",
    emotion: None | str | Unset = UNSET,
    library: ExportTracksLibrary | Unset = "real",
    min_s: float | None | Unset = UNSET,
    max_s: float | None | Unset = UNSET,
    exclude: list[str] | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
    missing: ExportTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
) -> File | ProblemDetails | None:
    """Export

     Every track with the emotion that stands for it, and who decided, as `/tracks/<id>/emotion` says it;
    without
    those that are no music. Sent while it is read.

    Args:
        format_ (ExportTracksFormat | Unset):  Default: 'csv'.
        emotion (None | str | Unset): Only tracks that are decided so
        library (ExportTracksLibrary | Unset): Real tracks, or the demo library's Default: 'real'.
        min_s (float | None | Unset): Leave out shorter tracks, seconds
        max_s (float | None | Unset): Leave out longer tracks, seconds: DJ sets
        exclude (list[str] | Unset): Leave out titles and files of this name: whole words, or
            patterns with *
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ExportTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them
            out, `only` (or `true`) shows no others Default: 'no'.
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        File | ProblemDetails
    """

    return (
        await asyncio_detailed(
            client=client,
            format_=format_,
            emotion=emotion,
            library=library,
            min_s=min_s,
            max_s=max_s,
            exclude=exclude,
            taxonomy=taxonomy,
            missing=missing,
            annotator=annotator,
        )
    ).parsed
