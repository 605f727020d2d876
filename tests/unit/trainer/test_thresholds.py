"""Weights of classes: what is best for halves of the rows, on average."""

import numpy as np
import pytest

from services.trainer.model_selection.thresholds import _ascend_weights, tune_class_weights
from shared.metrics.reports.classification import confusion_matrix, macro_f1


def rare_class(n: int = 240, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Targets of which one in six is of the rare class, and probabilities that are never high enough for it."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n) % 6 == 0).astype(np.intp)
    rare = np.clip(0.15 + 0.2 * y + rng.normal(0, 0.05, n), 0.01, 0.49)
    return y, np.column_stack([1 - rare, rare])


def test_weights_raise_the_macro_f1_of_a_class_that_is_never_the_likeliest() -> None:
    y, probabilities = rare_class()
    weights = tune_class_weights(y, probabilities, seed=0)
    assert macro_f1(confusion_matrix(y, probabilities)) < 0.5
    assert macro_f1(confusion_matrix(y, probabilities * weights)) > 0.85


def test_weights_are_the_mean_of_what_is_best_for_eight_halves() -> None:
    y, probabilities = rare_class()
    rng = np.random.default_rng(5)
    best = []
    for _ in range(4):
        order = rng.permutation(len(y))
        best += [_ascend_weights(y[half], np.log(probabilities[half])) for half in (order[:120], order[120:])]
    assert len({tuple(np.round(offsets, 6)) for offsets in best}) > 1, "the halves differ"
    np.testing.assert_allclose(np.log(tune_class_weights(y, probabilities, seed=5)), np.mean(best, axis=0))


def test_weights_have_the_geometric_mean_one_also_where_a_class_is_missing() -> None:
    y, probabilities = rare_class()
    wider = np.column_stack([probabilities * 0.9, np.full(len(y), 0.1)])
    assert np.log(tune_class_weights(y, wider, seed=0)).mean() == pytest.approx(0, abs=1e-12)


def test_a_probability_of_zero_does_no_harm() -> None:
    y, probabilities = rare_class()
    probabilities[::7] = [1, 0]
    with np.errstate(all="raise"):
        assert np.isfinite(tune_class_weights(y, probabilities, seed=0)).all()


def test_of_equally_good_offsets_the_smallest_is_taken() -> None:
    y = np.arange(60) % 2
    right_by_a_little = np.where(np.eye(2)[y] > 0, 0.53, 0.47)
    np.testing.assert_array_equal(_ascend_weights(y, np.log(right_by_a_little)), [0, 0])


def test_offsets_of_the_classes_that_there_are_have_the_mean_zero() -> None:
    y, probabilities = rare_class()
    offsets = _ascend_weights(y, np.log(probabilities))
    assert np.abs(offsets).max() > 0.1
    assert offsets.mean() == pytest.approx(0, abs=1e-12)
