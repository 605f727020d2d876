"""What the labels of drawn tracks say of a model, before and after."""

from dataclasses import replace

import numpy as np
import pytest

from shared.domain.review import compute_draw_weight
from shared.review.progress import ReviewedTrack, measure_progress


def build_tracks(n: int, *, right_before: float, right_after: float) -> list[ReviewedTrack]:
    """Of two classes; the first of the tracks are those that are answered rightly."""
    labels = ["Q1" if i % 2 else "Q3" for i in range(n)]
    others = {"Q1": "Q3", "Q3": "Q1"}
    return [
        ReviewedTrack(
            label=label,
            before=label if i < right_before * n else others[label],
            after=label if i < right_after * n else others[label],
            weight=1.0,
            artist_group=f"artist {i}",
        )
        for i, label in enumerate(labels)
    ]


def test_below_30_labels_there_are_counts_only() -> None:
    figures = measure_progress(build_tracks(29, right_before=0.5, right_after=1))
    assert (figures.n_before, figures.n_after, figures.before, figures.comparison) == (29, 29, None, None)
    assert measure_progress([]).n_before == 0


def test_before_and_after_are_compared_on_the_same_tracks() -> None:
    tracks = build_tracks(60, right_before=0.5, right_after=0.8)
    figures = measure_progress([*tracks, *(replace(one, after=None) for one in tracks[:30])])
    assert (figures.n_before, figures.n_after) == (90, 60)
    assert figures.before is not None
    assert figures.comparison is not None
    assert figures.before.accuracy.value == pytest.approx(60 / 90)
    assert figures.comparison.before.accuracy.value == pytest.approx(0.5)
    assert figures.comparison.after.accuracy.value == pytest.approx(0.8)
    assert figures.comparison.difference.accuracy.value == pytest.approx(0.3)
    assert figures.comparison.difference.accuracy.low > 0.1
    assert figures.comparison.difference.macro_f1.value == pytest.approx(0.3, abs=0.01)
    assert figures.comparison.n_artists == 60


def test_weights_give_the_figure_of_the_library_where_hard_tracks_are_drawn_more_often() -> None:
    rng = np.random.default_rng(0)
    # the model is right on 80 % of the library; the other tracks are drawn ten times as often
    is_right = np.arange(1000) < 800
    shares = np.where(is_right, 1, 10) / np.where(is_right, 1, 10).sum()
    tracks = [
        ReviewedTrack(
            label="Q1" if row % 2 else "Q3",
            before=("Q1" if row % 2 else "Q3") if is_right[row] else "Q2",
            after=None,
            weight=compute_draw_weight(float(shares[row]), 1000),
            artist_group=str(row),
        )
        for row in rng.choice(1000, size=3000, p=shares)
    ]
    figures = measure_progress(tracks)
    assert figures.before is not None
    assert np.mean([one.before == one.label for one in tracks]) < 0.4
    assert figures.before.accuracy.value == pytest.approx(0.8, abs=0.03)
    assert figures.before.accuracy.low < 0.8 < figures.before.accuracy.high


def test_artists_are_resampled_as_a_whole() -> None:
    tracks = [
        replace(one, artist_group=str(i // 10))
        for i, one in enumerate(build_tracks(90, right_before=0.7, right_after=1))
    ]
    by_track = measure_progress(build_tracks(90, right_before=0.7, right_after=1)).before
    by_artist = measure_progress(tracks).before
    assert by_track is not None
    assert by_artist is not None
    width = [one.accuracy.high - one.accuracy.low for one in (by_track, by_artist)]
    assert width[1] > 1.5 * width[0]


@pytest.mark.parametrize(("probability", "n_tracks"), [(0, 5), (0.1, 0), (-1, 5)])
def test_a_draw_without_a_probability_has_no_weight(probability: float, n_tracks: int) -> None:
    with pytest.raises(ValueError, match="above 0"):
        compute_draw_weight(probability, n_tracks)
