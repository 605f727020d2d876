"""What the API shows of valence and arousal."""

from typing import Self

from pydantic import BaseModel, Field

from shared.domain.emotion import locate_quadrant
from shared.domain.targets import ValenceArousal


class ValenceArousalResponse(BaseModel):
    """A point on Russell's plane, as a model predicts it."""

    valence: float = Field(description="-1 unpleasant to 1 pleasant")
    arousal: float = Field(description="-1 quiet to 1 excited")
    quadrant: str | None = Field(description="By the signs; null on an axis")

    @classmethod
    def from_valence_arousal(cls, point: ValenceArousal) -> Self:
        """The response for valence and arousal."""
        valence, arousal = (round(number, 6) for number in point)
        return cls(valence=valence, arousal=arousal, quadrant=locate_quadrant(valence, arousal))


VALENCE_AROUSAL = Field(
    default=None,
    description="As the same model predicts them, whoever decided; null for a model that predicts classes only",
)
"""Of the valence and arousal that come with an emotion."""

BASIS = Field(
    description="What the model's prediction rests on: `held_out` (the track is not in its training set), "
    "`out_of_fold` (it is; predicted by a model fitted without it), `in_sample` (predicted by the model that learned "
    "from it); null where no model answers"
)
"""Of the prediction in a response."""
DECIDED_BY = Field(description="`person`, `model`, `playlist` or `import`; null where nobody did")
"""Of a decision."""
