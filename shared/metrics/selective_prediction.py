"""Whether an answer is said to be sure: a promise about the answers that it is said of. Pure.

A model answers `sure` where answers of this word with at least this probability were right in 90 of 100, measured on
artists that it had not heard (El-Yaniv & Wiener, *On the Foundations of Noise-free Selective Classification*, 2010, for
the idea of answering only above a threshold). The thresholds are made by `shared.metrics.sureness`. A word that never
was right often enough has none, and is never said to be sure.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from shared.arrays import Floats, Mask, Probabilities

NEVER = float("inf")
"""The threshold of a word that is never sure."""


def find_sure_rows(probabilities: Probabilities, limits: Floats) -> Mask:
    """`(n,)`: whether the answer of each row of `probabilities: (n, k)` is sure, by thresholds `(k,)` or `(n, k)`."""
    answers = probabilities.argmax(axis=1)
    of_rows = np.broadcast_to(limits, probabilities.shape)[np.arange(len(answers)), answers]
    sure: Mask = probabilities.max(axis=1) >= of_rows
    return sure


def is_sure(probabilities: Sequence[float], classes: Sequence[str], kept: Mapping[str, float | None]) -> bool:
    """Whether the likeliest of `classes` is a sure answer. `kept` are the thresholds on a card, null for never."""
    return bool(find_sure_rows(np.asarray([probabilities], dtype=np.float64), read_limits(classes, kept))[0])


def read_limits(classes: Sequence[str], kept: Mapping[str, float | None]) -> Floats:
    """`(k,)`: the thresholds on a card as an array."""
    stored = [kept.get(name) for name in classes]
    return np.array([NEVER if limit is None else limit for limit in stored])
