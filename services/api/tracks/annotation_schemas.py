"""What the API shows of annotations one by one."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.api.schemas.annotation import AnnotationResponse
from shared.store.tracks.withdrawals import GivenAnnotation


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
