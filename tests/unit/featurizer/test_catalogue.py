"""Spotify-style columns of sounds whose answers are known."""

import numpy as np
import pytest

from services.featurizer.catalogue import catalogue
from services.featurizer.descriptors import describe
from services.featurizer.spectra import spectra
from shared.domain.catalogue import COMPUTED_COLUMNS, CatalogueValue, Status
from tests import audio

MEASURED = {"tempo", "key", "mode", "loudness", "loudness_dbfs", "time_signature", "duration_ms"}
A, E_FLAT = 9, 3


def columns_of(y: audio.Signal, *, lufs: float | None = -14.0) -> dict[str, CatalogueValue]:
    found = catalogue(
        describe(spectra(y, sr=22_050)), duration_s=y.size / 22_050, loudness_lufs=lufs, loudness_dbfs=-17.0
    )
    assert tuple(value.name for value in found) == COMPUTED_COLUMNS
    return {value.name: value for value in found}


def test_every_column_of_music_says_what_it_is_worth() -> None:
    columns = columns_of(audio.song(n_channels=1, sr=22_050)[:, 0])

    for name, column in columns.items():
        assert column.status in ({Status.MEASURED, Status.NULL} if name in MEASURED else {Status.PROXY}), name
    assert all(0 <= column.value <= 1 for column in columns.values() if column.status is Status.PROXY)
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


def test_a_tone_of_440_hz_is_an_a() -> None:
    assert columns_of(audio.tone(440))["key"].value == A


def test_a_sound_without_pulse_or_notes_has_neither_tempo_nor_key() -> None:
    columns = columns_of(audio.noise(duration_s=30), lufs=None)

    missing = {"tempo", "time_signature", "loudness", "energy"}
    assert all(columns[name].status is Status.NULL and columns[name].value is None for name in missing)


def test_a_waltz_has_three_beats_a_bar_and_a_march_four() -> None:
    def bars(beats: int) -> audio.Signal:
        accents = audio.click_track(bpm=120 / beats)
        return 0.1 * audio.click_track(bpm=120) + accents + audio.noise(duration_s=30, amplitude=0.01)

    assert columns_of(bars(3))["time_signature"].value == 3
    assert columns_of(bars(4))["time_signature"].value == 4


def test_loud_bright_busy_sound_has_more_energy_than_a_soft_tone() -> None:
    loud, soft = (
        columns_of(audio.noise(duration_s=10), lufs=-6.0),
        columns_of(audio.tone(220, duration_s=10), lufs=-30.0),
    )

    assert loud["energy"].value is not None
    assert soft["energy"].value is not None
    assert loud["energy"].value > soft["energy"].value + 0.3
    assert soft["acousticness"].value > loud["acousticness"].value


def test_a_value_and_its_status_cannot_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="tempo"):
        CatalogueValue(name="tempo", value=None, status=Status.MEASURED)
