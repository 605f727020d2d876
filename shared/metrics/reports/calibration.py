"""How far the probabilities of a model may be trusted, with what chance makes of it. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.arrays import Floats, Indices, Probabilities
from shared.metrics.artist_means import mean_with_interval
from shared.metrics.calibration import ece_under_perfect_calibration, squared_distances
from shared.metrics.report_schema import CalibrationFigures, IntervalEnds


def measure_class_calibration(
    probabilities: Probabilities, y: Indices, groups: NDArray[Any], *, seed: int
) -> CalibrationFigures:
    """Of `probabilities: (n, k)` and targets `y: (n,)`, as JSON values for metrics.

    `brier_interval` has the ends of the 95 % interval of the Brier score over artists. The calibration error has none:
    its bootstrap is biased upwards. Beside it stands the value that a perfectly calibrated model would show here.
    """
    squared = squared_distances(probabilities, np.eye(probabilities.shape[1])[y])
    return {
        "brier_interval": _compute_interval(squared, groups, seed=seed),
        "ece_under_perfect_calibration": ece_under_perfect_calibration(probabilities.max(axis=1), seed=seed),
    }


def measure_tag_calibration(
    probabilities: Probabilities, has: Floats, groups: NDArray[Any], *, seed: int
) -> CalibrationFigures:
    """As `measure_class_calibration`, of the means over tags: each column of `probabilities: (n, k)` by itself."""
    squared = squared_distances(probabilities, has) / has.shape[1]
    expected = [ece_under_perfect_calibration(column, seed=seed) for column in probabilities.T]
    return {
        "brier_interval": _compute_interval(squared, groups, seed=seed),
        "ece_under_perfect_calibration": float(np.mean(expected)),
    }


def _compute_interval(squared: Floats, groups: NDArray[Any], *, seed: int) -> IntervalEnds:
    interval = mean_with_interval(squared, groups, seed=seed)
    return {"low": interval.low, "high": interval.high}
