"""What the API shows of valence and arousal."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, Field

from services.api.schemas.model import is_starter
from services.api.schemas.vocabulary import QuadrantName
from shared.domain.emotion import locate_quadrant
from shared.domain.targets import ValenceArousal
from shared.store.tables import Model


class ValenceArousalResponse(BaseModel):
    """A point on Russell's plane, as a model predicts it."""

    valence: float = Field(description="-1 unpleasant to 1 pleasant")
    arousal: float = Field(description="-1 quiet to 1 excited")
    quadrant: QuadrantName | None = Field(description="By the signs; null on an axis")

    @classmethod
    def from_valence_arousal(cls, point: ValenceArousal) -> Self:
        """The response for valence and arousal."""
        valence, arousal = (round(number, 6) for number in point)
        return cls(valence=valence, arousal=arousal, quadrant=locate_quadrant(valence, arousal))


PROBABILITIES = Field(
    default=None,
    description="Of the starter, which learned from positive and negative songs: the probability that the song is "
    "pleasant (`valence`) and excited (`arousal`). Valence and arousal are twice that less 1, so they say how sure it "
    "is, not how pleasant. Null for an own model",
)


def probabilities_of_point(model: Model, numbers: Mapping[str, float]) -> dict[str, float] | None:
    """The probabilities that a starter's valence and arousal, in [-1, 1], stand for; None for an own model."""
    if not is_starter(model):
        return None
    return {name: round((number + 1) / 2, 6) for name, number in numbers.items()}


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
