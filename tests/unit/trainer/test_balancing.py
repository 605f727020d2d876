from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE
from imblearn.pipeline import Pipeline
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import StandardScaler

from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import FoldResult, cross_fit, fit_final
from services.trainer.model_selection.cross_prediction import cross_val_predict
from services.trainer.model_selection.resampling import TrainingSampler, balance_classifier, balanced_weights
from services.trainer.onnx.export import export_model
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.training import IMBALANCES
from shared.errors import PermanentError, Reason
from shared.metrics.reports.classification import classification_report
from shared.registry.parity import TOLERANCE, require_parity
from tests.unit.trainer.conftest import Table

TWO = ("calm", "sad")
SAMPLERS = [name for name in IMBALANCES if name not in {"none", "weights", "soft_weights"}]


def ignore(step: FoldResult) -> None: ...


@pytest.fixture
def rare(make_table: Callable[..., Table]) -> Any:
    """240 calm tracks, of which three in four were taken away from sad: one sad among about eight."""

    def make(*, signal: float = 0.4, seed: int = 0) -> Any:
        x, items = make_table(TWO, n=480, signal=signal, seed=seed)
        kept = [i for i, item in enumerate(items) if item.example.target == "calm" or i % 8 == 0]
        return x[kept], [items[i] for i in kept]

    return make


@pytest.mark.parametrize("imbalance", [name for name in IMBALANCES if name != "none"])
@pytest.mark.parametrize("name", ["svm", "forest", "boosting"])
def test_a_rare_class_is_answered_more_often_and_exports_as_it_is(name: str, imbalance: str, rare: Any) -> None:
    x, items = rare()
    small = {"forest": {"n_trees": 30, "min_samples_leaf": 3}, "boosting": {"n_rounds": 15}}.get(name, {})
    build = load_estimator(name, **small).build_classifier
    fitted = [fit_final(build, x, items, TWO, seed=1, imbalance=which) for which in ("none", imbalance)]
    plain, balanced = (f.probabilities(x)[:, 1].mean() for f in fitted)
    assert balanced > plain
    artefact = export_model(fitted[1])
    assert require_parity(artefact, x, fitted[1].probabilities(x)) <= TOLERANCE


@pytest.mark.parametrize("imbalance", SAMPLERS)
def test_rows_are_made_up_inside_the_fold_only(imbalance: str, rare: Any) -> None:
    """Noise that cannot be learned scores at chance. Rows made up before the split would put copies of test rows, and
    neighbours of them, on both sides: the same noise then scores far above it.
    """
    x, items = rare(signal=0.0)
    build = load_estimator("extra_trees", n_trees=30, min_samples_leaf=1, max_features=1.0).build_classifier
    inside = cross_fit(build, x, items, TWO, seed=1, imbalance=imbalance, on_fold=ignore)
    honest = classification_report(inside, items, classes=TWO, taxonomy="mood4", seed=1, n_resamples=50)["roc_auc"][
        "value"
    ]
    y = np.array([TWO.index(item.example.target) for item in items])
    x_more, y_more = TrainingSampler(imbalance, 1).fit_resample(x, y)
    leaky_rows = TrainingRows(y=y_more, groups=np.arange(len(y_more)).astype(str), n_features=x.shape[1], seed=1)
    said = cross_val_predict(build, x_more, leaky_rows)
    leaky = float((said.argmax(axis=1) == y_more)[y_more == 1].mean())
    assert honest < 0.65
    assert leaky > 0.75


class Spy(BaseEstimator, ClassifierMixin):  # type: ignore[misc]  # scikit-learn has no types
    """Writes down how many rows it is fitted to, and which it is asked."""

    def fit(self, x: np.ndarray, y: np.ndarray) -> Any:
        self.classes_, self.fitted_to = np.unique(y), len(x)
        return self

    def predict_proba(self, x: np.ndarray) -> Any:
        self.asked = x
        return np.full((len(x), 2), 0.5)


@pytest.mark.parametrize("imbalance", SAMPLERS)
def test_what_is_fitted_is_resampled_and_what_is_answered_is_not(imbalance: str, rare: Any) -> None:
    x, items = rare()
    y = np.array([TWO.index(item.example.target) for item in items])
    spy = Spy()
    rows = TrainingRows(
        y=y, groups=np.array([item.group for item in items]), n_features=x.shape[1], seed=1, imbalance=imbalance
    )
    made = balance_classifier(spy, rows)
    made.fit(x, y)
    made.predict_proba(x)
    assert isinstance(made, Pipeline)
    fitted = made.named_steps["classifier"]
    assert fitted.fitted_to > len(x)
    np.testing.assert_array_equal(fitted.asked, x)


def test_made_up_rows_lie_between_real_ones_whatever_the_scale_of_a_column() -> None:
    rng = np.random.default_rng(3)
    y = np.array([0] * 60 + [1] * 12)
    x = np.column_stack([rng.normal(size=72) + 4 * y, rng.normal(200_000, 60_000, size=72)]).astype(np.float32)
    made, targets = TrainingSampler("smote", 0).fit_resample(x, y)
    new = made[72:]
    assert (np.bincount(targets) == 60).all()
    assert made.dtype == np.float32
    np.testing.assert_allclose(made[:72], x, rtol=1e-4)
    assert (new[:, 0] >= x[y == 1, 0].min() - 1e-3).all()
    assert (new[:, 0] <= x[y == 1, 0].max() + 1e-3).all()


def rows_of_two_classes(n_rare: int) -> tuple[np.ndarray, np.ndarray]:
    """40 rows of one class and some of another, which lie apart and touch."""
    y = np.array([0] * 40 + [1] * n_rare)
    x = np.random.default_rng(3).normal(size=(len(y), 3)) + y[:, np.newaxis]
    return x.astype(np.float32), y


@pytest.mark.parametrize("imbalance", SAMPLERS)
def test_the_same_seed_makes_up_the_same_rows_and_another_seed_others(imbalance: str) -> None:
    x, y = rows_of_two_classes(12)
    (one, _), (again, _), (other, _) = (TrainingSampler(imbalance, seed).fit_resample(x, y) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert one.shape != other.shape or np.abs(one - other).max() > 0


@pytest.mark.parametrize(("n_rare", "k"), [(2, 1), (3, 2), (6, 5), (20, 5)])
def test_rows_are_made_up_between_five_neighbours_or_as_many_as_there_are(n_rare: int, k: int) -> None:
    x, y = rows_of_two_classes(n_rare)
    scaler = StandardScaler().fit(x)
    for imbalance, sampler in (
        ("smote", SMOTE(k_neighbors=k, random_state=7)),
        ("borderline_smote", BorderlineSMOTE(k_neighbors=k, random_state=7)),
        ("adasyn", ADASYN(n_neighbors=k, random_state=7)),
    ):
        made, _ = TrainingSampler(imbalance, 7).fit_resample(x, y)
        expected = scaler.inverse_transform(sampler.fit_resample(scaler.transform(x), y)[0])
        np.testing.assert_allclose(made, expected, rtol=1e-5)


def test_a_class_of_one_row_is_repeated_because_it_has_no_neighbour() -> None:
    x = np.arange(22, dtype=np.float32).reshape(11, 2)
    made, targets = TrainingSampler("smote", 0).fit_resample(x, np.array([0] * 10 + [1]))
    assert (np.bincount(targets) == 10).all()
    np.testing.assert_allclose(made[targets == 1], np.tile(x[10], (10, 1)), rtol=1e-5)


def test_a_sampler_that_finds_nothing_to_make_says_what_to_do() -> None:
    x = np.repeat([[0.0], [100.0]], [40, 8], axis=0).astype(np.float32)
    with pytest.raises(PermanentError, match="use weights or oversample") as raised:
        TrainingSampler("adasyn", 0).fit_resample(x, np.repeat([0, 1], [40, 8]))
    assert raised.value.reason is Reason.NOT_ENOUGH_LABELS


def test_weights_make_all_classes_weigh_the_same_and_soft_ones_half_way() -> None:
    y = np.array([0] * 90 + [1] * 10)
    full, soft = (balanced_weights(y, imbalance=name) for name in ("weights", "soft_weights"))
    assert full[y == 0].sum() == pytest.approx(full[y == 1].sum())
    assert soft[-1] / soft[0] == pytest.approx(3.0)
