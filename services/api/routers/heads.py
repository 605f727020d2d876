"""`/tracks/<id>/tags` and `/tracks/<id>/valence-arousal`: answers that are no class."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.api.deps import Ports, PortsDep, TrackId, WantedModel, surviving_track
from services.api.documents import InWorkDocument, ModelReference, Problem
from services.api.documents_heads import PlaceDocument, TagsDocument
from services.api.scoring import InWork, candidates, first_that_can
from services.api.waiting import in_work
from shared.domain.annotation import Annotation, AnnotatorKind
from shared.domain.emotion import quadrant_of
from shared.domain.head import PLANE, TAG_SET, VALENCE_AROUSAL
from shared.domain.targets import deciding, place_heard, says_place, says_tags, tags_heard
from shared.registry.answering import chosen_tags
from shared.store.annotations import Annotations
from shared.store.tables import Model, Track

router = APIRouter(prefix="/tracks", tags=["tracks"])

_ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"model": InWorkDocument, "description": "Still in work: ask again after `Retry-After` seconds"},
    404: {"model": Problem},
    409: {"model": Problem, "description": "No model may answer yet"},
    422: {"model": Problem, "description": "This track cannot be scored"},
}


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What a model and people say of a track."""

    track: Track
    annotations: Sequence[Annotation]
    model: Model
    numbers: Sequence[float]

    def by_name(self) -> dict[str, float]:
        """The model's numbers."""
        return {name: round(number, 6) for name, number in zip(self.model.card["classes"], self.numbers, strict=True)}


@router.get("/{track_id}/tags", responses=_ANSWERS)
def show_tags(track_id: TrackId, ports: PortsDep, model: WantedModel = None) -> TagsDocument:
    """The tags of a track, from the champion or the model asked for; a person's tags stand over them."""
    said = _said(ports, track_id, TAG_SET, model)
    if isinstance(said, InWork):
        return in_work(track_id, said.stage, said.state)  # type: ignore[return-value]
    annotated = list(tags_heard(said.annotations))
    by_person = _is_by_person(deciding(said.annotations, says_tags))
    predicted = chosen_tags(said.model.metrics, said.model.card["classes"], said.numbers)
    return TagsDocument(
        track_id=track_id, tags=annotated if by_person else predicted, decided_by="person" if by_person else "model",
        predicted=predicted, probabilities=said.by_name(), thresholds=said.model.metrics["thresholds"],
        annotated=annotated, model=ModelReference.of(said.model), synthetic=said.track.synthetic,
    )  # fmt: skip


@router.get("/{track_id}/valence-arousal", responses=_ANSWERS)
def show_place(track_id: TrackId, ports: PortsDep, model: WantedModel = None) -> PlaceDocument:
    """Valence and arousal of a track, from the champion or the model asked for; a person's word stands over them."""
    said = _said(ports, track_id, PLANE, model)
    if isinstance(said, InWork):
        return in_work(track_id, said.stage, said.state)  # type: ignore[return-value]
    place = place_heard(said.annotations)
    annotated = dict(zip(VALENCE_AROUSAL.outputs, place, strict=True)) if place else None
    by_person = _is_by_person(deciding(said.annotations, says_place))
    answer = annotated if annotated and by_person else said.by_name()
    return PlaceDocument(
        track_id=track_id, valence=answer["valence"], arousal=answer["arousal"],
        quadrant=quadrant_of(answer["valence"], answer["arousal"]), decided_by="person" if by_person else "model",
        predicted=said.by_name(), annotated=annotated, model=ModelReference.of(said.model),
        synthetic=said.track.synthetic,
    )  # fmt: skip


def _said(ports: Ports, track_id: UUID, head: str, model_id: UUID | None) -> _Said | InWork:
    """Raises ProblemError: unknown track or model, no model, or a track that cannot be scored."""
    with ports.store.read() as session:
        track = surviving_track(session, track_id)
        annotations = Annotations(session).of([track_id])[track_id]
    found = first_that_can(ports, track, candidates(ports, head, synthetic=track.synthetic, model_id=model_id))
    if isinstance(found, InWork):
        return found
    model, said = found
    return _Said(track=track, annotations=annotations, model=model, numbers=said.numbers)


def _is_by_person(judged: Sequence[Annotation]) -> bool:
    return any(annotation.annotator.kind is AnnotatorKind.PERSON for annotation in judged)
