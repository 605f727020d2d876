"""Means of rows that belong to artists, and their intervals. Pure.

The tracks of one artist are not independent of each other. Two ways to take care of that:

- the bootstrap of `group_bootstrap`, which draws whole artists (`mean_with_interval`);
- Wilson's score interval over artists (`wilson_interval` of `mean_over_artists`): the mean of each artist's rows, and n
  is the number of artists. For shares of 0 and 1 the interval is Wilson's own (Wilson, *Probable Inference, the Law of
  Succession, and Statistical Inference*, 1927); a mean of several rows varies less than that, which errs on the safe
  side. Unlike percentiles of a bootstrap it has a width where every row is right.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from shared.arrays import Floats, Indices
from shared.metrics.group_bootstrap import CONFIDENCE, percentile_interval, resample_sums, sum_by_group
from shared.metrics.report_schema import FigureInterval

MAX_ROWS_OF_ARTIST = 5
"""An artist with more calibration rows than this counts as one row, or an album would set a threshold for everybody."""


@dataclass(frozen=True, kw_only=True)
class MeanInterval:
    """A mean, and the ends of its two-sided 95 % interval."""

    value: float
    low: float
    high: float

    def as_dict(self) -> FigureInterval:
        """JSON values, for a card."""
        return {"value": self.value, "low": self.low, "high": self.high}


def calibration_weights(groups: Indices) -> Floats:
    """`(n,)`: what each row counts, by the artist in `groups: (n,)`: 1, or 1 together for more than five of one."""
    _, group_of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    counts = sizes[group_of]
    return np.where(counts > MAX_ROWS_OF_ARTIST, 1 / counts, 1.0)


def mean_with_interval(
    values: Floats, groups: Indices, *, weights: Floats | None = None, seed: int, n_resamples: int = 1000
) -> MeanInterval:
    """The weighted mean of `values: (n,)`, n > 0, with percentiles of a bootstrap that draws whole artists."""
    weights = np.ones(len(values)) if weights is None else weights
    _, group_of = np.unique(groups, return_inverse=True)
    rows = np.stack([values * weights, weights], axis=1)
    sums = sum_by_group(rows, group_of, n_groups=int(group_of.max()) + 1)
    drawn = resample_sums(sums, n_resamples=n_resamples, seed=seed)
    low, high = percentile_interval(drawn[:, 0] / drawn[:, 1])
    total, n = sums.sum(axis=0)
    return MeanInterval(value=float(total / n), low=low, high=high)


def mean_over_artists(values: Floats, groups: Indices) -> tuple[float, int]:
    """`(mean over artists of each one's mean, number of artists)`; (0, 0) of no rows."""
    if not len(values):
        return 0.0, 0
    _, group_of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    means = np.bincount(group_of, weights=values) / sizes
    return float(means.mean()), len(sizes)


def wilson_lower(share: float, n: int, *, confidence: float) -> float:
    """The lower end of Wilson's one-sided interval of a share of `n` artists, in [0, 1]; 0 of none."""
    return _wilson_bounds(share, n, z=NormalDist().inv_cdf(confidence))[0]


def wilson_interval(share: float, n: int) -> MeanInterval:
    """A share of `n` artists with Wilson's two-sided 95 % interval; from 0 to 1 of none."""
    low, high = _wilson_bounds(share, n, z=NormalDist().inv_cdf((1 + CONFIDENCE) / 2))
    return MeanInterval(value=share, low=low, high=high)


def _wilson_bounds(share: float, n: int, *, z: float) -> tuple[float, float]:
    if n == 0:
        return 0.0, 1.0
    shrunk = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, shrunk - reach), min(1.0, shrunk + reach)
