"""How good out-of-fold numbers are, with intervals, beside chance. Pure.

Measures as in `metrics.numbers`. Intervals are percentiles of a bootstrap of whole artist groups; chance answers each
fold with the mean of the others.
"""

from collections.abc import Sequence
from typing import cast

import numpy as np

from shared.arrays import Floats, Indices
from shared.domain.model_card import CHANCE
from shared.metrics.chance import target_means_elsewhere
from shared.metrics.group_bootstrap import CONFIDENCE, draw_group_weights
from shared.metrics.regression import MEASURES, regression_metrics
from shared.metrics.report_schema import DimensionFigures, RegressionFigures, RegressionReport
from shared.metrics.reports.classification import with_interval

MetricSamples = dict[str, tuple[float, Floats]]


def regression_report(
    predicted: Floats,
    true: Floats,
    groups: Sequence[str],
    folds: Indices,
    *,
    names: Sequence[str],
    seed: int,
    n_resamples: int = 1000,
) -> RegressionReport:
    """All metrics of `predicted: (n, k)` against `true: (n, k)`, as JSON values: means over the dimensions, and each.

    Raises ValueError for shapes that do not fit, numbers outside [-1, 1], or rows of a single fold.
    """
    if predicted.shape != true.shape or true.shape != (len(groups), len(names)) or len(np.unique(folds)) < 2:  # noqa: PLR2004
        raise ValueError(f"{true.shape} targets of two folds or more need as many answers, not {predicted.shape}")
    if not (np.abs(np.stack([predicted, true])) <= 1).all():
        raise ValueError("valence and arousal are in [-1, 1]")
    _, group_of = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    n_groups = int(group_of.max()) + 1
    weights = np.concatenate(list(draw_group_weights(n_groups, n_resamples=n_resamples, seed=seed)))[:, group_of]
    model, floor = (
        _summarise_dimensions(answers, true, weights, names=names)
        for answers in (predicted, target_means_elsewhere(true, folds))
    )
    return {
        "kind": "dimensions",
        "n_items": len(true),
        "n_groups": n_groups,
        "n_folds": len(np.unique(folds)),
        "classes": list(names),
        "interval": {
            "confidence": CONFIDENCE,
            "n_resamples": n_resamples,
            "resampled_by": "artist group",
            "seed": seed,
        },
        **model,
        CHANCE: floor,
    }


def _summarise_dimensions(predicted: Floats, true: Floats, drawn: Floats, *, names: Sequence[str]) -> RegressionFigures:
    by_dimension: list[MetricSamples] = []
    for j in range(len(names)):
        once = regression_metrics(predicted[:, j], true[:, j], np.ones(len(true)))
        samples = regression_metrics(predicted[:, j], true[:, j], drawn)
        by_dimension.append({measure: (float(once[measure]), samples[measure]) for measure in MEASURES})
    means = {
        measure: (
            float(np.mean([figures[measure][0] for figures in by_dimension])),
            np.mean([figures[measure][1] for figures in by_dimension], axis=0),
        )
        for measure in MEASURES
    }
    per_class = {name: _with_intervals(figures) for name, figures in zip(names, by_dimension, strict=True)}
    return {**_with_intervals(means), "per_class": per_class}


def _with_intervals(samples: MetricSamples) -> DimensionFigures:
    return cast("DimensionFigures", {measure: with_interval(*samples[measure]) for measure in MEASURES})
