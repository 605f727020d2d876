import numpy as np
import pytest

from shared.metrics.artist_means import (
    calibration_weights,
    mean_over_artists,
    mean_with_interval,
    wilson_interval,
    wilson_lower,
)


def test_wilsons_interval_is_the_textbooks() -> None:
    # Brown, Cai & DasGupta (2001): 9 of 10 at 95 %
    found = wilson_interval(0.9, 10)
    assert found.low == pytest.approx(0.5958, abs=1e-4)
    assert found.high == pytest.approx(0.9821, abs=1e-4)
    # all right: the lower end is n / (n + z²)
    assert wilson_lower(1.0, 30, confidence=0.9) == pytest.approx(30 / (30 + 1.2816**2), abs=1e-4)


def test_of_no_artist_nothing_is_known() -> None:
    assert wilson_lower(0.0, 0, confidence=0.9) == 0
    assert (wilson_interval(0.0, 0).low, wilson_interval(0.0, 0).high) == (0, 1)
    assert mean_over_artists(np.zeros(0), np.zeros(0, dtype=int)) == (0, 0)


def test_each_artist_counts_once_in_the_mean_of_artists() -> None:
    right, groups = np.array([1.0, 1, 1, 1, 0]), np.array([7, 7, 7, 7, 9])
    assert mean_over_artists(right, groups) == (0.5, 2)


def test_the_rows_of_an_artist_with_more_than_five_count_as_one_together() -> None:
    groups = np.array([0] * 5 + [1] * 6 + [2])
    weights = calibration_weights(groups)
    assert weights[groups == 0].tolist() == [1] * 5
    assert weights[groups == 1].sum() == pytest.approx(1)
    assert weights[groups == 2].tolist() == [1]


def test_the_interval_of_a_mean_is_over_artists_and_not_over_rows() -> None:
    rng = np.random.default_rng(0)
    values = np.repeat(rng.random(40) < 0.7, 25).astype(np.float64)
    alone = mean_with_interval(values, np.arange(1000), seed=0)
    together = mean_with_interval(values, np.repeat(np.arange(40), 25), seed=0)
    assert alone.value == together.value
    assert together.high - together.low > 4 * (alone.high - alone.low)
    assert together.low < together.value < together.high
