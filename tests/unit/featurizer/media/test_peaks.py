"""Peaks of made-up signals: their scale, their place in time, and chunks of any length."""

import numpy as np
import pytest

from services.featurizer.media.peaks import PeakMeter
from shared.domain.media import N_PEAKS, PEAK_SCALE

SR = 44_100


def measure(y: np.ndarray, *, sr: int = SR, chunk: int = 65_536) -> tuple[np.ndarray, PeakMeter]:
    """Peaks from 0 to 1 of `(n_channels, n)`, passed in chunks."""
    meter = PeakMeter(sr=sr)
    for start in range(0, y.shape[1], chunk):
        meter.add_samples(y[:, start : start + chunk].astype(np.float32))
    return meter.compute_peaks() / PEAK_SCALE, meter


def sine(amplitude: float, *, duration_s: float, sr: int = SR) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * 440 * np.arange(round(duration_s * sr)) / sr)[None]


@pytest.mark.parametrize("amplitude", [0.0, 0.25, 0.5, 1.0])
def test_a_peak_is_the_amplitude_of_full_scale(amplitude: float) -> None:
    peaks, meter = measure(sine(amplitude, duration_s=8))
    assert len(peaks) == N_PEAKS
    assert peaks == pytest.approx(amplitude, abs=0.01)
    assert meter.duration_s == 8.0


def test_what_is_louder_than_full_scale_is_full() -> None:
    peaks, _ = measure(sine(1.7, duration_s=4))
    assert peaks.max() == 1.0


@pytest.mark.parametrize("click_s", [0.0, 12.345, 59.09])
def test_a_click_is_in_the_peak_of_its_second(click_s: float) -> None:
    y = np.zeros((1, round(59.1 * SR)))
    y[0, round(click_s * SR)] = -1.0
    peaks, _ = measure(y)
    assert list(np.flatnonzero(peaks)) == [int(click_s / 59.1 * N_PEAKS)]


def test_the_loudest_channel_counts_and_polarity_does_not() -> None:
    quiet, loud = sine(0.1, duration_s=3), -sine(0.6, duration_s=3)
    peaks, _ = measure(np.concatenate([quiet, loud]))
    assert peaks == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize("chunk", [1, 7, 1000, 10**9])
def test_it_does_not_matter_in_which_chunks_samples_pass(chunk: int) -> None:
    y = np.random.default_rng(0).uniform(-1, 1, (2, 5000))
    whole, _ = measure(y, sr=8000)
    assert np.array_equal(measure(y, sr=8000, chunk=chunk)[0], whole)


def test_the_number_of_channels_may_change_on_the_way() -> None:
    meter = PeakMeter(sr=8000)
    meter.add_samples(np.full((1, 8001), 0.2, np.float32))
    meter.add_samples(np.full((2, 8000), 0.4, np.float32))
    assert set(meter.compute_peaks(n_peaks=4)) == {51, 102}


def test_a_sound_too_short_for_all_peaks_has_fewer() -> None:
    peaks, meter = measure(sine(0.5, duration_s=0.1))
    assert 1 <= len(peaks) <= 41
    assert meter.n_samples == 4410
    assert len(measure(np.ones((1, 1)))[0]) == 1
