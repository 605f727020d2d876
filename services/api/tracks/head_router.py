"""`/tracks/<id>/tags` and `/tracks/<id>/valence-arousal`: heads without classes."""

from fastapi import APIRouter

from services.api.deps import TRACK_RESPONSES, PortsDep, TrackId, WantedModel
from services.api.pending_responses import PENDING, pending_response
from services.api.schemas.model import ModelReference
from services.api.schemas.problem import ProblemDetails, ResponsesByStatus
from services.api.schemas.valence_arousal import probabilities_of_point
from services.api.tracks.head_schemas import TrackTagsResponse, TrackValenceArousalResponse
from services.api.tracks.service import ModelPrediction, predict_head
from services.api.tracks.unscored import PendingTrack
from shared.domain.emotion import locate_quadrant
from shared.domain.head import PLANE, TAG_SET, VALENCE_AROUSAL
from shared.domain.labels import decide_between
from shared.domain.targets import ValenceArousal, consensus_tags, consensus_valence_arousal
from shared.inference.decoding import chosen_tags

router = APIRouter(prefix="/tracks", tags=["tracks"])

_RESPONSES: ResponsesByStatus = {
    **PENDING,
    **TRACK_RESPONSES,
    409: {
        "model": ProblemDetails,
        "description": "Nothing is known: nobody said anything, and no model may answer yet",
    },
    422: {"model": ProblemDetails, "description": "This track cannot be scored"},
}


@router.get("/{track_id}/tags", responses=_RESPONSES)
def show_tags(track_id: TrackId, ports: PortsDep, model: WantedModel = None) -> TrackTagsResponse:
    """The tags of a track: a person's; else those of the champion or the model asked for; else other annotators'."""
    result = predict_head(ports, track_id, TAG_SET, model, consensus=consensus_tags)
    if isinstance(result, PendingTrack):
        return pending_response(track_id, result.stage, result.state)  # type: ignore[return-value]
    track, annotations, prediction = result
    annotated = consensus_tags(annotations)
    predicted = _chosen_tags(prediction) if prediction else None
    decision = decide_between(annotated, None if predicted is None else tuple(predicted))
    assert decision.decided_by is not None, "where nothing is known a problem was raised before"
    return TrackTagsResponse(
        track_id=track_id,
        tags=list(decision.answer or ()),
        decided_by=decision.decided_by,
        predicted=predicted,
        probabilities=prediction.numbers_by_class() if prediction else {},
        thresholds=prediction.model.metrics["thresholds"] if prediction else {},
        basis=prediction.output.basis if prediction else None,
        annotated=list(annotated.answer) if annotated else [],
        model=ModelReference.from_row(prediction.model) if prediction else None,
        synthetic=track.synthetic,
    )


@router.get("/{track_id}/valence-arousal", responses=_RESPONSES)
def show_place(track_id: TrackId, ports: PortsDep, model: WantedModel = None) -> TrackValenceArousalResponse:
    """Valence and arousal of a track: a person's; else the model's; else, where no model answers, other annotators'."""
    result = predict_head(ports, track_id, PLANE, model, consensus=consensus_valence_arousal)
    if isinstance(result, PendingTrack):
        return pending_response(track_id, result.stage, result.state)  # type: ignore[return-value]
    track, annotations, prediction = result
    annotated, predicted = consensus_valence_arousal(annotations), prediction.numbers_by_class() if prediction else None
    decision = decide_between(annotated, _valence_arousal(predicted) if predicted else None)
    assert decision.answer is not None, "where nothing is known a problem was raised before"
    assert decision.decided_by is not None
    valence, arousal = decision.answer
    return TrackValenceArousalResponse(
        track_id=track_id,
        valence=valence,
        arousal=arousal,
        quadrant=locate_quadrant(valence, arousal),
        decided_by=decision.decided_by,
        predicted=predicted,
        probabilities=probabilities_of_point(prediction.model, predicted) if prediction and predicted else None,
        basis=prediction.output.basis if prediction else None,
        annotated=dict(zip(VALENCE_AROUSAL.outputs, annotated.answer, strict=True)) if annotated else None,
        model=ModelReference.from_row(prediction.model) if prediction else None,
        synthetic=track.synthetic,
    )


def _chosen_tags(prediction: ModelPrediction) -> list[str]:
    return chosen_tags(prediction.model.metrics, prediction.model.card["classes"], prediction.output.numbers)


def _valence_arousal(numbers: dict[str, float]) -> ValenceArousal:
    return numbers["valence"], numbers["arousal"]
