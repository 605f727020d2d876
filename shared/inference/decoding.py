"""What a model says of a track, in a word and in full: by the kind of its head. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.domain.emotion import QUADRANT4, locate_quadrant
from shared.domain.head import DIMENSIONS, get_head_kind
from shared.domain.prediction import is_none_of_classes

ON_AN_AXIS = "axis"
"""The word for a point on the plane that belongs to no quadrant."""


def decode_predictions(
    taxonomy: str, outputs: Sequence[str], predictions: NDArray[np.floating], *, none_below: float | None = None
) -> tuple[Sequence[str], list[int | None]]:
    """`(words, answers)`: which of `words` stands for each row of `predictions: (n, k)`: the likeliest emotion or
    tag, or the quadrant.

    None for a row whose highest probability is lower than `none_below`: the track is none of the emotions.
    """
    if get_head_kind(taxonomy) != DIMENSIONS:
        likeliest, highest = predictions.argmax(axis=1).tolist(), predictions.max(axis=1).tolist()
        rows = zip(likeliest, highest, strict=True)
        return outputs, [None if is_none_of_classes(top, none_below) else answer for answer, top in rows]
    words = (*QUADRANT4.emotions, ON_AN_AXIS)
    return words, [words.index(locate_quadrant(float(v), float(a)) or ON_AN_AXIS) for v, a in predictions]


def read_none_below(card: Mapping[str, Any]) -> float | None:
    """From which probability on a model answers one of its emotions; None for one that always does."""
    starter = card.get("starter")
    return starter.get("none_below") if starter else None


def chosen_tags(metrics: Mapping[str, Any], outputs: Sequence[str], probabilities: Sequence[float]) -> list[str]:
    """The tags whose probability is at or above their threshold, the likeliest first."""
    limits: Mapping[str, float] = metrics["thresholds"]
    likeliest = sorted(zip(probabilities, outputs, strict=True), reverse=True)
    return [tag for probability, tag in likeliest if probability >= limits[tag]]
