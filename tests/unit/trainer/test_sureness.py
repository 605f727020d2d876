"""What `sure` promises, tried on models whose probabilities are right, too high, or worth nothing."""

import numpy as np
import pytest

from shared.metrics.selective_prediction import NEVER, find_sure_rows, read_limits
from shared.metrics.sureness import MIN_ARTISTS, TARGET, calibrate_sureness, evaluate_sureness, sure_limits

MOODS = ("calm", "sad", "energetic", "happy")
N_REPETITIONS = 40


def predictions(
    n: int, *, seed: int, sharpness: float = 1.0, tracks_an_artist: int = 2
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """`(probabilities, y, groups, folds)`; of `sharpness` 1 the targets are drawn from the probabilities."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.full(4, 0.15), size=n)
    y = (rng.random((n, 1)) > true.cumsum(axis=1)[:, :-1]).sum(axis=1)
    groups = np.arange(n) // tracks_an_artist
    said = true**sharpness
    return said / said.sum(axis=1, keepdims=True), y, groups, groups % 5


def published(probabilities: np.ndarray, y: np.ndarray, groups: np.ndarray, folds: np.ndarray) -> np.ndarray:
    return read_limits(MOODS, calibrate_sureness(probabilities, y, groups, folds, classes=MOODS)["thresholds"])


@pytest.mark.parametrize("sharpness", [1.0, 2.0], ids=["calibrated", "overconfident"])
def test_sure_answers_of_a_word_are_right_nine_times_in_ten_on_fresh_artists(sharpness: float) -> None:
    fresh, y, _, _ = predictions(20_000, seed=10**6, sharpness=sharpness)
    answers, kept, shares = fresh.argmax(axis=1), [], []
    for seed in range(N_REPETITIONS):
        limits = published(*predictions(1200, seed=seed, sharpness=sharpness))
        sure = find_sure_rows(fresh, limits)
        shares.append(sure.mean())
        for c in np.flatnonzero(limits < NEVER):
            rows = sure & (answers == c)
            kept.append((y[rows] == c).mean())
    assert len(kept) > N_REPETITIONS, "it is said of words often enough to be tried"
    assert np.mean(np.array(kept) >= TARGET) >= 0.9, "1 in 10 may miss it"
    assert min(kept) > TARGET - 0.06
    assert np.mean(shares) > 0.2


def test_a_model_that_knows_nothing_is_never_sure() -> None:
    for seed in range(10):
        probabilities, y, groups, folds = predictions(600, seed=seed)
        shuffled = np.random.default_rng(seed).permutation(y)
        found = calibrate_sureness(probabilities, shuffled, groups, folds, classes=MOODS)
        assert set(found["thresholds"].values()) == {None}
        assert found["share"] == 0


def test_many_tracks_of_few_artists_are_not_enough() -> None:
    probabilities, y, groups, _ = predictions(2000, seed=0, tracks_an_artist=120)
    assert len(np.unique(groups)) < MIN_ARTISTS
    assert set(sure_limits(probabilities, y, groups)) == {NEVER}


def test_one_artist_with_an_album_of_wrong_answers_counts_as_one_artist() -> None:
    probabilities = np.tile([0.9, 0.1], (160, 1))
    y, groups = np.zeros(160, dtype=int), np.arange(160)
    y[100:], groups[100:] = 1, 100  # 60 wrong tracks of a single artist beside 100 artists who are right
    assert sure_limits(probabilities, y, groups)[0] == 0.9
    assert sure_limits(probabilities, y, np.arange(160))[0] == NEVER


def test_the_rows_of_a_fold_have_no_say_in_the_threshold_that_judges_them() -> None:
    """In one fold every answer is wrong. The other folds are sure of the same answers, and that is seen to break."""
    n = 500
    probabilities, y, groups = np.tile([0.9, 0.1], (n, 1)), np.zeros(n, dtype=int), np.arange(n)
    folds = np.arange(n) % 5
    y[(folds == 0) & (groups < 60)] = 1
    found = calibrate_sureness(probabilities, y, groups, folds, classes=("a", "b"))
    precision = found["by_answer"]["a"]["precision"]
    assert precision is not None
    assert precision["value"] == pytest.approx(1 - 12 / 500)
    y[folds == 0] = 1
    assert calibrate_sureness(probabilities, y, groups, folds, classes=("a", "b"))["thresholds"]["a"] is None


def test_a_word_is_sure_only_where_the_other_folds_can_say_so_too() -> None:
    """Of 20 artists each fold leaves 16 others, which are too few to say."""
    for n, threshold in ((20, None), (30, 0.9)):
        probabilities, y, groups = np.tile([0.9, 0.1], (n, 1)), np.zeros(n, dtype=int), np.arange(n)
        assert sure_limits(probabilities, y, groups)[0] == 0.9
        found = calibrate_sureness(probabilities, y, groups, groups % 5, classes=("a", "b"))
        assert found["thresholds"]["a"] == threshold


def test_the_first_no_ends_the_search_however_right_the_answers_further_down_are() -> None:
    confidence = np.array([0.95] * 20 + [0.7] * 400)
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    y = np.array([0, 1] * 10 + [0] * 400)
    assert sure_limits(probabilities, y, np.arange(420))[0] == NEVER
    assert sure_limits(probabilities, np.zeros(420, dtype=int), np.arange(420))[0] == 0.7


def test_the_card_says_how_often_sure_answers_of_each_word_were_right() -> None:
    found = calibrate_sureness(*predictions(3000, seed=3), classes=MOODS)
    assert (found["target"], found["confidence"]) == (0.9, 0.9)
    for word in MOODS:
        row = found["by_answer"][word]
        threshold, lower_bound, precision = found["thresholds"][word], row["lower_bound"], row["precision"]
        assert threshold is not None
        assert lower_bound is not None
        assert precision is not None
        assert 0.5 < threshold < 1
        assert lower_bound >= 0.9
        assert precision["low"] < precision["value"] < precision["high"]
        assert 0 < row["n_artists"] <= row["n_sure"] < row["n_answers"]
    n_sure = sum(row["n_sure"] for row in found["by_answer"].values())
    assert found["share"] == pytest.approx(n_sure / 3000)


def test_published_thresholds_are_judged_on_other_rows_as_they_are() -> None:
    probabilities, y = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4]]), np.array([0, 1, 0])
    found = evaluate_sureness(probabilities, y, np.arange(3), np.array([0.8, NEVER]), classes=("a", "b"))
    assert found["a"].precision is not None
    assert (found["a"].n_answers, found["a"].n_sure, found["a"].precision["value"]) == (3, 2, 0.5)
    assert (found["b"].n_sure, found["b"].precision) == (0, None)
