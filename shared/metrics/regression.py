"""How near predicted numbers are to annotated ones. Pure.

Conventions. `predicted` and `true` are `(n,)`, `weights: (..., n)` says how often each row counts, and every figure has
the leading shape of the weights. Variances are those of the population. A ratio whose denominator is 0 counts as 0.

- R²: 1 less the squared error over the variance of the annotations; 0 for their mean, below 0 for worse.
- RMSE: in the unit of the dimension, whose range is 2.
- Pearson's r, and Lin's concordance correlation coefficient, which also charges a shift or a wrong scale (Lin, *A
  concordance correlation coefficient to evaluate reproducibility*, 1989): both in [-1, 1].
"""

import numpy as np

from shared.arrays import Floats, Indices
from shared.metrics.confusion import safe_ratio
from shared.metrics.group_bootstrap import FigureFromSums, sum_by_group

MEASURES = ("r2", "rmse", "pearson", "ccc")


def regression_metrics(predicted: Floats, true: Floats, weights: Floats) -> dict[str, Floats]:
    """The four figures by name."""
    n = weights.sum(axis=-1)

    def mean(values: Floats) -> Floats:
        return safe_ratio(weights @ values, n)

    error = mean((predicted - true) ** 2)
    mean_predicted, mean_true = mean(predicted), mean(true)
    # around the plain means first: squares of small differences, not small differences of squares
    shift_predicted, shift_true = mean_predicted - predicted.mean(), mean_true - true.mean()
    around_predicted, around_true = predicted - predicted.mean(), true - true.mean()
    var_said = np.maximum(mean(around_predicted**2) - shift_predicted**2, 0.0)
    var_true = np.maximum(mean(around_true**2) - shift_true**2, 0.0)
    together = mean(around_predicted * around_true) - shift_predicted * shift_true
    return {
        "r2": _r2_score(error, var_true),
        "rmse": np.sqrt(error),
        "pearson": _divide_or_zero(together, np.sqrt(var_said * var_true)),
        "ccc": _divide_or_zero(2 * together, var_said + var_true + (mean_predicted - mean_true) ** 2),
    }


def mean_r2_figure(predicted: Floats, true: Floats, group_of: Indices, *, n_groups: int) -> FigureFromSums:
    """The mean R² over the columns of `predicted` and `true: (n, k)`, by the weights of the groups.

    It needs no more of a group than how many rows it has and, of each column, the sums of the annotations, of their
    squares and of the squared errors.
    """
    centred = true - true.mean(axis=0)
    rows = np.hstack([np.ones((len(true), 1)), centred, centred**2, (predicted - true) ** 2])
    return FigureFromSums(sum_by_group(rows, group_of, n_groups=n_groups), _mean_r2)


def _mean_r2(sums: Floats) -> Floats:
    k = (sums.shape[-1] - 1) // 3
    n = sums[..., :1]
    total, squares, errors = (sums[..., 1 + i * k : 1 + (i + 1) * k] for i in range(3))
    variance = np.maximum(safe_ratio(squares, n) - safe_ratio(total, n) ** 2, 0.0)
    mean: Floats = _r2_score(safe_ratio(errors, n), variance).mean(axis=-1)
    return mean


def _r2_score(mean_squared_error: Floats, variance: Floats) -> Floats:
    return 1.0 - _divide_or_zero(mean_squared_error, variance)


def _divide_or_zero(part: Floats, whole: Floats) -> Floats:
    # a constant has a variance of rounding errors only
    return safe_ratio(part, np.where(whole > _NOTHING, whole, 0.0))


_NOTHING = 1e-15
