"""From what was decided of a track to what the API shows of it."""

from uuid import UUID

from services.api.personal.schemas import PersonalResponse
from services.api.schemas.annotation import LabelResponse
from services.api.schemas.content_kind import explain_no_emotion
from services.api.schemas.model import ModelReference, is_starter
from services.api.schemas.track_record import TrackRecordResponse
from services.api.schemas.valence_arousal import ValenceArousalResponse
from services.api.tracks.emotion_schemas import EmotionResponse
from services.api.tracks.service import TrackEmotion, compute_prediction_set, is_model_sure
from shared.domain.emotion import name_emotion
from shared.domain.prediction import PredictionBasis
from shared.metrics.prediction_sets import RequestedSets, describe_guarantee


def build_emotion_response(
    track_id: UUID, result: TrackEmotion, wanted: RequestedSets, *, track_record: TrackRecordResponse | None
) -> EmotionResponse:
    """The response for the emotion of a track."""
    is_music = result.content_kind is None
    prediction = result.prediction
    assert result.decision.answer or not is_music or prediction, "where nothing is known a problem was raised before"
    return EmotionResponse(
        track_id=track_id,
        taxonomy=result.taxonomy,
        emotion=result.decision.answer,
        emotion_name=name_emotion(result.taxonomy, result.decision.answer),
        decided_by=result.decision.decided_by,
        reason=explain_no_emotion(result.decision.answer, result.content_kind),
        content_kind=result.content_kind,
        predicted=prediction.top_emotion if prediction else None,
        probabilities=prediction.numbers_by_class() if prediction else {},
        prediction_set=compute_prediction_set(prediction.model, prediction.output.numbers, wanted)
        if prediction and is_music and result.is_shared
        else None,
        sets=wanted.sets,
        coverage=wanted.coverage,
        set_promise=describe_guarantee(
            wanted.sets, wanted.coverage, is_starter=prediction is not None and is_starter(prediction.model)
        ),
        sure=is_model_sure(prediction.model, prediction.output)
        if prediction and is_music and result.is_shared
        else None,
        basis=prediction.output.basis if prediction else None,
        valence_arousal=ValenceArousalResponse.from_valence_arousal(prediction.output.valence_arousal)
        if prediction and prediction.output.valence_arousal
        else None,
        valence_arousal_basis=prediction.output.valence_arousal_basis if prediction else None,
        model=ModelReference.from_row(prediction.model) if prediction else None,
        track_record=track_record,
        label=LabelResponse.from_label(result.label) if result.label else None,
        personal=PersonalResponse.from_view(result.personal) if result.personal else None,
        synthetic=result.synthetic,
    )


def has_track_record(result: TrackEmotion) -> bool:
    """Whether it is said how often such answers were right: of a starter that has not seen the track."""
    prediction = result.prediction
    return (
        prediction is not None
        and result.content_kind is None
        and result.is_shared
        and is_starter(prediction.model)
        and prediction.output.basis is PredictionBasis.HELD_OUT
    )
