"""What a model gets that knows nothing of a track, by the kind of its head. Pure.

- Classes: each row is answered by the class shares of the other folds, as expected counts: it adds the shares to the
  line of its class in the confusion table. Its macro F1 is 1/k, which no other way of guessing exceeds on average, and
  above that of always saying the commonest class (1/k of one F1). For accuracy and weighted F1 saying the commonest
  class may be the better one; of each figure the better of both counts.
- Tags: the expected average precision of a random order (Bestgen, *Exact Expected Average Precision of the Random
  Baseline for System Evaluation*, 2015). It stands above the prevalence: .018 for 8 of 1,000 tracks.
- Valence and arousal: the mean of the other folds.

The ROC AUC of chance is .5.
"""

from collections.abc import Callable

import numpy as np

from shared.arrays import Counts, Floats, Indices, Mask
from shared.metrics.confusion import safe_ratio
from shared.metrics.group_bootstrap import FigureFromSums, sum_by_group

ROC_AUC = 0.5


def class_shares_elsewhere(y: Indices, folds: Indices, *, n_classes: int, weights: Floats | None = None) -> Floats:
    """`(n, n_classes)`: for each row the class shares of the other folds. Needs two folds with rows.

    A row counts as `weights: (n,)` says, once without.
    """
    shares = np.zeros((len(y), n_classes))
    counted = np.ones(len(y)) if weights is None else weights
    for fold in np.unique(folds):
        others = folds != fold
        by_class = np.bincount(y[others], weights=counted[others], minlength=n_classes)
        shares[~others] = by_class / by_class.sum()
    return shares


def target_means_elsewhere(targets: Floats, folds: Indices) -> Floats:
    """`(n, k)`: for each row the mean of `targets: (n, k)` in the other folds. Needs two folds with rows."""
    means = np.zeros_like(targets)
    for fold in np.unique(folds):
        means[folds == fold] = targets[folds != fold].mean(axis=0)
    return means


def chance_tables(
    y: Indices, shares: Floats, group_of: Indices, *, n_groups: int, weights: Floats | None = None
) -> Floats:
    """`(n_groups, 2 k²)`: of each group the expected confusion counts of guessing by `shares: (n, k)`, and those of
    saying the commonest class. A row counts as `weights: (n,)` says, once without.
    """
    k = shares.shape[1]
    is_class, is_commonest = np.eye(k)[y], np.eye(k)[shares.argmax(axis=1)]
    tables = [is_class[:, :, np.newaxis] * answer[:, np.newaxis, :] for answer in (shares, is_commonest)]
    cells = np.concatenate(tables, axis=1).reshape(len(y), 2 * k * k)
    if weights is not None:
        cells = cells * weights[:, np.newaxis]
    return sum_by_group(cells, group_of, n_groups=n_groups)


def better_baseline(metric: Callable[[Counts], Floats], tables: Floats) -> Floats:
    """`(...)`: the figure of guessing by shares or of the commonest class, of `tables: (..., 2 k²)`."""
    k = round((tables.shape[-1] / 2) ** 0.5)
    both = metric(tables.reshape(*tables.shape[:-1], 2, k, k))
    better: Floats = both.max(axis=-1)
    return better


def expected_average_precision(n_with: Floats, n_all: Floats) -> Floats:
    """Of a random order of `n_all` items of which `n_with` count; 0 where none does. Elementwise, integers."""
    n_with, n_all = np.asarray(n_with, dtype=np.float64), np.asarray(n_all, dtype=np.float64)
    harmonic = _harmonic_numbers(n_all)
    expected = safe_ratio(safe_ratio(n_with - 1, n_all - 1) * (n_all - harmonic) + harmonic, n_all)
    return np.where(n_with > 0, expected, 0.0)


def tag_chance(has: Mask, group_of: Indices, *, n_groups: int) -> FigureFromSums:
    """The mean expected average precision of the tags `has: (n, k)`, by the weights of the groups."""
    counted = np.hstack([has.astype(np.float64), np.ones((len(has), 1))])
    return FigureFromSums(sum_by_group(counted, group_of, n_groups=n_groups), _mean_expected)


def _mean_expected(sums: Floats) -> Floats:
    expected: Floats = expected_average_precision(sums[..., :-1], sums[..., -1:]).mean(axis=-1)
    return expected


def _harmonic_numbers(n: Floats) -> Floats:
    """The harmonic numbers H(n), by their asymptotic series at n + 8, within 1e-12."""
    far = n + 8
    series = np.log(far) + np.euler_gamma + 1 / (2 * far) - 1 / (12 * far**2) + 1 / (120 * far**4) - 1 / (252 * far**6)
    harmonic: Floats = series - sum(1 / (n + i) for i in range(1, 9))
    return harmonic
