"""How well scores rank the tracks that have a tag before those that have not. Pure.

Conventions. Rows are tracks, `scores: (n,)` any numbers, `has: (n,)` whether a track has the tag, and
`weights: (..., n)` how often each row counts: a bootstrap sample is a row of weights, and every figure comes out with
the leading shape of the weights. Rows of equal score have no order among themselves. Without a track that has the tag,
or without one that has it not, there is nothing to rank: the figures are then what a coin gives.

- Average precision: the area under the precision-recall curve as a step function, without interpolation, which
  flatters (Davis & Goadrich, *The relationship between precision-recall and ROC curves*, 2006). Of a coin: the
  prevalence.
- ROC-AUC: how often a track with the tag is above one without, ties counting half (Mann & Whitney 1947). Of a coin: .5.
  Out-of-fold scores are compared within their fold only, and the pairs of all folds counted together: pooled over folds
  a model without skill gets less than .5, because what is common in a fold is rarer in its training side.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shared.arrays import Floats, Indices, Mask
from shared.metrics.confusion import safe_ratio
from shared.metrics.group_bootstrap import sum_by_group

_CELLS = 200_000
"""Row weights held at a time."""
_MATRIX_CELLS = 4_000_000
"""Most entries of all matrices of pairs."""
_RANKING_COST = 64
"""Ranking a row again costs about as much as so many entries of a matrix."""


def average_precision(scores: Floats, has: Mask, weights: Floats) -> Floats:
    """In [0, 1], of shape `weights.shape[:-1]`; 0 where nothing has the tag."""
    with_tag, all_rows = _cumulate_weights(scores, has, weights)
    gained = np.diff(with_tag, axis=-1, prepend=0.0)
    return safe_ratio((gained * safe_ratio(with_tag, all_rows)).sum(axis=-1), with_tag[..., -1])


def roc_auc(scores: Floats, has: Mask, weights: Floats) -> Floats:
    """In [0, 1], of shape `weights.shape[:-1]`."""
    wins, pairs = _count_pairs(scores, has, weights)
    return _area_from_pairs(wins, pairs)


def roc_auc_within_folds(scores: Floats, has: Mask, folds: Indices) -> Floats:
    """`(k,)`: the area of each column of `scores: (n, k)`, pairs of one fold only; .5 for a column without a pair."""
    wins, pairs = np.zeros(scores.shape[1]), np.zeros(scores.shape[1])
    for fold in np.unique(folds):
        rows = folds == fold
        for j in range(scores.shape[1]):
            won, all_pairs = _count_pairs(scores[rows, j], has[rows, j], np.ones(int(rows.sum())))
            wins[j] += won
            pairs[j] += all_pairs
    return _area_from_pairs(wins, pairs)


@dataclass(frozen=True, eq=False)
class RocAucWithinFolds:
    """The mean over the columns of the ROC AUC within folds, by the weights of the groups: a `GroupFigure`.

    Without weights a number is made of every pair of a row with and a row without the class. Those of two groups always
    count together, so a matrix `(groups of the fold)²` of won pairs gives any resample as `w' A w`; where there are so
    many groups that this costs more than ranking the weighted rows again, they are ranked.
    """

    scores: Floats
    """`(n, k)`."""
    has: Mask
    """`(n, k)`."""
    folds: Indices
    """`(n,)`."""
    group_of: Indices
    """`(n,)`: positions of groups."""

    def compute_values(self, weights: Floats) -> Floats:
        """`(m,)`; columns without a pair in a resample are left out of its mean, and .5 is the mean of none."""
        wins, pairs = self._count_won(weights)
        counted = pairs > 0
        mean = safe_ratio((safe_ratio(wins, pairs) * counted).sum(axis=1), counted.sum(axis=1))
        return np.where(counted.any(axis=1), mean, 0.5)

    def compute_influences(self, weights: Floats) -> Floats:
        """`(m, n_groups)`: the derivative by the weight of each group."""
        wins, pairs = self._count_won(weights)
        areas, n_counted = safe_ratio(wins, pairs), np.maximum((pairs > 0).sum(axis=1), 1)
        influences = np.zeros_like(weights)
        for fold in self._fold_pairs:
            w = weights[:, fold.groups]
            for j, won in enumerate(fold.wins):
                with_class, without = fold.n_with[:, j], fold.n_without[:, j]
                more_wins = w @ (won + won.T)
                more_pairs = (w @ without)[:, np.newaxis] * with_class + (w @ with_class)[:, np.newaxis] * without
                slope = safe_ratio(more_wins - areas[:, [j]] * more_pairs, pairs[:, [j]] * n_counted[:, np.newaxis])
                influences[:, fold.groups] += slope
        return influences

    def _count_won(self, weights: Floats) -> tuple[Floats, Floats]:
        """Won pairs and all pairs, each `(m, k)`."""
        return self._by_matrices(weights) if self._is_small else self._by_ranks(weights)

    def _by_matrices(self, weights: Floats) -> tuple[Floats, Floats]:
        k = self.scores.shape[1]
        wins, pairs = np.zeros((len(weights), k)), np.zeros((len(weights), k))
        for fold in self._fold_pairs:
            w = weights[:, fold.groups]
            wins += np.stack([((w @ won) * w).sum(axis=1) for won in fold.wins], axis=1)
            pairs += (w @ fold.n_with) * (w @ fold.n_without)
        return wins, pairs

    def _by_ranks(self, weights: Floats) -> tuple[Floats, Floats]:
        k = self.scores.shape[1]
        wins, pairs = np.zeros((len(weights), k)), np.zeros((len(weights), k))
        for rows in self._rows_by_fold:
            chunk = max(1, _CELLS // len(rows))
            for start in range(0, len(weights), chunk):
                part = slice(start, start + chunk)
                of_rows = weights[part][:, self.group_of[rows]]
                for j in range(k):
                    won, all_pairs = _count_pairs(self.scores[rows, j], self.has[rows, j], of_rows)
                    wins[part, j] += won
                    pairs[part, j] += all_pairs
        return wins, pairs

    @cached_property
    def _rows_by_fold(self) -> list[Indices]:
        return [np.flatnonzero(self.folds == fold) for fold in np.unique(self.folds)]

    @cached_property
    def _is_small(self) -> bool:
        n_entries = sum(len(np.unique(self.group_of[rows])) ** 2 for rows in self._rows_by_fold)
        fits = n_entries * self.scores.shape[1] <= _MATRIX_CELLS
        return fits and n_entries <= _RANKING_COST * len(self.scores)

    @cached_property
    def _fold_pairs(self) -> list["_FoldPairs"]:
        return [_collect_fold_pairs(self, rows) for rows in self._rows_by_fold]


@dataclass(frozen=True, eq=False)
class _FoldPairs:
    """The pairs of one fold by group."""

    groups: Indices
    """`(g,)`: positions of the groups of the fold."""
    wins: Sequence[Floats]
    """Of each column `(g, g)`: won pairs of a row with the class (line) and one without (column)."""
    n_with: Floats
    """`(g, k)`."""
    n_without: Floats
    """`(g, k)`."""


def _collect_fold_pairs(figure: RocAucWithinFolds, rows: Indices) -> _FoldPairs:
    groups, place = np.unique(figure.group_of[rows], return_inverse=True)
    has = figure.has[rows].astype(np.float64)
    return _FoldPairs(
        groups=groups,
        wins=[_wins_by_group(figure.scores[rows, j], figure.has[rows, j], place) for j in range(has.shape[1])],
        n_with=sum_by_group(has, place, n_groups=len(groups)),
        n_without=sum_by_group(1 - has, place, n_groups=len(groups)),
    )


def _wins_by_group(probabilities: Floats, has: Mask, place: Indices) -> Floats:
    """`(g, g)`: pairs won by the rows with the class of each group (line) over those without of each (column)."""
    n_groups = int(place.max()) + 1
    wins = np.zeros((n_groups, n_groups))
    order = np.argsort(probabilities[~has], kind="stable")
    scores, groups = probabilities[~has][order], place[~has][order]
    # how many rows of each group stand among the first of the sorted ones
    first = np.concatenate([np.zeros((1, n_groups)), np.cumsum(np.eye(n_groups)[groups], axis=0)])
    below, up_to = (np.searchsorted(scores, probabilities[has], side=side) for side in ("left", "right"))
    np.add.at(wins, place[has], (first[below] + first[up_to]) / 2)
    return wins


@dataclass(frozen=True, eq=False)
class MeanAveragePrecision:
    """The mean average precision over the columns, by the weights of the groups: a `GroupFigure`."""

    scores: Floats
    """`(n, k)`."""
    has: Mask
    """`(n, k)`."""
    group_of: Indices
    """`(n,)`: positions of groups."""

    def compute_values(self, weights: Floats) -> Floats:
        """`(m,)`."""
        return self._by_chunks(weights, average_precision, lambda by_column: np.mean(by_column, axis=0))

    def compute_influences(self, weights: Floats) -> Floats:
        """`(m, n_groups)`: the derivative by the weight of each group."""
        of_group = np.eye(weights.shape[1])[self.group_of]
        return self._by_chunks(
            weights,
            _average_precision_slopes,
            lambda by_column: np.mean([slopes @ of_group for slopes in by_column], axis=0),
        )

    def _by_chunks(
        self,
        weights: Floats,
        of_column: Callable[[Floats, Mask, Floats], Floats],
        mean: Callable[[list[Floats]], Floats],
    ) -> Floats:
        chunk = max(1, _CELLS // len(self.scores))
        parts = []
        for start in range(0, len(weights), chunk):
            of_rows = weights[start : start + chunk][:, self.group_of]
            columns = range(self.scores.shape[1])
            parts.append(mean([of_column(self.scores[:, j], self.has[:, j], of_rows) for j in columns]))
        return np.concatenate(parts)


def _average_precision_slopes(scores: Floats, has: Mask, weights: Floats) -> Floats:
    """`(m, n)`: the derivative of the average precision by the weight of each row."""
    order = np.argsort(-scores, kind="stable")
    ends = _run_ends(scores[order])
    run_of = np.searchsorted(ends, np.arange(len(order)))
    with_tag, all_rows = _cumulate_weights(scores, has, weights)
    gained = np.diff(with_tag, axis=-1, prepend=0.0)
    total = with_tag[..., -1:]
    precision = safe_ratio(with_tag, all_rows)
    value = safe_ratio((gained * precision).sum(axis=-1, keepdims=True), total)
    # a row at or above a run of equal scores adds to the cumulated weights of that run
    counted = safe_ratio(gained, all_rows)
    later = np.cumsum((counted)[..., ::-1], axis=-1)[..., ::-1]
    later_charged = np.cumsum((counted * precision)[..., ::-1], axis=-1)[..., ::-1]
    is_with = has[order]
    slopes = np.empty_like(weights)
    slopes[..., order] = safe_ratio(
        is_with * (precision[..., run_of] + later[..., run_of] - value) - later_charged[..., run_of],
        np.broadcast_to(total, (*weights.shape[:-1], len(order))),
    )
    return slopes


def precision_recall_curve(scores: Floats, has: Mask) -> tuple[Floats, Floats]:
    """`(recall, precision)` at every score, falling: the precision-recall curve."""
    with_tag, all_rows = _cumulate_weights(scores, has, np.ones(len(scores)))
    return safe_ratio(with_tag, with_tag[-1]), safe_ratio(with_tag, all_rows)


def best_threshold(probabilities: Floats, has: Mask) -> float:
    """The score from which on the tag is given so that its F1 is highest; of equals the highest score.

    `probabilities` in [0, 1]. 1 where nothing has the tag.
    """
    if not has.any():
        return 1.0
    order = np.argsort(-probabilities, kind="stable")
    ends = _run_ends(probabilities[order])
    hits, given = np.cumsum(has[order])[ends], ends + 1
    best = int(np.argmax(2 * hits / (given + has.sum())))
    scores = probabilities[order][ends]
    # between the last score that is in and the first that is out, so that rounding moves nobody across
    below = scores[best + 1] if best + 1 < len(scores) else 0.0
    return float((scores[best] + below) / 2)


def _count_pairs(scores: Floats, has: Mask, weights: Floats) -> tuple[Floats, Floats]:
    """Won pairs, ties counting half, and all pairs."""
    with_tag, all_rows = _cumulate_weights(scores, has, weights)
    without = all_rows - with_tag
    gained = np.diff(without, axis=-1, prepend=0.0)
    above = with_tag - np.diff(with_tag, axis=-1, prepend=0.0) / 2
    return (gained * above).sum(axis=-1), with_tag[..., -1] * without[..., -1]


def _area_from_pairs(wins: Floats, pairs: Floats) -> Floats:
    return np.where(pairs > 0, safe_ratio(wins, pairs), 0.5)


def _cumulate_weights(scores: Floats, has: Mask, weights: Floats) -> tuple[Floats, Floats]:
    """Weight of the rows with the tag, and of all rows, at or above each distinct score, falling."""
    order = np.argsort(-scores, kind="stable")
    ends = _run_ends(scores[order])
    ordered = weights[..., order]
    return np.cumsum(ordered * has[order], axis=-1)[..., ends], np.cumsum(ordered, axis=-1)[..., ends]


def _run_ends(falling: Floats) -> Indices:
    """The last place of each run of equal values."""
    return np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
