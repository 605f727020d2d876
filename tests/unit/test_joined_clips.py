"""How the benchmark of curves joins clips and matches boundaries. No network is run: windows are made up."""

import numpy as np
import pytest

from benchmarks import joined_clips
from benchmarks.emotion_curve import match_boundaries, part_artists
from benchmarks.joined_clips import LevelledClip, find_phase, join_clips
from services.featurizer.windows.computation import SR


@pytest.fixture(autouse=True)
def _windows_are_mean_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value of a window is the mean of its samples: that of its clip, or a mixture."""

    def compute(y: np.ndarray, starts_s: list[float], *, taggers: object) -> np.ndarray:
        return np.array([[y[round(s * SR) : round((s + 3) * SR)].mean()] for s in starts_s], dtype=np.float32)

    monkeypatch.setattr(joined_clips, "compute_windows_at", compute)


def clip(value: float, *, duration_s: float = 30.0) -> LevelledClip:
    return LevelledClip(y=np.full(round(duration_s * SR), value, dtype=np.float32))


@pytest.mark.parametrize("cut_s", [24.0, 24.5, 25.0])
def test_windows_of_one_clip_are_its_own_and_those_across_the_join_are_of_both(cut_s: float) -> None:
    sound = join_clips([clip(1.0), clip(3.0)], cuts_s=(cut_s,))
    assert sound.joins_s == (cut_s,)
    starts = np.array(sound.starts_s)
    share_of_first = np.clip((cut_s - starts) / 3, 0, 1)
    assert np.allclose(sound.values[:, 0], share_of_first + 3 * (1 - share_of_first), atol=2e-3)
    assert len(starts) == int((cut_s + 30 - 3) / 1.5) + 1


def test_a_cross_fade_mixes_three_seconds_around_the_join() -> None:
    sound = join_clips([clip(1.0), clip(1.0)], cuts_s=(24.0,), fade_s=3.0)
    assert sound.joins_s == (22.5,)
    mixed = np.flatnonzero(np.abs(sound.values[:, 0] - 1) > 0.01)
    assert {sound.starts_s[k] for k in mixed} == {19.5, 21.0, 22.5}


def test_the_grid_goes_on_through_a_join() -> None:
    assert [find_phase(start_s) for start_s in (24.0, 24.5, 25.0, 48.5)] == [0.0, 1.0, 0.5, 1.0]


def test_boundaries_are_matched_one_to_one() -> None:
    assert match_boundaries([30.0, 60.0], [30.0, 60.0]) == 1.0
    assert match_boundaries([30.0, 60.0], [31.0]) == pytest.approx(2 / 3)
    assert match_boundaries([30.0], [28.0, 31.0]) == pytest.approx(2 / 3), "one hit, however many are near"
    assert match_boundaries([30.0], [33.5]) == 0.0
    assert match_boundaries([30.0], []) == 0.0


def test_an_artist_is_in_one_fold() -> None:
    groups = [f"artist{i // 3}" for i in range(60)]
    quadrants = np.arange(60) % 4
    folds = part_artists(quadrants, groups)
    assert all(len({folds[i] for i in range(60) if groups[i] == group}) == 1 for group in groups)
    assert np.bincount(folds).tolist() == [12] * 5
