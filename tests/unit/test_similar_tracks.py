"""What the benchmark `similar_tracks` counts, on lists whose figures are known."""

import numpy as np
import pytest

from benchmarks.similar_tracks import (
    LabelledClips,
    _cosine_distances,
    _draw_artists,
    _interval,
    _measure,
    _mutual_distances,
    _rank,
)

KNOWN = LabelledClips(
    quadrants=np.array(["Q1", "Q1", "Q2", "Q2"]),
    genres=np.array([[1, 0], [1, 1], [0, 1], [0, 0]], dtype=bool),
    artists=np.array(["a", "b", "c", "d"]),
)


def test_precision_counts_equal_quadrants_and_common_genres() -> None:
    nearest = np.array([[1, 2], [0, 2], [0, 1], [0, 1]])
    np.testing.assert_array_equal(KNOWN.precision_of_quadrants(nearest), [0.5, 0.5, 0.0, 0.0])
    np.testing.assert_array_equal(KNOWN.precision_of_genres(nearest), [0.5, 1.0, 0.5, np.nan])


def test_a_clip_in_more_than_its_share_of_the_lists_is_a_hub() -> None:
    found = _measure(np.array([[1, 2], [0, 2], [0, 1], [0, 1]]), KNOWN, _draw_artists(KNOWN.artists))
    assert (found["n_hubs"], found["most_lists"], found["n_in_no_list"]) == (3, 3, 1)
    assert found["genre"]["value"] == pytest.approx(2 / 3), "a clip without a genre does not count"


def test_no_clip_of_the_same_artist_is_ranked() -> None:
    artists = np.array(["a" if i < 3 else f"b{i}" for i in range(20)])
    distances = np.abs(np.subtract.outer(np.arange(20.0), np.arange(20.0)))
    nearest = _rank(distances, artists)
    assert nearest[0].tolist() == list(range(3, 13))
    assert not (artists[nearest] == artists[:, np.newaxis]).any()


def test_an_interval_is_wider_where_an_artist_has_many_clips() -> None:
    rng = np.random.default_rng(0)
    values = np.repeat(rng.random(20), 10)
    own, shared = np.arange(200).astype(str), np.repeat(np.arange(20), 10).astype(str)
    widths = [
        found["high"] - found["low"] for found in (_interval(values, one, _draw_artists(one)) for one in (own, shared))
    ]
    assert widths[1] > 2 * widths[0]


def test_mutual_proximity_makes_a_clip_near_to_all_rarer() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(200, 30)).astype(np.float32) + 0.5
    rows[0] = rows.mean(axis=0)
    distances, artists = _cosine_distances(rows), np.arange(200).astype(str)
    in_lists = [int((_rank(one, artists) == 0).sum()) for one in (distances, _mutual_distances(distances))]
    assert in_lists[1] < in_lists[0] / 2
