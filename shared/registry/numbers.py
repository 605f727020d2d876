"""How near predicted numbers are to annotated ones. Pure.

Conventions. `said` and `true` are `(n,)`, `weights: (..., n)` says how often each row counts, and every figure has the
leading shape of the weights. Variances are those of the population. A ratio whose denominator is 0 counts as 0.

- R²: 1 less the squared error over the variance of the annotations; 0 for their mean, below 0 for worse.
- RMSE: in the unit of the dimension, whose range is 2.
- Pearson's r, and Lin's concordance correlation coefficient, which also charges a shift or a wrong scale (Lin, *A
  concordance correlation coefficient to evaluate reproducibility*, 1989): both in [-1, 1].
"""

import numpy as np

from shared.registry.counts import Floats, ratio

MEASURES = ("r2", "rmse", "pearson", "ccc")


def near(said: Floats, true: Floats, weights: Floats) -> dict[str, Floats]:
    """The four figures by name."""
    n = weights.sum(axis=-1)

    def mean(values: Floats) -> Floats:
        return ratio(weights @ values, n)

    error = mean((said - true) ** 2)
    mean_said, mean_true = mean(said), mean(true)
    # around the plain means first: squares of small differences, not small differences of squares
    shift_said, shift_true = mean_said - said.mean(), mean_true - true.mean()
    around_said, around_true = said - said.mean(), true - true.mean()
    var_said = np.maximum(mean(around_said**2) - shift_said**2, 0.0)
    var_true = np.maximum(mean(around_true**2) - shift_true**2, 0.0)
    together = mean(around_said * around_true) - shift_said * shift_true
    return {
        "r2": 1.0 - _over(error, var_true),
        "rmse": np.sqrt(error),
        "pearson": _over(together, np.sqrt(var_said * var_true)),
        "ccc": _over(2 * together, var_said + var_true + (mean_said - mean_true) ** 2),
    }


def _over(part: Floats, whole: Floats) -> Floats:
    # a constant has a variance of rounding errors only
    return ratio(part, np.where(whole > _NOTHING, whole, 0.0))


_NOTHING = 1e-15
