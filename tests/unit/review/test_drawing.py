"""Tracks to label next: with what probability they are drawn."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from shared.domain.review import REASON_TEXTS, UNIFORM_SHARE, ReviewReason, compute_draw_weight
from shared.review.clusters import find_clusters
from shared.review.drawing import LabelledTracks, ReviewPool, count_asked_again, draw_batch, measure_distances

N = 400


def build_pool(n: int = N, *, n_artists: int = 200, seed: int = 0) -> ReviewPool:
    rng = np.random.default_rng(seed)
    return ReviewPool(
        vectors=rng.normal(size=(n, 8)).astype(np.float32),
        artists=rng.integers(n_artists, size=n),
        probabilities=rng.dirichlet(np.ones(4), size=n),
        is_music=np.ones(n, dtype=np.bool_),
        n_tracks=n,
    )


def label_some(n: int = 40, *, counts: tuple[int, ...] = (10, 10, 10, 10)) -> LabelledTracks:
    vectors = np.random.default_rng(1).normal(size=(n, 8)).astype(np.float32)
    return LabelledTracks(vectors=vectors, class_counts=np.array(counts))


NOTHING_LABELLED = LabelledTracks(vectors=np.empty((0, 8), dtype=np.float32), class_counts=np.zeros(4, dtype=np.intp))


@pytest.mark.parametrize("labelled", [NOTHING_LABELLED, label_some()], ids=["no label", "labels"])
def test_a_seed_draws_the_same_batch_one_track_an_artist(labelled: LabelledTracks) -> None:
    pool = build_pool()
    batches = [draw_batch(pool, labelled, n=20, rng=np.random.default_rng(3)) for _ in range(2)]
    assert batches[0] == batches[1]
    assert len({int(pool.artists[drawn.row]) for drawn in batches[0]}) == len(batches[0]) == 20
    assert all(drawn.probability >= UNIFORM_SHARE / N for drawn in batches[0])
    assert draw_batch(pool, labelled, n=20, rng=np.random.default_rng(4)) != batches[0]


@pytest.mark.parametrize("labelled", [NOTHING_LABELLED, label_some()], ids=["no label", "labels"])
def test_the_first_track_comes_as_often_as_its_probability_says(labelled: LabelledTracks) -> None:
    pool, n_draws = build_pool(12, n_artists=100), 1500
    drawn = [draw_batch(pool, labelled, n=1, rng=np.random.default_rng(seed))[0] for seed in range(n_draws)]
    if labelled is not NOTHING_LABELLED:  # clusters depend on the seed, scores do not
        probability = {one.row: one.probability for one in drawn}
        assert sum(probability.values()) == pytest.approx(1)
        for row, times in Counter(one.row for one in drawn).items():
            assert times / n_draws == pytest.approx(probability[row], abs=0.04)
    # each track of the pool is stood for by 1 / (N · π): the mean over draws is that over the pool
    values = np.arange(12.0)
    weighted = [values[one.row] * compute_draw_weight(one.probability, 12) for one in drawn]
    assert np.mean(weighted) == pytest.approx(values.mean(), abs=0.6)


def test_probabilities_of_later_draws_are_over_the_tracks_that_are_left() -> None:
    pool = replace(build_pool(6, n_artists=1), artists=np.array([0, 0, 0, 1, 1, 2]))
    only_chance = replace(pool, is_music=np.zeros(6, dtype=np.bool_))
    batch = draw_batch(only_chance, label_some(), n=6, rng=np.random.default_rng(0))
    left = 6
    assert len(batch) == 3  # one of each artist
    for drawn in batch:
        assert drawn.probability == pytest.approx(1 / left)
        assert drawn.reason is ReviewReason.CHANCE
        left -= int((pool.artists == pool.artists[drawn.row]).sum())


def test_a_sample_of_the_pool_gives_probabilities_over_the_whole_pool() -> None:
    pool = build_pool()
    whole = draw_batch(pool, label_some(), n=5, rng=np.random.default_rng(0))
    sample = draw_batch(replace(pool, n_tracks=10 * N), label_some(), n=5, rng=np.random.default_rng(0))
    assert [one.row for one in sample] == [one.row for one in whole]
    assert [one.probability * 10 for one in sample] == pytest.approx([one.probability for one in whole])


@pytest.mark.parametrize("labelled", [NOTHING_LABELLED, label_some()], ids=["no label", "labels"])
def test_what_is_held_not_to_be_music_is_drawn_by_chance_alone(labelled: LabelledTracks) -> None:
    pool = build_pool(20, n_artists=1000)
    pool = replace(pool, is_music=np.arange(20) > 0)
    drawn = [draw_batch(pool, labelled, n=1, rng=np.random.default_rng(seed))[0] for seed in range(1000)]
    times = Counter(one.row for one in drawn)
    assert times[0] / 1000 == pytest.approx(UNIFORM_SHARE / 20, abs=0.01)
    assert {one.probability for one in drawn if one.row == 0} == {UNIFORM_SHARE / 20}
    assert {one.reason for one in drawn if one.row == 0} == {ReviewReason.CHANCE}


def test_uncertain_tracks_far_from_labels_are_preferred() -> None:
    pool = replace(build_pool(300, n_artists=10_000), probabilities=np.tile([0.9, 0.1, 0, 0], (300, 1)))
    pool.probabilities[:30] = [0.5, 0.5, 0, 0]
    rows = [draw_batch(pool, label_some(), n=1, rng=np.random.default_rng(seed))[0].row for seed in range(100)]
    assert np.mean(np.array(rows) < 30) > 0.5
    near = replace(pool, probabilities=np.full((300, 4), 0.25))
    labelled = LabelledTracks(vectors=pool.vectors[30:], class_counts=np.array([70, 70, 70, 60]))
    rows = [draw_batch(near, labelled, n=1, rng=np.random.default_rng(seed))[0].row for seed in range(100)]
    assert np.mean(np.array(rows) < 30) > 0.5


def test_no_single_track_takes_all_draws() -> None:
    pool = replace(build_pool(), artists=np.arange(N), probabilities=np.tile([1.0, 0, 0, 0], (N, 1)))
    pool.probabilities[0] = [0.5, 0.5, 0, 0]  # the only one that the model is not sure of
    drawn = [draw_batch(pool, label_some(), n=1, rng=np.random.default_rng(seed))[0] for seed in range(20)]
    (probability,) = {one.probability for one in drawn if one.row == 0}
    assert 0.5 < probability < 0.65 < 1 - UNIFORM_SHARE


def test_a_track_near_one_that_was_drawn_counts_as_near_a_label() -> None:
    pool = build_pool(300, n_artists=10_000)
    pool = replace(pool, artists=np.arange(300), probabilities=np.full((300, 4), 0.25))
    pool.vectors[:150] = [9, 0, 0, 0, 0, 0, 0, 0]  # many copies of one sound, far from every label
    pool.vectors[150:, 0] = -1
    labelled = LabelledTracks(vectors=pool.vectors[150:], class_counts=np.array([40, 40, 40, 30]))
    counts = [
        sum(drawn.row < 150 for drawn in draw_batch(pool, labelled, n=2, rng=np.random.default_rng(seed)))
        for seed in range(60)
    ]
    assert counts.count(2) < 0.6 * len(counts)  # both, though each alone is drawn with .85
    assert np.mean(counts) > 1


def test_need_counts_once_every_class_has_five_labels() -> None:
    pool = replace(build_pool(300, n_artists=10_000), probabilities=np.tile([0.4, 0.4, 0.2, 0], (300, 1)))
    pool.probabilities[:30] = [0.4, 0.2, 0, 0.4]  # the last class is the one with few labels
    shares = []
    for n_fewest in (4, 5):
        labelled = label_some(counts=(30, 30, 30, n_fewest))
        batches = [draw_batch(pool, labelled, n=1, rng=np.random.default_rng(seed)) for seed in range(200)]
        shares.append(np.mean([batch[0].row < 30 for batch in batches]))
        reasons = {batch[0].reason for batch in batches}
        assert (ReviewReason.NEEDED in reasons) == (n_fewest == 5)
    assert shares[0] < 0.3
    assert shares[1] > 0.5


def test_before_any_label_each_group_of_alike_tracks_is_drawn_from() -> None:
    rng = np.random.default_rng(0)
    sizes = (380, 10, 10)
    vectors = np.concatenate(
        [centre * 5 + rng.normal(size=(n, 3)) * 0.1 for n, centre in zip(sizes, np.eye(3), strict=True)]
    )
    pool = replace(build_pool(n_artists=10_000), vectors=vectors.astype(np.float32), artists=np.arange(400))
    groups = np.repeat([0, 1, 2], sizes)
    nothing = replace(NOTHING_LABELLED, vectors=np.empty((0, 3), dtype=np.float32))
    found = [draw_batch(pool, nothing, n=3, rng=np.random.default_rng(seed)) for seed in range(100)]
    small = np.mean([groups[drawn.row] > 0 for batch in found for drawn in batch])
    assert small > 0.4  # by size alone it would be .05
    assert {drawn.reason for batch in found for drawn in batch} == {ReviewReason.SPREAD, ReviewReason.CHANCE}


def test_tracks_without_vectors_or_answers_can_be_drawn() -> None:
    pool = build_pool(50, n_artists=1000)
    pool = replace(pool, vectors=np.full((50, 8), np.nan, np.float32), probabilities=np.full((50, 4), np.nan))
    for labelled in (NOTHING_LABELLED, label_some()):
        batch = draw_batch(pool, labelled, n=10, rng=np.random.default_rng(0))
        assert len(batch) == 10
        assert all(np.isfinite(drawn.probability) for drawn in batch)
    empty = replace(pool, artists=pool.artists[:0])
    assert draw_batch(empty, NOTHING_LABELLED, n=5, rng=np.random.default_rng(0)) == []


def test_one_in_twenty_is_asked_again() -> None:
    rng = np.random.default_rng(0)
    assert count_asked_again(20, rng=rng) == 1
    assert count_asked_again(40, rng=rng) == 2
    assert np.mean([count_asked_again(5, rng=rng) for _ in range(2000)]) == pytest.approx(0.25, abs=0.04)


def test_distances_are_those_to_the_nearest_direction() -> None:
    vectors = np.array([[2, 0], [0, 3], [-1, 0], [0, 0]], dtype=np.float32)
    labels = np.array([[1, 0], [np.nan, 1]], dtype=np.float32)
    assert measure_distances(vectors, labels)[:3].tolist() == pytest.approx([0, 1, 2])
    assert np.isnan(measure_distances(vectors, labels)[3])
    assert np.isnan(measure_distances(vectors, labels[1:])).all()


def test_clusters_part_what_lies_apart() -> None:
    unit = np.repeat(np.eye(3, dtype=np.float32), 20, axis=0)
    cluster_of = find_clusters(unit, 3, rng=np.random.default_rng(0))
    assert len(set(cluster_of.tolist())) == 3
    assert all(len(set(cluster_of[start : start + 20].tolist())) == 1 for start in (0, 20, 40))
    assert find_clusters(unit[:1], 5, rng=np.random.default_rng(0)).tolist() == [0]


def test_reasons_name_no_mood() -> None:
    moods = {"happy", "sad", "tense", "calm", "energetic", "angry", "relaxed", "quadrant", "valence", "arousal"}
    assert set(REASON_TEXTS) == set(ReviewReason)
    assert not [text for text in REASON_TEXTS.values() if moods & set(text.lower().split())]
