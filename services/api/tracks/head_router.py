"""`/tracks/<id>/tags` and `/tracks/<id>/valence-arousal`: answers that are no class."""

from typing import Any

from fastapi import APIRouter

from services.api.deps import PortsDep, TrackId, WantedModel
from services.api.jobs.pending import in_work
from services.api.schemas.common import InWorkDocument, ModelReference, Problem
from services.api.tracks.head_schemas import PlaceDocument, TagsDocument
from services.api.tracks.service import InWork, annotated_answer
from shared.domain.emotion import quadrant_of
from shared.domain.head import PLANE, TAG_SET, VALENCE_AROUSAL
from shared.domain.labels import decide_between
from shared.domain.targets import Place, consensus_tags, consensus_valence_arousal
from shared.inference.decoding import chosen_tags

router = APIRouter(prefix="/tracks", tags=["tracks"])

_ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"model": InWorkDocument, "description": "Still in work: ask again after `Retry-After` seconds"},
    404: {"model": Problem},
    409: {"model": Problem, "description": "Nothing is known: nobody said anything, and no model may answer yet"},
    422: {"model": Problem, "description": "This track cannot be scored"},
}


@router.get("/{track_id}/tags", responses=_ANSWERS)
def show_tags(track_id: TrackId, ports: PortsDep, model: WantedModel = None) -> TagsDocument:
    """The tags of a track: a person's; else those of the champion or the model asked for; else other annotators'."""
    found = annotated_answer(ports, track_id, TAG_SET, model, says=consensus_tags)
    if isinstance(found, InWork):
        return in_work(track_id, found.stage, found.state)  # type: ignore[return-value]
    track, annotations, said = found
    annotated = consensus_tags(annotations)
    predicted = chosen_tags(said.model.metrics, said.model.card["classes"], said.said.numbers) if said else None
    decision = decide_between(annotated, None if predicted is None else tuple(predicted))
    assert decision.decided_by is not None, "where nothing is known a problem was raised before"
    return TagsDocument(
        track_id=track_id,
        tags=list(decision.answer or ()),
        decided_by=decision.decided_by,
        predicted=predicted,
        probabilities=said.by_name() if said else {},
        thresholds=said.model.metrics["thresholds"] if said else {},
        basis=said.said.basis if said else None,
        annotated=list(annotated.answer) if annotated else [],
        model=ModelReference.of(said.model) if said else None,
        synthetic=track.synthetic,
    )


@router.get("/{track_id}/valence-arousal", responses=_ANSWERS)
def show_place(track_id: TrackId, ports: PortsDep, model: WantedModel = None) -> PlaceDocument:
    """Valence and arousal of a track: a person's; else the model's; else, where no model answers, other annotators'."""
    found = annotated_answer(ports, track_id, PLANE, model, says=consensus_valence_arousal)
    if isinstance(found, InWork):
        return in_work(track_id, found.stage, found.state)  # type: ignore[return-value]
    track, annotations, said = found
    annotated, predicted = consensus_valence_arousal(annotations), said.by_name() if said else None
    decision = decide_between(annotated, _point(predicted) if predicted else None)
    assert decision.answer is not None, "where nothing is known a problem was raised before"
    assert decision.decided_by is not None
    valence, arousal = decision.answer
    return PlaceDocument(
        track_id=track_id,
        valence=valence,
        arousal=arousal,
        quadrant=quadrant_of(valence, arousal),
        decided_by=decision.decided_by,
        predicted=predicted,
        basis=said.said.basis if said else None,
        annotated=dict(zip(VALENCE_AROUSAL.outputs, annotated.answer, strict=True)) if annotated else None,
        model=ModelReference.of(said.model) if said else None,
        synthetic=track.synthetic,
    )


def _point(numbers: dict[str, float]) -> Place:
    return numbers["valence"], numbers["arousal"]
