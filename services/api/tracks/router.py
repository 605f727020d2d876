"""`/tracks`: tracks, their annotations and their emotion."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from services.api.deps import (
    TEXT,
    TRACK_RESPONSES,
    ApiPorts,
    Limit,
    MissingQuery,
    PortsDep,
    TaxonomyQuery,
    TrackId,
    WantedModel,
    WantedSets,
    parse_cursor,
    require_surviving_track,
)
from services.api.errors import invalid_request
from services.api.pending_responses import PENDING, pending_response
from services.api.personal.service import AnnotatorQuery, add_person
from services.api.schemas.audio import ClipResponse, FeatureStateResponse
from services.api.schemas.page import next_cursor
from services.api.schemas.problem import ProblemDetails
from services.api.schemas.request_values import EmotionName, TagName, TrackCursor
from services.api.schemas.track_record import TrackRecordResponse
from services.api.tracks.emotion_response import build_emotion_response, has_track_record
from services.api.tracks.emotion_schemas import EmotionResponse
from services.api.tracks.library_list.certainty import add_certainty
from services.api.tracks.library_list.failures import add_failures
from services.api.tracks.library_list.listing import count_list, list_conditions, list_sorted_page
from services.api.tracks.library_list.parameters import LibraryParameters, LibraryQuery
from services.api.tracks.schemas import TrackPage, TrackResponse, TrackTagResponse
from services.api.tracks.service import (
    TrackEmotion,
    decide_track_emotion,
    get_answering_model,
    require_emotion,
)
from services.api.tracks.tag_list import list_tagged_page, require_known_tags
from services.api.tracks.unscored import PendingTrack
from shared.domain.emotion import TAXONOMIES, find_emotion, get_taxonomy
from shared.domain.stages import list_stages
from shared.domain.targets import consensus_tags
from shared.store.repositories import Repositories
from shared.store.tables import Track
from shared.store.tracks.analysis_states import AnalysisState
from shared.store.tracks.annotations import (
    LabelResolver,
    select_annotated_ids,
    select_ids_annotated_as,
)
from shared.store.tracks.decisions import AnsweringModel, TrackDecisions
from shared.store.tracks.file_states import failing_file
from shared.store.tracks.missing_tracks import MissingWanted
from shared.store.tracks.page_parts import PageParts

router = APIRouter(prefix="/tracks", tags=["tracks"])


@router.get("", responses={404: {"model": ProblemDetails}, 422: {"model": ProblemDetails}})
def list_tracks(
    ports: PortsDep,
    labelled: Annotated[bool | None, Query(description="Only (or no) tracks that somebody annotated")] = None,
    emotion: Annotated[
        list[Annotated[EmotionName, Field(pattern=TEXT)]] | None,
        Query(description="Only tracks that are decided so, as `/tracks/<id>/emotion` says it, or its `emotion_name`"),
    ] = None,
    judged_as: Annotated[
        list[Annotated[str, Field(pattern=TEXT)]] | None,
        Query(description="Only tracks that somebody annotated so, whoever was right"),
    ] = None,
    taxonomy: TaxonomyQuery = None,
    q: Annotated[
        str | None,
        Query(
            description="Words of title, artists, album or album artist, in any order: their beginnings are enough, "
            "case and accents make no difference",
            max_length=200,
            pattern=TEXT,
        ),
    ] = None,
    tags: Annotated[
        list[Annotated[TagName, Field(pattern=TEXT, max_length=500)]] | None,
        Query(
            description="Only tracks that have all of these tags, `mellow,acoustic`: a person's own ones first, then "
            "by the mean standardised logit",
            max_length=20,
        ),
    ] = None,
    synthetic: Annotated[bool | None, Query(description="Only (or no) tracks of the demo library")] = None,
    missing: MissingQuery = MissingWanted.NO,
    annotator: AnnotatorQuery = None,
    library: LibraryQuery = LibraryParameters(),  # noqa: B008 (a frozen value)
    cursor: Annotated[TrackCursor | None, Query(description="`next` of the page before, or one of `pages`")] = None,
    limit: Limit = 50,
) -> TrackPage:
    """Tracks with their emotions and labels, in the order in which they were added, by `tags`, or by `sort`."""
    ids = select_ids_annotated_as(judged_as) if judged_as else select_annotated_ids() if labelled else None
    excluded_ids = select_annotated_ids() if labelled is False else None
    libraries = (False, True) if synthetic is None else (synthetic,)
    decisions = _decisions_by_library(ports, taxonomy, libraries, emotions=emotion or (), annotator=annotator)
    emotions = _list_emotions(decisions, emotion or ())
    with ports.store.read() as repositories:
        conditions = list_conditions(library, decisions, spec=ports.spec.fingerprint)
        filters = {"search": q, "ids": ids, "but": excluded_ids, "missing": missing, "conditions": conditions}
        wanted_tags = require_known_tags(repositories, tags or ())
        totals = count_list(
            repositories,
            library,
            decisions=decisions,
            emotions=emotions,
            tags=wanted_tags,
            synthetic=synthetic,
            **filters,
        )
        if library.order is not None:
            if wanted_tags:
                filters["conditions"] = [*conditions, repositories.tagged_tracks.has_tags(wanted_tags)]
            rows, following = list_sorted_page(
                repositories,
                library.order,
                decisions=decisions,
                emotions=emotions,
                cursor=cursor,
                limit=limit,
                synthetic=synthetic,
                **filters,
            )
        elif wanted_tags:
            rows, following = list_tagged_page(
                repositories,
                wanted_tags,
                decisions=decisions,
                emotions=emotions,
                cursor=cursor,
                limit=limit,
                synthetic=synthetic,
                **filters,
            )
        else:
            rows = _list_by_age(
                repositories,
                decisions,
                emotions,
                after=parse_cursor(cursor),
                limit=limit,
                synthetic=synthetic,
                **filters,
            )
            following = next_cursor(rows, limit=limit)
        parts = _list_parts(repositories, rows, decisions, synthetic=synthetic)
        items = _track_responses(ports, repositories, rows, decisions, parts)
        if library.analysis_state is AnalysisState.FAILED:
            add_failures(repositories, items, spec=ports.spec.fingerprint)
        n_not_scored = sum(
            ports.not_scored.count_unscored(repositories, library_decisions) for library_decisions in decisions.values()
        )
    return TrackPage(
        items=items,
        next=following,
        n_not_scored=n_not_scored,
        n_missing=parts.n_missing,
        **asdict(totals),
    )


@router.get("/{track_id}", responses=TRACK_RESPONSES)
def show_track(track_id: TrackId, ports: PortsDep) -> TrackResponse:
    """One track with everything that is known of it."""
    spec = ports.spec.fingerprint
    with ports.store.read() as repositories:
        track = require_surviving_track(repositories, track_id)
        decisions = _decisions_by_library(ports, None, (track.synthetic,))
        parts = _list_parts(repositories, [track], decisions, synthetic=track.synthetic)
        (response,) = _track_responses(ports, repositories, [track], decisions, parts)
        features = repositories.features(spec=spec)
        feature_set = features.list_by_track([track_id]).get(track_id)
        outdated = features.list_outdated_stages(track_id, stages=list_stages(ports.spec))
        clip = repositories.clips.list_by_track([track_id]).get(track_id)
        file = failing_file(repositories.tracks.list_sources([track_id])[track_id])
    response.clip = ClipResponse.from_clip(clip) if clip else None
    response.features = FeatureStateResponse.from_row(feature_set, spec=spec, outdated=outdated, file=file)
    return response


@router.get(
    "/{track_id}/emotion",
    responses={
        **TRACK_RESPONSES,
        **PENDING,
        409: {
            "model": ProblemDetails,
            "description": "Nothing is known: nobody labelled it, and no model may answer yet",
        },
        422: {"model": ProblemDetails, "description": "This track cannot be scored"},
    },
)
def show_emotion(
    track_id: TrackId,
    ports: PortsDep,
    wanted: WantedSets,
    taxonomy: TaxonomyQuery = None,
    model: WantedModel = None,
    annotator: AnnotatorQuery = None,
) -> EmotionResponse:
    """The emotion of a track: a person's label; else what the champion, or the model asked for, predicts; else, where
    no model answers, the label consensus of playlists, tables and folders. A track that is no music, and that nobody
    gave a mood, has none. With `annotator` the answer is that person's: sets, sureness and record are the model's own,
    and null where the person's labels change its prediction.
    """
    result = decide_track_emotion(ports, track_id, taxonomy, model_id=model, annotator=annotator)
    if isinstance(result, PendingTrack):
        return pending_response(track_id, result.stage, result.state)  # type: ignore[return-value]
    return build_emotion_response(track_id, result, wanted, track_record=_find_track_record(ports, result))


def _find_track_record(ports: ApiPorts, result: TrackEmotion) -> TrackRecordResponse | None:
    prediction = result.prediction
    if prediction is None or not has_track_record(result):
        return None
    with ports.store.read() as repositories:
        return ports.starter_records.describe(repositories, prediction.model, prediction.top_emotion)


def _decisions_by_library(
    ports: ApiPorts,
    taxonomy: str | None,
    libraries: Sequence[bool],
    *,
    emotions: Sequence[str] = (),
    annotator: str | None = None,
) -> dict[bool, TrackDecisions]:
    """What decides on the tracks of each library, by `synthetic`: in the taxonomy asked for, else in the one that
    answers where it has the `emotions`, by themselves or by their words, else in one that has them. Raises ProblemError
    for emotions of none.
    """
    return {
        synthetic: TrackDecisions(
            add_person(ports, _model_for_emotions(ports, taxonomy, emotions, synthetic=synthetic), annotator),
            synthetic=synthetic,
        )
        for synthetic in libraries
    }


def _model_for_emotions(
    ports: ApiPorts, taxonomy: str | None, emotions: Sequence[str], *, synthetic: bool
) -> AnsweringModel:
    answering = get_answering_model(ports, taxonomy, synthetic=synthetic)
    if taxonomy is not None:
        for emotion in emotions:
            require_emotion(taxonomy, emotion)
        return answering
    if all(find_emotion(get_taxonomy(answering.taxonomy), emotion) for emotion in emotions):
        return answering
    matching = [name for name, known in TAXONOMIES.items() if set(emotions) <= set(known.emotions)] or [
        name
        for name, known in TAXONOMIES.items()
        if all(emotion not in known.emotions and find_emotion(known, emotion) for emotion in emotions)
    ]
    if not matching:
        known = "; ".join(f"{name}: {', '.join(words.emotions)}" for name, words in TAXONOMIES.items())
        raise invalid_request("unknown_emotion", f"no taxonomy has {' and '.join(emotions)}; known are {known}")
    return get_answering_model(ports, matching[0], synthetic=synthetic)


def _list_emotions(decisions: Mapping[bool, TrackDecisions], emotions_or_words: Sequence[str]) -> list[str]:
    """The emotions that are meant in the taxonomies that decide."""
    taxonomies = [get_taxonomy(of_library.answering.taxonomy) for of_library in decisions.values()]
    meant = (find_emotion(taxonomy, word) for taxonomy in taxonomies for word in emotions_or_words)
    return list(dict.fromkeys(emotion for emotion in meant if emotion is not None))


def _list_by_age(
    repositories: Repositories,
    decisions: Mapping[bool, TrackDecisions],
    emotions: Sequence[str],
    *,
    synthetic: bool | None,
    **page: Any,
) -> list[Track]:
    if emotions:
        return repositories.decisions.list_page(decisions, emotions, **page)
    return list(repositories.tracks.list_page(synthetic=synthetic, **page))


def _list_parts(
    repositories: Repositories,
    tracks: Sequence[Track],
    decisions: Mapping[bool, TrackDecisions],
    *,
    synthetic: bool | None,
) -> PageParts:
    """What is shown beside the tracks of a page, and how many are missing in a library."""
    models = (of_library.answering.model for of_library in decisions.values())
    model_ids = [model.id for model in models if model is not None]
    return repositories.page_parts.list_parts([track.id for track in tracks], model_ids=model_ids, synthetic=synthetic)


def _track_responses(
    ports: ApiPorts,
    repositories: Repositories,
    tracks: list[Track],
    decisions: dict[bool, TrackDecisions],
    parts: PageParts,
) -> list[TrackResponse]:
    """The responses for surviving tracks, without their features."""
    track_ids = [track.id for track in tracks]
    answering = [of_library.answering for of_library in decisions.values()]
    personal = next((one.personal for one in answering), None)
    annotated = {track_id: of_track for track_id, of_track in parts.annotations.items() if of_track}
    deciding = annotated if personal is None else personal.keep_own_by_track(annotated)
    consensus = [LabelResolver(taxonomy).resolve_labels(repositories.annotations, deciding) for taxonomy in TAXONOMIES]
    decided = repositories.decisions.list_by_library(decisions, tracks, parts=parts)
    merges, members = repositories.merges, {track.id: [track] for track in tracks}
    merges_by_track = merges.list_by_track(parts.standing_for_others) if parts.standing_for_others else {}
    if parts.standing_for_others:
        members |= merges.list_members(parts.standing_for_others)
    responses = [
        TrackResponse.from_rows(
            members[track_id],
            sources=parts.sources[track_id],
            decided=decided[track_id],
            consensus=[of_taxonomy[track_id] for of_taxonomy in consensus if track_id in of_taxonomy],
            annotations=parts.annotations[track_id],
            merges=merges_by_track.get(track_id, []),
            tags=TrackTagResponse.from_origins(
                consensus_tags(parts.annotations[track_id]), parts.given_tags.get(track_id, {})
            ),
            personal=decisions[members[track_id][0].synthetic].answering.personal,
        )
        for track_id in track_ids
    ]
    add_certainty(ports, repositories, responses, decided, decisions)
    return responses
