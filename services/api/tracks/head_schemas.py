"""What the API shows of tags, and of valence and arousal."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.api.schemas.model import ModelReference
from services.api.schemas.valence_arousal import BASIS, DECIDED_BY, PROBABILITIES
from services.api.schemas.vocabulary import DecidedByName, PredictionBasisName, QuadrantName


class TrackTagsResponse(BaseModel):
    """The tags of a track."""

    track_id: UUID
    tags: list[str] = Field(
        description="A person's where one gave any, else what the model chose, else, where no model answers, those of "
        "the other annotators"
    )
    decided_by: DecidedByName = DECIDED_BY
    predicted: list[str] | None = Field(
        description="At or above their thresholds, the likeliest first; may be empty; null where no model answers"
    )
    probabilities: dict[str, float] = Field(description="Of each tag by itself: they do not sum to 1")
    thresholds: dict[str, float] = Field(description="From which probability on each tag is given")
    basis: PredictionBasisName | None = BASIS
    annotated: list[str] = Field(description="What the strongest annotators say, in small letters")
    model: ModelReference | None = Field(description="Null where no model answers: annotators decided")
    synthetic: bool


class UploadTagsResponse(BaseModel):
    """The tags of a song that was sent in."""

    name: str
    taxonomy: str = Field(description="tags")
    tags: list[str]
    predicted: list[str] = Field(description="The same: nobody has tagged the song")
    probabilities: dict[str, float]
    thresholds: dict[str, float]
    basis: PredictionBasisName = BASIS
    model: ModelReference
    duration_s: float | None
    track_id: UUID | None = Field(description="Where the song was to be kept: the track that it became")
    job_href: str


class UploadValenceArousalResponse(BaseModel):
    """Where a song that was sent in lies on Russell's plane."""

    name: str
    taxonomy: str = Field(description="valence_arousal")
    valence: float
    arousal: float
    quadrant: QuadrantName | None
    probabilities: dict[str, float] | None = PROBABILITIES
    basis: PredictionBasisName = BASIS
    model: ModelReference
    duration_s: float | None
    track_id: UUID | None
    job_href: str


class TrackValenceArousalResponse(BaseModel):
    """Where a track lies on Russell's plane."""

    track_id: UUID
    valence: float = Field(
        description="-1 unpleasant to 1 pleasant: a person's where one said it, else predicted, else, where no model "
        "answers, that of the other annotators"
    )
    arousal: float = Field(description="-1 quiet to 1 excited")
    quadrant: QuadrantName | None = Field(description="By the signs; null on an axis")
    decided_by: DecidedByName = DECIDED_BY
    predicted: dict[str, float] | None = Field(description="Null where no model answers")
    probabilities: dict[str, float] | None = PROBABILITIES
    basis: PredictionBasisName | None = BASIS
    annotated: dict[str, float] | None = Field(description="What the strongest annotators say")
    model: ModelReference | None = Field(description="Null where no model answers: annotators decided")
    synthetic: bool
