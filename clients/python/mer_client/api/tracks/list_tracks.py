from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_tracks_analysis_type_0 import ListTracksAnalysisType0
from ...models.list_tracks_missing import ListTracksMissing
from ...models.list_tracks_sort_type_0 import ListTracksSortType0
from ...models.problem_details import ProblemDetails
from ...models.track_page import TrackPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    labelled: bool | None | Unset = UNSET,
    emotion: list[str] | None | Unset = UNSET,
    judged_as: list[str] | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    tags: list[str] | None | Unset = UNSET,
    synthetic: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
    sort: ListTracksSortType0 | None | Unset = UNSET,
    artist: None | str | Unset = UNSET,
    year_from: int | None | Unset = UNSET,
    year_to: int | None | Unset = UNSET,
    labelled_by: None | str | Unset = UNSET,
    sure: bool | None | Unset = UNSET,
    analysis: ListTracksAnalysisType0 | None | Unset = UNSET,
    count: bool | Unset = False,
    pages: bool | Unset = False,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_labelled: bool | None | Unset
    if isinstance(labelled, Unset):
        json_labelled = UNSET
    else:
        json_labelled = labelled
    params["labelled"] = json_labelled

    json_emotion: list[str] | None | Unset
    if isinstance(emotion, Unset):
        json_emotion = UNSET
    elif isinstance(emotion, list):
        json_emotion = emotion

    else:
        json_emotion = emotion
    params["emotion"] = json_emotion

    json_judged_as: list[str] | None | Unset
    if isinstance(judged_as, Unset):
        json_judged_as = UNSET
    elif isinstance(judged_as, list):
        json_judged_as = judged_as

    else:
        json_judged_as = judged_as
    params["judged_as"] = json_judged_as

    json_q: None | str | Unset
    if isinstance(q, Unset):
        json_q = UNSET
    else:
        json_q = q
    params["q"] = json_q

    json_tags: list[str] | None | Unset
    if isinstance(tags, Unset):
        json_tags = UNSET
    elif isinstance(tags, list):
        json_tags = tags

    else:
        json_tags = tags
    params["tags"] = json_tags

    json_synthetic: bool | None | Unset
    if isinstance(synthetic, Unset):
        json_synthetic = UNSET
    else:
        json_synthetic = synthetic
    params["synthetic"] = json_synthetic

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit

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

    json_sort: None | str | Unset
    if isinstance(sort, Unset):
        json_sort = UNSET
    elif isinstance(sort, str):
        json_sort = sort
    else:
        json_sort = sort
    params["sort"] = json_sort

    json_artist: None | str | Unset
    if isinstance(artist, Unset):
        json_artist = UNSET
    else:
        json_artist = artist
    params["artist"] = json_artist

    json_year_from: int | None | Unset
    if isinstance(year_from, Unset):
        json_year_from = UNSET
    else:
        json_year_from = year_from
    params["year_from"] = json_year_from

    json_year_to: int | None | Unset
    if isinstance(year_to, Unset):
        json_year_to = UNSET
    else:
        json_year_to = year_to
    params["year_to"] = json_year_to

    json_labelled_by: None | str | Unset
    if isinstance(labelled_by, Unset):
        json_labelled_by = UNSET
    else:
        json_labelled_by = labelled_by
    params["labelled_by"] = json_labelled_by

    json_sure: bool | None | Unset
    if isinstance(sure, Unset):
        json_sure = UNSET
    else:
        json_sure = sure
    params["sure"] = json_sure

    json_analysis: None | str | Unset
    if isinstance(analysis, Unset):
        json_analysis = UNSET
    elif isinstance(analysis, str):
        json_analysis = analysis
    else:
        json_analysis = analysis
    params["analysis"] = json_analysis

    params["count"] = count

    params["pages"] = pages

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/tracks",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | ProblemDetails | TrackPage | None:
    if response.status_code == 200:
        response_200 = TrackPage.from_dict(response.json())

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
) -> Response[Any | ProblemDetails | TrackPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    labelled: bool | None | Unset = UNSET,
    emotion: list[str] | None | Unset = UNSET,
    judged_as: list[str] | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    tags: list[str] | None | Unset = UNSET,
    synthetic: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
    sort: ListTracksSortType0 | None | Unset = UNSET,
    artist: None | str | Unset = UNSET,
    year_from: int | None | Unset = UNSET,
    year_to: int | None | Unset = UNSET,
    labelled_by: None | str | Unset = UNSET,
    sure: bool | None | Unset = UNSET,
    analysis: ListTracksAnalysisType0 | None | Unset = UNSET,
    count: bool | Unset = False,
    pages: bool | Unset = False,
) -> Response[Any | ProblemDetails | TrackPage]:
    """List Tracks

     Tracks with their emotions and labels, in the order in which they were added, by `tags`, or by
    `sort`.

    Args:
        labelled (bool | None | Unset): Only (or no) tracks that somebody annotated
        emotion (list[str] | None | Unset): Only tracks that are decided so, as
            `/tracks/<id>/emotion` says it, or its `emotion_name`
        judged_as (list[str] | None | Unset): Only tracks that somebody annotated so, whoever was
            right
        q (None | str | Unset): Words of title, artists, album or album artist, in any order:
            their beginnings are enough, case and accents make no difference
        tags (list[str] | None | Unset): Only tracks that have all of these tags,
            `mellow,acoustic`: a person's own ones first, then by the mean standardised logit
        synthetic (bool | None | Unset): Only (or no) tracks of the demo library
        cursor (None | str | Unset): `next` of the page before, or one of `pages`
        limit (int | Unset): Rows a page Default: 50.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ListTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them out,
            `only` (or `true`) shows no others Default: 'no'.
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name
        sort (ListTracksSortType0 | None | Unset): Order of the list; `-` turns it round, and
            tracks that lack the key come last in both. `certainty` is the probability of what the
            model answers. Without it: as added, or by `tags`
        artist (None | str | Unset): Only tracks of this artist; case and accents make no
            difference
        year_from (int | None | Unset): Only tracks of this year or later
        year_to (int | None | Unset): Only tracks of this year or earlier
        labelled_by (None | str | Unset): Only tracks that this person annotated
        sure (bool | None | Unset): Only tracks of whose answer the model is (or is not) sure, as
            `sure` of a track says it
        analysis (ListTracksAnalysisType0 | None | Unset): Only tracks in this state, as `GET
            /summary` counts them
        count (bool | Unset): Also `count` and `duration_s` of the whole list Default: False.
        pages (bool | Unset): Also `count`, `duration_s`, and in `pages` the cursor after every
            100th track Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDetails | TrackPage]
    """

    kwargs = _get_kwargs(
        labelled=labelled,
        emotion=emotion,
        judged_as=judged_as,
        q=q,
        tags=tags,
        synthetic=synthetic,
        cursor=cursor,
        limit=limit,
        taxonomy=taxonomy,
        missing=missing,
        annotator=annotator,
        sort=sort,
        artist=artist,
        year_from=year_from,
        year_to=year_to,
        labelled_by=labelled_by,
        sure=sure,
        analysis=analysis,
        count=count,
        pages=pages,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    labelled: bool | None | Unset = UNSET,
    emotion: list[str] | None | Unset = UNSET,
    judged_as: list[str] | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    tags: list[str] | None | Unset = UNSET,
    synthetic: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
    sort: ListTracksSortType0 | None | Unset = UNSET,
    artist: None | str | Unset = UNSET,
    year_from: int | None | Unset = UNSET,
    year_to: int | None | Unset = UNSET,
    labelled_by: None | str | Unset = UNSET,
    sure: bool | None | Unset = UNSET,
    analysis: ListTracksAnalysisType0 | None | Unset = UNSET,
    count: bool | Unset = False,
    pages: bool | Unset = False,
) -> Any | ProblemDetails | TrackPage | None:
    """List Tracks

     Tracks with their emotions and labels, in the order in which they were added, by `tags`, or by
    `sort`.

    Args:
        labelled (bool | None | Unset): Only (or no) tracks that somebody annotated
        emotion (list[str] | None | Unset): Only tracks that are decided so, as
            `/tracks/<id>/emotion` says it, or its `emotion_name`
        judged_as (list[str] | None | Unset): Only tracks that somebody annotated so, whoever was
            right
        q (None | str | Unset): Words of title, artists, album or album artist, in any order:
            their beginnings are enough, case and accents make no difference
        tags (list[str] | None | Unset): Only tracks that have all of these tags,
            `mellow,acoustic`: a person's own ones first, then by the mean standardised logit
        synthetic (bool | None | Unset): Only (or no) tracks of the demo library
        cursor (None | str | Unset): `next` of the page before, or one of `pages`
        limit (int | Unset): Rows a page Default: 50.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ListTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them out,
            `only` (or `true`) shows no others Default: 'no'.
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name
        sort (ListTracksSortType0 | None | Unset): Order of the list; `-` turns it round, and
            tracks that lack the key come last in both. `certainty` is the probability of what the
            model answers. Without it: as added, or by `tags`
        artist (None | str | Unset): Only tracks of this artist; case and accents make no
            difference
        year_from (int | None | Unset): Only tracks of this year or later
        year_to (int | None | Unset): Only tracks of this year or earlier
        labelled_by (None | str | Unset): Only tracks that this person annotated
        sure (bool | None | Unset): Only tracks of whose answer the model is (or is not) sure, as
            `sure` of a track says it
        analysis (ListTracksAnalysisType0 | None | Unset): Only tracks in this state, as `GET
            /summary` counts them
        count (bool | Unset): Also `count` and `duration_s` of the whole list Default: False.
        pages (bool | Unset): Also `count`, `duration_s`, and in `pages` the cursor after every
            100th track Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDetails | TrackPage
    """

    return sync_detailed(
        client=client,
        labelled=labelled,
        emotion=emotion,
        judged_as=judged_as,
        q=q,
        tags=tags,
        synthetic=synthetic,
        cursor=cursor,
        limit=limit,
        taxonomy=taxonomy,
        missing=missing,
        annotator=annotator,
        sort=sort,
        artist=artist,
        year_from=year_from,
        year_to=year_to,
        labelled_by=labelled_by,
        sure=sure,
        analysis=analysis,
        count=count,
        pages=pages,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    labelled: bool | None | Unset = UNSET,
    emotion: list[str] | None | Unset = UNSET,
    judged_as: list[str] | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    tags: list[str] | None | Unset = UNSET,
    synthetic: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
    sort: ListTracksSortType0 | None | Unset = UNSET,
    artist: None | str | Unset = UNSET,
    year_from: int | None | Unset = UNSET,
    year_to: int | None | Unset = UNSET,
    labelled_by: None | str | Unset = UNSET,
    sure: bool | None | Unset = UNSET,
    analysis: ListTracksAnalysisType0 | None | Unset = UNSET,
    count: bool | Unset = False,
    pages: bool | Unset = False,
) -> Response[Any | ProblemDetails | TrackPage]:
    """List Tracks

     Tracks with their emotions and labels, in the order in which they were added, by `tags`, or by
    `sort`.

    Args:
        labelled (bool | None | Unset): Only (or no) tracks that somebody annotated
        emotion (list[str] | None | Unset): Only tracks that are decided so, as
            `/tracks/<id>/emotion` says it, or its `emotion_name`
        judged_as (list[str] | None | Unset): Only tracks that somebody annotated so, whoever was
            right
        q (None | str | Unset): Words of title, artists, album or album artist, in any order:
            their beginnings are enough, case and accents make no difference
        tags (list[str] | None | Unset): Only tracks that have all of these tags,
            `mellow,acoustic`: a person's own ones first, then by the mean standardised logit
        synthetic (bool | None | Unset): Only (or no) tracks of the demo library
        cursor (None | str | Unset): `next` of the page before, or one of `pages`
        limit (int | Unset): Rows a page Default: 50.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ListTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them out,
            `only` (or `true`) shows no others Default: 'no'.
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name
        sort (ListTracksSortType0 | None | Unset): Order of the list; `-` turns it round, and
            tracks that lack the key come last in both. `certainty` is the probability of what the
            model answers. Without it: as added, or by `tags`
        artist (None | str | Unset): Only tracks of this artist; case and accents make no
            difference
        year_from (int | None | Unset): Only tracks of this year or later
        year_to (int | None | Unset): Only tracks of this year or earlier
        labelled_by (None | str | Unset): Only tracks that this person annotated
        sure (bool | None | Unset): Only tracks of whose answer the model is (or is not) sure, as
            `sure` of a track says it
        analysis (ListTracksAnalysisType0 | None | Unset): Only tracks in this state, as `GET
            /summary` counts them
        count (bool | Unset): Also `count` and `duration_s` of the whole list Default: False.
        pages (bool | Unset): Also `count`, `duration_s`, and in `pages` the cursor after every
            100th track Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDetails | TrackPage]
    """

    kwargs = _get_kwargs(
        labelled=labelled,
        emotion=emotion,
        judged_as=judged_as,
        q=q,
        tags=tags,
        synthetic=synthetic,
        cursor=cursor,
        limit=limit,
        taxonomy=taxonomy,
        missing=missing,
        annotator=annotator,
        sort=sort,
        artist=artist,
        year_from=year_from,
        year_to=year_to,
        labelled_by=labelled_by,
        sure=sure,
        analysis=analysis,
        count=count,
        pages=pages,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    labelled: bool | None | Unset = UNSET,
    emotion: list[str] | None | Unset = UNSET,
    judged_as: list[str] | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    tags: list[str] | None | Unset = UNSET,
    synthetic: bool | None | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
    annotator: None | str | Unset = UNSET,
    sort: ListTracksSortType0 | None | Unset = UNSET,
    artist: None | str | Unset = UNSET,
    year_from: int | None | Unset = UNSET,
    year_to: int | None | Unset = UNSET,
    labelled_by: None | str | Unset = UNSET,
    sure: bool | None | Unset = UNSET,
    analysis: ListTracksAnalysisType0 | None | Unset = UNSET,
    count: bool | Unset = False,
    pages: bool | Unset = False,
) -> Any | ProblemDetails | TrackPage | None:
    """List Tracks

     Tracks with their emotions and labels, in the order in which they were added, by `tags`, or by
    `sort`.

    Args:
        labelled (bool | None | Unset): Only (or no) tracks that somebody annotated
        emotion (list[str] | None | Unset): Only tracks that are decided so, as
            `/tracks/<id>/emotion` says it, or its `emotion_name`
        judged_as (list[str] | None | Unset): Only tracks that somebody annotated so, whoever was
            right
        q (None | str | Unset): Words of title, artists, album or album artist, in any order:
            their beginnings are enough, case and accents make no difference
        tags (list[str] | None | Unset): Only tracks that have all of these tags,
            `mellow,acoustic`: a person's own ones first, then by the mean standardised logit
        synthetic (bool | None | Unset): Only (or no) tracks of the demo library
        cursor (None | str | Unset): `next` of the page before, or one of `pages`
        limit (int | Unset): Rows a page Default: 50.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ListTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them out,
            `only` (or `true`) shows no others Default: 'no'.
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name
        sort (ListTracksSortType0 | None | Unset): Order of the list; `-` turns it round, and
            tracks that lack the key come last in both. `certainty` is the probability of what the
            model answers. Without it: as added, or by `tags`
        artist (None | str | Unset): Only tracks of this artist; case and accents make no
            difference
        year_from (int | None | Unset): Only tracks of this year or later
        year_to (int | None | Unset): Only tracks of this year or earlier
        labelled_by (None | str | Unset): Only tracks that this person annotated
        sure (bool | None | Unset): Only tracks of whose answer the model is (or is not) sure, as
            `sure` of a track says it
        analysis (ListTracksAnalysisType0 | None | Unset): Only tracks in this state, as `GET
            /summary` counts them
        count (bool | Unset): Also `count` and `duration_s` of the whole list Default: False.
        pages (bool | Unset): Also `count`, `duration_s`, and in `pages` the cursor after every
            100th track Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDetails | TrackPage
    """

    return (
        await asyncio_detailed(
            client=client,
            labelled=labelled,
            emotion=emotion,
            judged_as=judged_as,
            q=q,
            tags=tags,
            synthetic=synthetic,
            cursor=cursor,
            limit=limit,
            taxonomy=taxonomy,
            missing=missing,
            annotator=annotator,
            sort=sort,
            artist=artist,
            year_from=year_from,
            year_to=year_to,
            labelled_by=labelled_by,
            sure=sure,
            analysis=analysis,
            count=count,
            pages=pages,
        )
    ).parsed
