"""What decides between two models of a head, by the kind of the head: its measure, its floor, its paired comparison.

The one table of the gate: classes by macro F1, tags by the mean average precision (PR-AUC), dimensions by the mean R².
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from shared.domain.head import CLASSES, DIMENSIONS, TAGS, kind_of
from shared.registry.comparing import Comparison, compare, compare_by
from shared.registry.counts import Floats
from shared.registry.numbers import near
from shared.registry.ranking import average_precision

Compare = Callable[[Floats, Floats, Floats, Sequence[str]], Comparison]
"""`(mine, theirs, targets, groups)`: each `(n, k)`, the targets 1 in the column of what holds, or numbers."""


@dataclass(frozen=True, kw_only=True)
class Yardstick:
    """What the models of one kind of head are measured by."""

    key: str
    """Among the metrics: `{"value", "low", "high"}`, higher is better."""
    name: str
    floor: str
    """Who the baseline is."""
    compare: Compare
    is_of_probabilities: bool = True
    """Whether the answers are probabilities, which have to be calibrated."""

    def of(self, metrics: Mapping[str, Any]) -> float:
        """The measure among metrics; NaN where they have none."""
        found = metrics.get(self.key, math.nan)
        return float(found["value"] if isinstance(found, Mapping) else found)


def mean_average_precision(targets: Floats, said: Floats, weights: Floats) -> Floats:
    """`(m,)`: the mean over the columns of `said: (n, k)`, for weights `(m, n)` of the rows."""
    columns = [average_precision(said[:, j], targets[:, j] > 0, weights) for j in range(said.shape[1])]
    return np.asarray(np.mean(columns, axis=0))


def mean_r2(targets: Floats, said: Floats, weights: Floats) -> Floats:
    """`(m,)`, as `mean_average_precision`."""
    return np.asarray(np.mean([near(said[:, j], targets[:, j], weights)["r2"] for j in range(said.shape[1])], axis=0))


def _classes(mine: Floats, theirs: Floats, targets: Floats, groups: Sequence[str]) -> Comparison:
    return compare(mine, theirs, targets.argmax(axis=1), groups)


def _tags(mine: Floats, theirs: Floats, targets: Floats, groups: Sequence[str]) -> Comparison:
    score = partial(mean_average_precision, targets)
    return compare_by(score, mine, theirs, groups, measure=YARDSTICKS[TAGS].name)


def _dimensions(mine: Floats, theirs: Floats, targets: Floats, groups: Sequence[str]) -> Comparison:
    return compare_by(partial(mean_r2, targets), mine, theirs, groups, measure=YARDSTICKS[DIMENSIONS].name)


YARDSTICKS: Mapping[str, Yardstick] = MappingProxyType(
    {
        CLASSES: Yardstick(key="macro_f1", name="macro F1", floor="the majority baseline", compare=_classes),
        TAGS: Yardstick(key="pr_auc", name="PR-AUC", floor="the prevalence of the tags", compare=_tags),
        DIMENSIONS: Yardstick(
            key="r2", name="mean R2", floor="the mean of the training", compare=_dimensions, is_of_probabilities=False
        ),
    }
)


def yardstick_of(taxonomy: str) -> Yardstick:
    """What the models of the head or taxonomy called so are measured by."""
    return YARDSTICKS[kind_of(taxonomy)]


def score_of(taxonomy: str, metrics: Mapping[str, Any]) -> float:
    """How good a model of `taxonomy` is by its measure; NaN where its metrics lack it."""
    return yardstick_of(taxonomy).of(metrics)
