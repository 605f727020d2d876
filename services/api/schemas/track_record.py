"""How often answers of a starter were right: on the clips it was made from, then on this library."""

from pydantic import BaseModel, Field

from services.api.schemas.vocabulary import MeasuredOnName

TRAINING_CLIPS, LIBRARY = "training_clips", "library"
"""What a track record was measured on."""


class TrackRecordResponse(BaseModel):
    """How often answers like this one were right."""

    measured_on: MeasuredOnName = Field(
        description="`training_clips`: the clips that the starter was made from, held out, until 50 of your "
        "labels have judged it; then `library`: your labelled tracks that are new to it"
    )
    right: int = Field(description="Answers of this emotion that were right")
    answered: int = Field(description="Answers of this emotion")
    judged: int = Field(description="Clips or labelled tracks that were judged, of all emotions")
    sentence: str


TRACK_RECORD = Field(
    default=None,
    description="How often such answers of the starter were right; null for an own model, whose card says it, for a "
    "derived answer, which was not measured, and where the starter has no answer",
)
