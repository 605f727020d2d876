"""A sound model whose rare classes were raised on purpose is calibrated once that is taken back; another is not."""

from typing import Any

import numpy as np
import pytest

from shared.metrics.prior_correction import correct_priors
from shared.metrics.reports.classification import top_label_ece


@pytest.fixture
def sound() -> Any:
    """`(probabilities, targets, folds)` of 6,000 rows, drawn so that each probability is what comes true."""
    rng = np.random.default_rng(4)
    p = rng.dirichlet([2.0, 0.3, 1.0], size=6000)
    y = np.array([rng.choice(3, p=row) for row in p])
    return p, y, rng.integers(5, size=6000)


def raised(p: Any, *weights: Any) -> Any:
    shifted = p * np.array(weights)
    return shifted / shifted.sum(axis=1, keepdims=True)


def test_what_weights_did_is_taken_back(sound: Any) -> None:
    p, y, fold = sound
    weighted = raised(p, 0.3, 4.0, 1.0)
    assert top_label_ece(y, weighted) > 0.1
    back = correct_priors(weighted, y, fold)
    assert top_label_ece(y, back) < 0.03
    np.testing.assert_allclose(back, p, atol=0.05)


def test_a_model_that_is_too_sure_of_itself_stays_uncalibrated(sound: Any) -> None:
    p, y, fold = sound
    too_sure = raised(p**4, 1.0, 1.0, 1.0)
    assert top_label_ece(y, correct_priors(too_sure, y, fold)) > 0.1


@pytest.mark.slow
def test_a_row_has_no_say_in_its_own_factors(sound: Any) -> None:
    p, y, fold = sound
    other = y.copy()
    other[fold == 2] = (y[fold == 2] + 1) % 3
    one, two = (correct_priors(p, targets, fold)[fold == 2] for targets in (y, other))
    np.testing.assert_array_equal(one, two)


@pytest.mark.slow
def test_the_probabilities_of_other_rows_of_its_fold_have_no_say_in_a_row(sound: Any) -> None:
    p, y, fold = sound
    first, *others = np.flatnonzero(fold == 2)
    changed = p.copy()
    changed[others] = changed[others][:, ::-1]
    np.testing.assert_array_equal(correct_priors(changed, y, fold)[first], correct_priors(p, y, fold)[first])


def test_a_fold_is_corrected_by_all_the_others_together(sound: Any) -> None:
    p, y, fold = sound
    here, alone = fold == 2, (fold == 2).astype(int)
    np.testing.assert_allclose(correct_priors(p, y, fold)[here], correct_priors(p, y, alone)[here])


def test_a_row_without_any_probability_that_is_left_stays_without() -> None:
    p = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(correct_priors(p, np.array([0, 1, 2]), np.array([0, 0, 1]))[2], [0, 0, 0])


def test_a_class_that_the_other_folds_lack_is_not_expected() -> None:
    p = np.tile([0.5, 0.3, 0.2], (4, 1))
    found = correct_priors(p, np.array([0, 1, 0, 2]), np.array([0, 0, 0, 1]))
    assert found[3, 2] == 0
    np.testing.assert_allclose(found.sum(axis=1), 1)
