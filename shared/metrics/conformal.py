"""The thresholds of prediction sets, and how well they keep their promises. Pure.

The thresholds that are published come from all out-of-fold rows. Whether they keep their promise is judged with others:
the rows of each fold get the threshold of the other folds, so that no artist helped to set the threshold that he is
judged by. Of an artist with more than five tracks all of them count as one row, here and there.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.arrays import Floats, Indices, Mask, Probabilities
from shared.domain.dataset import DatasetItem
from shared.metrics import prediction_sets
from shared.metrics.artist_means import calibration_weights, mean_with_interval
from shared.metrics.report_schema import EmpiricalCoverage, PublishedSets, SetsOnOtherRows
from shared.metrics.selective_prediction import read_limits
from shared.metrics.sureness import as_card, calibrate_sureness, evaluate_sureness

EVALUATED_COVERAGES = (0.8, 0.9, 0.95)
"""The coverages whose empirical one is on the card."""


def calibrate_prediction_sets(
    probabilities: Probabilities, items: Sequence[DatasetItem], *, classes: Sequence[str], seed: int
) -> PublishedSets:
    """Thresholds and empirical coverages of out-of-fold `probabilities: (n, k)`, a row an item, as JSON values.

    Of the sets of both kinds, and of the answers that are said to be sure. Raises ValueError for items of a single
    fold.
    """
    y = np.array([list(classes).index(item.example.target) for item in items], dtype=np.intp)
    folds = np.array([item.fold for item in items])
    if len(np.unique(folds)) == 1:
        raise ValueError("thresholds are judged across folds: two or more are needed")
    scores = prediction_sets.nonconformity_scores(y, probabilities)
    _, groups = np.unique([item.group for item in items], return_inverse=True)
    weights = calibration_weights(groups)
    n_artists = [len(np.unique(groups[y == c])) for c in range(len(classes))]

    def of_all(rows: Mask, coverage: float) -> Floats:
        limit = prediction_sets.conformal_threshold(scores[rows], coverage, weights=weights[rows])
        return np.full(len(classes), limit)

    def of_class(rows: Mask, coverage: float) -> Floats:
        return prediction_sets.class_thresholds(
            y[rows], scores[rows], coverage, weights=weights[rows], n_artists=n_artists
        )

    def judged(thresholds: Callable[[Mask, float], Floats]) -> list[EmpiricalCoverage]:
        return [
            empirical_coverage(
                prediction_sets.set_members(probabilities, _cross_fit_thresholds(thresholds, folds, coverage)),
                y,
                groups,
                classes=classes,
                coverage=coverage,
                seed=seed,
            )
            for coverage in EVALUATED_COVERAGES
        ]

    return {
        "method": "LAC with cross-fitted thresholds",
        "thresholds": prediction_sets.conformal_thresholds(scores, weights=weights),
        "judged": judged(of_all),
        prediction_sets.BY_CLASS: {
            "n_artists": dict(zip(classes, n_artists, strict=True)),
            "thresholds": prediction_sets.thresholds_by_class(y, scores, classes, weights=weights, n_artists=n_artists),
            "judged": judged(of_class),
        },
        "sure": calibrate_sureness(probabilities, y, groups, folds, classes=classes),
    }


def evaluate_published_sets(
    kept: PublishedSets,
    probabilities: Probabilities,
    y: Indices,
    groups: Indices,
    *,
    classes: Sequence[str],
    seed: int,
) -> SetsOnOtherRows:
    """What the thresholds on a card did on other rows; older cards have not all of them."""

    def judged(limits: Callable[[str], Floats]) -> list[EmpiricalCoverage]:
        return [
            empirical_coverage(
                prediction_sets.set_members(
                    probabilities, np.broadcast_to(limits(f"{coverage:.2f}"), probabilities.shape)
                ),
                y,
                groups,
                classes=classes,
                coverage=coverage,
                seed=seed,
            )
            for coverage in EVALUATED_COVERAGES
        ]

    evaluation: SetsOnOtherRows = {"judged": judged(lambda key: np.array(kept["thresholds"][key]))}
    if by_class := kept.get(prediction_sets.BY_CLASS):
        of_class = by_class["thresholds"]
        evaluation[prediction_sets.BY_CLASS] = {
            "judged": judged(lambda key: np.array([of_class[c][key] for c in classes]))
        }
    if sure := kept.get("sure"):
        limits = read_limits(classes, sure["thresholds"])
        evaluation["sure"] = as_card(
            evaluate_sureness(probabilities, y, groups, limits, classes=classes), limits, probabilities
        )
    return evaluation


def empirical_coverage(
    inside: Mask,
    y: Indices,
    groups: Indices,
    *,
    classes: Sequence[str],
    coverage: float,
    seed: int,
) -> EmpiricalCoverage:
    """What sets `inside: (n, k)` did for the targets `y: (n,)`, asked for `coverage`.

    `empirical` is the share of sets that hold their target, with a 95 % interval over whole artist groups; `per_class`
    the same for the tracks of each class, with its own in `per_class_interval`; `mean_size` counts emotions a set,
    `single` is the share of sets of one.
    """
    held = inside[np.arange(len(y)), y].astype(np.float64)
    weights = calibration_weights(groups)
    overall = mean_with_interval(held, groups, weights=weights, seed=seed)
    by_class = {
        name: mean_with_interval(held[y == c], groups[y == c], weights=weights[y == c], seed=seed)
        for c, name in enumerate(classes)
        if (y == c).any()
    }
    sizes = inside.sum(axis=1)
    return {
        "coverage": coverage,
        "empirical": overall.value,
        "low": overall.low,
        "high": overall.high,
        "mean_size": float(sizes.mean()),
        "single": float((sizes == 1).mean()),
        "per_class": {name: interval.value for name, interval in by_class.items()},
        "per_class_interval": {
            name: {"low": interval.low, "high": interval.high} for name, interval in by_class.items()
        },
    }


def _cross_fit_thresholds(thresholds: Callable[[Mask, float], Floats], folds: NDArray[Any], coverage: float) -> Floats:
    """For each row the thresholds that the rows of the other folds give, `(n, k)`."""
    by_fold = {fold: thresholds(folds != fold, coverage) for fold in np.unique(folds).tolist()}
    return np.array([by_fold[fold] for fold in folds.tolist()])
