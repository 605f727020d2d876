"""Augmented sound with known answers."""

from pathlib import Path

import numpy as np
import pytest

from services.featurizer.audio.preview import write_preview
from services.featurizer.augmentation.transforms import (
    add_noise,
    apply_variant,
    compress_dynamics,
    pitch_shift,
    time_stretch,
)
from services.featurizer.augmentation.variants import make_variants, open_beginning
from shared.domain.augmentation import TRANSFORMS, AugmentedVariant, AugmentRequest, draw_variant
from shared.domain.features import FeatureSpec
from tests.support import audio

SR = 44_100
A4 = audio.tone(440, duration_s=6.0, sr=SR)
SPEC = FeatureSpec()


def peak_hz(y: audio.Signal, *, sr: int = SR) -> float:
    padded = 4 * y.size
    return float(np.abs(np.fft.rfft(y * np.hanning(y.size), padded)).argmax() * sr / padded)


def power(y: audio.Signal) -> float:
    return float(np.mean(np.square(y, dtype=np.float64)))


@pytest.mark.parametrize("semitones", [-2.0, -1.0, 0.5, 1.0, 2.0])
def test_a_shift_moves_the_peak_of_a_tone_by_its_semitones_and_keeps_the_length(semitones: float) -> None:
    shifted = pitch_shift(A4, sr=SR, semitones=semitones)
    assert shifted.shape == A4.shape
    assert 12 * np.log2(peak_hz(shifted) / 440) == pytest.approx(semitones, abs=0.06)


@pytest.mark.parametrize("rate", [0.8, 0.95, 1.1, 1.25])
def test_a_stretch_changes_the_length_by_its_rate_and_keeps_the_pitch(rate: float) -> None:
    stretched = time_stretch(A4, sr=SR, rate=rate)
    assert A4.size / stretched.size == pytest.approx(rate, rel=1e-3)
    assert peak_hz(stretched) == pytest.approx(440, abs=0.5)


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 30.0])
@pytest.mark.parametrize("decay", [0.0, -3.0, -6.0])
def test_noise_has_the_power_that_was_asked_for(snr_db: float, decay: float) -> None:
    noise = add_noise(A4, snr_db=snr_db, decay_db_per_octave=decay, seed=1) - A4
    assert 10 * np.log10(power(A4) / power(noise)) == pytest.approx(snr_db, abs=0.1)


@pytest.mark.parametrize("decay", [0.0, -3.0, -6.0])
def test_noise_falls_by_its_decay_an_octave(decay: float) -> None:
    quiet = np.full(8 * SR, 1e-3, dtype=np.float32)
    spectrum = np.abs(np.fft.rfft(add_noise(quiet, snr_db=0.0, decay_db_per_octave=decay, seed=2) - quiet)) ** 2
    hz = np.fft.rfftfreq(8 * SR, 1 / SR)
    low, high = (10 * np.log10(spectrum[(hz > edge) & (hz < 2 * edge)].mean()) for edge in (500, 4000))
    assert (high - low) / 3 == pytest.approx(decay, abs=0.2)


def test_compression_leaves_a_fraction_of_a_difference_in_level_and_the_loudness_as_it_was() -> None:
    """20 dB between loud and soft seconds, all above the threshold, at 4 : 1: 5 dB are left."""
    t = np.arange(A4.size) / SR
    steps = (A4 * np.where(t % 2 < 1, 1, 0.1)).astype(np.float32)
    squeezed = compress_dynamics(steps, sr=SR, threshold_db=-30, ratio=4)
    loud, soft = (power(squeezed[int(start * SR) : int((start + 0.4) * SR)]) for start in (2.3, 3.3))
    assert 10 * np.log10(loud / soft) == pytest.approx(20 / 4, abs=0.1)
    assert power(squeezed) == pytest.approx(power(steps), rel=1e-4)


def test_compression_reduces_the_crest_factor_of_a_click_track() -> None:
    clicks = audio.click_track(bpm=120, duration_s=6.0, sr=SR) + audio.noise(duration_s=6.0, sr=SR, amplitude=0.02)
    squeezed = compress_dynamics(clicks, sr=SR, threshold_db=-30, ratio=4)
    crest_db = [20 * np.log10(np.abs(y).max() / np.sqrt(power(y))) for y in (clicks, squeezed)]
    assert crest_db[1] < crest_db[0] - 3


def test_what_is_below_the_threshold_is_not_compressed() -> None:
    np.testing.assert_allclose(compress_dynamics(A4, sr=SR, threshold_db=0.0, ratio=6), A4, atol=1e-4)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_the_same_seed_gives_the_same_samples(transform: str) -> None:
    y = audio.song(duration_s=2.0, n_channels=1)[:, 0]
    variant = draw_variant("a track", transform, seed=5, copy=0)
    np.testing.assert_array_equal(apply_variant(y, sr=SR, variant=variant), apply_variant(y, sr=SR, variant=variant))
    other = draw_variant("a track", transform, seed=6, copy=0)
    n = min(apply_variant(y, sr=SR, variant=which).size for which in (variant, other))
    one, two = (apply_variant(y, sr=SR, variant=which)[:n] for which in (variant, other))
    assert np.abs(one - two).max() > 1e-4


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_silence_stays_silent_and_finite(transform: str) -> None:
    silent = apply_variant(np.zeros(SR, dtype=np.float32), sr=SR, variant=draw_variant("x", transform, seed=0, copy=0))
    assert np.abs(silent).max() < 1e-6


def test_an_unknown_transform_is_refused() -> None:
    with pytest.raises(ValueError, match="reverse"):
        apply_variant(
            A4, sr=SR, variant=AugmentedVariant(transform="reverse", parameters={}, seed=0, copy=0, noise_seed=0)
        )


@pytest.mark.slow
def test_variants_of_a_clip_have_the_shape_of_the_talks_array_and_stand_at_their_pitch(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "a.wav", audio.tone(440, duration_s=20.0, sr=SR), sr=SR, form="wav16")
    variants = [
        AugmentedVariant(transform="pitch_shift", parameters={"semitones": 2.0}, seed=0, copy=0, noise_seed=0),
        AugmentedVariant(transform="time_stretch", parameters={"rate": 1.25}, seed=0, copy=0, noise_seed=0),
    ]
    clip = open_beginning(path, seconds=18.0)
    (_, higher), (faster, stretched) = make_variants(clip, variants, start_s=10.0, spec=SPEC)
    assert higher.shape == stretched.shape == SPEC.mel.shape
    assert int(higher.mean(axis=1).argmax()) > int(stretched.mean(axis=1).argmax())
    assert faster.parameters["rate"] == 1.25


def test_a_clip_that_is_too_short_for_a_faster_variant_gives_the_fastest_it_has_and_says_so(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "a.wav", audio.noise(duration_s=5.5, sr=SR), sr=SR, form="wav16")
    fast = AugmentedVariant(transform="time_stretch", parameters={"rate": 1.25}, seed=0, copy=0, noise_seed=0)
    [(made, mel)] = make_variants(open_beginning(path, seconds=18.0), [fast], start_s=0.5, spec=SPEC)
    assert made.parameters["rate"] <= 1.1
    assert mel[:, -3:].mean() > 0.1 * mel.mean(), "it is sound up to its end"


def test_a_preview_is_files_to_listen_to_that_say_what_was_done(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "a.flac", A4, sr=SR, form="flac")
    made = write_preview(path, tmp_path / "out", AugmentRequest(copies=1, seed=4))
    assert len(made) == 1 + len(TRANSFORMS)
    assert {file for file, _ in made} | {tmp_path / "out" / "variants.json"} == set((tmp_path / "out").iterdir())
    assert all(file.stat().st_size > 0.7 * 2 * A4.size for file, _ in made)
