import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import NearestCentroid

from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import FittedModel, fit_final
from services.trainer.onnx.export import export_model
from shared.errors import PermanentError, Reason
from shared.inference.predictor import OnnxModel
from shared.registry.parity import TOLERANCE, max_difference, require_parity
from tests.unit.trainer.conftest import Table
from tests.unit.trainer.small import SMALL, TABULAR, reads

pytestmark = pytest.mark.slow  # together, half a minute

MOODS = ("calm", "sad", "energetic", "happy")


def fit(name: str, table: Any, classes: tuple[str, ...], *, imbalance: str = "none") -> FittedModel:
    x, items = table
    build = load_estimator(name, **SMALL.get(name, {})).build_classifier
    return fit_final(build, x, items, classes, seed=1, inputs=reads(name), imbalance=imbalance)


@pytest.mark.parametrize("name", TABULAR)
@pytest.mark.parametrize("present", [MOODS, ("calm", "happy"), ("sad", "energetic", "happy")], ids="-".join)
def test_the_artefact_answers_what_the_estimator_answers(
    name: str, present: tuple[str, ...], make_table: Callable[..., Table]
) -> None:
    x, items = make_table(present, signal=0.5, n=150, n_features=16)
    fitted = fit(name, (x, items), MOODS)
    unheard = np.random.default_rng(9).normal(scale=3, size=(2000, 16)).astype(np.float32)
    artefact = export_model(fitted)
    assert require_parity(artefact, unheard, fitted.probabilities(unheard)) <= TOLERANCE
    answer = OnnxModel(artefact).run(unheard)
    absent = [MOODS.index(mood) for mood in MOODS if mood not in present]
    assert (answer[:, absent] == 0).all()
    np.testing.assert_allclose(answer.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("offset", "scale"), [(2000.0, 10.0), (200_000.0, 60_000.0), (0.0, 1e-4)])
def test_parity_holds_for_features_far_from_unit_scale(
    offset: float, scale: float, make_table: Callable[..., Table]
) -> None:
    x, items = make_table(MOODS, signal=0.5)
    x = (x * scale + offset).astype(np.float32)
    fitted = fit("svm", (x, items), MOODS)
    assert require_parity(export_model(fitted), x, fitted.probabilities(x)) <= TOLERANCE


@pytest.mark.parametrize(("C", "gamma"), [(1000.0, 1.0), (1000.0, 0.001), (0.1, "scale")])
@pytest.mark.parametrize("present", [MOODS, ("calm", "happy")], ids="-".join)
def test_a_drawn_kernel_agrees_at_the_ends_of_the_grid_and_far_away(
    present: Any,
    C: float,  # noqa: N803 - the name of scikit-learn's parameter
    gamma: float | str,
    make_table: Callable[..., Table],
) -> None:
    x, items = make_table(present, signal=0.5, n=150, n_features=13)
    fitted = fit_final(load_estimator("svm", C=C, gamma=gamma).build_classifier, x, items, MOODS, seed=1)
    near_and_far = np.concatenate([x, x[:50] + np.float32(1e-3), x[:50] * 1000]).astype(np.float32)
    assert require_parity(export_model(fitted), near_and_far, fitted.probabilities(near_and_far)) <= TOLERANCE


def test_a_feature_that_never_changes_does_no_harm(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"))
    x[:, 2] = 7.0
    fitted = fit("svm", (x, items), ("calm", "sad"))
    assert require_parity(export_model(fitted), x, fitted.probabilities(x)) <= TOLERANCE


def test_the_artefact_names_its_input_output_and_classes(make_table: Callable[..., Table]) -> None:
    model = onnx.load_from_string(export_model(fit("svm", make_table(("calm", "happy")), MOODS)))
    assert [i.name for i in model.graph.input] == ["features"]
    assert [o.name for o in model.graph.output] == ["emotion_probabilities"]
    assert OnnxModel(model.SerializeToString()).classes == MOODS


def test_an_artefact_of_another_model_is_refused_by_parity(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS)
    fitted = fit("svm", (x, items), MOODS)
    other = export_model(fit("svm", make_table(MOODS, seed=8), MOODS))
    with pytest.raises(PermanentError, match="was not published") as raised:
        require_parity(other, x, fitted.probabilities(x))
    assert raised.value.reason is Reason.EXPORT_MISMATCH


def test_parity_is_lost_by_more_than_the_tolerance_and_no_less(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS)
    fitted = fit("svm", (x, items), MOODS)
    artefact, expected = export_model(fitted), fitted.probabilities(x)
    expected[5, 2] += 3e-3
    assert max_difference(artefact, x, expected) == pytest.approx(3e-3, abs=1e-5)
    assert max_difference(artefact, x, expected[:, :3]) == float("inf")


@pytest.mark.parametrize("unfit", [LinearRegression(), NearestCentroid()], ids=["no classifier", "no converter"])
def test_an_estimator_that_does_not_export_is_refused(unfit: Any, make_table: Callable[..., Table]) -> None:
    x, _ = make_table(MOODS)
    unfit.fit(x, np.arange(len(x)) % 2)
    unfit.classes_ = np.array([0, 1])
    with pytest.raises(PermanentError, match="choose another") as raised:
        export_model(FittedModel(classifier=unfit, classes=MOODS, n_features=6))
    assert raised.value.reason is Reason.EXPORT_MISMATCH


def test_the_same_training_gives_the_same_scores_from_other_bytes(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS)
    one, other = (export_model(fit("svm", (x, items), MOODS)) for _ in range(2))
    assert len(hashlib.sha256(one).hexdigest()) == 64
    np.testing.assert_array_equal(OnnxModel(one).run(x), OnnxModel(other).run(x))
