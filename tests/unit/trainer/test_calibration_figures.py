import numpy as np
import pytest

from shared.metrics.reports import calibration
from shared.metrics.reports.classification import multiclass_brier_score


def test_the_brier_score_lies_in_its_interval_which_is_over_artists() -> None:
    rng = np.random.default_rng(0)
    probabilities, y = rng.dirichlet(np.ones(3), size=400), rng.integers(3, size=400)
    together = np.arange(400) // 20
    probabilities[together % 2 == 0] = np.eye(3)[y[together % 2 == 0]]  # half of the artists are easy
    wide, narrow = (
        calibration.measure_class_calibration(probabilities, y, g, seed=0) for g in (together, np.arange(400))
    )
    assert wide["brier_interval"]["low"] < multiclass_brier_score(y, probabilities) < wide["brier_interval"]["high"]
    width = {id(one): one["brier_interval"]["high"] - one["brier_interval"]["low"] for one in (wide, narrow)}
    assert width[id(wide)] > 2 * width[id(narrow)]


def test_tags_have_the_means_of_their_columns() -> None:
    rng = np.random.default_rng(0)
    probabilities = rng.random((300, 2))
    has = (rng.random((300, 2)) < probabilities).astype(float)
    found = calibration.measure_tag_calibration(probabilities, has, np.arange(300), seed=0)
    score = ((probabilities - has) ** 2).mean()
    assert found["brier_interval"]["low"] < score < found["brier_interval"]["high"]
    assert found["ece_under_perfect_calibration"] == pytest.approx(0.08, abs=0.03)
