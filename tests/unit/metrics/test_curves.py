import numpy as np
import pytest
from sklearn import metrics as sk

from shared.metrics.curves import reliability_bins, roc_curve
from shared.metrics.reports.classification import top_label_ece


@pytest.fixture
def said() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    probabilities = rng.dirichlet(np.ones(3) * 0.7, size=300)
    return np.array([rng.choice(3, p=row) for row in probabilities]), probabilities


def test_the_reliability_curve_is_that_of_the_calibration_error(said: tuple[np.ndarray, np.ndarray]) -> None:
    y, probabilities = said
    bins = reliability_bins(y, probabilities)
    assert sum(b["n"] for b in bins) == len(y)
    assert all(b["low"] < b["confidence"] <= b["high"] for b in bins)
    weighted = sum(b["n"] * abs(b["confidence"] - b["accuracy"]) for b in bins) / len(y)
    assert weighted == pytest.approx(top_label_ece(y, probabilities))


def test_the_roc_curve_has_the_area_that_scikit_learn_finds(said: tuple[np.ndarray, np.ndarray]) -> None:
    y, probabilities = said
    for c in range(3):
        score = probabilities[:, c].round(1)  # with ties
        found = roc_curve(y == c, score)
        assert found is not None
        assert found["auc"] == pytest.approx(sk.roc_auc_score(y == c, score))
        for rates in (found["false_positives"], found["true_positives"]):
            assert (rates[0], rates[-1]) == (0, 1)
            assert rates == sorted(rates)


def test_a_class_that_nobody_or_everybody_has_has_no_curve() -> None:
    assert roc_curve(np.zeros(3, dtype=bool), np.array([0.1, 0.2, 0.3])) is None
    assert roc_curve(np.ones(3, dtype=bool), np.array([0.1, 0.2, 0.3])) is None
