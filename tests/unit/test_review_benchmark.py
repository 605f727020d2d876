"""What the benchmark `review` counts, and the persons that it makes up."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.review import (
    ReviewClips,
    find_labels_needed,
    fit_scores,
    flip_genre,
    make_rare_trial,
    make_shifted_trial,
    move_tags,
)

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
        y=y,
        mood_tags=tuple((f"mood {k} {i // 4 % 15}",) for i, k in enumerate(y)),
        genres=tuple((f"genre {i // 100}",) for i in range(N)),
    )


@pytest.mark.parametrize(("wanted", "labels"), [(0.05, 10), (0.3, 20), (0.4, 25), (0.95, np.inf)])
def test_the_labels_needed_lie_where_the_curve_crosses(wanted: float, labels: float) -> None:
    curve = np.concatenate([[0.1, 0.3, 0.5], np.linspace(0.5, 0.9, 17)])
    assert find_labels_needed(curve, wanted) == pytest.approx(labels)


def test_a_fit_tells_the_classes_and_starts_from_what_is_known(clips: ReviewClips) -> None:
    rows = np.arange(0, N, 5)
    nothing = np.zeros((N, 4))
    scores = fit_scores(clips, rows, clips.y, nothing, penalty=0.1)
    assert (scores.argmax(axis=1) == clips.y).mean() > 0.8
    assert np.allclose(fit_scores(clips, rows, clips.y, scores, penalty=1e9), scores, atol=1e-6)


def test_one_class_is_rare_and_test_artists_stand_apart(clips: ReviewClips) -> None:
    for draw in range(4):
        trial = make_rare_trial(clips, draw)
        assert trial.rare == draw
        assert (clips.y[trial.pool] == draw).mean() == pytest.approx(0.1, abs=0.01)
        assert not set(clips.artists[trial.pool]) & set(clips.artists[trial.test])


def test_shifted_persons_change_some_labels(clips: ReviewClips) -> None:
    moved = move_tags(clips, rng=np.random.default_rng(0))
    assert 0.2 < (moved != clips.y).mean() < 0.3  # 15 of 60 tags
    genres = tuple(("rock",) if i < 70 else (f"rare {i}",) for i in range(N))
    heard = flip_genre(replace(clips, genres=genres), rng=np.random.default_rng(0))
    assert (heard[:70] == np.array([1, 0, 3, 2])[clips.y[:70]]).all()
    assert (heard[70:] == clips.y[70:]).all()


def test_a_starter_is_of_other_artists_than_the_pool_and_the_test(clips: ReviewClips) -> None:
    trial = make_shifted_trial(clips, 1)
    known = set(clips.artists) - set(clips.artists[trial.pool]) - set(clips.artists[trial.test])
    assert len(known) == pytest.approx(0.4 * N / 2, abs=1)
    assert (trial.prior.argmax(axis=1) == clips.y).mean() > 0.8
