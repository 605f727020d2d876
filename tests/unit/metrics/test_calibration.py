import numpy as np
import pytest
from numpy.typing import NDArray

from shared.metrics.calibration import confidence_bins, ece_under_perfect_calibration, expected_calibration_error


def test_a_golden_case_of_two_bins() -> None:
    confidence = np.array([0.65] * 4 + [0.95] * 4)
    came_true = np.array([1, 1, 0, 0, 1, 1, 1, 1], bool)
    assert expected_calibration_error(confidence, came_true) == pytest.approx((0.15 + 0.05) / 2)


def test_a_bin_holds_its_upper_edge_and_the_first_one_holds_0_as_well() -> None:
    confidence = np.array([0.0, 0.1, 0.25, 0.3, 0.5, 0.75, 1.0])
    assert confidence_bins(confidence, 4).tolist() == [0, 0, 0, 1, 1, 2, 3]


def test_perfect_probabilities_show_an_error_that_shrinks_with_the_rows() -> None:
    rng = np.random.default_rng(0)
    few, many = (ece_under_perfect_calibration(rng.uniform(0.25, 1, size=n)) for n in (50, 5000))
    assert 0.08 < few < 0.2
    assert many < 0.02


def test_one_bin_shows_what_a_coin_does() -> None:
    """Of 100 rows at .5 the mean absolute deviation of the share is √(2/π) · .05."""
    assert ece_under_perfect_calibration(np.full(100, 0.5), n_simulations=2000) == pytest.approx(0.0398, rel=0.05)


def test_certainty_that_is_right_shows_none() -> None:
    assert ece_under_perfect_calibration(np.ones(20)) == 0


def test_the_excess_of_calibrated_probabilities_is_none_on_average_and_that_of_overconfident_ones_is_theirs() -> None:
    rng = np.random.default_rng(1)
    fair, boastful = [], []
    for _ in range(60):
        confidence = rng.uniform(0.4, 0.8, size=200)
        came_true = rng.random(200) < confidence
        fair.append(_excess(confidence, came_true))
        boastful.append(_excess(confidence + 0.2, came_true))
    assert np.mean(fair) == pytest.approx(0, abs=0.01)
    assert np.mean(boastful) == pytest.approx(0.2 - 0.05, abs=0.03)


def _excess(confidence: NDArray[np.float64], came_true: NDArray[np.bool_]) -> float:
    """What the gate judges."""
    return expected_calibration_error(confidence, came_true) - ece_under_perfect_calibration(confidence)
