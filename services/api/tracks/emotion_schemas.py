"""What the API shows of the emotion of a track."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.api.personal.schemas import PERSONAL, PersonalResponse
from services.api.schemas.annotation import LabelResponse
from services.api.schemas.content_kind import CONTENT_KIND, REASON
from services.api.schemas.emotion_name import EMOTION_NAME
from services.api.schemas.model import ModelReference
from services.api.schemas.track_record import TRACK_RECORD, TrackRecordResponse
from services.api.schemas.valence_arousal import BASIS, DECIDED_BY, VALENCE_AROUSAL, ValenceArousalResponse
from services.api.schemas.vocabulary import (
    ContentKindName,
    DecidedByName,
    NoEmotionReason,
    PredictionBasisName,
    SetsName,
)


class EmotionResponse(BaseModel):
    """The emotion of a track: a person's label; else what the model predicts; else, where no model answers, the label
    consensus of playlists, tables and folders.
    """

    track_id: UUID
    taxonomy: str
    emotion: str | None = Field(
        description="Null for a track that is no music and that nobody gave a mood, and where the model says that it "
        "is none of its emotions"
    )
    emotion_name: str | None = EMOTION_NAME
    decided_by: DecidedByName | None = DECIDED_BY
    reason: NoEmotionReason | None = REASON
    content_kind: ContentKindName | None = CONTENT_KIND
    predicted: str | None = Field(description="What the model says, whoever decided; null where none answers")
    probabilities: dict[str, float]
    prediction_set: list[str] | None = Field(
        description="Every emotion that cannot be excluded at `coverage`, the likeliest first; null for old models, "
        "and for what is no music"
    )
    sets: SetsName = Field(description="`marginal` or `by_class`: which promise the set makes")
    coverage: float
    set_promise: str = Field(description="The promise of the set in words; it says nothing of a single answer")
    sure: bool | None = Field(
        description="Whether answers of `predicted` with so high a probability were right in 90 of 100, on artists "
        "that the model had not heard; null for old models, where `basis` is `in_sample`, and for what is no music"
    )
    basis: PredictionBasisName | None = BASIS
    valence_arousal: ValenceArousalResponse | None = VALENCE_AROUSAL
    valence_arousal_basis: PredictionBasisName | None = Field(
        default=None, description="As `basis`; of a training track there are no out-of-fold ones"
    )
    model: ModelReference | None = Field(description="Null where no model answers: annotators decided")
    track_record: TrackRecordResponse | None = TRACK_RECORD
    label: LabelResponse | None
    personal: PersonalResponse | None = PERSONAL
    synthetic: bool
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "track_id": "019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001",
                "taxonomy": "mood4",
                "emotion": "calm",
                "emotion_name": "calm",
                "decided_by": "model",
                "predicted": "calm",
                "probabilities": {"calm": 0.81, "sad": 0.12, "energetic": 0.02, "happy": 0.05},
                "prediction_set": ["calm", "sad"],
                "sets": "marginal",
                "coverage": 0.9,
                "basis": "held_out",
                "set_promise": "of 100 songs, the set holds the right word in 90",
                "sure": False,
                "model": {
                    "id": "019aa0f3-0000-7000-8000-000000000000",
                    "version": 1,
                    "estimator": "svm",
                    "inputs": "descriptors",
                    "taxonomy": "mood4",
                    "starter": False,
                    "derived": False,
                    "href": "/models/019aa0f3-0000-7000-8000-000000000000",
                },
                "label": {
                    "taxonomy": "mood4",
                    "emotion": "sad",
                    "emotion_name": "sad",
                    "annotator": {"kind": "playlist", "name": "rainy days"},
                    "at": "2026-01-05T18:30:00Z",
                    "shares": {"sad": 1.0},
                    "n_voices": 1,
                },
                "synthetic": False,
            }
        }
    )
