"""Descriptors of sounds whose answers are known."""

import hashlib

import librosa
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from services.featurizer.descriptors import DESCRIPTORS, compute_descriptors
from services.featurizer.descriptors.tonality import PITCHES
from services.featurizer.spectral.spectra import compute_spectra
from shared.domain.features import DescriptorSpec
from tests.support import audio

SPEC = DescriptorSpec()
NAMES = [descriptor.name for descriptor in DESCRIPTORS]
C, D_SHARP, E, G = 261.63, 311.13, 329.63, 392.0


def values_of(y: audio.Signal) -> NDArray[np.float32]:
    return compute_descriptors(compute_spectra(y, sr=SPEC.sr)).values


def described(y: audio.Signal) -> dict[str, float]:
    return dict(zip(NAMES, values_of(y).tolist(), strict=True))


def test_every_descriptor_has_its_own_name_a_unit_and_a_source() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(descriptor.unit and descriptor.source for descriptor in DESCRIPTORS)


def test_the_fingerprint_covers_the_names_and_units_of_all_descriptors() -> None:
    listed = "\n".join(f"{descriptor.name} {descriptor.unit}" for descriptor in DESCRIPTORS)

    assert SPEC.names == hashlib.sha256(listed.encode()).hexdigest()[:12]
    assert SPEC.fields[0].shape == (len(DESCRIPTORS),)


@pytest.mark.parametrize(
    "y",
    [
        audio.song(n_channels=1, sr=22_050)[:, 0],
        np.zeros(22_050 * 5, np.float32),
        np.full(22_050 * 5, 0.5, np.float32),
        np.eye(1, 22_050 * 5, 50_000, dtype=np.float32)[0],
        np.concatenate((np.zeros(60_000, np.float32), audio.tone(440))),
        audio.noise(amplitude=1e5),
        audio.noise(duration_s=2),
    ],
    ids=["music", "digital silence", "direct current", "one impulse", "half silence", "far too loud", "two seconds"],
)
def test_descriptors_are_finite_whatever_the_sound(y: audio.Signal) -> None:
    descriptors = values_of(y)

    assert descriptors.shape == (len(DESCRIPTORS),)
    assert descriptors.dtype == np.float32
    assert np.all(np.isfinite(descriptors))


def test_the_same_sound_gives_the_same_numbers() -> None:
    y = audio.song(n_channels=1, sr=22_050)[:, 0]

    np.testing.assert_array_equal(values_of(y), values_of(y.copy()))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(gain_db=st.floats(-40, 20), seed=st.integers(0, 5))
def test_gain_moves_every_descriptor_by_what_it_declares(gain_db: float, seed: int) -> None:
    y = audio.song(n_channels=1, sr=22_050, duration_s=8, seed=seed)[:, 0]
    before, after = described(y), described((10 ** (gain_db / 20) * y).astype(np.float32))

    for descriptor in DESCRIPTORS:
        expected = before[descriptor.name] + descriptor.per_db * gain_db
        assert after[descriptor.name] == pytest.approx(expected, rel=0.02, abs=0.02), descriptor.name


@pytest.mark.parametrize("bpm", [60, 75, 90, 100, 117.3, 120, 128, 140, 174])
def test_a_click_track_has_its_tempo_or_an_octave_of_it(bpm: float) -> None:
    tempo = described(audio.click_track(bpm=bpm))["tempo"]

    octave = 2.0 ** round(np.log2(tempo / bpm))
    assert octave in {0.5, 1.0, 2.0}
    assert tempo / octave == pytest.approx(bpm, rel=0.02)


def test_clicks_have_a_clear_pulse_and_an_onset_each_and_noise_has_none() -> None:
    clicks, noise = described(audio.click_track(bpm=120)), described(audio.noise(duration_s=30))

    assert clicks["onset_rate"] == pytest.approx(2, rel=0.05)
    assert clicks["pulse_clarity"] > 0.6
    assert noise["pulse_clarity"] < 0.2


@pytest.mark.parametrize("semitones", range(12))
def test_a_cadence_has_the_mode_of_its_key(semitones: int) -> None:
    tonic = 220 * 2 ** (semitones / 12)
    major, minor = (described(audio.cadence(tonic, minor=is_minor)) for is_minor in (False, True))

    assert major["mode"] > 0.1
    assert minor["mode"] < -0.1
    assert min(major["key_clarity"], minor["key_clarity"]) > 0.05


def test_a_triad_alone_has_the_mode_of_its_third_where_semitones_are_resolved() -> None:
    major, minor = described(audio.chord(4 * C, 4 * E, 4 * G)), described(audio.chord(4 * C, 4 * D_SHARP, 4 * G))

    assert major["mode"] > 0.05
    assert minor["mode"] < -0.05


def test_a_low_major_triad_is_at_least_more_major_than_the_minor_one() -> None:
    major, minor = described(audio.triad(C, 4)), described(audio.triad(C, 3))

    assert major["mode"] > minor["mode"] + 0.1


def test_the_chroma_of_a_triad_are_its_notes() -> None:
    triad = described(audio.chord(C, E, G))

    chroma = {name: triad[name] for name in NAMES if name in {f"chroma_{pitch}" for pitch in PITCHES}}
    loudest = sorted(chroma, key=chroma.__getitem__)
    assert set(loudest[-3:]) == {"chroma_C", "chroma_E", "chroma_G"}


def test_a_tone_is_narrow_and_peaked_and_noise_is_wide_and_flat() -> None:
    tone, noise = described(audio.tone(1000)), described(audio.noise())

    assert tone["centroid_mean"] == pytest.approx(1000, rel=0.05)
    assert tone["rolloff_85_mean"] == pytest.approx(1000, rel=0.05)
    assert noise["centroid_mean"] == pytest.approx(22_050 / 4, rel=0.05)
    assert tone["flatness_mean"] < 0.01
    assert noise["flatness_mean"] > 0.4
    assert tone["bandwidth_mean"] < 0.3 * noise["bandwidth_mean"]
    assert tone["zero_crossing_rate_mean"] == pytest.approx(2 * 1000 / 22_050, rel=0.05)


def test_a_tone_of_half_scale_lies_nine_decibels_below_full_scale() -> None:
    assert described(audio.tone(440, duration_s=30))["level_mean"] == pytest.approx(-9.03, abs=0.05)


@pytest.mark.slow
def test_centroid_bandwidth_and_rolloff_are_librosas() -> None:
    y = audio.song(n_channels=1, sr=22_050)[:, 0]
    ours = described(y)

    for name, theirs in (
        ("centroid_mean", librosa.feature.spectral_centroid(y=y)),
        ("bandwidth_mean", librosa.feature.spectral_bandwidth(y=y)),
        ("rolloff_85_mean", librosa.feature.spectral_rolloff(y=y)),
    ):
        assert ours[name] == pytest.approx(theirs.mean(), rel=1e-3)


def test_pauses_do_not_change_the_spectrum_of_what_sounds() -> None:
    y = audio.noise()
    with_pause = np.concatenate((y, np.zeros_like(y), y))

    assert described(with_pause)["centroid_mean"] == pytest.approx(described(y)["centroid_mean"], rel=0.02)
    assert described(with_pause)["low_energy_ratio"] == pytest.approx(1 / 3, abs=0.02)
