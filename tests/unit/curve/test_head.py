"""The head that reads windows: how it is fitted, kept and calibrated."""

from dataclasses import replace

import numpy as np
import pytest

from shared.curve.fitting import MAX_TRACKS, LabelledWindows, draw_tracks, fit_curve_head
from shared.curve.head import CurveHead, average_windows, fingerprint_head
from tests.support.window_series import CLASSES, VERSIONS, labelled_tracks, windows_of


@pytest.fixture(scope="module")
def head() -> CurveHead:
    fitted, _ = fit_curve_head(labelled_tracks(), outputs=CLASSES, kind="classes", versions=VERSIONS)
    return fitted


def test_a_head_tells_the_classes_of_tracks_that_it_was_not_fitted_to(head: CurveHead) -> None:
    answers = [int(head.compute_logits(windows_of([k] * 10, seed=900 + k)).mean(axis=0).argmax()) for k in range(4)]
    assert answers == [0, 1, 2, 3]


def test_what_is_kept_of_a_head_gives_the_same_probabilities(head: CurveHead) -> None:
    kept = CurveHead.from_bytes(head.to_bytes())
    values = windows_of([0, 1, 2, 3], seed=7)
    expected = head.to_probabilities(head.compute_logits(values))
    assert np.abs(kept.to_probabilities(kept.compute_logits(values)) - expected).max() < 0.01
    assert (kept.outputs, dict(kept.versions), kept.kind) == (head.outputs, VERSIONS, "classes")
    assert kept.difference_threshold == head.difference_threshold
    assert kept.to_bytes() == CurveHead.from_bytes(kept.to_bytes()).to_bytes()


def test_probabilities_are_divided_by_the_temperature(head: CurveHead) -> None:
    logits = head.compute_logits(windows_of([0], seed=7))
    assert head.to_probabilities(logits)[0, 0] > 0.9
    assert np.abs(replace(head, temperature=1e6).to_probabilities(logits) - 0.25).max() < 0.01


def test_the_figures_are_held_out() -> None:
    """Labels by dice cannot be told on other tracks, however well they are learned."""
    rng = np.random.default_rng(0)
    tracks = [
        LabelledWindows(values=windows_of([0] * 14, seed=i), target=int(rng.integers(4)), fold=i % 5) for i in range(60)
    ]
    dice, by_dice = fit_curve_head(tracks, outputs=CLASSES, kind="classes", versions=VERSIONS)
    _, by_class = fit_curve_head(labelled_tracks(), outputs=CLASSES, kind="classes", versions=VERSIONS)
    assert by_dice.values["track_macro_f1"] < 0.5
    assert by_class.values["track_macro_f1"] == 1.0
    assert by_class.values["window_ece"] < 0.1
    assert dice.temperature > 1.5, "what was learned by heart is taken back"
    assert by_dice.values["window_ece"] < 0.2


def test_at_most_one_in_ten_single_tracks_is_cut() -> None:
    _, figures = fit_curve_head(labelled_tracks(80, strength=0.6), outputs=CLASSES, kind="classes", versions=VERSIONS)
    assert figures.values["single_tracks_cut"] <= 0.1


def test_dimensions_are_read_by_a_ridge() -> None:
    points = [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]
    tracks = [
        LabelledWindows(values=one.values, target=points[int(one.target)], fold=one.fold)  # type: ignore[arg-type]
        for one in labelled_tracks()
    ]
    head, figures = fit_curve_head(tracks, outputs=("valence", "arousal"), kind="dimensions", versions=VERSIONS)
    assert min(figures.values["track_r2"].values()) > 0.5
    assert (np.sign(head.compute_logits(windows_of([1] * 8, seed=99)).mean(axis=0)) == [-1, 1]).all()


def test_too_few_tracks_or_artists_are_refused() -> None:
    with pytest.raises(ValueError, match="39 labelled tracks"):
        fit_curve_head(labelled_tracks(39), outputs=CLASSES, kind="classes", versions=VERSIONS)
    alone = [LabelledWindows(values=one.values, target=one.target, fold=0) for one in labelled_tracks(40)]
    with pytest.raises(ValueError, match="more artists"):
        fit_curve_head(alone, outputs=CLASSES, kind="classes", versions=VERSIONS)


def test_of_many_tracks_as_many_of_each_class_are_drawn() -> None:
    targets = ["common"] * (2 * MAX_TRACKS) + ["rare"] * 300
    drawn = [targets[i] for i in draw_tracks(targets, kind="classes")]
    assert (len(drawn), drawn.count("rare")) == (MAX_TRACKS, 300)
    assert draw_tracks([1, 2], kind="classes") == [0, 1]


def test_windows_are_averaged_within_their_segment() -> None:
    values = np.array([[0.0], [0.0], [0.0], [9.0], [9.0], [9.0]])
    assert average_windows(values, reach=1).ravel().tolist() == [0, 0, 3, 6, 9, 9]
    assert average_windows(values, reach=1, bounds=[3]).ravel().tolist() == [0, 0, 0, 9, 9, 9]


def test_a_head_of_other_windows_has_another_fingerprint() -> None:
    assert fingerprint_head(VERSIONS) != fingerprint_head({**VERSIONS, "yamnet": "0" * 12})
