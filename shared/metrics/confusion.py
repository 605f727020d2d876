"""Answers counted against targets, and the scores that follow from the counts. Pure.

Conventions. A row is one track; its answer is the class of the highest probability, the first of equals. Averages over
classes are over the classes that have targets. A ratio whose denominator is 0 counts as 0.
"""

from typing import Any

import numpy as np

from shared.arrays import Counts, Floats, Indices, Probabilities


def confusion_matrix(y: Indices, probabilities: Probabilities) -> Counts:
    """`(k, k)` counts: rows are targets, columns are answers."""
    k = probabilities.shape[1]
    return np.bincount(y * k + probabilities.argmax(axis=1), minlength=k * k).reshape(k, k).astype(np.float64)


def confusion_by_group(
    y: Indices, probabilities: Probabilities, group_of: Indices, *, n_groups: int, weights: Floats | None = None
) -> Floats:
    """`(n_groups, k * k)`: the confusion counts of the rows of each group, whose position is `group_of: (n,)`.

    A row counts as `weights: (n,)` says, once without.
    """
    k = probabilities.shape[1]
    cells = np.zeros((n_groups, k * k))
    np.add.at(cells, (group_of, y * k + probabilities.argmax(axis=1)), 1.0 if weights is None else weights)
    return cells


def per_class_metrics(counts: Counts) -> tuple[Floats, Floats, Floats, Floats]:
    """Precision, recall, F1 and support, each `(..., k)`."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    support, answered = counts.sum(axis=-1), counts.sum(axis=-2)
    return safe_ratio(hits, answered), safe_ratio(hits, support), safe_ratio(2 * hits, support + answered), support


def macro_f1(counts: Counts) -> Floats:
    """The mean F1 of the classes that have targets."""
    _, _, f1, support = per_class_metrics(counts)
    return safe_ratio((f1 * (support > 0)).sum(axis=-1), (support > 0).sum(axis=-1))


def safe_ratio(part: Any, whole: Any) -> Floats:
    """`part / whole`, 0 where the whole is 0."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    ratio: Floats = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return ratio
