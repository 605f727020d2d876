from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF

from services.featurizer.descriptors import DESCRIPTORS, dynamics, melody, modulation, rhythm, series, timbre, tonality
from services.trainer.estimators import kernel_ridge
from services.trainer.estimators.block_scaling import UnitBlockScaler
from services.trainer.estimators.kernel_ridge import KernelRidgeClassifier, KernelRidgeConfig
from services.trainer.estimators.score_calibration import ScoreCalibration
from services.trainer.fitting.cross_validation import fit_final
from services.trainer.onnx.export import export_model
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.descriptor_families import DESCRIPTOR_FAMILIES, family_widths
from shared.registry.parity import TOLERANCE, require_parity
from tests.unit.trainer.conftest import Table

CLASSES = ("calm", "sad", "happy")


def fitted_to(table: Table, **told: Any) -> tuple[KernelRidgeClassifier, np.ndarray, np.ndarray]:
    x, items = table
    y = np.array([CLASSES.index(item.example.target) for item in items])
    rows = TrainingRows(
        y=y, groups=np.array([item.group for item in items]), n_features=x.shape[1], seed=0, **told.pop("rows", {})
    )
    classifier = KernelRidgeConfig(**told).build_classifier(rows)
    assert isinstance(classifier, KernelRidgeClassifier)
    return classifier.fit(x, y), x, y


def test_every_block_of_every_row_has_the_same_length() -> None:
    x = np.random.default_rng(0).normal(3.0, 5.0, size=(60, 12)).astype(np.float32)
    x[7] *= 1000
    scaled = UnitBlockScaler((2, 10)).fit(x).transform(x)
    lengths = [(scaled[:, part] ** 2).sum(axis=1) for part in (slice(0, 2), slice(2, 12))]
    np.testing.assert_allclose(lengths, 0.5, rtol=1e-6)
    constant = np.ones((5, 12), dtype=np.float32)
    at_the_mean = UnitBlockScaler((2, 10)).fit(constant).transform(constant)
    assert (at_the_mean == 0).all()
    with pytest.raises(ValueError, match="blocks of 8 columns do not fit 12"):
        UnitBlockScaler((6, 2)).fit(x)


def test_scores_are_those_of_a_gaussian_process_with_the_same_kernel(make_table: Callable[..., Table]) -> None:
    classifier, x, y = fitted_to(make_table(CLASSES, n=90, signal=0.5), penalty=0.3, gamma=0.8)
    scaled = classifier.scaler_.transform(x)
    process = GaussianProcessRegressor(RBF(length_scale=(2 * 0.8) ** -0.5), alpha=0.3, optimizer=None)
    expected = process.fit(scaled, np.eye(3)[y] - 1 / 3).predict(scaled)
    scores = classifier._compute_scores(scaled) / kernel_ridge.SCORE_SCALE
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_the_calibration_sees_only_scores_of_artists_that_were_not_fitted_on(
    make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[np.ndarray] = []
    fit = ScoreCalibration.fit

    def spy(self: ScoreCalibration, scores: np.ndarray, y: np.ndarray, **more: Any) -> ScoreCalibration:
        seen.append(scores)
        return fit(self, scores, y, **more)

    monkeypatch.setattr(ScoreCalibration, "fit", spy)
    # a narrow kernel with hardly a penalty repeats every row that it was fitted to, and knows nothing of any other
    classifier, x, _ = fitted_to(make_table(CLASSES, n=120, signal=0.0), penalty=1e-6, gamma=50.0)
    assert np.abs(classifier._compute_scores(classifier.scaler_.transform(x))).min() > 1.0
    assert np.abs(seen[0]).max() < 1.0


@pytest.mark.parametrize("imbalance", ["none", "weights", "smote"])
def test_a_rare_class_is_answered_by_its_share_unless_classes_are_balanced(
    imbalance: str, make_table: Callable[..., Table]
) -> None:
    x, items = make_table(("calm", "sad"), n=400, signal=0.3)
    kept = [i for i, item in enumerate(items) if item.example.target == "calm" or i % 8 == 0]
    classifier, x, y = fitted_to((x[kept], [items[i] for i in kept]), rows={"imbalance": imbalance})
    mean = classifier.predict_proba(x)[:, 1].mean()
    assert mean == pytest.approx((y == 1).mean(), abs=0.02) if imbalance == "none" else mean > 0.25


def test_a_rare_class_is_sampled_as_often_as_the_others_where_that_is_asked_for(
    make_table: Callable[..., Table],
) -> None:
    x, items = make_table(("calm", "sad"), n=400, signal=0.3)
    kept = [i for i, item in enumerate(items) if item.example.target == "calm" or i % 8 == 0]
    table = x[kept], [items[i] for i in kept]
    n_calm = sum(items[i].example.target == "calm" for i in kept)
    assert len(fitted_to(table, rows={"imbalance": "smote"})[0].supports_) == 2 * n_calm
    assert len(fitted_to(table, rows={"imbalance": "weights"})[0].supports_) == len(kept)


def test_descriptors_alone_stand_in_their_families(make_table: Callable[..., Table]) -> None:
    classifier, _, _ = fitted_to(make_table(CLASSES, n=60, n_features=len(DESCRIPTORS)))
    assert isinstance(classifier.scaler_, UnitBlockScaler)
    assert list(classifier.scaler_.blocks) == list(DESCRIPTOR_FAMILIES.values())
    others, _, _ = fitted_to(make_table(CLASSES, n=60, n_features=len(DESCRIPTORS)), rows={"inputs": "mel"})
    assert not isinstance(others.scaler_, UnitBlockScaler)


def test_a_calibration_of_few_rows_leaves_the_scores_and_of_many_follows_them() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 3))
    tempered = np.exp(0.5 * scores + np.array([0.0, 1.0, -1.0]))
    shares = tempered / tempered.sum(axis=1, keepdims=True)
    y = np.array([rng.choice(3, p=row) for row in shares])
    many = ScoreCalibration().fit(scores, y)
    assert np.abs(many.predict_proba(scores) - shares).mean() < 0.02
    few = ScoreCalibration().fit(scores[:6], y[:6])
    assert np.abs(few.predict_proba(scores) - softmax(scores, axis=1)).mean() < 0.1

    # the minimum of the penalised loss: no step aside is lower
    def loss(weights: np.ndarray, intercepts: np.ndarray) -> float:
        logs = log_softmax(scores @ weights + intercepts, axis=1)
        moved = ((weights - np.eye(3)) ** 2).sum() + (intercepts**2).sum()
        return float(10 * moved - logs[np.arange(len(y)), y].sum())

    lowest = loss(many.weights_, many.intercepts_)
    for step in 1e-2 * np.vstack([np.eye(3), -np.eye(3)]):
        assert loss(many.weights_, many.intercepts_ + step) > lowest
        assert loss(many.weights_ + step[:, np.newaxis], many.intercepts_) > lowest
    heavy = ScoreCalibration().fit(scores, y, sample_weight=np.where(y == 2, 20.0, 1.0))
    assert heavy.predict_proba(scores)[:, 2].mean() > 2 * many.predict_proba(scores)[:, 2].mean()


def test_many_rows_are_approximated_and_exported(
    make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    x, items = make_table(CLASSES, n=300, signal=0.7)
    exact = fit_final(KernelRidgeConfig().build_classifier, x, items, CLASSES, seed=1)
    monkeypatch.setattr(kernel_ridge, "_MAX_EXACT_ROWS", 60)
    few = fit_final(KernelRidgeConfig().build_classifier, x, items, CLASSES, seed=1)
    assert isinstance(few.classifier, KernelRidgeClassifier)
    assert few.classifier.supports_.shape == (60, x.shape[1])
    again = fit_final(KernelRidgeConfig().build_classifier, x, items, CLASSES, seed=1)
    np.testing.assert_array_equal(few.probabilities(x), again.probabilities(x))
    agreed = exact.probabilities(x).argmax(axis=1) == few.probabilities(x).argmax(axis=1)
    assert agreed.mean() > 0.9
    assert require_parity(export_model(few), x, few.probabilities(x)) <= TOLERANCE


def test_families_are_the_parts_in_which_descriptors_are_declared() -> None:
    frames = (*timbre.SERIES, *dynamics.SERIES, *rhythm.SERIES, *melody.SERIES)
    declared = (
        series.declare_statistics(frames),
        series.declare_statistics(tonality.SERIES),
        (*dynamics.DESCRIPTORS, *rhythm.DESCRIPTORS),
        melody.DESCRIPTORS,
        tonality.DESCRIPTORS,
        timbre.DESCRIPTORS,
        modulation.DESCRIPTORS,
    )
    assert [len(part) for part in declared] == list(DESCRIPTOR_FAMILIES.values())
    assert [one for part in declared for one in part] == list(DESCRIPTORS)
    assert family_widths(len(DESCRIPTORS)) == tuple(DESCRIPTOR_FAMILIES.values())
    assert family_widths(6) == (6,)
