"""`/tracks`: what was crawled, who judged it, and its emotion."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from services.api.deps import (
    TEXT,
    Cursor,
    Limit,
    MissingQuery,
    Ports,
    PortsDep,
    TaxonomyQuery,
    TrackId,
    WantedModel,
    WantedSets,
    surviving_track,
)
from services.api.errors import invalid
from services.api.jobs.pending import in_work
from services.api.schemas.audio import ClipDocument, FeaturesDocument
from services.api.schemas.common import (
    AnnotationDocument,
    EmotionDocument,
    InWorkDocument,
    LabelDocument,
    ModelReference,
    Problem,
    TrackDocument,
    TrackPage,
)
from services.api.schemas.valence_arousal import PointDocument
from services.api.tracks.service import InWork, answer, answering_model, require_emotion, set_of, sure_of
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import TAXONOMIES, taxonomy_called
from shared.domain.stages import stages
from shared.metrics.prediction_sets import promise_of
from shared.store.features.repository import Features
from shared.store.tables import Track
from shared.store.tracks.annotations import Annotations, LabelResolver, annotated_track_ids, judged_as_one_of
from shared.store.tracks.clips import Clips
from shared.store.tracks.decisions import AnsweringModel, Decisions, list_decisions, page_decided
from shared.store.tracks.file_states import failing_file
from shared.store.tracks.merges import Merges
from shared.store.tracks.missing_tracks import MissingWanted
from shared.store.tracks.repository import Tracks

router = APIRouter(prefix="/tracks", tags=["tracks"])

TRACK_RESPONSES: dict[int | str, dict[str, Any]] = {
    307: {"description": "Another track stands for this one: it is at `Location`"},
    404: {"model": Problem},
}


@router.get("", responses={422: {"model": Problem}})
def list_tracks(
    ports: PortsDep,
    labelled: Annotated[bool | None, Query(description="Only (or no) tracks that somebody judged")] = None,
    emotion: Annotated[
        list[Annotated[str, Field(pattern=TEXT)]] | None,
        Query(description="Only tracks that are decided so, as `/tracks/<id>/emotion` says it"),
    ] = None,
    judged_as: Annotated[
        list[Annotated[str, Field(pattern=TEXT)]] | None,
        Query(description="Only tracks that somebody judged so, whoever was right"),
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
    synthetic: Annotated[bool | None, Query(description="Only (or no) tracks of the demo library")] = None,
    missing: MissingQuery = MissingWanted.NO,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> TrackPage:
    """Tracks with what stands for them and with their labels, in the order in which they came."""
    ids = judged_as_one_of(judged_as) if judged_as else annotated_track_ids() if labelled else None
    but = annotated_track_ids() if labelled is False else None
    libraries = (False, True) if synthetic is None else (synthetic,)
    decisions = _decisions(ports, taxonomy, libraries, emotions=emotion or ())
    with ports.store.read() as session:
        if emotion:
            rows = page_decided(
                session, decisions, emotion, after=cursor, limit=limit, search=q, ids=ids, but=but, missing=missing
            )
        else:
            rows = list(
                Tracks(session).page(
                    after=cursor, limit=limit, search=q, ids=ids, but=but, synthetic=synthetic, missing=missing
                )
            )
        documents = _documents(session, rows, decisions)
        n_not_scored = sum(ports.not_scored.count(session, of_library) for of_library in decisions.values())
        n_missing = Tracks(session).count(synthetic=synthetic, missing=MissingWanted.ONLY)
    return TrackPage(
        items=documents,
        next=str(rows[-1].id) if len(rows) == limit else None,
        n_not_scored=n_not_scored,
        n_missing=n_missing,
    )


@router.get("/{track_id}", responses=TRACK_RESPONSES)
def show_track(track_id: TrackId, ports: PortsDep) -> TrackDocument:
    """One track with everything that is known of it."""
    spec = ports.spec.fingerprint
    with ports.store.read() as session:
        track = surviving_track(session, track_id)
        (document,) = _documents(session, [track], _decisions(ports, None, (track.synthetic,)))
        features = Features(session, spec=spec)
        found = features.many([track_id]).get(track_id)
        outdated = features.outdated_stages(track_id, stages=stages(ports.spec))
        clip = Clips(session).of([track_id]).get(track_id)
        file = failing_file(Tracks(session).sources([track_id])[track_id])
    document.clip = ClipDocument.of(clip) if clip else None
    document.features = FeaturesDocument.of(found, spec=spec, outdated=outdated, file=file)
    return document


@router.get(
    "/{track_id}/emotion",
    responses={
        **TRACK_RESPONSES,
        202: {"model": InWorkDocument, "description": "Still in work: ask again after `Retry-After` seconds"},
        409: {"model": Problem, "description": "Nothing is known: nobody labelled it, and no model may answer yet"},
        422: {"model": Problem, "description": "This track cannot be scored"},
    },
)
def show_emotion(
    track_id: TrackId, ports: PortsDep, wanted: WantedSets, taxonomy: TaxonomyQuery = None, model: WantedModel = None
) -> EmotionDocument:
    """The emotion of a track: a person's label; else what the champion, or the model asked for, predicts; else, where
    no model answers, the label consensus of playlists, tables and folders.
    """
    found = answer(ports, track_id, taxonomy, model_id=model)
    if isinstance(found, InWork):
        return in_work(track_id, found.stage, found.state)  # type: ignore[return-value]
    assert found.decision.answer is not None, "where nothing is known a problem was raised before"
    assert found.decision.decided_by is not None
    by = found.model_answer
    return EmotionDocument(
        track_id=track_id,
        taxonomy=found.taxonomy,
        emotion=found.decision.answer,
        decided_by=found.decision.decided_by,
        predicted=by.emotion if by else None,
        probabilities=by.by_name() if by else {},
        prediction_set=set_of(by.model, by.said.numbers, wanted) if by else None,
        sets=wanted.sets,
        coverage=wanted.coverage,
        set_promise=promise_of(wanted.sets, wanted.coverage),
        sure=sure_of(by.model, by.said) if by else None,
        basis=by.said.basis if by else None,
        valence_arousal=PointDocument.of(by.said.place) if by and by.said.place else None,
        valence_arousal_basis=by.said.place_basis if by else None,
        model=ModelReference.of(by.model) if by else None,
        label=LabelDocument.of(found.label) if found.label else None,
        synthetic=found.track.synthetic,
    )


class AnnotationBody(BaseModel):
    """A person's judgement: an emotion, tags, a place on Russell's plane, or several of them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"emotion": "sad", "taxonomy": "mood4"}})
    emotion: str | None = None
    taxonomy: str = Field(default="mood4", description="The words that `emotion` is of")
    tags: list[Annotated[str, Field(min_length=1, max_length=50, pattern=TEXT)]] = Field(
        default_factory=list, max_length=20, description="Free words"
    )
    valence: float | None = Field(
        default=None, ge=-1, le=1, allow_inf_nan=False, description="From unpleasant to pleasant"
    )
    arousal: float | None = Field(default=None, ge=-1, le=1, allow_inf_nan=False, description="From quiet to excited")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.taxonomy not in TAXONOMIES:
            raise ValueError(f"there is no taxonomy {self.taxonomy!r}; known are {', '.join(TAXONOMIES)}")
        emotions = TAXONOMIES[self.taxonomy].emotions
        if self.emotion is not None and self.emotion not in emotions:
            raise ValueError(f"emotion {self.emotion!r} is none of {', '.join(emotions)} ({self.taxonomy})")
        if self.emotion is None and not self.tags and self.valence is None and self.arousal is None:
            raise ValueError("say an emotion, tags, valence or arousal")
        return self


@router.put("/{track_id}/annotations/{annotator}", responses={**TRACK_RESPONSES, 422: {"model": Problem}})
def annotate(
    track_id: TrackId,
    annotator: Annotated[str, Path(min_length=1, max_length=100, pattern=TEXT, description="Who judges")],
    body: Annotated[AnnotationBody, Body()],
    ports: PortsDep,
    response: Response,
) -> AnnotationDocument:
    """Say what a person hears. From now on this stands over every model, playlist and table."""
    with ports.store.read() as session:
        surviving_track(session, track_id)
    person = Annotator(AnnotatorKind.PERSON, annotator)
    added = ports.store.transact(
        "annotation.append", lambda session: Annotations(session).append(track_id, person, **body.model_dump())
    )
    response.status_code = 201 if added else 200
    taxonomy = body.taxonomy if body.emotion is not None else None
    with ports.store.read() as session:
        mine = [a for a in Annotations(session).of([track_id])[track_id] if a.annotator == person]
    return AnnotationDocument.of(next(a for a in reversed(mine) if a.taxonomy == taxonomy))


def _decisions(
    ports: Ports, taxonomy: str | None, libraries: Sequence[bool], *, emotions: Sequence[str] = ()
) -> dict[bool, Decisions]:
    """What decides on the tracks of each library, by `synthetic`: in the taxonomy asked for, else in the one that
    answers where it has the words `emotions`, else in one that has them. Raises ProblemError for words of none.
    """
    return {
        synthetic: Decisions(_answering(ports, taxonomy, emotions, synthetic=synthetic), synthetic=synthetic)
        for synthetic in libraries
    }


def _answering(ports: Ports, taxonomy: str | None, emotions: Sequence[str], *, synthetic: bool) -> AnsweringModel:
    answering = answering_model(ports, taxonomy, synthetic=synthetic)
    if taxonomy is not None:
        for emotion in emotions:
            require_emotion(taxonomy, emotion)
        return answering
    if set(emotions) <= set(taxonomy_called(answering.taxonomy).emotions):
        return answering
    having = [name for name, words in TAXONOMIES.items() if set(emotions) <= set(words.emotions)]
    if not having:
        known = "; ".join(f"{name}: {', '.join(words.emotions)}" for name, words in TAXONOMIES.items())
        raise invalid("unknown_emotion", f"no taxonomy has {' and '.join(emotions)}; known are {known}")
    return answering_model(ports, having[0], synthetic=synthetic)


def _documents(session: Session, tracks: list[Track], decisions: dict[bool, Decisions]) -> list[TrackDocument]:
    """The documents of surviving tracks, without their features."""
    track_ids = [track.id for track in tracks]
    sources = Tracks(session).sources(track_ids)
    annotations = Annotations(session).of(track_ids)
    consensus = [LabelResolver(taxonomy).resolve(session, annotations) for taxonomy in TAXONOMIES]
    decided = list_decisions(session, decisions, tracks)
    merges, members = Merges(session).of(track_ids), Merges(session).members(track_ids)
    return [
        TrackDocument.of(
            members[track_id],
            sources=sources[track_id],
            decided=decided[track_id],
            consensus=[of_taxonomy[track_id] for of_taxonomy in consensus if track_id in of_taxonomy],
            annotations=annotations[track_id],
            merges=merges[track_id],
        )
        for track_id in track_ids
    ]
