"""What decides between two models of a head, by the kind of the head: its measure, its chance, its paired comparison.

The one table of the gate: classes by macro F1, tags by the mean average precision (PR-AUC), dimensions by the mean R².
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from shared.domain.head import CLASSES, DIMENSIONS, TAGS, kind_of
from shared.metrics.chance import (
    better_of_both,
    chance_tables,
    means_of_other_folds,
    shares_of_other_folds,
    tag_chance,
)
from shared.metrics.comparison import Comparison, compare
from shared.metrics.confusion import Floats, confusion_of_groups, macro_f1
from shared.metrics.group_bootstrap import FigureOfSums, GroupFigure, Level
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.ranking import MeanAveragePrecision, RocAucWithinFolds, average_precision
from shared.metrics.regression import mean_r2_of_groups, near


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """What the models of one kind of head are measured by."""

    key: str
    """Among the metrics: `{"value", "low", "high"}`, higher is better."""
    name: str
    figure: Callable[[OutOfFold], GroupFigure]
    """The measure of the predictions."""
    chance: Callable[[OutOfFold], GroupFigure]
    """The measure of what knows nothing of a track."""
    is_of_probabilities: bool = True
    """Whether the answers are probabilities, which have to be calibrated, and which rank."""

    def of(self, metrics: Mapping[str, Any]) -> float:
        """The measure among metrics; NaN where they have none."""
        found = metrics.get(self.key, math.nan)
        return float(found["value"] if isinstance(found, Mapping) else found)

    def compare(self, rows: OutOfFold, other_predictions: Floats, *, level: Level) -> Comparison:
        """The predictions of `rows` against others of the same rows. Raises ValueError where the shapes do not fit."""
        return compare(
            self.figure(rows),
            self.figure(replace(rows, predictions=other_predictions)),
            n_tracks=len(rows.groups),
            n_groups=rows.n_groups,
            measure=self.name,
            level=level,
        )


def roc_auc_of(rows: OutOfFold) -> RocAucWithinFolds:
    """The mean ROC AUC within folds of the classes or tags."""
    return RocAucWithinFolds(rows.predictions, rows.targets > 0, rows.folds, rows.group_of)


def r2_of_each(rows: OutOfFold) -> list[GroupFigure]:
    """The R² of each column."""
    columns = range(rows.targets.shape[1])
    return [
        _mean_r2(replace(rows, predictions=rows.predictions[:, [j]], targets=rows.targets[:, [j]])) for j in columns
    ]


def mean_average_precision(targets: Floats, said: Floats, weights: Floats) -> Floats:
    """`(m,)`: the mean over the columns of `said: (n, k)`, for weights `(m, n)` of the rows."""
    columns = [average_precision(said[:, j], targets[:, j] > 0, weights) for j in range(said.shape[1])]
    return np.asarray(np.mean(columns, axis=0))


def mean_r2(targets: Floats, said: Floats, weights: Floats) -> Floats:
    """`(m,)`, as `mean_average_precision`."""
    return np.asarray(np.mean([near(said[:, j], targets[:, j], weights)["r2"] for j in range(said.shape[1])], axis=0))


def _macro_f1(rows: OutOfFold) -> GroupFigure:
    k = rows.targets.shape[1]
    counts = confusion_of_groups(rows.y, rows.predictions, rows.group_of, n_groups=rows.n_groups)
    return FigureOfSums(counts, lambda sums: macro_f1(sums.reshape(*sums.shape[:-1], k, k)))


def _class_chance(rows: OutOfFold) -> GroupFigure:
    shares = shares_of_other_folds(rows.y, rows.folds, n_classes=rows.targets.shape[1])
    tables = chance_tables(rows.y, shares, rows.group_of, n_groups=rows.n_groups)
    return FigureOfSums(tables, lambda sums: better_of_both(macro_f1, sums))


def _mean_average_precision(rows: OutOfFold) -> GroupFigure:
    return MeanAveragePrecision(rows.predictions, rows.targets > 0, rows.group_of)


def _tag_chance(rows: OutOfFold) -> GroupFigure:
    return tag_chance(rows.targets > 0, rows.group_of, n_groups=rows.n_groups)


def _mean_r2(rows: OutOfFold) -> GroupFigure:
    return mean_r2_of_groups(rows.predictions, rows.targets, rows.group_of, n_groups=rows.n_groups)


def _number_chance(rows: OutOfFold) -> GroupFigure:
    return _mean_r2(replace(rows, predictions=means_of_other_folds(rows.targets, rows.folds)))


YARDSTICKS: Mapping[str, Yardstick] = MappingProxyType(
    {
        CLASSES: Yardstick(key="macro_f1", name="macro F1", figure=_macro_f1, chance=_class_chance),
        TAGS: Yardstick(key="pr_auc", name="PR-AUC", figure=_mean_average_precision, chance=_tag_chance),
        DIMENSIONS: Yardstick(
            key="r2", name="mean R2", figure=_mean_r2, chance=_number_chance, is_of_probabilities=False
        ),
    }
)


def yardstick_of(taxonomy: str) -> Yardstick:
    """What the models of the head or taxonomy called so are measured by."""
    return YARDSTICKS[kind_of(taxonomy)]


def score_of(taxonomy: str, metrics: Mapping[str, Any]) -> float:
    """How good a model of `taxonomy` is by its measure; NaN where its metrics lack it."""
    return yardstick_of(taxonomy).of(metrics)
