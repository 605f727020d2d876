"""The primary metric of each kind of head, which compares two models: its measure, chance, and paired comparison.

The one table of the gate: classes by macro F1, tags by the mean average precision (PR-AUC), dimensions by the mean R².
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from shared.arrays import Floats
from shared.domain.head import CLASSES, DIMENSIONS, TAGS, get_head_kind
from shared.metrics.chance import (
    better_baseline,
    chance_tables,
    class_shares_elsewhere,
    tag_chance,
    target_means_elsewhere,
)
from shared.metrics.comparison import ModelComparison, paired_comparison
from shared.metrics.confusion import confusion_by_group, macro_f1
from shared.metrics.group_bootstrap import (
    ConfidenceLevel,
    FigureFromSums,
    GroupFigure,
    percentile_interval,
    resample_figure,
)
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.ranking import MeanAveragePrecision, RocAucWithinFolds, average_precision
from shared.metrics.regression import mean_r2_figure, regression_metrics
from shared.metrics.report_schema import FigureInterval


@dataclass(frozen=True, kw_only=True)
class PrimaryMetric:
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

    def read_value(self, metrics: Mapping[str, Any]) -> float:
        """The measure among metrics; NaN where they have none."""
        figure = metrics.get(self.key, math.nan)
        return float(figure["value"] if isinstance(figure, Mapping) else figure)

    def figure_interval(self, rows: OutOfFold, *, n_resamples: int, seed: int) -> FigureInterval:
        """The measure of the predictions, with its 95 % interval over artists."""
        figure = self.figure(rows)
        low, high = percentile_interval(
            resample_figure(figure, n_groups=rows.n_groups, n_resamples=n_resamples, seed=seed)
        )
        value = float(figure.compute_values(np.ones((1, rows.n_groups)))[0])
        return {"value": value, "low": low, "high": high}

    def paired_comparison(
        self, rows: OutOfFold, other_predictions: Floats, *, level: ConfidenceLevel
    ) -> ModelComparison:
        """The predictions of `rows` against others of the same rows. Raises ValueError where the shapes do not fit."""
        return paired_comparison(
            self.figure(rows),
            self.figure(replace(rows, predictions=other_predictions)),
            n_tracks=len(rows.groups),
            n_groups=rows.n_groups,
            measure=self.name,
            level=level,
        )


def roc_auc_figure(rows: OutOfFold) -> RocAucWithinFolds:
    """The mean ROC AUC within folds of the classes or tags. Raises ValueError for rows with weights."""
    _require_equal_weights(rows)
    return RocAucWithinFolds(rows.predictions, rows.targets > 0, rows.folds, rows.group_indices)


def r2_figures(rows: OutOfFold) -> list[GroupFigure]:
    """The R² of each column."""
    columns = range(rows.targets.shape[1])
    return [
        _mean_r2(replace(rows, predictions=rows.predictions[:, [j]], targets=rows.targets[:, [j]])) for j in columns
    ]


def mean_average_precision(targets: Floats, predicted: Floats, weights: Floats) -> Floats:
    """`(m,)`: the mean over the columns of `predicted: (n, k)`, for weights `(m, n)` of the rows."""
    columns = [average_precision(predicted[:, j], targets[:, j] > 0, weights) for j in range(predicted.shape[1])]
    return np.asarray(np.mean(columns, axis=0))


def mean_r2(targets: Floats, predicted: Floats, weights: Floats) -> Floats:
    """`(m,)`, as `mean_average_precision`."""
    return np.asarray(
        np.mean(
            [regression_metrics(predicted[:, j], targets[:, j], weights)["r2"] for j in range(predicted.shape[1])],
            axis=0,
        )
    )


def _macro_f1(rows: OutOfFold) -> GroupFigure:
    k = rows.targets.shape[1]
    counts = confusion_by_group(
        rows.y, rows.predictions, rows.group_indices, n_groups=rows.n_groups, weights=rows.row_weights
    )
    return FigureFromSums(counts, lambda sums: macro_f1(sums.reshape(*sums.shape[:-1], k, k)))


def _class_chance(rows: OutOfFold) -> GroupFigure:
    weights = rows.row_weights
    shares = class_shares_elsewhere(rows.y, rows.folds, n_classes=rows.targets.shape[1], weights=weights)
    tables = chance_tables(rows.y, shares, rows.group_indices, n_groups=rows.n_groups, weights=weights)
    return FigureFromSums(tables, lambda sums: better_baseline(macro_f1, sums))


def _require_equal_weights(rows: OutOfFold) -> None:
    if rows.weights is not None:
        raise ValueError("only the measure of classes is computed of rows that count differently")


def _mean_average_precision(rows: OutOfFold) -> GroupFigure:
    _require_equal_weights(rows)
    return MeanAveragePrecision(rows.predictions, rows.targets > 0, rows.group_indices)


def _tag_chance(rows: OutOfFold) -> GroupFigure:
    return tag_chance(rows.targets > 0, rows.group_indices, n_groups=rows.n_groups)


def _mean_r2(rows: OutOfFold) -> GroupFigure:
    _require_equal_weights(rows)
    return mean_r2_figure(rows.predictions, rows.targets, rows.group_indices, n_groups=rows.n_groups)


def _number_chance(rows: OutOfFold) -> GroupFigure:
    return _mean_r2(replace(rows, predictions=target_means_elsewhere(rows.targets, rows.folds)))


PRIMARY_METRICS: Mapping[str, PrimaryMetric] = MappingProxyType(
    {
        CLASSES: PrimaryMetric(key="macro_f1", name="macro F1", figure=_macro_f1, chance=_class_chance),
        TAGS: PrimaryMetric(key="pr_auc", name="PR-AUC", figure=_mean_average_precision, chance=_tag_chance),
        DIMENSIONS: PrimaryMetric(
            key="r2", name="mean R2", figure=_mean_r2, chance=_number_chance, is_of_probabilities=False
        ),
    }
)


def get_primary_metric(taxonomy: str) -> PrimaryMetric:
    """What the models of the head or taxonomy called so are measured by."""
    return PRIMARY_METRICS[get_head_kind(taxonomy)]


def read_primary_score(taxonomy: str, metrics: Mapping[str, Any]) -> float:
    """How good a model of `taxonomy` is by its measure; NaN where its metrics lack it."""
    return get_primary_metric(taxonomy).read_value(metrics)
