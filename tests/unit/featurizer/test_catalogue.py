"""Spotify-style columns of sounds whose answers are known."""

import numpy as np
import pytest

from services.featurizer.catalogue import compute_catalogue
from services.featurizer.descriptors import DESCRIPTORS, compute_descriptors
from services.featurizer.spectral.spectra import compute_spectra
from shared.domain.catalogue import (
    COMPUTED_COLUMNS,
    COMPUTED_INPUTS,
    NULL_REASONS,
    WITHOUT_FORMULA,
    CatalogueValue,
    ValueStatus,
    list_columns_read,
    list_input_columns,
)
from shared.domain.track import CATALOGUE_COLUMNS
from tests.support import audio

SR = 22_050
MEASURED = {"tempo", "key", "mode", "loudness", "loudness_dbfs", "duration_ms"}
A, E_FLAT = 9, 3
N_NOISES = 10


def columns_of(y: audio.Signal, *, lufs: float | None = -14.0) -> dict[str, CatalogueValue]:
    found = compute_catalogue(
        compute_descriptors(compute_spectra(y, sr=22_050)),
        duration_s=y.size / 22_050,
        loudness_lufs=lufs,
        loudness_dbfs=-17.0,
    )
    assert tuple(value.name for value in found) == COMPUTED_COLUMNS
    return {value.name: value for value in found}


def test_every_column_of_music_says_what_it_is_worth() -> None:
    columns = columns_of(audio.song(n_channels=1, sr=22_050)[:, 0])

    for name, column in columns.items():
        has_value = ValueStatus.MEASURED if name in MEASURED else ValueStatus.PROXY
        assert column.status in ({has_value, ValueStatus.NULL} if name in NULL_REASONS else {has_value}), name
    shares = [
        column for name, column in columns.items() if column.status is ValueStatus.PROXY and name != "time_signature"
    ]
    assert all(column.value is not None and 0 <= column.value <= 1 for column in shares)
    assert columns["duration_ms"].value == 30_000


@pytest.mark.parametrize("bpm", [60, 75, 90, 105, 120, 140, 160, 180])
def test_a_click_track_has_its_tempo_or_an_octave_of_it(bpm: float) -> None:
    tempo = columns_of(audio.click_track(bpm=bpm))["tempo"].value

    assert tempo is not None
    octave = 2.0 ** round(np.log2(tempo / bpm))
    assert octave in {0.5, 1.0, 2.0}
    assert tempo / octave == pytest.approx(bpm, rel=0.02)


@pytest.mark.parametrize(("tonic", "key"), [(220.0, A), (311.13, E_FLAT)])
@pytest.mark.parametrize("mode", [0, 1])
def test_a_cadence_has_its_key_and_mode(tonic: float, key: int, mode: int) -> None:
    columns = columns_of(audio.cadence(tonic, minor=mode == 0))

    assert (columns["key"].value, columns["mode"].value) == (key, mode)


def test_a_sound_without_pulse_or_notes_has_neither_tempo_nor_key() -> None:
    columns = columns_of(audio.noise(duration_s=30), lufs=None)

    missing = {"tempo", "time_signature", "key", "mode", "loudness", "energy"}
    assert all(columns[name].status is ValueStatus.NULL and columns[name].value is None for name in missing)


def coloured_noise(*, decay_db_per_octave: float, duration_s: float, seed: int) -> audio.Signal:
    """Gaussian noise whose power falls by so much: 0 is white, -3 pink, -6 brown."""
    n = round(duration_s * SR)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    bins = np.maximum(np.arange(spectrum.size), 1)
    y = np.fft.irfft(spectrum * bins ** (decay_db_per_octave / (20 * np.log10(2))), n)
    scaled: audio.Signal = (0.3 * y / np.abs(y).max()).astype(np.float32)
    return scaled


@pytest.mark.slow
@pytest.mark.parametrize("decay_db_per_octave", [0, -3, -6])
def test_noise_has_no_key(decay_db_per_octave: float) -> None:
    noises = [
        coloured_noise(decay_db_per_octave=decay_db_per_octave, duration_s=10, seed=seed) for seed in range(N_NOISES)
    ]

    keys = [columns_of(noise)[name].value for noise in noises for name in ("key", "mode")]

    assert keys == [None] * 2 * N_NOISES


def test_one_note_is_no_key() -> None:
    assert columns_of(audio.tone(440))["key"].value is None


@pytest.mark.parametrize("tonic_midi", range(57, 69))
def test_a_cadence_in_noise_as_loud_as_itself_keeps_its_key(tonic_midi: int) -> None:
    y = audio.cadence(440 * 2 ** ((tonic_midi - 69) / 12), minor=False)
    noise = coloured_noise(decay_db_per_octave=0, duration_s=y.size / SR, seed=tonic_midi)

    columns = columns_of(y + noise * np.sqrt(np.mean(y**2) / np.mean(noise**2)))

    assert (columns["key"].value, columns["mode"].value) == (tonic_midi % 12, 1)


def rich_cadence(tonic_hz: float) -> audio.Signal:
    """Tonic, subdominant, dominant and tonic in major, each note of six harmonics: the fifth one is 14 cents flat."""
    t = np.arange(round(1.5 * SR)) / SR
    chords = [
        sum(
            np.sin(2 * np.pi * harmonic * tonic_hz * 2 ** ((step + third) / 12) * t) / harmonic
            for third in (0, 4, 7)
            for harmonic in range(1, 7)
        )
        for step in (0, 5, 7, 0)
    ]
    return (0.1 * np.concatenate(chords)).astype(np.float32)


@pytest.mark.parametrize("cents", [-40, 40])
def test_a_cadence_out_of_tune_has_the_pitch_classes_of_one_in_tune(cents: int) -> None:
    def chroma(tonic_hz: float) -> np.ndarray:
        values = compute_descriptors(compute_spectra(rich_cadence(tonic_hz), sr=SR)).values
        first = [descriptor.name for descriptor in DESCRIPTORS].index("chroma_C")
        return values[first : first + 12]

    in_tune, detuned = chroma(220), chroma(220 * 2 ** (cents / 1200))

    assert in_tune.max() == pytest.approx(1)
    np.testing.assert_allclose(detuned, in_tune, atol=0.1)


def bars_of(beats: int) -> audio.Signal:
    """Clicks, every first of a bar accented."""
    accents = audio.click_track(bpm=120 / beats)
    return 0.1 * audio.click_track(bpm=120) + accents + audio.noise(duration_s=30, amplitude=0.01)


@pytest.mark.parametrize("beats", [3, 4])
def test_a_bar_of_accented_beats_is_a_proxy_of_the_time_signature(beats: int) -> None:
    time_signature = columns_of(bars_of(beats))["time_signature"]

    assert (time_signature.value, time_signature.status) == (beats, ValueStatus.PROXY)


def test_beats_without_an_accent_have_a_tempo_and_no_time_signature() -> None:
    columns = columns_of(audio.click_track(bpm=120))

    assert columns["tempo"].value is not None
    assert columns["time_signature"].status is ValueStatus.NULL


def test_what_has_no_formula_is_null_for_music_as_for_noise() -> None:
    for columns in (columns_of(audio.song(n_channels=1, sr=SR)[:, 0]), columns_of(audio.noise(duration_s=10))):
        assert {name for name in WITHOUT_FORMULA if columns[name].value is not None} == set()


def test_a_major_cadence_has_more_valence_than_the_same_in_minor_and_a_fast_pulse_more_than_none() -> None:
    major, minor = (columns_of(audio.cadence(220, minor=is_minor))["valence"].value for is_minor in (False, True))
    lively, still = (columns_of(y)["valence"].value for y in (audio.click_track(bpm=160), audio.noise(duration_s=30)))

    assert major is not None
    assert minor is not None
    assert lively is not None
    assert still is not None
    assert major > minor + 0.05
    assert lively > still + 0.2


def test_loud_bright_busy_sound_has_more_energy_than_a_soft_tone() -> None:
    loud, soft = (
        columns_of(audio.noise(duration_s=10), lufs=-6.0),
        columns_of(audio.tone(220, duration_s=10), lufs=-30.0),
    )

    assert loud["energy"].value is not None
    assert soft["energy"].value is not None
    assert loud["energy"].value > soft["energy"].value + 0.3
    assert soft["acousticness"].value is not None
    assert loud["acousticness"].value is not None
    assert soft["acousticness"].value > loud["acousticness"].value


def test_a_model_of_computed_values_reads_the_columns_that_every_audible_sound_has() -> None:
    sounds = (audio.song(n_channels=1, sr=SR)[:, 0], audio.noise(duration_s=10), audio.tone(440), bars_of(3))
    for columns in map(columns_of, sounds):
        assert [name for name in COMPUTED_INPUTS if columns[name].value is None] == []

    assert list_input_columns("computed") == COMPUTED_INPUTS
    assert list_input_columns("table") == CATALOGUE_COLUMNS


@pytest.mark.parametrize("columns", [(), COMPUTED_INPUTS, CATALOGUE_COLUMNS, ("energy", "tempo")])
@pytest.mark.parametrize("descriptors", [(), ("tempo", "mode", "modulation_5_8_hz"), ("mode", "centroid_mean")])
def test_the_catalogue_columns_of_a_card_are_those_behind_its_descriptors(
    descriptors: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    assert list_columns_read((*descriptors, *columns)) == columns


def test_a_value_and_its_status_cannot_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="tempo"):
        CatalogueValue(name="tempo", value=None, status=ValueStatus.MEASURED)
