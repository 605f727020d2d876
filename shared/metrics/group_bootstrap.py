"""The bootstrap over whole artist groups, and intervals based on it. Pure.

Tracks of one artist are not independent of each other, so artists are drawn, with all of their tracks. A resample is a
row of weights: how often each group counts. Everything that is resampled is a function of such weights.

Three kinds of interval ends:

- percentiles of the resamples (Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 13);
- from 30 to 59 groups a bootstrap-t (ch. 12): percentiles of a cluster bootstrap over few groups are too narrow
  (Cameron, Gelbach & Miller, *Bootstrap-Based Improvements for Inference with Clustered Errors*, 2008). The standard
  error is the infinitesimal jackknife over groups. Where it is 0 there is nothing to divide by: percentiles then;
- far out in the tail, where fewer than 25 resamples would lie beyond the end, a generalised Pareto distribution fitted
  to the outermost 5 % (Knijnenburg et al., *Fewer permutations, more accurate P-values*, 2009; by probability-weighted
  moments, Hosking & Wallis 1987).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from shared.arrays import Floats, Indices

CONFIDENCE = 0.95
"""Of the two-sided intervals of reports."""
FEW_GROUPS = 60
"""Below this an interval is a bootstrap-t."""
RESAMPLES_A_TRIAL = 5000
"""For each candidate that an error level is divided by; with fewer the tail is fitted."""
_CELLS = 500_000
"""Numbers held at a time, so that thousands of artists do not fill the memory."""
_TAIL = 0.05
_RELATIVE_STEP = 1e-5
_NO_ERROR = 1e-9


class GroupFigure(Protocol):
    """A figure as a function of how often each artist group counts."""

    def compute_values(self, weights: Floats) -> Floats:
        """`(m,)` of `weights: (m, n_groups)`."""

    def compute_influences(self, weights: Floats) -> Floats:
        """`(m, n_groups)`: the derivative of the figure by the weight of each group."""


@dataclass(frozen=True, eq=False)
class FigureFromSums:
    """A figure that follows from sums over the groups, such as the counts of a confusion table."""

    sums: Floats
    """`(n_groups, s)`."""
    figure: Callable[[Floats], Floats]
    """`(..., s)` → `(...)`."""

    def compute_values(self, weights: Floats) -> Floats:
        """As in `GroupFigure`."""
        return self.figure(weights @ self.sums)

    def compute_influences(self, weights: Floats) -> Floats:
        """As in `GroupFigure`: the gradient by central differences."""
        weighted_sums = weights @ self.sums
        influences = np.zeros_like(weights)
        for j, step in enumerate(_RELATIVE_STEP * np.abs(self.sums).sum(axis=0)):
            if step > 0:
                above, below = weighted_sums.copy(), weighted_sums.copy()
                above[:, j] += step
                below[:, j] -= step
                slope = (self.figure(above) - self.figure(below)) / (2 * step)
                influences += slope[:, np.newaxis] * self.sums[:, j]
        return influences


@dataclass(frozen=True, eq=False)
class PairedDifference:
    """One figure less another on the same resamples: what they have in common cancels out."""

    mine: GroupFigure
    other: GroupFigure

    def compute_values(self, weights: Floats) -> Floats:
        """As in `GroupFigure`."""
        return self.mine.compute_values(weights) - self.other.compute_values(weights)

    def compute_influences(self, weights: Floats) -> Floats:
        """As in `GroupFigure`."""
        return self.mine.compute_influences(weights) - self.other.compute_influences(weights)


@dataclass(frozen=True, kw_only=True)
class ConfidenceInterval:
    """A figure with the ends of its interval."""

    value: float
    low: float
    high: float
    method: str
    """`percentile` or `bootstrap-t`."""
    share_above_0: float
    """Of the resamples."""


@dataclass(frozen=True, kw_only=True)
class ConfidenceLevel:
    """How sure an interval is to be."""

    error: float
    """Two-sided, of one candidate: .01 for 99 %."""
    n_tried: int = 1
    """Candidates that the error is shared by (Bonferroni)."""
    n_resamples: int = 10_000
    seed: int = 0

    @property
    def error_per_side(self) -> float:
        """The error on each side."""
        return self.error / self.n_tried / 2

    @property
    def fits_tail(self) -> bool:
        """Whether there are too few resamples to read the ends off."""
        return self.n_resamples < RESAMPLES_A_TRIAL * self.n_tried


def draw_group_weights(n_groups: int, *, n_resamples: int, seed: int) -> Iterator[Floats]:
    """How often each group stands in each resample of `n_groups` of them, in chunks `(≤ m, n_groups)`."""
    rng = np.random.default_rng(seed)
    shares = np.full(n_groups, 1 / n_groups)
    chunk = max(1, _CELLS // n_groups)
    for start in range(0, n_resamples, chunk):
        yield rng.multinomial(n_groups, shares, size=min(chunk, n_resamples - start)).astype(np.float64)


def resample_sums(sums: Floats, *, n_resamples: int, seed: int) -> Floats:
    """`(n_resamples, s)`: the sums `(n_groups, s)` of the groups over each resample."""
    drawn = draw_group_weights(len(sums), n_resamples=n_resamples, seed=seed)
    return np.concatenate([weights @ sums for weights in drawn])


def resample_figure(figure: GroupFigure, *, n_groups: int, n_resamples: int, seed: int) -> Floats:
    """`(n_resamples,)`: the figure of each resample."""
    drawn = draw_group_weights(n_groups, n_resamples=n_resamples, seed=seed)
    return np.concatenate([figure.compute_values(weights) for weights in drawn])


def percentile_interval(drawn: Floats, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The ends of the two-sided interval of a figure, of its resamples `drawn: (n_resamples,)`."""
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def sum_by_group(rows: Floats, group_of: Indices, *, n_groups: int) -> Floats:
    """`(n_groups, s)`: the rows `(n, s)` of each group added up."""
    sums = np.zeros((n_groups, rows.shape[1]))
    np.add.at(sums, group_of, rows)
    return sums


def bootstrap_intervals(
    figures: Mapping[str, GroupFigure], *, n_groups: int, level: ConfidenceLevel
) -> dict[str, ConfidenceInterval]:
    """The interval of each figure, all on the same resamples."""
    once = np.ones((1, n_groups))
    values = {name: float(figure.compute_values(once)[0]) for name, figure in figures.items()}
    is_few = n_groups < FEW_GROUPS
    errors = {name: float(_standard_errors(figure, once)[0]) if is_few else 0.0 for name, figure in figures.items()}
    drawn: dict[str, list[Floats]] = {name: [] for name in figures}
    drawn_errors: dict[str, list[Floats]] = {name: [] for name in figures}
    for weights in draw_group_weights(n_groups, n_resamples=level.n_resamples, seed=level.seed):
        for name, figure in figures.items():
            drawn[name].append(figure.compute_values(weights))
            if errors[name] > _NO_ERROR:
                drawn_errors[name].append(_standard_errors(figure, weights))
    return {
        name: _confidence_interval(
            values[name],
            np.concatenate(drawn[name]),
            errors[name],
            np.concatenate(drawn_errors[name]) if drawn_errors[name] else None,
            level,
        )
        for name in figures
    }


def _confidence_interval(
    value: float, drawn: Floats, error: float, drawn_errors: Floats | None, level: ConfidenceLevel
) -> ConfidenceInterval:
    above = float((drawn > 0).mean())
    if drawn_errors is None or (drawn_errors <= _NO_ERROR).any():
        low, high = _interval_ends(drawn, level)
        return ConfidenceInterval(value=value, low=low, high=high, method="percentile", share_above_0=above)
    below, beyond = _interval_ends((drawn - value) / drawn_errors, level)
    low, high = value - beyond * error, value - below * error
    return ConfidenceInterval(value=value, low=low, high=high, method="bootstrap-t", share_above_0=above)


def _standard_errors(figure: GroupFigure, weights: Floats) -> Floats:
    """`(m,)`: the infinitesimal jackknife over groups, of each resample."""
    influences = figure.compute_influences(weights)
    centred = influences - (weights * influences).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    errors: Floats = np.sqrt((weights * centred**2).sum(axis=1))
    return errors


def _interval_ends(drawn: Floats, level: ConfidenceLevel) -> tuple[float, float]:
    if level.fits_tail:
        return tail_quantile(drawn, level.error_per_side), -tail_quantile(-drawn, level.error_per_side)
    low, high = np.quantile(drawn, [level.error_per_side, 1 - level.error_per_side])
    return float(low), float(high)


def tail_quantile(drawn: Floats, share: float) -> float:
    """The value below which the share `share` of what `drawn: (m,)` stands for lies, of a fitted lower tail."""
    if share >= _TAIL:
        return float(np.quantile(drawn, share))
    start = float(np.quantile(drawn, _TAIL))
    beyond = np.sort(start - drawn[drawn < start])
    n = len(beyond)
    if n < 2:  # noqa: PLR2004 - nothing to fit
        return float(drawn.min())
    ranks = (np.arange(1, n + 1) - 0.35) / n
    mean, weighted = float(beyond.mean()), float(((1 - ranks) * beyond).mean())
    shape = mean / (mean - 2 * weighted) - 2  # the negative of the usual sign: above 0 the tail is bounded
    scale = 2 * mean * weighted / (mean - 2 * weighted)
    left = share / (n / len(drawn))
    reach = -scale * np.log(left) if abs(shape) < 1e-9 else scale / shape * (1 - left**shape)  # noqa: PLR2004
    return start - float(reach)
