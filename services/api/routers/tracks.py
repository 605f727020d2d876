"""`/tracks`: what was crawled, who judged it, and its emotion."""

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.orm import Session

from services.api.deps import (
    TEXT,
    Cursor,
    Limit,
    PortsDep,
    TaxonomyQuery,
    TrackId,
    WantedModel,
    WantedSets,
    surviving_track,
)
from services.api.documents import (
    AnnotationDocument,
    ClipDocument,
    EmotionDocument,
    FeaturesDocument,
    InWorkDocument,
    LabelDocument,
    ModelReference,
    Page,
    Problem,
    TrackDocument,
)
from services.api.documents_plane import PointDocument
from services.api.labels import stand_in_all
from services.api.scoring import InWork, answer
from services.api.waiting import in_work
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import TAXONOMIES
from shared.registry.prediction_sets import promise_of
from shared.store.annotations import Annotations, annotated_track_ids, judged_as
from shared.store.clips import Clips
from shared.store.features import Features
from shared.store.merges import Merges
from shared.store.tracks import Tracks

router = APIRouter(prefix="/tracks", tags=["tracks"])

_ONE: dict[int | str, dict[str, Any]] = {
    307: {"description": "Another track stands for this one: it is at `Location`"},
    404: {"model": Problem},
}


@router.get("", responses={422: {"model": Problem}})
def list_tracks(
    ports: PortsDep,
    labelled: Annotated[bool | None, Query(description="Only (or no) tracks that somebody judged")] = None,
    emotion: Annotated[
        list[Annotated[str, Field(pattern=TEXT)]] | None, Query(description="Only tracks that somebody judged so")
    ] = None,
    q: Annotated[str | None, Query(description="Part of title or artist", max_length=200, pattern=TEXT)] = None,
    synthetic: Annotated[bool | None, Query(description="Only (or no) tracks of the demo library")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TrackDocument]:
    """Tracks with their labels, in the order in which they came."""
    ids = judged_as(emotion) if emotion else annotated_track_ids() if labelled else None
    but = annotated_track_ids() if labelled is False else None
    with ports.store.read() as session:
        tracks = Tracks(session)
        rows = tracks.page(after=cursor, limit=limit, search=q, ids=ids, but=but, synthetic=synthetic)
        documents = _documents(session, [track.id for track in rows])
    return Page(items=documents, next=str(rows[-1].id) if len(rows) == limit else None)


@router.get("/{track_id}", responses=_ONE)
def show_track(track_id: TrackId, ports: PortsDep) -> TrackDocument:
    """One track with everything that is known of it."""
    spec = ports.spec.fingerprint
    with ports.store.read() as session:
        surviving_track(session, track_id)
        (document,) = _documents(session, [track_id])
        found = Features(session, spec=spec).many([track_id]).get(track_id)
        clip = Clips(session).of([track_id]).get(track_id)
    document.clip = ClipDocument.of(clip) if clip else None
    document.features = (
        FeaturesDocument(state=found.state, spec=spec, reason=found.reason, detail=found.detail)
        if found
        else FeaturesDocument(state="absent", spec=spec)
    )
    return document


@router.get(
    "/{track_id}/emotion",
    responses={
        **_ONE,
        202: {"model": InWorkDocument, "description": "Still in work: ask again after `Retry-After` seconds"},
        409: {"model": Problem, "description": "No model may answer yet"},
        422: {"model": Problem, "description": "This track cannot be scored"},
    },
)
def show_emotion(
    track_id: TrackId, ports: PortsDep, wanted: WantedSets, taxonomy: TaxonomyQuery = None, model: WantedModel = None
) -> EmotionDocument:
    """The emotion of a track, from the champion or the model asked for; a person's label stands over it."""
    found = answer(ports, track_id, taxonomy, wanted=wanted, model_id=model)
    if isinstance(found, InWork):
        return in_work(track_id, found.stage, found.state)  # type: ignore[return-value]
    return EmotionDocument(
        track_id=track_id,
        taxonomy=found.model.taxonomy,
        emotion=found.emotion,
        decided_by=found.decided_by,
        predicted=found.predicted,
        probabilities=found.probabilities,
        prediction_set=found.prediction_set,
        sets=wanted.sets,
        coverage=wanted.coverage,
        set_promise=promise_of(wanted.sets, wanted.coverage),
        sure=found.sure,
        valence_arousal=PointDocument.of(found.place) if found.place else None,
        model=ModelReference.of(found.model),
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


@router.put("/{track_id}/annotations/{annotator}", responses={**_ONE, 422: {"model": Problem}})
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


def _documents(session: Session, track_ids: list[UUID]) -> list[TrackDocument]:
    """The documents of surviving tracks, without their features."""
    sources = Tracks(session).sources(track_ids)
    annotations = Annotations(session).of(track_ids)
    standings = stand_in_all(session, annotations)
    merges, members = Merges(session).of(track_ids), Merges(session).members(track_ids)
    return [
        TrackDocument.of(
            members[track_id], sources=sources[track_id], standings=standings[track_id],
            annotations=annotations[track_id], merges=merges[track_id],
        )
        for track_id in track_ids
    ]  # fmt: skip
