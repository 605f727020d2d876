import itertools

import numpy as np
import pytest

from shared.metrics import prediction_sets
from shared.metrics.prediction_sets import conformal_threshold, conformal_thresholds, prediction_set

MOODS = ("calm", "sad", "energetic", "happy")


def test_the_threshold_is_the_order_statistic_of_the_paper() -> None:
    scores = np.arange(1, 10) / 10
    assert conformal_threshold(scores, 0.5) == 0.5
    assert conformal_threshold(scores, 0.9) == 0.9
    assert conformal_threshold(scores[::-1], 0.8) == 0.8


def test_too_few_rows_exclude_nothing() -> None:
    assert conformal_threshold(np.array([0.1, 0.2]), 0.9) == 1.0


def test_a_set_holds_what_cannot_be_excluded_the_likeliest_first() -> None:
    kept = conformal_thresholds(np.linspace(0.0, 0.8, 99))
    said = [0.35, 0.4, 0.2, 0.05]
    assert prediction_set(said, MOODS, kept, coverage=0.9) == ["sad", "calm"]
    assert prediction_set(said, MOODS, kept, coverage=0.99) == ["sad", "calm", "energetic"]


def test_a_set_is_never_empty() -> None:
    kept = conformal_thresholds(np.full(99, 0.01))
    assert prediction_set([0.4, 0.3, 0.2, 0.1], MOODS, kept, coverage=0.5) == ["calm"]


def test_a_coverage_between_two_hundredths_is_rounded_up() -> None:
    kept = conformal_thresholds(np.linspace(0.0, 1.0, 199))
    said = [0.5, 0.3, 0.105, 0.095]
    assert prediction_set(said, MOODS, kept, coverage=0.901) == prediction_set(said, MOODS, kept, coverage=0.91)
    assert prediction_set(said, MOODS, kept, coverage=0.9) != prediction_set(said, MOODS, kept, coverage=0.91)


@pytest.mark.parametrize("coverage", [0.49, 0.995, 1.0])
def test_a_coverage_that_no_threshold_is_kept_for_is_refused(coverage: float) -> None:
    with pytest.raises(ValueError, match="coverage"):
        prediction_set([1.0, 0.0], ("a", "b"), conformal_thresholds(np.ones(9)), coverage=coverage)


def test_a_higher_coverage_never_makes_a_set_smaller() -> None:
    rng = np.random.default_rng(0)
    said = rng.dirichlet(np.ones(4), size=50)
    kept = conformal_thresholds(rng.random(200))
    sizes = [prediction_sets.set_members(said, kept[f"{c / 100:.2f}"]).sum(axis=1) for c in range(50, 100)]
    assert all((after >= before).all() for before, after in itertools.pairwise(sizes))


def test_rows_that_count_less_move_the_threshold_less() -> None:
    scores, weights = np.array([0.1] * 20 + [0.9] * 20), np.array([1.0] * 20 + [1 / 20] * 20)
    assert conformal_threshold(scores, 0.8) == 0.9
    assert conformal_threshold(scores, 0.8, weights=weights) == 0.1
    assert conformal_threshold(scores, 0.9, weights=np.ones(40)) == conformal_threshold(scores, 0.9)


def test_each_class_has_a_threshold_of_its_own_and_one_of_few_artists_excludes_no_more_than_the_whole() -> None:
    rng = np.random.default_rng(0)
    y = np.array([0] * 200 + [1] * 200)
    scores = np.where(y == 0, 0.9, 0.1) * rng.random(400)
    weights = np.ones(400)
    many = prediction_sets.class_thresholds(y, scores, 0.9, weights=weights, n_artists=[40, 40])
    few = prediction_sets.class_thresholds(y, scores, 0.9, weights=weights, n_artists=[40, 39])
    whole = conformal_threshold(scores, 0.9)
    assert many[1] < whole < many[0]
    assert few.tolist() == [many[0], whole]


def test_a_class_that_nobody_labelled_is_in_no_set_by_its_absence() -> None:
    limits = prediction_sets.class_thresholds(
        np.array([0] * 99), np.linspace(0, 0.5, 99), 0.9, weights=np.ones(99), n_artists=[99, 0]
    )
    assert limits[1] == limits[0] < 1


def test_a_set_by_class_asks_each_word_for_its_own_threshold() -> None:
    kept = {"a": {"0.90": 0.4}, "b": {"0.90": 0.9}, "c": {"0.90": 0.5}}
    found = prediction_sets.prediction_set_by_class([0.55, 0.15, 0.3], ("a", "b", "c"), kept, coverage=0.9)
    assert found == ["a", "b"]


def test_a_promise_names_what_it_is_of() -> None:
    assert prediction_sets.describe_guarantee("marginal", 0.9) == "of 100 songs, the set holds the right word in 90"
    starter = prediction_sets.describe_guarantee("marginal", 0.9, is_starter=True)
    assert starter == "of 100 of the clips the starter was made from, the set holds the right word in 90"
    assert "truly are of one word" in prediction_sets.describe_guarantee("by_class", 0.85)
