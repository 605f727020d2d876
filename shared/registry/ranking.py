"""How well scores rank the tracks that have a tag before those that have not. Pure.

Conventions. Rows are tracks, `said: (n,)` any scores, `has: (n,)` whether a track has the tag, and `weights: (..., n)`
how often each row counts: a bootstrap sample is a row of weights, and every figure comes out with the leading shape of
the weights. Rows of equal score have no order among themselves. Without a track that has the tag, or without one that
has it not, there is nothing to rank: the figures are then what a coin gives.

- Average precision: the area under the precision-recall curve as a step function, without interpolation, which
  flatters (Davis & Goadrich, *The relationship between precision-recall and ROC curves*, 2006). Of a coin: the
  prevalence.
- ROC-AUC: how often a track with the tag is above one without, ties counting half (Mann & Whitney 1947). Of a coin: .5.
"""

import numpy as np
from numpy.typing import NDArray

from shared.registry.counts import Floats, ratio

Mask = NDArray[np.bool_]


def average_precision(said: Floats, has: Mask, weights: Floats) -> Floats:
    """In [0, 1], of shape `weights.shape[:-1]`; 0 where nothing has the tag."""
    with_tag, all_rows = _cumulated(said, has, weights)
    gained = np.diff(with_tag, axis=-1, prepend=0.0)
    return ratio((gained * ratio(with_tag, all_rows)).sum(axis=-1), with_tag[..., -1])


def roc_auc(said: Floats, has: Mask, weights: Floats) -> Floats:
    """In [0, 1], of shape `weights.shape[:-1]`."""
    with_tag, all_rows = _cumulated(said, has, weights)
    without = all_rows - with_tag
    gained = np.diff(without, axis=-1, prepend=0.0)
    above = with_tag - np.diff(with_tag, axis=-1, prepend=0.0) / 2
    pairs = with_tag[..., -1] * without[..., -1]
    return np.where(pairs > 0, ratio((gained * above).sum(axis=-1), pairs), 0.5)


def curve(said: Floats, has: Mask) -> tuple[Floats, Floats]:
    """`(recall, precision)` at every score, falling: the precision-recall curve."""
    with_tag, all_rows = _cumulated(said, has, np.ones(len(said)))
    return ratio(with_tag, with_tag[-1]), ratio(with_tag, all_rows)


def best_threshold(said: Floats, has: Mask) -> float:
    """The score from which on the tag is given so that its F1 is highest; of equals the highest score.

    `said` in [0, 1]. 1 where nothing has the tag.
    """
    if not has.any():
        return 1.0
    order = np.argsort(-said, kind="stable")
    ends = _ends(said[order])
    hits, given = np.cumsum(has[order])[ends], ends + 1
    best = int(np.argmax(2 * hits / (given + has.sum())))
    scores = said[order][ends]
    # between the last score that is in and the first that is out, so that rounding moves nobody across
    below = scores[best + 1] if best + 1 < len(scores) else 0.0
    return float((scores[best] + below) / 2)


def _cumulated(said: Floats, has: Mask, weights: Floats) -> tuple[Floats, Floats]:
    """Weight of the rows with the tag, and of all rows, at or above each distinct score, falling."""
    order = np.argsort(-said, kind="stable")
    ends = _ends(said[order])
    ordered = weights[..., order]
    return np.cumsum(ordered * has[order], axis=-1)[..., ends], np.cumsum(ordered, axis=-1)[..., ends]


def _ends(falling: Floats) -> NDArray[np.intp]:
    """The last place of each run of equal values."""
    return np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
