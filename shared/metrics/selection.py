"""The figure of the best of several models, corrected for having been picked. Pure.

The best of m out-of-fold figures is too high, because luck picks too. BBC-CV (Tsamardinos, Greasidou & Borboudakis,
*Bootstrapping the out-of-sample predictions for efficient and accurate cross-validation*, 2018): the best one is picked
anew in each resample, and scored on what the resample left out; here artist groups are drawn.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

import numpy as np

from shared.metrics.group_bootstrap import GroupFigure, draw_group_weights, percentile_interval
from shared.metrics.report_schema import SelectionFigure


@dataclass(frozen=True, kw_only=True)
class CorrectedFigure:
    """What the picked model is expected to get on other artists, with the ends of a 95 % interval."""

    n_candidates: int
    value: float
    low: float
    high: float
    n_resamples: int

    def as_dict(self) -> SelectionFigure:
        """JSON values, for the card."""
        return cast("SelectionFigure", asdict(self))


def correct_for_selection(
    figures: Sequence[GroupFigure], *, n_groups: int, n_resamples: int = 1000, seed: int = 0
) -> CorrectedFigure:
    """The corrected figure of the best of `figures`, higher is better, all of the same artist groups."""
    left_out: list[float] = []
    for weights in draw_group_weights(n_groups, n_resamples=n_resamples, seed=seed):
        inside = np.stack([figure.compute_values(weights) for figure in figures])
        outside = np.stack([figure.compute_values((weights == 0).astype(np.float64)) for figure in figures])
        picked = outside[inside.argmax(axis=0), np.arange(len(weights))]
        # a resample that holds every artist leaves nobody to score on
        left_out += picked[(weights == 0).any(axis=1)].tolist()
    low, high = percentile_interval(np.array(left_out))
    return CorrectedFigure(
        n_candidates=len(figures),
        value=float(np.mean(left_out)),
        low=low,
        high=high,
        n_resamples=n_resamples,
    )
