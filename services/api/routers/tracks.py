"""`/tracks`: what was crawled, who judged it, and its emotion."""

from typing import Annotated, Self

from fastapi import APIRouter, Body, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.api.deps import TEXT, Coverage, Cursor, Limit, PortsDep, TaxonomyQuery, TrackId, WantedModel
from services.api.documents import (
    EmotionDocument,
    FeaturesDocument,
    InWorkDocument,
    LabelDocument,
    ModelReference,
    Page,
    Problem,
    TrackDocument,
)
from services.api.errors import not_found
from services.api.scoring import InWork, answer
from shared.domain.annotation import Annotation, Annotator, AnnotatorKind, Label, derive_label
from shared.domain.emotion import TAXONOMIES
from shared.store.annotations import Annotations, annotated_track_ids, judged_as
from shared.store.features import Features
from shared.store.tracks import Tracks

router = APIRouter(prefix="/tracks", tags=["tracks"])

_RETRY_AFTER_S = 2


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
        sources = tracks.sources([track.id for track in rows])
        annotations = Annotations(session).of([track.id for track in rows])
    documents = [
        TrackDocument.of(
            track, sources=sources[track.id], labels=_labels(annotations[track.id]), annotations=annotations[track.id]
        )
        for track in rows
    ]
    return Page(items=documents, next=str(rows[-1].id) if len(rows) == limit else None)


@router.get("/{track_id}", responses={404: {"model": Problem}})
def show_track(track_id: TrackId, ports: PortsDep) -> TrackDocument:
    """One track with everything that is known of it."""
    with ports.store.read() as session:
        tracks = Tracks(session)
        track = tracks.get(track_id)
        if track is None:
            raise not_found("track", track_id)
        sources = tracks.sources([track_id])[track_id]
        annotations = Annotations(session).of([track_id])[track_id]
        spec = ports.spec.fingerprint
        found = Features(session, spec=spec).get(track_id)
    features = (
        FeaturesDocument(state=found.state, spec=spec, reason=found.reason, detail=found.detail)
        if found
        else FeaturesDocument(state="absent", spec=spec)
    )
    return TrackDocument.of(
        track, sources=sources, labels=_labels(annotations), annotations=annotations, features=features
    )


@router.get(
    "/{track_id}/emotion",
    responses={
        202: {"model": InWorkDocument, "description": "Still in work: ask again after `Retry-After` seconds"},
        404: {"model": Problem},
        409: {"model": Problem, "description": "No model may answer yet"},
        422: {"model": Problem, "description": "This track cannot be scored"},
    },
)
def show_emotion(
    track_id: TrackId, ports: PortsDep, coverage: Coverage, taxonomy: TaxonomyQuery = None, model: WantedModel = None
) -> EmotionDocument:
    """The emotion of a track, from the champion or the model asked for; a person's label stands over it."""
    found = answer(ports, track_id, taxonomy, coverage=coverage, model_id=model)
    if isinstance(found, InWork):
        waiting = InWorkDocument(
            track_id=track_id, stage=found.stage, state=found.state,
            detail=f"the track waits for {found.stage} ({found.state}); ask again in {_RETRY_AFTER_S} s",
        )  # fmt: skip
        body = waiting.model_dump(mode="json")
        return JSONResponse(body, 202, headers={"Retry-After": str(_RETRY_AFTER_S)})  # type: ignore[return-value]
    return EmotionDocument(
        track_id=track_id,
        taxonomy=found.model.taxonomy,
        emotion=found.emotion,
        decided_by=found.decided_by,
        predicted=found.predicted,
        probabilities=found.probabilities,
        prediction_set=found.prediction_set,
        coverage=coverage,
        model=ModelReference.of(found.model),
        label=LabelDocument.of(found.label) if found.label else None,
        synthetic=found.track.synthetic,
    )


class AnnotationBody(BaseModel):
    """A person's judgement."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"emotion": "sad", "taxonomy": "mood4"}})
    emotion: str
    taxonomy: str = Field(default="mood4", description="The words that `emotion` is of")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.taxonomy not in TAXONOMIES:
            raise ValueError(f"there is no taxonomy {self.taxonomy!r}; known are {', '.join(TAXONOMIES)}")
        emotions = TAXONOMIES[self.taxonomy].emotions
        if self.emotion not in emotions:
            raise ValueError(f"emotion {self.emotion!r} is none of {', '.join(emotions)} ({self.taxonomy})")
        return self


@router.put("/{track_id}/annotations/{annotator}", responses={404: {"model": Problem}, 422: {"model": Problem}})
def annotate(
    track_id: TrackId,
    annotator: Annotated[str, Path(min_length=1, max_length=100, pattern=TEXT, description="Who judges")],
    body: Annotated[AnnotationBody, Body()],
    ports: PortsDep,
    response: Response,
) -> LabelDocument:
    """Say what a person hears. From now on this stands over every model, playlist and table."""
    with ports.store.read() as session:
        if Tracks(session).get(track_id) is None:
            raise not_found("track", track_id)
    person = Annotator(AnnotatorKind.PERSON, annotator)
    added = ports.store.transact(
        "annotation.append",
        lambda session: Annotations(session).append(track_id, person, taxonomy=body.taxonomy, emotion=body.emotion),
    )
    response.status_code = 201 if added else 200
    with ports.store.read() as session:
        mine = [a for a in Annotations(session).of([track_id])[track_id] if a.annotator == person]
    return LabelDocument.of(next(a for a in reversed(mine) if a.taxonomy == body.taxonomy))


def _labels(annotations: list[Annotation]) -> list[Label]:
    derived = [derive_label(annotations, taxonomy=taxonomy) for taxonomy in TAXONOMIES]
    return [label for label in derived if label is not None]
