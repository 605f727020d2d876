"""Melody and texture of sounds whose answers are known."""

import numpy as np
import pytest

from services.featurizer.descriptors import DESCRIPTORS, compute_descriptors
from services.featurizer.spectral.spectra import compute_spectra
from tests.support import audio

NAMES = [descriptor.name for descriptor in DESCRIPTORS]
A1 = 55.0


def described(y: audio.Signal) -> dict[str, float]:
    return dict(zip(NAMES, compute_descriptors(compute_spectra(y, sr=22_050)).values.tolist(), strict=True))


def voice(*, rate_hz: float = 0.0, extent_cents: float = 0.0, pitch_hz: float = 440.0) -> audio.Signal:
    """Ten seconds of five harmonics whose pitch swings."""
    t = np.arange(10 * 22_050) / 22_050
    cents = extent_cents * np.sin(2 * np.pi * rate_hz * t)
    phase = 2 * np.pi * np.cumsum(pitch_hz * 2 ** (cents / 1200)) / 22_050
    y: audio.Signal = np.sum([0.3 / h * np.sin(h * phase) for h in range(1, 6)], axis=0).astype(np.float32)
    return y


@pytest.mark.parametrize(("rate_hz", "extent_cents"), [(5.0, 50.0), (6.5, 80.0)])
def test_a_vibrato_has_its_rate_and_extent(rate_hz: float, extent_cents: float) -> None:
    found = described(voice(rate_hz=rate_hz, extent_cents=extent_cents))

    assert found["vibrato_share"] > 0.8
    assert found["vibrato_rate"] == pytest.approx(rate_hz, abs=0.4)
    assert found["vibrato_extent"] == pytest.approx(extent_cents, rel=0.35)


def test_a_steady_voice_has_no_vibrato() -> None:
    assert described(voice())["vibrato_share"] == 0


@pytest.mark.parametrize("pitch_hz", [220.0, 440.0, 660.0])
def test_the_pitch_of_a_voice_is_its_fundamental(pitch_hz: float) -> None:
    found = described(voice(pitch_hz=pitch_hz))

    assert found["pitch_mean"] == pytest.approx(12 * np.log2(pitch_hz / A1), abs=0.25)
    assert found["pitch_std"] < 0.2
    assert found["voiced_share"] > 0.9


def test_notes_are_counted_and_measured() -> None:
    scale = [220 * 2 ** (step / 12) for step in (0, 2, 4, 5, 7, 9, 11, 12)]
    found = described(np.concatenate([audio.chord(hz, 2 * hz, 3 * hz, duration_s=0.5) for hz in scale]))

    assert found["note_rate"] == pytest.approx(2, rel=0.25)
    assert found["note_length_mean"] == pytest.approx(0.5, rel=0.25)
    assert found["rising_share"] > 0.8
    assert found["interval_mean"] == pytest.approx(12 / 7, rel=0.25)


def test_more_voices_are_more_layers() -> None:
    one, three = voice(pitch_hz=220), audio.chord(220, 311.13, 587.33, duration_s=10)

    assert described(three)["layers_mean"] > described(one)["layers_mean"]


def test_neighbouring_tones_are_rougher_than_a_fifth() -> None:
    assert described(audio.chord(440, 466))["dissonance_mean"] > 2 * described(audio.chord(440, 660))["dissonance_mean"]


def test_pink_noise_is_less_flat_than_white_and_flatter_than_a_tone() -> None:
    rng = np.random.default_rng(0)
    spectrum = np.fft.rfft(rng.standard_normal(10 * 22_050))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(spectrum.size), 1)))
    flat = [
        described((0.1 * y / np.std(y)).astype(np.float32))["flatness_mean"]
        for y in (audio.tone(440), pink, rng.standard_normal(10 * 22_050))
    ]

    assert flat[0] < 0.01
    assert 0.1 < flat[1] < 0.4
    assert flat[2] == pytest.approx(np.exp(-np.euler_gamma), abs=0.03)


def test_descriptors_stay_where_the_rate_changes() -> None:
    from services.featurizer.spectral.mel import resample_signal  # noqa: PLC0415

    y = np.stack([voice(pitch_hz=hz) for hz in (220, 330, 550)]).mean(axis=0, dtype=np.float32)
    there = resample_signal(y, sr_native=22_050, sr=48_000)
    back = described(resample_signal(there, sr_native=48_000, sr=22_050)[: y.size])
    before = described(y)

    for name in ("centroid_mean", "level_mean", "pitch_mean", "mode", "dissonance_mean", "rolloff_85_mean", "tempo"):
        assert back[name] == pytest.approx(before[name], rel=0.02, abs=0.05), name
