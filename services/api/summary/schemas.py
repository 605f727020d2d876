"""What the API shows of a library as a whole."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.schemas.emotion_name import EMOTION_NAME
from services.api.schemas.model import ModelReference
from services.api.schemas.track_record import LIBRARY, TRAINING_CLIPS
from services.api.schemas.vocabulary import list_words

HELD_OUT = "held_out"
"""What the accuracy of an own model was measured on."""


class SummaryTrackResponse(BaseModel):
    """A track as a list names it."""

    id: UUID
    title: str | None
    artist: str | None
    duration_s: float | None
    href: str


class MoodSummaryResponse(BaseModel):
    """The tracks that are decided to be one emotion."""

    emotion: str
    emotion_name: str | None = EMOTION_NAME
    n_tracks: int = Field(description="As `GET /tracks?emotion=…` lists them")
    n_unsure: int = Field(
        description="Of them, tracks that a model decided and whose prediction set holds three emotions or more"
    )
    duration_s: float = Field(description="Of the tracks whose duration is known")
    by_probability: list[int] = Field(
        description="Tracks that the model decided, by the probability of its answer: twenty bins of equal width"
    )
    examples: list[SummaryTrackResponse] = Field(description="The first three of the list")


class AnswerAccuracyResponse(BaseModel):
    """How often answers of one emotion were right."""

    emotion: str
    emotion_name: str | None = EMOTION_NAME
    right: int
    answered: int


class ModelAccuracyResponse(BaseModel):
    """How often the answering model was right, on what it had not learned from."""

    measured_on: Annotated[str, list_words(TRAINING_CLIPS, LIBRARY, HELD_OUT)] = Field(
        description="`training_clips`: the starter on the clips that it was made from, held out; `library`: the "
        "starter on your labelled tracks; `held_out`: an own model on artists that were not in its training",
    )
    right: int
    answered: int
    accuracy: float = Field(description="As the model's card states it; else `right` of `answered`")
    low: float | None = Field(description="The lower end of its 95 % interval; null where none was computed")
    high: float | None = Field(description="The upper end")
    chance: float | None = Field(description="The accuracy of guessing by the frequency of each emotion")
    by_emotion: list[AnswerAccuracyResponse]


class SummaryResponse(BaseModel):
    """A library in counts. Missing tracks are in `n_missing` alone, and a recording counts once."""

    taxonomy: str = Field(description="Of `moods`")
    synthetic: bool = Field(description="Whether this is the demo library")
    counted_at: datetime = Field(description="When it was counted: a large library is counted beside requests")
    n_tracks: int = Field(description="The sum of the next five")
    n_analysed: int
    n_pending: int = Field(description="With audio, and not analysed yet")
    n_stale: int = Field(description="Analysed by an older version only: `POST /features/recompute` does it again")
    n_failed: int
    n_without_audio: int
    n_missing: int = Field(description="Tracks whose last file is gone")
    failures: dict[str, int] = Field(description="Of `n_failed`, by reason")
    duration_s: float = Field(description="Of all tracks with a mood whose duration is known")
    moods: list[MoodSummaryResponse] = Field(description="In the order of the taxonomy")
    decided_by: dict[str, int] = Field(
        description="Of the tracks in `moods`, by `person`, `model`, `playlist`, `import`"
    )
    n_none: int = Field(description="Tracks that are none of the emotions, as the model says")
    n_not_music: int
    not_music: dict[str, int] = Field(description="Of `n_not_music`, by what is heard")
    n_undecided: int = Field(description="Tracks without an answer: not analysed, or not scored yet")
    model: ModelReference | None = Field(description="Who answers; null where no model does")
    accuracy: ModelAccuracyResponse | None = Field(description="null where nobody answers, or it was not measured")
