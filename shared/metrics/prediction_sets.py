"""Answers as sets: every emotion that cannot be excluded at a chosen coverage. Pure.

An emotion is in the set if its probability is high enough, where high enough was learned from what models said of
artists that they had not heard: the least ambiguous set-valued classifier (LAC) of Sadinle, Lei & Wasserman (2019),
with thresholds from out-of-fold rows as in cross-conformal prediction (Vovk 2015). The likeliest emotion always belongs
to the set. Two promises, each with thresholds of its own:

- `marginal`: of 100 songs, the set holds the right word in 90. It holds on average over songs, not for each emotion.
- `by_class`: the same among the songs that truly are of one emotion, whichever (Mondrian: Vovk, Lindsay, Nouretdinov &
  Gammerman, *Mondrian Confidence Machine*, 2003). A threshold for each class needs artists: below
  `MIN_ARTISTS_OF_CLASS` an emotion is in the set if either promise would have it there.

Neither says how sure a single answer is; that is `selective_prediction`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shared.arrays import Floats, Indices, Mask, Probabilities

LEAST, MOST = 0.5, 0.99
"""The coverages that thresholds are kept for, in steps of a hundredth."""
MARGINAL: Final = "marginal"
BY_CLASS: Final = "by_class"
SET_KINDS = (MARGINAL, BY_CLASS)
LEAST_UNSURE = 3
"""Emotions in a set from which on an answer is called unsure: of two it is *either*."""
MIN_ARTISTS_OF_CLASS = 40
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class RequestedSets:
    """Which prediction sets are asked for."""

    coverage: float
    sets: str = MARGINAL
    """One of `SET_KINDS`: what they promise."""


def nonconformity_scores(y: Indices, probabilities: Probabilities) -> Floats:
    """How little each target `y: (n,)` fits its row of `probabilities: (n, k)`: 1 less its probability, `(n,)`."""
    return 1.0 - probabilities[np.arange(len(y)), y]


def conformal_threshold(scores: Floats, coverage: float, *, weights: Floats | None = None) -> float:
    """The score that the share `coverage` of further rows stays at or below, of `scores: (n,)`.

    The ⌈(n + 1) · coverage⌉-th smallest, or of rows that count `weights: (n,)` the first at which they add up to so
    much; 1, which excludes nothing, where there are too few rows to say.
    """
    order = np.argsort(scores, kind="stable")
    counted = np.cumsum(np.ones(len(scores)) if weights is None else weights[order])
    total = float(counted[-1]) if len(scores) else 0.0
    rank = int(np.searchsorted(counted, (total + 1) * coverage - _ROUNDING))
    return 1.0 if rank >= len(scores) else float(scores[order[rank]])


def class_thresholds(
    y: Indices, scores: Floats, coverage: float, *, weights: Floats, n_artists: Sequence[int]
) -> Floats:
    """`(k,)`: the threshold of each class by its own rows; `n_artists: (k,)` are those with a row of the class.

    Of a class of few artists it is no lower than that of all rows, and of one without any row it is that of all rows:
    there is nobody to make a promise about.
    """
    of_all = conformal_threshold(scores, coverage, weights=weights)
    limits = np.full(len(n_artists), of_all)
    for c in np.unique(y):
        own = conformal_threshold(scores[y == c], coverage, weights=weights[y == c])
        limits[c] = own if n_artists[c] >= MIN_ARTISTS_OF_CLASS else max(own, of_all)
    return limits


def conformal_thresholds(scores: Floats, *, weights: Floats | None = None) -> dict[str, float]:
    """The threshold of every coverage from `LEAST` to `MOST`, as JSON values."""
    return {_coverage_key(step): conformal_threshold(scores, step / 100, weights=weights) for step in _STEPS}


def thresholds_by_class(
    y: Indices, scores: Floats, classes: Sequence[str], *, weights: Floats, n_artists: Sequence[int]
) -> dict[str, dict[str, float]]:
    """By class and coverage, as JSON values."""
    by_step = {
        _coverage_key(step): class_thresholds(y, scores, step / 100, weights=weights, n_artists=n_artists)
        for step in _STEPS
    }
    return {name: {key: float(limits[c]) for key, limits in by_step.items()} for c, name in enumerate(classes)}


def set_members(probabilities: Probabilities, limit: float | Floats) -> Mask:
    """`(n, k)`: which classes belong to the set of each row. `limit` is a threshold, one for each row `(n,)`, or one
    for each class of each row `(n, k)`.
    """
    limits = np.asarray(limit, dtype=np.float64)
    by_row = limits if limits.ndim == probabilities.ndim else np.reshape(limits, (-1, 1))
    inside: Mask = 1.0 - probabilities <= by_row
    inside[np.arange(len(probabilities)), probabilities.argmax(axis=1)] = True
    return inside


def prediction_set(
    probabilities: Sequence[float], classes: Sequence[str], kept: Mapping[str, Any], *, coverage: float
) -> list[str]:
    """The marginal set, the likeliest emotion first. `kept`: by `conformal_thresholds`; `coverage` is rounded up
    to a hundredth. Raises ValueError outside [`LEAST`, `MOST`].
    """
    return _ordered_set(probabilities, classes, [find_set_limit(kept, coverage=coverage)] * len(classes))


def find_set_limit(kept: Mapping[str, Any], *, coverage: float) -> float:
    """The nonconformity up to which an emotion belongs to a marginal set; arguments as of `prediction_set`."""
    return float(kept[_coverage_step(coverage)])


def prediction_set_by_class(
    probabilities: Sequence[float], classes: Sequence[str], kept: Mapping[str, Mapping[str, Any]], *, coverage: float
) -> list[str]:
    """As `prediction_set`, by what `thresholds_by_class` gave."""
    key = _coverage_step(coverage)
    return _ordered_set(probabilities, classes, [float(kept[name][key]) for name in classes])


def describe_guarantee(sets: str, coverage: float, *, is_starter: bool = False) -> str:
    """What a set of this kind promises, in words; that of a starter was measured on other songs than the library's."""
    share, what = f"{100 * coverage:g}", "of the clips the starter was made from" if is_starter else "songs"
    if sets == BY_CLASS:
        return f"of 100 {what} that truly are of one word, whichever, the set holds that word in {share}"
    return f"of 100 {what}, the set holds the right word in {share}"


def _ordered_set(probabilities: Sequence[float], classes: Sequence[str], limits: Sequence[float]) -> list[str]:
    row = np.asarray(probabilities, dtype=np.float64)
    inside = set_members(row[np.newaxis], np.asarray(limits)[np.newaxis])[0]
    return [classes[c] for c in np.argsort(-row, kind="stable") if inside[c]]


def _coverage_step(coverage: float) -> str:
    if not LEAST <= coverage <= MOST:
        raise ValueError(f"a coverage must be in {LEAST} to {MOST}, not {coverage}")
    return _coverage_key(math.ceil(round(100 * coverage, 6)))


def _coverage_key(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}"


_STEPS = range(round(100 * LEAST), round(100 * MOST) + 1)
