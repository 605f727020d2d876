from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.emotion_response import EmotionResponse
from ...models.get_track_emotion_sets import GetTrackEmotionSets
from ...models.moved_track_response import MovedTrackResponse
from ...models.pending_response import PendingResponse
from ...models.problem_details import ProblemDetails
from ...types import UNSET, Response, Unset


def _get_kwargs(
    track_id: str,
    *,
    coverage: float | None | Unset = UNSET,
    sets: GetTrackEmotionSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
    annotator: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_coverage: float | None | Unset
    if isinstance(coverage, Unset):
        json_coverage = UNSET
    else:
        json_coverage = coverage
    params["coverage"] = json_coverage

    json_sets: str | Unset = UNSET
    if not isinstance(sets, Unset):
        json_sets = sets

    params["sets"] = json_sets

    json_taxonomy: None | str | Unset
    if isinstance(taxonomy, Unset):
        json_taxonomy = UNSET
    else:
        json_taxonomy = taxonomy
    params["taxonomy"] = json_taxonomy

    json_model: None | str | Unset
    if isinstance(model, Unset):
        json_model = UNSET
    else:
        json_model = model
    params["model"] = json_model

    json_annotator: None | str | Unset
    if isinstance(annotator, Unset):
        json_annotator = UNSET
    else:
        json_annotator = annotator
    params["annotator"] = json_annotator

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/tracks/{track_id}/emotion".format(
            track_id=quote(str(track_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails | None:
    if response.status_code == 200:
        response_200 = EmotionResponse.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = PendingResponse.from_dict(response.json())

        return response_202

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
) -> Response[Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails]:
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
    coverage: float | None | Unset = UNSET,
    sets: GetTrackEmotionSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
    annotator: None | str | Unset = UNSET,
) -> Response[Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails]:
    """Show Emotion

     The emotion of a track: a person's label; else what the champion, or the model asked for, predicts;
    else, where
    no model answers, the label consensus of playlists, tables and folders. A track that is no music,
    and that nobody
    gave a mood, has none. With `annotator` the answer is that person's: sets, sureness and record are
    the model's own,
    and null where the person's labels change its prediction.

    Args:
        track_id (str): The id of a track
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (GetTrackEmotionSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        model (None | str | Unset): The id of a published model; default: the champions
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
        coverage=coverage,
        sets=sets,
        taxonomy=taxonomy,
        model=model,
        annotator=annotator,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
    coverage: float | None | Unset = UNSET,
    sets: GetTrackEmotionSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
    annotator: None | str | Unset = UNSET,
) -> Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails | None:
    """Show Emotion

     The emotion of a track: a person's label; else what the champion, or the model asked for, predicts;
    else, where
    no model answers, the label consensus of playlists, tables and folders. A track that is no music,
    and that nobody
    gave a mood, has none. With `annotator` the answer is that person's: sets, sureness and record are
    the model's own,
    and null where the person's labels change its prediction.

    Args:
        track_id (str): The id of a track
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (GetTrackEmotionSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        model (None | str | Unset): The id of a published model; default: the champions
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails
    """

    return sync_detailed(
        track_id=track_id,
        client=client,
        coverage=coverage,
        sets=sets,
        taxonomy=taxonomy,
        model=model,
        annotator=annotator,
    ).parsed


async def asyncio_detailed(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
    coverage: float | None | Unset = UNSET,
    sets: GetTrackEmotionSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
    annotator: None | str | Unset = UNSET,
) -> Response[Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails]:
    """Show Emotion

     The emotion of a track: a person's label; else what the champion, or the model asked for, predicts;
    else, where
    no model answers, the label consensus of playlists, tables and folders. A track that is no music,
    and that nobody
    gave a mood, has none. With `annotator` the answer is that person's: sets, sureness and record are
    the model's own,
    and null where the person's labels change its prediction.

    Args:
        track_id (str): The id of a track
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (GetTrackEmotionSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        model (None | str | Unset): The id of a published model; default: the champions
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
        coverage=coverage,
        sets=sets,
        taxonomy=taxonomy,
        model=model,
        annotator=annotator,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
    coverage: float | None | Unset = UNSET,
    sets: GetTrackEmotionSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
    annotator: None | str | Unset = UNSET,
) -> Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails | None:
    """Show Emotion

     The emotion of a track: a person's label; else what the champion, or the model asked for, predicts;
    else, where
    no model answers, the label consensus of playlists, tables and folders. A track that is no music,
    and that nobody
    gave a mood, has none. With `annotator` the answer is that person's: sets, sureness and record are
    the model's own,
    and null where the person's labels change its prediction.

    Args:
        track_id (str): The id of a track
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (GetTrackEmotionSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge
        model (None | str | Unset): The id of a published model; default: the champions
        annotator (None | str | Unset): A person who has labelled tracks: predictions are as their
            labels change them, and only their own labels stand over them. With a key, `me` is its own
            name

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | EmotionResponse | MovedTrackResponse | PendingResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            track_id=track_id,
            client=client,
            coverage=coverage,
            sets=sets,
            taxonomy=taxonomy,
            model=model,
            annotator=annotator,
        )
    ).parsed
