"""One recording is found in another encoding, and nothing else is. Real encoders, synthesised music."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.featurizer.audio.decode import open_clip
from services.featurizer.fingerprint import compute_fingerprint
from shared.domain.features import FingerprintSpec
from shared.fingerprints.matching import (
    GROUP,
    SAME_RECORDING,
    STEADY,
    Fingerprint,
    FingerprintMatch,
    align_fingerprints,
    lookup_keys,
)
from tests.support import audio

SR = 22_050
SPEC = FingerprintSpec()
HARMONICS = {"sawtooth": [1 / h for h in range(1, 12)], "soft": [1 / h**2 for h in range(1, 8)]}


def music(
    seed: int,
    *,
    timbre: str = "sawtooth",
    duration_s: float = 30.0,
    semitones: float = 0,
    tempo: float = 1.0,
    played_again: bool = False,
) -> audio.Signal:
    """Two voices of decaying notes."""
    score, hand = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    y = np.zeros(round(duration_s * SR))
    at_s = 0.1
    while at_s < duration_s - 0.5:
        length_s = float(score.choice([0.25, 0.5, 1.0])) / tempo
        for pitch in score.integers(0, 36, 2):
            t = np.arange(round(length_s * SR)) / SR
            frequency = 110 * 2 ** ((pitch + semitones) / 12)
            waves = [a * np.sin(2 * np.pi * h * frequency * t) for h, a in enumerate(HARMONICS[timbre], 1)]
            note = np.sum(waves, axis=0) * np.minimum(1, t / 0.01) * np.exp(-3 * t)
            start = round(at_s * SR)
            if played_again:
                start, note = max(0, start + round(hand.normal(0, 0.02) * SR)), note * 10 ** (hand.normal(0, 4) / 20)
            y[start : start + t.size] += note[: y.size - start]
        at_s += length_s
    scaled: NDArray[np.float32] = (0.4 * y / np.abs(y).max()).astype(np.float32)
    return scaled


def heard(y: NDArray[np.float32], sr: int = SR) -> Fingerprint:
    return compute_fingerprint(y, sr_native=sr, spec=SPEC)


def closest(one: audio.Signal, other: audio.Signal) -> FingerprintMatch:
    match = align_fingerprints(heard(one), heard(other))
    return match or FingerprintMatch(offset=0, bit_error_rate=0.5, level_deviation_db=99.0, overlap=0.0)


@pytest.fixture(scope="module")
def song() -> audio.Signal:
    return music(1)


@pytest.mark.parametrize("form", ["mp3", "ogg", "m4a"])
def test_another_encoding_that_is_trimmed_and_quieter_is_the_same_recording(
    song: audio.Signal, form: str, tmp_path: Path
) -> None:
    path = tmp_path / f"copy.{form}"
    audio.write(path, 0.5 * song[round(1.03 * SR) :], sr=SR, form=form)
    copy = open_clip(path, reach_s=60)
    match = align_fingerprints(heard(song), heard(copy.y, copy.sr_native))
    assert match is not None
    assert SAME_RECORDING.is_met_by(match)
    assert match.offset * SPEC.hop_length / SPEC.sr == pytest.approx(1.03, abs=0.1)
    assert match.overlap > 0.95


@pytest.mark.slow
def test_half_a_minute_from_anywhere_is_found_in_the_whole_song() -> None:
    whole = np.concatenate([music(seed, duration_s=30) for seed in range(5)])
    for start_s in (0, 47.3, 119.9):
        excerpt = whole[round(start_s * SR) :][: 30 * SR]
        match = closest(whole, excerpt)
        assert SAME_RECORDING.is_met_by(match)
        assert match.offset * SPEC.hop_length / SPEC.sr == pytest.approx(start_s, abs=0.1)


@pytest.mark.parametrize(
    "other",
    [
        music(2),
        music(1, timbre="soft"),
        music(1, played_again=True),
        music(1, semitones=1),
        music(1, tempo=1.03),
        music(1, semitones=12 * np.log2(1.03), tempo=1.03),
    ],
    ids=["other notes", "another sound", "played again", "a semitone", "3 % of tempo", "3 % of speed"],
)
def test_another_recording_is_not_however_much_it_has_in_common(song: audio.Signal, other: audio.Signal) -> None:
    match = closest(song, other)
    assert not GROUP.is_met_by(match)
    assert not SAME_RECORDING.is_met_by(match)


def test_a_loop_under_other_music_makes_no_pair() -> None:
    beat = audio.click_track(bpm=120, duration_s=30)
    assert not GROUP.is_met_by(closest(beat + music(3), beat + music(4)))


@pytest.mark.parametrize(
    "y",
    [np.zeros(30 * SR, np.float32), audio.tone(440, duration_s=30), audio.chord(220, 277, 330, duration_s=30)],
    ids=["silence", "a tone", "a chord"],
)
def test_where_nothing_moves_there_is_no_fingerprint_and_never_a_pair(y: NDArray[np.float32]) -> None:
    made = heard(y)
    assert made.words.size == 0
    assert not made.is_comparable
    assert lookup_keys(made.words).size == 0
    assert align_fingerprints(made, made) is None


def test_a_pause_has_no_words_and_does_not_count_as_alike(song: audio.Signal) -> None:
    paused = song.copy()
    paused[10 * SR : 20 * SR] = 0
    assert np.all(heard(paused).words[230:415] == STEADY)
    match = align_fingerprints(heard(song), heard(paused))
    assert match is not None
    assert match.bit_error_rate < 0.05


@pytest.mark.slow
def test_songs_that_share_some_seconds_only_are_two() -> None:
    one, other = music(5, duration_s=60), music(6, duration_s=60)
    other[20 * SR : 36 * SR] = one[20 * SR : 36 * SR]
    match = closest(one, other)
    assert match.bit_error_rate > GROUP.bit_error_rate


@pytest.mark.slow
def test_a_copy_has_most_keys_of_its_original_and_another_song_none(song: audio.Signal, tmp_path: Path) -> None:
    audio.write(tmp_path / "copy.mp3", song, sr=SR, form="mp3")
    copy = open_clip(tmp_path / "copy.mp3", reach_s=60)
    keys = lookup_keys(heard(song).words)
    assert keys.size > 60, "one word in four"
    assert np.intersect1d(keys, lookup_keys(heard(copy.y, copy.sr_native).words)).size > 10
    assert np.intersect1d(keys, lookup_keys(heard(music(2)).words)).size == 0


def test_a_threshold_asks_for_all_three() -> None:
    near = FingerprintMatch(offset=0, bit_error_rate=0.1, level_deviation_db=0.2, overlap=1.0)
    assert GROUP.is_met_by(near)
    for change in ({"bit_error_rate": 0.3}, {"level_deviation_db": 1.0}, {"overlap": 0.4}):
        assert not GROUP.is_met_by(FingerprintMatch(**{**vars(near), **change}))
    assert SAME_RECORDING.bit_error_rate < GROUP.bit_error_rate
    assert SAME_RECORDING.level_deviation_db < GROUP.level_deviation_db
    assert SAME_RECORDING.overlap > GROUP.overlap
