"""Whether tracks are recordings of the starter."""

import numpy as np
import pytest

from shared.fingerprints.matching import Fingerprint, lookup_keys
from shared.starter.recordings import StarterRecordings
from shared.starter.rows import load_starter_rows
from tests.support.made_up_clips import draw_fingerprint


@pytest.fixture(scope="module")
def recordings() -> StarterRecordings:
    return StarterRecordings.from_fingerprints([draw_fingerprint(seed) for seed in range(20)])


def test_the_clips_are_those_of_the_rows_that_are_shipped() -> None:
    rows = load_starter_rows()
    assert rows is not None

    assert StarterRecordings.from_rows(rows).find_clip(rows.fingerprints[100]) == 100


def test_a_clip_is_found_within_a_whole_song(recordings: StarterRecordings) -> None:
    clip, before, after = recordings.fingerprints[9], draw_fingerprint(1001), draw_fingerprint(1002)
    song = Fingerprint(
        words=np.concatenate([before.words, clip.words, after.words]),
        levels=np.concatenate([before.levels, clip.levels, after.levels]),
    )

    assert recordings.find_clip(song) == 9


def test_a_clip_is_found_in_another_encoding(recordings: StarterRecordings) -> None:
    clip, rng = recordings.fingerprints[9], np.random.default_rng(0)
    # one bit in twenty is another
    flips = np.packbits(rng.random((clip.words.size, 32)) < 0.05, axis=1).view("<u4")[:, 0]

    found = recordings.find_clip(Fingerprint(words=clip.words ^ flips, levels=clip.levels))

    assert found == 9


def test_clips_with_the_most_keys_in_common_are_compared() -> None:
    clip, others = draw_fingerprint(1), [draw_fingerprint(seed) for seed in range(100, 140)]
    key = lookup_keys(clip.words)[:1]
    words = [np.concatenate([key, other.words[1:]]) for other in others]
    alike = [Fingerprint(words=own, levels=other.levels) for own, other in zip(words, others, strict=True)]

    assert StarterRecordings.from_fingerprints([*alike, clip]).find_clip(clip) == len(alike)


def test_other_recordings_and_silence_are_not_found(recordings: StarterRecordings) -> None:
    silence = Fingerprint(words=np.empty(0, np.uint32), levels=np.empty((0, 33), np.uint8))

    assert recordings.find_clip(draw_fingerprint(1003)) is None
    assert recordings.find_clip(silence) is None


def test_the_same_words_at_other_levels_are_another_recording(recordings: StarterRecordings) -> None:
    clip = recordings.fingerprints[9]
    other = Fingerprint(words=clip.words, levels=draw_fingerprint(1004).levels)

    assert recordings.find_clip(other) is None
