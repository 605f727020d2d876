"""The mel spectrogram equals the talk's two lines."""

import warnings
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from services.featurizer.audio.decode import open_clip
from services.featurizer.audio.excerpts import mel_window
from services.featurizer.spectral.mel import FLOOR_DB, from_decibel, mel_spectrogram, to_decibel
from shared.domain.features import MelSpec
from tests.support import audio

SPEC = MelSpec()


def mel_of(path: Path) -> NDArray[np.float32]:
    clip = open_clip(path, reach_s=90)
    window = mel_window(n_samples=clip.y.size, sr_native=clip.sr_native, spec=SPEC)
    return mel_spectrogram(window.cut_signal(clip.y), sr_native=clip.sr_native, spec=SPEC)


def talks_mel(path: Path, *, offset_s: float = 10) -> NDArray[np.float32]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a librosa that falls back to another reader
        x, sr = librosa.load(path, offset=offset_s, duration=5)
    power: NDArray[np.float32] = librosa.feature.melspectrogram(y=x, sr=sr)
    return power


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "n_channels", "sr"),
    [
        ("wav16", 2, 44_100),
        ("wav24", 1, 48_000),
        ("wav_float", 4, 16_000),
        ("wav16", 1, 22_050),
        ("flac", 4, 44_100),
        ("flac", 2, 8_000),
        ("ogg", 2, 48_000),
        ("mp3", 2, 44_100),
        ("mp3", 1, 16_000),
    ],
)
def test_the_mel_equals_the_talks_two_lines(tmp_path: Path, form: str, n_channels: int, sr: int) -> None:
    suffix = audio.SUFFIXES.get(form, f".{form}")
    path = audio.write(tmp_path / f"clip{suffix}", audio.song(sr=sr, n_channels=n_channels), sr=sr, form=form)

    ours, theirs = mel_of(path), talks_mel(path)

    assert ours.shape == theirs.shape == (128, 216)
    assert np.max(np.abs(ours - theirs)) <= 1e-4 * np.max(theirs)


@pytest.mark.slow
def test_an_m4a_equals_the_talks_lines_on_its_decoded_signal(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.m4a", audio.song(), sr=44_100, form="m4a")
    decoded = open_clip(path, reach_s=90)
    audio.write(tmp_path / "same.wav", decoded.y, sr=44_100, form="wav_float")

    theirs = talks_mel(tmp_path / "same.wav")

    assert np.max(np.abs(mel_of(path) - theirs)) <= 1e-4 * np.max(theirs)


def test_a_clip_under_fifteen_seconds_gives_its_last_five(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.flac", audio.song(duration_s=12), sr=44_100, form="flac")

    theirs = talks_mel(path, offset_s=7)

    assert np.max(np.abs(mel_of(path) - theirs)) <= 1e-4 * np.max(theirs)


@pytest.mark.parametrize("sr", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_every_rate_gives_the_shape_of_the_spec(sr: int) -> None:
    mel = mel_spectrogram(audio.tone(440, sr=sr, duration_s=5), sr_native=sr, spec=SPEC)

    assert mel.shape == SPEC.shape == (128, 216)
    assert mel.dtype == np.float32


def test_a_tone_of_440_hz_peaks_in_the_band_around_it() -> None:
    mel = mel_spectrogram(audio.tone(440, duration_s=5), sr_native=22_050, spec=SPEC)

    centres = librosa.mel_frequencies(n_mels=SPEC.n_mels + 2, fmax=SPEC.sr / 2)[1:-1]
    assert np.argmax(mel.mean(axis=1)) == np.argmin(np.abs(centres - 440))


def test_twice_the_amplitude_is_four_times_the_power() -> None:
    quiet, loud = (mel_spectrogram(g * audio.noise(duration_s=5), sr_native=22_050, spec=SPEC) for g in (0.5, 1.0))

    np.testing.assert_allclose(loud, 4 * quiet, rtol=1e-5)


def test_decibels_are_kept_within_what_a_float16_resolves() -> None:
    exact = np.linspace(FLOOR_DB, 120, 100_001)
    power = (10 ** (exact / 10)).astype(np.float32)

    error = np.abs(to_decibel(power).astype(np.float64) - exact)

    assert to_decibel(power).dtype == np.float16
    assert np.max(error[exact <= 64]) <= 1 / 64 + 1e-4
    assert np.max(error) <= 1 / 32 + 1e-4, "beyond full scale"
    within = exact <= 64
    np.testing.assert_allclose(from_decibel(to_decibel(power))[within], power[within], rtol=0.0037)


@pytest.mark.parametrize(
    "form", [np.sin, lambda phase: np.sign(np.sin(phase)), np.ones_like], ids=["sine", "square", "DC"]
)
@pytest.mark.parametrize("hz", [20, 1_000, 10_000])
def test_no_sound_within_full_scale_is_louder_than_what_is_kept_within_three_hundredths(form: Any, hz: int) -> None:
    y = form(2 * np.pi * hz * np.arange(SPEC.n_samples) / SPEC.sr).astype(np.float32)
    power = mel_spectrogram(y, sr_native=SPEC.sr, spec=SPEC)
    heard = power > 10 ** (FLOOR_DB / 10)

    error = np.abs(to_decibel(power).astype(np.float64) - 10 * np.log10(np.maximum(power, 1e-30)))

    assert 10 * np.log10(power.max()) < 64
    assert error[heard].max() <= 0.03


def test_no_power_at_all_is_stored_as_the_floor() -> None:
    stored = to_decibel(np.zeros((128, 216), np.float32))

    assert np.all(stored == FLOOR_DB)
    np.testing.assert_allclose(from_decibel(stored), 10 ** (FLOOR_DB / 10), rtol=1e-5)
