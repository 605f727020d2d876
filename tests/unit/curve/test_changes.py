"""Where the mood changes, and which excerpt decides."""

from dataclasses import replace

import numpy as np
import pytest

from shared.curve.changes import MIN_SEGMENT, WindowSeries, find_changes, measure_splits, name_segments
from shared.curve.curves import compute_curve, find_contribution, place_quadrants
from shared.curve.fitting import fit_curve_head
from shared.curve.head import CurveHead
from tests.support.window_series import CLASSES, VERSIONS, joined_windows, labelled_tracks, windows_of


@pytest.fixture(scope="module")
def head() -> CurveHead:
    fitted, _ = fit_curve_head(labelled_tracks(), outputs=CLASSES, kind="classes", versions=VERSIONS)
    return fitted


def starts(n_windows: int, *, offset_s: float = 0.0) -> list[float]:
    return [offset_s + 1.5 * i for i in range(n_windows)]


def test_a_change_of_class_is_found_where_it_is_and_the_segments_are_named(head: CurveHead) -> None:
    values = joined_windows(windows_of([0] * 15, seed=1), windows_of([2] * 14, seed=2))
    curve = compute_curve(head, values, starts(30, offset_s=12.0))
    assert [(s.start_s, s.end_s, CLASSES[s.class_index]) for s in curve.segments] == [
        (12.0, 36.0, "Q1"),
        (36.0, 58.5, "Q3"),
    ]
    assert curve.probabilities[:16].argmax(axis=1).tolist() == [0] * 16, "nothing is smoothed across the change"
    assert np.allclose(curve.probabilities.sum(axis=1), 1)


def test_three_parts_are_three_segments_of_nine_seconds_at_least(head: CurveHead) -> None:
    parts = [windows_of([k] * n, seed=20 + k) for k, n in ((0, 10), (1, 12), (3, 10))]
    curve = compute_curve(head, joined_windows(*parts), starts(34))
    assert [CLASSES[s.class_index] for s in curve.segments] == ["Q1", "Q2", "Q4"]
    assert min(s.end_s - s.start_s for s in curve.segments) >= 1.5 * MIN_SEGMENT


def test_another_sound_of_the_same_class_is_no_change(head: CurveHead) -> None:
    """Both halves are of Q1, by other sounds: a change of sound that is no change of mood."""
    values = joined_windows(windows_of([0] * 15, seed=3), windows_of([0] * 15, seed=4))
    series = WindowSeries(coordinates=head.compute_coordinates(values), logits=head.compute_logits(values))
    eager = replace(head, difference_threshold=0.0)
    assert {16, 17} & set(find_changes(series, eager)), "by sound alone it would be found"
    assert find_changes(series, head) == []


def test_a_change_that_cannot_be_heard_is_not_claimed(head: CurveHead) -> None:
    values = joined_windows(windows_of([0] * 15, seed=5), windows_of([2] * 15, seed=6))
    series = WindowSeries(coordinates=head.compute_coordinates(values), logits=head.compute_logits(values))
    assert find_changes(series, head) == [16]
    assert find_changes(series, replace(head, novelty_threshold=1e9)) == []


def test_a_change_between_segments_that_are_alike_as_a_whole_is_dropped(head: CurveHead) -> None:
    """Two slow drifts from one class to another, with a jump back between them."""
    drift = np.linspace(3, -3, 100)[:, np.newaxis] * [1, -1, 0, 0] + [0, 0, -9, -9]
    twice = WindowSeries(coordinates=np.tile(drift, (2, 1)), logits=np.tile(drift, (2, 1)))
    eager = replace(head, temperature=1.0, novelty_threshold=0.0, difference_threshold=0.6)
    at, _, difference = measure_splits(twice, 0, 200, temperature=1.0)
    assert difference[at == 100] > 0.9, "the windows on both sides differ"
    assert find_changes(twice, eager) == []


def test_a_track_of_a_few_windows_has_one_segment(head: CurveHead) -> None:
    for n_windows in (1, MIN_SEGMENT, 2 * MIN_SEGMENT - 1):
        curve = compute_curve(head, windows_of([1] * n_windows, seed=6), starts(n_windows))
        assert [CLASSES[s.class_index] for s in curve.segments] == ["Q2"]


def test_neighbouring_segments_are_never_of_one_class() -> None:
    logits = np.array([[3.0, 2.0, 0.0], [2.9, 2.8, 0.0], [3.0, 0.0, 1.0]])
    assert logits.argmax(axis=1).tolist() == [0, 0, 0]
    assert name_segments(logits, temperature=1.0) == [0, 1, 0]


def test_the_excerpt_that_contributes_most_is_the_one_that_holds_the_class(head: CurveHead) -> None:
    classes = [2] * 12 + [0] * 5 + [2] * 13
    found = find_contribution(head, windows_of(classes, seed=8), starts(30), 0)
    assert found is not None
    assert abs(found.start_s - 18.0) <= 1.5
    assert found.end_s - found.start_s == 9.0
    assert found.probability_without < found.probability


def test_every_window_that_holds_any_of_the_excerpt_is_removed(head: CurveHead) -> None:
    plain = replace(head, centre=np.zeros(4), weights=np.eye(4), bias=np.zeros(4), temperature=1.0)
    values = np.zeros((30, 4), dtype=np.float32)
    values[10:17, 0] = 6.0  # windows from 15 s to 24 s: those of 3 s that touch 16.5 s to 25.5 s
    found = find_contribution(plain, values, starts(30), 0)
    assert found is not None
    assert found.start_s == 16.5
    assert found.probability_without == pytest.approx(0.25)


def test_a_track_of_which_nothing_would_be_left_has_no_such_excerpt(head: CurveHead) -> None:
    assert find_contribution(head, windows_of([0] * 5, seed=9), starts(5), 0) is None


def test_quadrants_give_valence_and_arousal() -> None:
    points = place_quadrants("quadrant4", np.array([[1.0, 0, 0, 0], [0, 0, 0, 1.0], [0.25, 0.25, 0.25, 0.25]]))
    assert points is not None
    assert points.tolist() == [[1, 1], [1, -1], [0, 0]]
    assert place_quadrants("mood4", np.eye(4)) is None
