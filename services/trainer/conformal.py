"""The thresholds of prediction sets, and how well they keep their promise. Pure.

The thresholds that are published come from all out-of-fold rows. Whether they keep their promise is judged with others:
the rows of each fold get the threshold of the other folds, so that no artist helped to set the threshold that he is
judged by.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.domain.dataset import Item
from shared.metrics.counts import Floats
from shared.registry import prediction_sets

JUDGED = (0.8, 0.9, 0.95)
"""The coverages whose empirical one is on the card."""
N_RESAMPLES = 1000


def calibrate(probabilities: Floats, items: Sequence[Item], *, classes: Sequence[str], seed: int) -> dict[str, Any]:
    """Thresholds and empirical coverages of out-of-fold `probabilities: (n, k)`, a row an item, as JSON values.

    Raises ValueError for items of a single fold.
    """
    y = np.array([list(classes).index(item.example.target) for item in items], dtype=np.intp)
    folds = np.array([item.fold for item in items])
    if len(np.unique(folds)) == 1:
        raise ValueError("thresholds are judged across folds: two or more are needed")
    scores = prediction_sets.nonconformity(y, probabilities)
    _, groups = np.unique([item.group for item in items], return_inverse=True)
    return {
        "method": "LAC with cross-fitted thresholds",
        "thresholds": prediction_sets.thresholds(scores),
        "judged": [
            judge(
                prediction_sets.members(probabilities, _of_other_folds(scores, folds, coverage)),
                y, groups, classes=classes, coverage=coverage, seed=seed,
            )
            for coverage in JUDGED
        ],
    }  # fmt: skip


def judge(
    inside: NDArray[np.bool_], y: NDArray[np.intp], groups: NDArray[np.intp], *, classes: Sequence[str],
    coverage: float, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """What sets `inside: (n, k)` did for the targets `y: (n,)`, asked for `coverage`.

    `empirical` is the share of sets that hold their target, with a 95 % interval over whole artist groups; `per_class`
    the same for the tracks of each class; `mean_size` counts emotions a set, `single` is the share of sets of one.
    """
    held = inside[np.arange(len(y)), y]
    low, high = _interval(held, groups, seed=seed)
    sizes = inside.sum(axis=1)
    return {
        "coverage": coverage,
        "empirical": float(held.mean()),
        "low": low,
        "high": high,
        "mean_size": float(sizes.mean()),
        "single": float((sizes == 1).mean()),
        "per_class": {name: float(held[y == c].mean()) for c, name in enumerate(classes) if (y == c).any()},
    }


def _of_other_folds(scores: Floats, folds: NDArray[Any], coverage: float) -> Floats:
    """For each row the threshold that the rows of the other folds give, `(n,)`."""
    limits = np.empty(len(scores))
    for fold in np.unique(folds):
        limits[folds == fold] = prediction_sets.threshold(scores[folds != fold], coverage)
    return limits


def _interval(held: NDArray[np.bool_], groups: NDArray[np.intp], *, seed: int) -> tuple[float, float]:
    n_held, n_all = np.bincount(groups, weights=held), np.bincount(groups).astype(np.float64)
    rng = np.random.default_rng(seed)
    shares = np.empty(N_RESAMPLES)
    for i in range(N_RESAMPLES):
        drawn = rng.integers(len(n_all), size=len(n_all))
        shares[i] = n_held[drawn].sum() / n_all[drawn].sum()
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)
