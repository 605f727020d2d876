"""Whether one model is better than another: a paired bootstrap of the same measure on the same rows. Pure.

Both models are judged on the same resamples of whole artist groups, because the tracks of an artist are not independent
of each other; what the two have in common cancels out. Source: Efron & Tibshirani, *An Introduction to the Bootstrap*
(1993), ch. 16; for classifiers on one test set, Berg-Kirkpatrick et al., *An Empirical Investigation of Statistical
Significance in NLP* (2012).
"""

from dataclasses import asdict, dataclass
from typing import cast

import numpy as np

from shared.metrics.group_bootstrap import ConfidenceLevel, GroupFigure, PairedDifference, bootstrap_intervals
from shared.metrics.report_schema import ComparisonFigures


@dataclass(frozen=True, kw_only=True)
class ModelComparison:
    """A measure of two models on the same rows. `difference` is mine less theirs, `low` to `high` its interval."""

    n_tracks: int
    n_groups: int
    mine: float
    theirs: float
    difference: float
    low: float
    high: float
    share_better: float
    """Of the resamples in which mine was the higher one."""
    confidence: float
    """Of the two-sided interval, in [0, 1]."""
    n_resamples: int
    measure: str = "macro F1"
    n_left_out: int = 0
    """Tracks that both were judged on, but among other tracks of their artist group: folded otherwise, or united."""
    method: str = "percentile"

    @property
    def is_better(self) -> bool:
        """Mine is better beyond what the choice of artists explains. A tie is not better."""
        return self.low > 0

    def as_dict(self) -> ComparisonFigures:
        """JSON values, for a report."""
        return cast("ComparisonFigures", {**asdict(self), "is_better": self.is_better})


def paired_comparison(
    mine: GroupFigure, theirs: GroupFigure, *, n_tracks: int, n_groups: int, measure: str, level: ConfidenceLevel
) -> ModelComparison:
    """Compare the figures of two models on the same rows."""
    once = np.ones((1, n_groups))
    interval = bootstrap_intervals({"difference": PairedDifference(mine, theirs)}, n_groups=n_groups, level=level)[
        "difference"
    ]
    return ModelComparison(
        n_tracks=n_tracks,
        n_groups=n_groups,
        mine=float(mine.compute_values(once)[0]),
        theirs=float(theirs.compute_values(once)[0]),
        difference=interval.value,
        low=interval.low,
        high=interval.high,
        share_better=interval.share_above_0,
        confidence=1 - 2 * level.error_per_side,
        n_resamples=level.n_resamples,
        measure=measure,
        method=interval.method,
    )
