"""Loudness of signals whose answers EBU Tech 3341 gives, and of others beside pyloudnorm."""

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.featurizer.audio.loudness import LoudnessMeter, k_weighting
from tests.support import audio

STEREO = ("FL", "FR")


def tone_dbfs(level_dbfs: float, *, duration_s: float, sr: int = 48_000) -> audio.Signal:
    """1 kHz on both channels, `(2, n)`; the level is that of its peak."""
    y = audio.tone(1000, duration_s=duration_s, sr=sr, amplitude=10 ** (level_dbfs / 20))
    return np.stack((y, y))


def lufs(channels: audio.Signal, *, sr: int = 48_000, names: tuple[str, ...] = STEREO, chunk: int = 65_536) -> float:
    meter = LoudnessMeter()
    for start in range(0, channels.shape[1], chunk):
        meter.add_samples(channels[:, start : start + chunk], sr=sr, names=names)
    assert meter.integrated_lufs is not None
    return meter.integrated_lufs


@pytest.mark.parametrize("level", [-23.0, -33.0])
@pytest.mark.parametrize("sr", [44_100, 48_000, 96_000])
def test_a_stereo_tone_is_as_loud_as_its_level(level: float, sr: int) -> None:
    assert lufs(tone_dbfs(level, duration_s=5, sr=sr), sr=sr) == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize(
    "steps",
    [
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
    ids=["relative gate", "absolute gate", "no gate"],
)
def test_quiet_stretches_are_gated_as_ebu_tech_3341_wants(steps: list[tuple[float, float]]) -> None:
    y = np.concatenate([tone_dbfs(level, duration_s=duration_s) for level, duration_s in steps], axis=1)

    assert lufs(y) == pytest.approx(-23, abs=0.1)


def test_surround_channels_count_more_and_the_bass_channel_not_at_all() -> None:
    levels = {"FL": -28.0, "FR": -28.0, "FC": -24.0, "LFE": 0.0, "BL": -30.0, "BR": -30.0}
    y = np.concatenate([tone_dbfs(level, duration_s=5)[:1] for level in levels.values()])

    assert lufs(y, names=tuple(levels)) == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("n_channels", [1, 2])
def test_music_is_as_loud_as_pyloudnorm_says(n_channels: int) -> None:
    y = audio.song(duration_s=8, sr=48_000, n_channels=n_channels)
    names = STEREO[:n_channels]

    assert lufs(y.T, names=names) == pytest.approx(pyloudnorm.Meter(48_000).integrated_loudness(y), abs=0.1)


def test_the_filter_at_48_khz_is_the_one_of_bs_1770() -> None:
    shelf, high_pass = k_weighting(48_000)

    tabulated = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1, -1.69065929318241, 0.73248077421585]
    np.testing.assert_allclose(shelf, tabulated, atol=1e-9)
    np.testing.assert_allclose(high_pass, [1, -2, 1, 1, -1.99004745483398, 0.99007225036621], atol=1e-9)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, derandomize=True)
@given(gain_db=st.floats(-30, 10), chunk=st.integers(500, 100_000), swapped=st.booleans())
def test_gain_moves_loudness_and_neither_chunks_nor_swapped_channels_do(
    gain_db: float,
    chunk: int,
    swapped: bool,
) -> None:
    y = audio.song(duration_s=3, sr=48_000).T
    moved = (10 ** (gain_db / 20) * (y[::-1] if swapped else y)).astype(np.float32)

    assert lufs(moved, chunk=chunk) == pytest.approx(lufs(y) + gain_db, abs=0.001)


@pytest.mark.parametrize(
    "y", [np.zeros((2, 48_000), np.float32), tone_dbfs(-80, duration_s=2), tone_dbfs(-20, duration_s=0.3)]
)
def test_what_is_silent_or_short_has_no_loudness(y: audio.Signal) -> None:
    meter = LoudnessMeter()
    meter.add_samples(y, sr=48_000, names=STEREO)

    assert meter.integrated_lufs is None


def test_a_full_sine_has_an_rms_of_minus_three_dbfs() -> None:
    meter = LoudnessMeter()
    meter.add_samples(tone_dbfs(0, duration_s=1), sr=48_000, names=STEREO)

    assert meter.rms_dbfs == pytest.approx(-3.01, abs=0.01)
