"""Answers as sets: every emotion that cannot be excluded at a chosen coverage. Pure.

An emotion is in the set if its probability is high enough, where high enough was learned from what models said of
artists that they had not heard: the least ambiguous set-valued classifier (LAC) of Sadinle, Lei & Wasserman (2019),
with thresholds from out-of-fold rows as in cross-conformal prediction (Vovk 2015). The likeliest emotion always belongs
to the set. The coverage holds on average over tracks, not for each emotion by itself; a model's card has both.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.metrics.counts import Floats

LEAST, MOST = 0.5, 0.99
"""The coverages that thresholds are kept for, in steps of a hundredth."""


def nonconformity(y: NDArray[np.intp], probabilities: Floats) -> Floats:
    """How little each target `y: (n,)` fits its row of `probabilities: (n, k)`: 1 less its probability, `(n,)`."""
    return 1.0 - probabilities[np.arange(len(y)), y]


def threshold(scores: Floats, coverage: float) -> float:
    """The score that the share `coverage` of further rows stays at or below, of `scores: (n,)`, n > 0.

    The ⌈(n + 1) · coverage⌉-th smallest; 1, which excludes nothing, where there are too few rows to say.
    """
    rank = math.ceil((len(scores) + 1) * coverage)
    return 1.0 if rank > len(scores) else float(np.partition(scores, rank - 1)[rank - 1])


def thresholds(scores: Floats) -> dict[str, float]:
    """The threshold of every coverage from `LEAST` to `MOST`, as JSON values."""
    steps = range(round(100 * LEAST), round(100 * MOST) + 1)
    return {_key(step): threshold(scores, step / 100) for step in steps}


def members(probabilities: Floats, limit: float | Floats) -> NDArray[np.bool_]:
    """`(n, k)`: which classes belong to the set of each row. `limit` is a threshold, or one for each row `(n,)`."""
    inside: NDArray[np.bool_] = 1.0 - probabilities <= np.reshape(limit, (-1, 1))
    inside[np.arange(len(probabilities)), probabilities.argmax(axis=1)] = True
    return inside


def prediction_set(
    probabilities: Sequence[float], classes: Sequence[str], kept: Mapping[str, Any], *, coverage: float
) -> list[str]:
    """The emotions of the set, the likeliest first. `kept` is what `thresholds` gave; `coverage` is rounded up to a
    hundredth. Raises ValueError outside [`LEAST`, `MOST`].
    """
    if not LEAST <= coverage <= MOST:
        raise ValueError(f"a coverage must be in {LEAST} to {MOST}, not {coverage}")
    limit = float(kept[_key(math.ceil(round(100 * coverage, 6)))])
    said = np.asarray(probabilities, dtype=np.float64)
    inside = members(said[np.newaxis], limit)[0]
    return [classes[c] for c in np.argsort(-said, kind="stable") if inside[c]]


def _key(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}"
