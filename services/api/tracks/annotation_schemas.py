"""What a person says of a track, and what the API shows of annotations one by one."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.api.deps import TEXT
from services.api.schemas.annotation import AnnotationResponse
from shared.domain.emotion import TAXONOMIES, find_emotion
from shared.store.tracks.withdrawals import GivenAnnotation


class AnnotateRequest(BaseModel):
    """A person's annotation: an emotion, tags, valence and arousal, or several of them."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"emotion": "sad", "taxonomy": "mood4"}}
    )
    emotion: str | None = Field(default=None, description="One of the taxonomy, or its word: `Q1` or `happy`")
    taxonomy: str = Field(default="mood4", description="The words that `emotion` is of")
    tags: list[Annotated[str, Field(min_length=1, max_length=50, pattern=TEXT)]] = Field(
        default_factory=list, max_length=20, description="Free words"
    )
    valence: float | None = Field(
        default=None, ge=-1, le=1, allow_inf_nan=False, description="From unpleasant to pleasant"
    )
    arousal: float | None = Field(default=None, ge=-1, le=1, allow_inf_nan=False, description="From quiet to excited")

    @model_validator(mode="after")
    def _check_known(self) -> Self:
        if self.taxonomy not in TAXONOMIES:
            raise ValueError(f"there is no taxonomy {self.taxonomy!r}; known are {', '.join(TAXONOMIES)}")
        taxonomy = TAXONOMIES[self.taxonomy]
        if self.emotion is not None:
            emotion = find_emotion(taxonomy, self.emotion)
            if emotion is None:
                known = ", ".join(taxonomy.emotions)
                raise ValueError(f"emotion {self.emotion!r} is none of {known} ({self.taxonomy})")
            self.emotion = emotion
        if self.emotion is None and not self.tags and self.valence is None and self.arousal is None:
            raise ValueError("say an emotion, tags, valence or arousal")
        return self


class GivenAnnotationResponse(AnnotationResponse):
    """An annotation, and what became of it."""

    state: Literal["standing", "superseded", "withdrawn"] = Field(
        description="`standing`: the latest of its annotator in its taxonomy, and it counts; `superseded`: its "
        "annotator said something else later; `withdrawn`: its annotator took it back, and it counts nowhere"
    )
    withdrawn_at: datetime | None = Field(default=None, description="When it was taken back")

    @classmethod
    def from_given(cls, given: GivenAnnotation) -> "GivenAnnotationResponse":
        """The response for an annotation with its state."""
        state = "withdrawn" if given.withdrawn_at else "standing" if given.is_latest else "superseded"
        fields = AnnotationResponse.from_annotation(given.annotation).model_dump()
        return cls.model_validate({**fields, "state": state, "withdrawn_at": given.withdrawn_at})


class WithdrawalResponse(BaseModel):
    """What was taken back."""

    withdrawn: list[AnnotationResponse] = Field(description="What counted until now")
