"""What the API shows of promotions, flips, evaluations and predictions for uploads."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.api.schemas.content_kind import CONTENT_KIND, REASON
from services.api.schemas.emotion_name import EMOTION_NAME
from services.api.schemas.model import ModelReference, ModelResponse
from services.api.schemas.track_record import TRACK_RECORD, TrackRecordResponse
from services.api.schemas.valence_arousal import BASIS, VALENCE_AROUSAL, ValenceArousalResponse
from services.api.schemas.vocabulary import ContentKindName, NoEmotionReason, PredictionBasisName, SetsName
from shared.domain.model_card import served_metrics
from shared.json_objects import JsonObject
from shared.store.tables import EvaluationRow, Model, ModelHistory


def model_response(model: Model) -> ModelResponse:
    """The response for a model row."""
    fields = ("state", "is_default", "synthetic", "card", "artefact_sha256", "created_at")
    return ModelResponse(
        **ModelReference.from_row(model).model_dump(),
        **{name: getattr(model, name) for name in fields},
        metrics=served_metrics(model.metrics),
    )


class PromotionResponse(ModelResponse):
    """The model that answers now, why, and the job that scores the library with it."""

    why: str
    job_href: str | None = Field(description="Null where nothing changed: it was the champion already")


class PromotionHistoryResponse(BaseModel):
    """A promotion or a roll-back."""

    id: int
    kind: str
    taxonomy: str
    inputs: str
    synthetic: bool
    from_model_id: UUID | None
    to_model_id: UUID | None
    who: str
    why: str
    n_tried: int | None
    """Of a promotion: the candidates, seeds and searched settings that were tried before it."""
    at: datetime

    @classmethod
    def from_row(cls, row: ModelHistory) -> "PromotionHistoryResponse":
        """The response for a history row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class EmotionFlipResponse(BaseModel):
    """A track whose emotion would change."""

    track_id: UUID
    title: str | None
    artist: str | None
    before: str
    after: str
    probability_before: float
    probability_after: float
    href: str


class EmotionChangeResponse(BaseModel):
    """How many tracks would go from one emotion to another."""

    before: str
    after: str
    tracks: int


class ModelComparisonResponse(BaseModel):
    """Two models compared, of any head."""

    model: ModelReference
    against: ModelReference = Field(description="The model that answers now")
    compared: int = Field(description="Tracks that both models have scored")
    flips: int = Field(description="Tracks whose answer would change")
    held: int = Field(description="Further differences that change nothing, because a person decides there")
    next: str | None


class EmotionFlipListResponse(ModelComparisonResponse):
    """What a promotion would change."""

    head: Literal["classes"] = "classes"
    changes: list[EmotionChangeResponse] = Field(description="The most frequent first")
    items: list[EmotionFlipResponse]


class EvaluationResponse(BaseModel):
    """How a model did on labelled tracks that were not in its training."""

    id: UUID
    model_id: UUID
    subset: JsonObject
    counts: JsonObject
    metrics: JsonObject
    made_at: datetime

    @classmethod
    def from_row(cls, row: EvaluationRow) -> "EvaluationResponse":
        """The response for an evaluation row."""
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "metrics"}
        return cls(**fields, metrics=served_metrics(row.metrics))


class UploadEmotionResponse(BaseModel):
    """The emotion of a song that was sent in."""

    name: str
    taxonomy: str
    emotion: str | None = Field(
        description="Null for a song that is no music, and that nobody gave a mood, and where the model says that it "
        "is none of its emotions"
    )
    emotion_name: str | None = EMOTION_NAME
    reason: NoEmotionReason | None = REASON
    content_kind: ContentKindName | None = CONTENT_KIND
    probabilities: dict[str, float]
    prediction_set: list[str] | None = Field(
        description="Every emotion that cannot be excluded at `coverage`, the likeliest first; null for old models, "
        "and for what is no music"
    )
    sets: SetsName = Field(description="`marginal` or `by_class`: which promise the set makes")
    coverage: float
    set_promise: str = Field(description="The promise of the set in words; it says nothing of a single answer")
    sure: bool | None = Field(
        description="Whether answers of `emotion` with so high a probability were right in 90 of 100, on artists that "
        "the model had not heard; null for old models, where `basis` is `in_sample`, and for what is no music"
    )
    valence_arousal: ValenceArousalResponse | None = VALENCE_AROUSAL
    basis: PredictionBasisName = BASIS
    model: ModelReference
    track_record: TrackRecordResponse | None = TRACK_RECORD
    duration_s: float | None
    track_id: UUID | None = Field(description="Where the song was to be kept: the track that it became")
    job_href: str
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "my song.mp3",
                "taxonomy": "mood4",
                "emotion": "calm",
                "emotion_name": "calm",
                "probabilities": {"calm": 0.61, "sad": 0.32, "energetic": 0.02, "happy": 0.05},
                "prediction_set": ["calm", "sad"],
                "sets": "marginal",
                "coverage": 0.9,
                "set_promise": "of 100 songs, the set holds the right word in 90",
                "sure": False,
                "basis": "held_out",
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
                "duration_s": 214.6,
                "track_id": "019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001",
                "job_href": "/jobs/019aa0f3-0000-7000-8000-000000000001",
            }
        }
    )
