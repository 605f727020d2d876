import numpy as np
import pytest

from shared.metrics.calibration import ece_under_perfect_calibration
from shared.metrics.reports.classification import top_label_ece


@pytest.mark.parametrize("n", [60, 600])
def test_a_perfectly_calibrated_model_shows_the_error_that_is_told_beside_it(n: int) -> None:
    """Its error is not 0 on few rows; over many draws it is on average what the function says."""
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.full(4, 0.6), size=n)
    drawn = [
        top_label_ece((rng.random((n, 1)) > probabilities.cumsum(axis=1)[:, :-1]).sum(axis=1), probabilities)
        for _ in range(200)
    ]
    expected = ece_under_perfect_calibration(probabilities.max(axis=1))
    assert expected == pytest.approx(np.mean(drawn), rel=0.05)
    assert expected > 0.02


def test_certainty_has_no_error_to_expect() -> None:
    assert ece_under_perfect_calibration(np.ones(50)) == 0


def test_it_repeats_with_its_seed() -> None:
    confidence = np.random.default_rng(0).random(100)
    first, again, other = (ece_under_perfect_calibration(confidence, seed=s) for s in (1, 1, 2))
    assert first == again != other
