"""What the benchmark `review` counts, and the trials that it makes up."""

import numpy as np
import pytest

from benchmarks.review import (
    ReviewClips,
    find_labels_needed,
    fit_scores,
    fit_trial,
    make_rare_trial,
    make_shifted_trial,
)
from benchmarks.simulated_annotators import WordedClips

N = 200


@pytest.fixture
def clips() -> ReviewClips:
    """Of four classes that lie apart; each has mood tags and a genre of its own."""
    y = np.arange(N) % 4
    places = 3 * np.eye(4)[y] + np.random.default_rng(0).normal(size=(N, 4))
    return ReviewClips(
        kernel=np.exp(-((places[:, np.newaxis] - places) ** 2).sum(axis=2) / 8),
        vectors=places.astype(np.float32),
        artists=np.arange(N) // 2,
        z=places,
        worded=WordedClips(
            quadrants=y,
            mood_tags=[frozenset({f"mood {k} {i // 4 % 15}"}) for i, k in enumerate(y)],
            genres=[frozenset({f"genre {i % 5}"}) for i in range(N)],
        ),
    )


@pytest.mark.parametrize(("wanted", "labels"), [(0.05, 10), (0.3, 20), (0.4, 25), (0.95, np.inf)])
def test_the_labels_needed_lie_where_the_curve_crosses(wanted: float, labels: float) -> None:
    curve = np.concatenate([[0.1, 0.3, 0.5], np.linspace(0.5, 0.9, 17)])
    assert find_labels_needed(curve, wanted) == pytest.approx(labels)


def test_a_fit_tells_the_classes(clips: ReviewClips) -> None:
    y = clips.worded.quadrants
    assert (fit_scores(clips, np.arange(0, N, 5), y).argmax(axis=1) == y).mean() > 0.8


def test_one_class_is_rare_and_test_artists_stand_apart(clips: ReviewClips) -> None:
    for draw in range(4):
        trial = make_rare_trial(clips, draw)
        assert trial.rare == draw
        assert (trial.y[trial.pool] == draw).mean() == pytest.approx(0.1, abs=0.01)
        assert not set(clips.artists[trial.pool]) & set(clips.artists[trial.test])


def test_a_starter_is_of_other_artists_than_the_pool_and_the_test(clips: ReviewClips) -> None:
    y = clips.worded.quadrants
    for draw in (0, 1):
        trial = make_shifted_trial(clips, draw)
        known = set(clips.artists) - set(clips.artists[trial.pool]) - set(clips.artists[trial.test])
        assert len(known) == pytest.approx(0.4 * N / 2, abs=1)
        assert trial.starter is not None
        assert (trial.starter.argmax(axis=1) == y).mean() > 0.8
        assert 0 < (trial.y != y).mean() < 0.35  # the person hears some of them otherwise
        assert fit_trial(clips, trial, trial.pool[:3]) is trial.starter  # three labels change nothing
