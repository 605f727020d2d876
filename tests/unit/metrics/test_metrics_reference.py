"""The figures beside those of scikit-learn and MAPIE, on inputs with ties, rare tags and a class nobody answers."""

import numpy as np
import pytest
from mapie.classification import SplitConformalClassifier
from sklearn import metrics as sk
from sklearn.base import BaseEstimator, ClassifierMixin

from shared.arrays import Floats, Indices
from shared.metrics.calibration import N_BINS, brier_score, expected_calibration_error
from shared.metrics.confusion import confusion_matrix, macro_f1, per_class_metrics
from shared.metrics.curves import roc_curve
from shared.metrics.group_bootstrap import resample_figure
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.prediction_sets import conformal_threshold, nonconformity_scores, set_members
from shared.metrics.primary_metric import r2_figures
from shared.metrics.ranking import average_precision, precision_recall_curve, roc_auc
from shared.metrics.regression import regression_metrics
from shared.metrics.reports.classification import accuracy_score, balanced_accuracy_score, weighted_f1
from tests.support.metric_inputs import COVERAGES, SEEDS, class_inputs, number_inputs, tag_inputs

pytestmark = pytest.mark.parametrize("seed", SEEDS)


def test_counted_figures_are_scikit_learns(seed: int) -> None:
    inputs = class_inputs(seed, n_classes=4)
    y, answered = inputs.y, inputs.predictions.argmax(axis=1)
    counts = confusion_matrix(y, inputs.predictions)
    assert counts.tolist() == sk.confusion_matrix(y, answered).tolist()
    assert float(macro_f1(counts)) == pytest.approx(sk.f1_score(y, answered, average="macro"), abs=1e-12)
    assert float(weighted_f1(counts)) == pytest.approx(sk.f1_score(y, answered, average="weighted"), abs=1e-12)
    assert float(accuracy_score(counts)) == pytest.approx(sk.accuracy_score(y, answered), abs=1e-12)
    assert float(balanced_accuracy_score(counts)) == pytest.approx(sk.balanced_accuracy_score(y, answered), abs=1e-12)
    reference = sk.precision_recall_fscore_support(y, answered, zero_division=0)
    assert np.allclose(per_class_metrics(counts), reference, rtol=0, atol=1e-12)


def test_rankings_are_scikit_learns(seed: int) -> None:
    inputs = tag_inputs(seed)
    once = np.ones(len(inputs.groups))
    weights = np.random.default_rng(seed).integers(0, 4, len(once)).astype(np.float64)
    for scores, has in zip(inputs.predictions.T[:-1], inputs.targets.T[:-1] > 0, strict=True):
        for rows in (once, weights):
            area = sk.roc_auc_score(has, scores, sample_weight=rows)
            assert float(roc_auc(scores, has, rows)) == pytest.approx(area, abs=1e-12)
            precision = sk.average_precision_score(has, scores, sample_weight=rows)
            assert float(average_precision(scores, has, rows)) == pytest.approx(precision, abs=1e-12)
        curve = roc_curve(has, scores)
        assert curve is not None
        assert curve["auc"] == pytest.approx(sk.roc_auc_score(has, scores), abs=1e-12)
        assert curve["auc"] == pytest.approx(np.trapezoid(curve["true_positives"], curve["false_positives"]), abs=1e-3)


def test_the_precision_recall_curve_is_scikit_learns(seed: int) -> None:
    inputs = tag_inputs(seed)
    scores, has = inputs.predictions[:, 0], inputs.targets[:, 0] > 0
    recall, precision = precision_recall_curve(scores, has)
    reference_precision, reference_recall, _ = sk.precision_recall_curve(has, scores)
    # theirs rises by threshold and ends with a point of no answer
    assert np.allclose(recall, reference_recall[-2::-1], rtol=0, atol=1e-12)
    assert np.allclose(precision, reference_precision[-2::-1], rtol=0, atol=1e-12)


def test_numbers_are_scikit_learns(seed: int) -> None:
    inputs = number_inputs(seed)
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 3, len(inputs.groups)).astype(np.float64)
    for predicted, true in zip(inputs.predictions.T, inputs.targets.T, strict=True):
        found = regression_metrics(predicted, true, rows)
        assert float(found["r2"]) == pytest.approx(sk.r2_score(true, predicted, sample_weight=rows), abs=1e-12)
        error = sk.root_mean_squared_error(true, predicted, sample_weight=rows)
        assert float(found["rmse"]) == pytest.approx(error, abs=1e-12)
        unweighted = regression_metrics(predicted, true, np.ones(len(true)))
        assert float(unweighted["pearson"]) == pytest.approx(np.corrcoef(predicted, true)[0, 1], abs=1e-12)


def test_r2_of_group_sums_is_the_r2_of_rows(seed: int) -> None:
    inputs = number_inputs(seed)
    rows = OutOfFold(predictions=inputs.predictions, targets=inputs.targets, folds=inputs.folds, groups=inputs.groups)
    once = np.ones((1, rows.n_groups))
    for j, figure in enumerate(r2_figures(rows)):
        reference = sk.r2_score(inputs.targets[:, j], inputs.predictions[:, j])
        assert figure.compute_values(once)[0] == pytest.approx(reference, abs=1e-12)
        drawn = resample_figure(figure, n_groups=rows.n_groups, n_resamples=200, seed=seed)
        assert drawn.mean() == pytest.approx(reference, abs=0.05)


def test_calibration_is_scikit_learns_brier_score_and_bins_by_hand(seed: int) -> None:
    inputs = tag_inputs(seed)
    scores, has = inputs.predictions[:, 1], inputs.targets[:, 1] > 0
    assert brier_score(scores[:, np.newaxis], has[:, np.newaxis].astype(np.float64)) == pytest.approx(
        sk.brier_score_loss(has, scores), abs=1e-12
    )
    by_hand = 0.0
    for b in range(N_BINS):
        inside = (scores > b / N_BINS) & (scores <= (b + 1) / N_BINS)
        if inside.any():
            by_hand += inside.mean() * abs(scores[inside].mean() - has[inside].mean())
    assert expected_calibration_error(scores, has) == pytest.approx(by_hand, abs=1e-12)


class GivenProbabilities(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted classifier whose features are its probabilities."""

    def __init__(self, n_classes: int) -> None:
        self.classes_ = np.arange(n_classes)

    def fit(self, x: Floats, y: Indices) -> "GivenProbabilities":  # noqa: ARG002 - there is nothing to learn
        return self

    def predict_proba(self, x: Floats) -> Floats:
        return x

    def predict(self, x: Floats) -> Indices:
        likeliest: Indices = x.argmax(axis=1)
        return likeliest


@pytest.mark.parametrize("coverage", COVERAGES)
def test_prediction_sets_are_those_of_mapie(coverage: float, seed: int) -> None:
    inputs, others = class_inputs(seed, n_classes=4), class_inputs(seed + 1, n_classes=4)
    reference = SplitConformalClassifier(
        GivenProbabilities(4), confidence_level=coverage, conformity_score="lac", prefit=True
    ).conformalize(inputs.predictions, inputs.y)
    _, expected = reference.predict_set(others.predictions)
    threshold = conformal_threshold(nonconformity_scores(inputs.y, inputs.predictions), coverage)
    sets = set_members(others.predictions, threshold)
    # where no class is likely enough mapie gives an empty set, and we the likeliest class
    was_empty = ~expected[:, :, 0].any(axis=1)
    assert 0 < sets.sum() < sets.size
    np.testing.assert_array_equal(sets[~was_empty], expected[~was_empty, :, 0])


@pytest.mark.parametrize("coverage", COVERAGES)
def test_conformal_thresholds_are_the_quantile_of_the_paper(coverage: float, seed: int) -> None:
    inputs = class_inputs(seed, n_classes=4)
    scores = nonconformity_scores(inputs.y, inputs.predictions)
    n = len(scores)
    reference = np.quantile(scores, (n + 1) * coverage / n, method="higher")
    threshold = conformal_threshold(scores, coverage)
    assert threshold == pytest.approx(reference, abs=1e-12)
    held = set_members(inputs.predictions, threshold)[np.arange(n), inputs.y]
    assert held.mean() >= coverage
