"""The figures of today beside those of commit 9191cc7, which counted each of them in a place of its own.

`tests/data/metrics_of_9191cc7.json` is what that commit's `trainer.evaluation`, `judging_tags`, `judging_numbers` and
`registry.{comparing,curves,ranking,prediction_sets}` gave for the inputs of `tests.support.metric_inputs`. Its ROC AUC
was over all rows, so the folds are one here. It drew artists by `integers` for classes (20,000 resamples), by
`multinomial` for all else (1,000; comparisons 5,000).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.domain.head import CLASSES, DIMENSIONS, TAGS
from shared.metrics.curves import reliability_bins, roc_curve
from shared.metrics.group_bootstrap import ConfidenceLevel
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.prediction_sets import conformal_thresholds, nonconformity_scores, prediction_set
from shared.metrics.primary_metric import PRIMARY_METRICS
from shared.metrics.ranking import precision_recall_curve, roc_auc_within_folds
from shared.metrics.report_schema import ComparisonFigures
from shared.metrics.reports.classification import classification_report
from shared.metrics.reports.multilabel import choose_thresholds, multilabel_report
from shared.metrics.reports.regression import regression_report
from tests.support.metric_inputs import (
    CLASS_CASES,
    CLASS_NAMES,
    SEEDS,
    MetricInputs,
    class_inputs,
    number_inputs,
    tag_inputs,
)

GOLDEN: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "metrics_of_9191cc7.json").read_text()
)
POINT_TOLERANCE = 1e-12
REDRAWN_TOLERANCE = 0.005
"""Of interval ends, where artists were drawn by `integers`."""
ENDS = ("low", "high")


def assert_same(new: Any, old: Any, *, at: str, ends: float = POINT_TOLERANCE) -> None:
    """All that `old` holds stands in `new`: numbers to 1e-12, the ends of intervals to `ends`."""
    if isinstance(old, Mapping):
        for key, value in old.items():
            assert key in new, f"{at}.{key}"
            assert_same(new[key], value, at=f"{at}.{key}", ends=ends)
    elif isinstance(old, list):
        assert len(new) == len(old), at
        for i, value in enumerate(old):
            assert_same(new[i], value, at=f"{at}[{i}]", ends=ends)
    elif isinstance(old, float):
        tolerance = ends if at.endswith(ENDS) else POINT_TOLERANCE
        assert new == pytest.approx(old, rel=0, abs=tolerance), at
    else:
        assert new == old, at


def as_items(inputs: MetricInputs, names: tuple[str, ...]) -> list[DatasetItem]:
    rows = zip(inputs.y.tolist(), inputs.groups, inputs.folds.tolist(), strict=True)
    return [
        DatasetItem(
            example=LabelledTrack(track_id=str(i), target=names[c], artist_group=group, audio_sha256=None),
            group=group,
            fold=fold,
        )
        for i, (c, group, fold) in enumerate(rows)
    ]


def compare_models(kind: str, inputs: MetricInputs, *, seed: int) -> ComparisonFigures:
    rows = OutOfFold(predictions=inputs.predictions, targets=inputs.targets, folds=inputs.folds, groups=inputs.groups)
    # at 5,000 resamples the ends are read off the resamples, as the old code always did
    level = ConfidenceLevel(error=0.1, n_resamples=5000, seed=seed)
    return PRIMARY_METRICS[kind].paired_comparison(rows, inputs.rivals, level=level).as_dict()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", CLASS_CASES)
def test_figures_of_classes_are_those_of_before(case: str, seed: int) -> None:
    inputs = class_inputs(seed, **CLASS_CASES[case])
    old = GOLDEN[f"{case}, seed {seed}"]
    names = CLASS_NAMES[: inputs.targets.shape[1]]
    report = classification_report(
        inputs.predictions,
        as_items(inputs, names),
        classes=names,
        taxonomy="quadrant4" if len(names) == 4 else "two",
        seed=seed,
        # one seed shows that the ends agree; the points do not depend on how often is drawn
        n_resamples=20_000 if seed == SEEDS[0] else 10,
    )
    old_report = dict(old["report"])
    old_area = old_report.pop("roc_auc")
    assert_same(report, old_report, at="report", ends=REDRAWN_TOLERANCE if seed == SEEDS[0] else 1.0)
    has = inputs.targets > 0
    areas = roc_auc_within_folds(inputs.predictions, has, np.zeros_like(inputs.folds))
    assert areas[has.any(axis=0)].mean() == pytest.approx(old_area, rel=0, abs=POINT_TOLERANCE)
    assert_same(compare_models(CLASSES, inputs, seed=seed), old["comparison"], at="comparison")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", CLASS_CASES)
def test_curves_and_prediction_sets_are_those_of_before(case: str, seed: int) -> None:
    inputs = class_inputs(seed, **CLASS_CASES[case])
    old = GOLDEN[f"{case}, seed {seed}"]
    names = CLASS_NAMES[: inputs.targets.shape[1]]
    assert_same(reliability_bins(inputs.y, inputs.predictions), old["reliability"], at="reliability")
    curves = [roc_curve(inputs.y == c, inputs.predictions[:, c]) for c in range(len(names))]
    assert_same([curve and curve["auc"] for curve in curves], old["roc_auc"], at="roc")
    thresholds = conformal_thresholds(nonconformity_scores(inputs.y, inputs.predictions))
    assert_same(thresholds, old["thresholds"], at="thresholds")
    sets = [prediction_set(row, names, thresholds, coverage=0.9) for row in inputs.predictions[:20].tolist()]
    assert sets == old["sets"]


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_tags_are_those_of_before(seed: int) -> None:
    inputs = tag_inputs(seed)
    old = GOLDEN[f"tags, seed {seed}"]
    tags = [f"tag {j}" for j in range(inputs.targets.shape[1])]
    thresholds = choose_thresholds(inputs.predictions, inputs.targets, tags=tags)
    assert_same(thresholds, old["best_thresholds"], at="thresholds")
    report = multilabel_report(
        inputs.predictions,
        inputs.targets,
        inputs.groups,
        np.zeros_like(inputs.folds),
        tags=tags,
        chosen=inputs.predictions >= np.array(list(thresholds.values())),
        seed=seed,
    )
    assert_same(report, old["report"], at="report")
    assert_same(compare_models(TAGS, inputs, seed=seed), old["comparison"], at="comparison")
    for j, curve in enumerate(old["curves"]):
        now = precision_recall_curve(inputs.predictions[:, j], inputs.targets[:, j] > 0)
        assert_same([part.tolist() for part in now], curve, at="curve")


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_dimensions_are_those_of_before(seed: int) -> None:
    inputs = number_inputs(seed)
    old = GOLDEN[f"dimensions, seed {seed}"]
    report = regression_report(
        inputs.predictions, inputs.targets, inputs.groups, inputs.folds, names=["valence", "arousal"], seed=seed
    )
    old_report = dict(old["report"])
    assert_same(report["chance"], old_report.pop("baseline"), at="chance")
    assert_same(report, old_report, at="report")
    assert_same(compare_models(DIMENSIONS, inputs, seed=seed), old["comparison"], at="comparison")
