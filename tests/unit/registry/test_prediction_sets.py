import itertools

import numpy as np
import pytest

from shared.registry import prediction_sets
from shared.registry.prediction_sets import prediction_set, threshold, thresholds

MOODS = ("calm", "sad", "energetic", "happy")


def test_the_threshold_is_the_order_statistic_of_the_paper() -> None:
    scores = np.arange(1, 10) / 10
    assert threshold(scores, 0.5) == 0.5
    assert threshold(scores, 0.9) == 0.9
    assert threshold(scores[::-1], 0.8) == 0.8


def test_too_few_rows_exclude_nothing() -> None:
    assert threshold(np.array([0.1, 0.2]), 0.9) == 1.0


def test_a_set_holds_what_cannot_be_excluded_the_likeliest_first() -> None:
    kept = thresholds(np.linspace(0.0, 0.8, 99))
    said = [0.35, 0.4, 0.2, 0.05]
    assert prediction_set(said, MOODS, kept, coverage=0.9) == ["sad", "calm"]
    assert prediction_set(said, MOODS, kept, coverage=0.99) == ["sad", "calm", "energetic"]


def test_a_set_is_never_empty() -> None:
    kept = thresholds(np.full(99, 0.01))
    assert prediction_set([0.4, 0.3, 0.2, 0.1], MOODS, kept, coverage=0.5) == ["calm"]


def test_a_coverage_between_two_hundredths_is_rounded_up() -> None:
    kept = thresholds(np.linspace(0.0, 1.0, 199))
    said = [0.5, 0.3, 0.105, 0.095]
    assert prediction_set(said, MOODS, kept, coverage=0.901) == prediction_set(said, MOODS, kept, coverage=0.91)
    assert prediction_set(said, MOODS, kept, coverage=0.9) != prediction_set(said, MOODS, kept, coverage=0.91)


@pytest.mark.parametrize("coverage", [0.49, 0.995, 1.0])
def test_a_coverage_that_no_threshold_is_kept_for_is_refused(coverage: float) -> None:
    with pytest.raises(ValueError, match="coverage"):
        prediction_set([1.0, 0.0], ("a", "b"), thresholds(np.ones(9)), coverage=coverage)


def test_a_higher_coverage_never_makes_a_set_smaller() -> None:
    rng = np.random.default_rng(0)
    said = rng.dirichlet(np.ones(4), size=50)
    kept = thresholds(rng.random(200))
    sizes = [prediction_sets.members(said, kept[f"{c / 100:.2f}"]).sum(axis=1) for c in range(50, 100)]
    assert all((after >= before).all() for before, after in itertools.pairwise(sizes))
