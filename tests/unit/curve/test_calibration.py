"""Thresholds of changes, on tracks that are made up."""

import numpy as np
import pytest

from shared.curve.calibration import calibrate_changes
from shared.curve.changes import WindowSeries, measure_splits
from shared.curve.head import CurveHead
from tests.support.window_series import VERSIONS

N_TRACKS = 12


@pytest.fixture
def head() -> CurveHead:
    """Of two classes; its matrices are not read."""
    return CurveHead(
        kind="classes",
        outputs=("Q1", "Q3"),
        versions=VERSIONS,
        centre=np.zeros(2),
        weights=np.eye(2),
        bias=np.zeros(2),
        projection=np.eye(2),
        temperature=1.0,
        novelty_threshold=float("inf"),
        difference_threshold=1.0,
    )


@pytest.fixture
def series() -> list[WindowSeries]:
    """Each of one class without doubt, its sound in noise."""
    rng = np.random.default_rng(0)
    return [
        WindowSeries(coordinates=rng.normal(size=(14, 2)), logits=np.tile(6.0 * np.eye(2)[i % 2], (14, 1)))
        for i in range(N_TRACKS)
    ]


def test_pairs_of_tracks_are_of_one_fold(head: CurveHead, series: list[WindowSeries]) -> None:
    """No model that was fitted to one of the two has seen the other."""
    classes = np.arange(N_TRACKS) % 2
    folds = {"mixed": classes // 2, "a class each": classes}
    found = {
        name: calibrate_changes(head, series, classes, folds=of_tracks, reach=2, seed=0)[1].values
        for name, of_tracks in folds.items()
    }
    assert found["mixed"]["joins_of_different_classes_found"] is not None
    assert found["a class each"]["joins_of_different_classes_found"] is None
    assert found["a class each"]["joins_of_one_class_claimed"] is not None


def test_a_sound_that_half_of_the_tracks_have_inside_is_no_change(head: CurveHead, series: list[WindowSeries]) -> None:
    """Also where no track would be cut at any threshold, because none is of two classes."""
    classes = np.arange(N_TRACKS) % 2
    calibrated, figures = calibrate_changes(head, series, classes, folds=classes // 2, reach=2, seed=0)
    inside = [measure_splits(one, 0, len(one), temperature=1.0)[1].max() for one in series]
    assert figures.values["single_tracks_cut"] == 0
    assert calibrated.novelty_threshold == pytest.approx(np.median(inside))
