from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_tracks_missing import ListTracksMissing
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
    annotator: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
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

    json_annotator: None | str | Unset
    if isinstance(annotator, Unset):
        json_annotator = UNSET
    else:
        json_annotator = annotator
    params["annotator"] = json_annotator

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

    if response.status_code == 404:
        response_404 = ProblemDetails.from_dict(response.json())

        return response_404

    if response.status_code == 421:
        response_421 = ProblemDetails.from_dict(response.json())

        return response_421

    if response.status_code == 422:
        response_422 = ProblemDetails.from_dict(response.json())

        return response_422

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
    annotator: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
) -> Response[Any | ProblemDetails | TrackPage]:
    """List Tracks

     Tracks with their emotions and labels, in the order in which they were added, or by `tags`.

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
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them
        cursor (None | str | Unset): `next` of the page before
        limit (int | Unset): Rows a page Default: 50.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ListTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them out,
            `only` (or `true`) shows no others Default: 'no'.

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
        annotator=annotator,
        cursor=cursor,
        limit=limit,
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
    labelled: bool | None | Unset = UNSET,
    emotion: list[str] | None | Unset = UNSET,
    judged_as: list[str] | None | Unset = UNSET,
    q: None | str | Unset = UNSET,
    tags: list[str] | None | Unset = UNSET,
    synthetic: bool | None | Unset = UNSET,
    annotator: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
) -> Any | ProblemDetails | TrackPage | None:
    """List Tracks

     Tracks with their emotions and labels, in the order in which they were added, or by `tags`.

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
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them
        cursor (None | str | Unset): `next` of the page before
        limit (int | Unset): Rows a page Default: 50.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ListTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them out,
            `only` (or `true`) shows no others Default: 'no'.

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
        annotator=annotator,
        cursor=cursor,
        limit=limit,
        taxonomy=taxonomy,
        missing=missing,
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
    annotator: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
) -> Response[Any | ProblemDetails | TrackPage]:
    """List Tracks

     Tracks with their emotions and labels, in the order in which they were added, or by `tags`.

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
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them
        cursor (None | str | Unset): `next` of the page before
        limit (int | Unset): Rows a page Default: 50.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ListTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them out,
            `only` (or `true`) shows no others Default: 'no'.

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
        annotator=annotator,
        cursor=cursor,
        limit=limit,
        taxonomy=taxonomy,
        missing=missing,
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
    annotator: None | str | Unset = UNSET,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    taxonomy: None | str | Unset = UNSET,
    missing: ListTracksMissing | Unset = "no",
) -> Any | ProblemDetails | TrackPage | None:
    """List Tracks

     Tracks with their emotions and labels, in the order in which they were added, or by `tags`.

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
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them
        cursor (None | str | Unset): `next` of the page before
        limit (int | Unset): Rows a page Default: 50.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        missing (ListTracksMissing | Unset): Tracks whose last file is gone: `no` leaves them out,
            `only` (or `true`) shows no others Default: 'no'.

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
            annotator=annotator,
            cursor=cursor,
            limit=limit,
            taxonomy=taxonomy,
            missing=missing,
        )
    ).parsed
