"""Whose sound a decoded file is."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from services.featurizer.identity.sounds import decide_track, is_reencoded, is_same_sound
from shared.fingerprints.matching import N_BANDS, WORDS_PER_LEVEL, Fingerprint
from shared.store.features.sounds import KnownSound, Sound

OWN, OTHER = UUID(int=1), UUID(int=2)
N_WORDS = 10 * WORDS_PER_LEVEL


def fingerprint(seed: int, *, n_flipped: int = 0) -> Fingerprint:
    """Random words, of which some have one bit flipped."""
    rng = np.random.default_rng(seed)
    words = rng.integers(1, 2**32, N_WORDS, dtype=np.uint32)
    words[:n_flipped] ^= np.uint32(1 << 7)
    return Fingerprint(words=words, levels=rng.integers(100, 180, (10, N_BANDS), dtype=np.uint8))


HEARD = Sound(duration_s=60.0, audio_sha256="a", fingerprint=fingerprint(1))
REENCODED = Sound(duration_s=60.4, audio_sha256="b", fingerprint=fingerprint(1, n_flipped=200))
ANOTHER = Sound(duration_s=60.0, audio_sha256="c", fingerprint=fingerprint(2))


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (HEARD, True),
        (replace(HEARD, audio_sha256="b"), False),
        (replace(HEARD, duration_s=60.2), False),
        (replace(HEARD, duration_s=60.05), True),
        (replace(HEARD, duration_s=None), False),
        (replace(HEARD, fingerprint=fingerprint(2)), False),
        (replace(HEARD, fingerprint=fingerprint(1, n_flipped=1)), False),
        (replace(HEARD, fingerprint=None), True),
        (replace(HEARD, audio_sha256=None), True),
        (replace(HEARD, audio_sha256=None, fingerprint=None), False),
        (replace(HEARD, audio_sha256=None, fingerprint=fingerprint(2)), False),
    ],
)
def test_equal_windows_lengths_and_fingerprints_are_one_sound(other: Sound, *, is_same: bool) -> None:
    assert is_same_sound(HEARD, other) is is_same


def test_equal_samples_need_no_fingerprint_and_other_samples_are_another_sound() -> None:
    heard = replace(HEARD, decoded_sha256="all")
    assert is_same_sound(heard, replace(heard, fingerprint=None))
    assert not is_same_sound(heard, replace(heard, decoded_sha256="other"))


def test_clips_in_which_nothing_moves_are_told_by_their_hashes() -> None:
    still = Fingerprint(words=np.zeros(N_WORDS, np.uint32), levels=np.zeros((10, N_BANDS), np.uint8))
    tone = replace(HEARD, fingerprint=still)
    assert is_same_sound(tone, tone)
    assert not is_same_sound(tone, replace(tone, audio_sha256="b"))
    assert not is_same_sound(replace(tone, audio_sha256=None), replace(tone, audio_sha256=None))


def test_a_reencoding_is_alike_and_as_long() -> None:
    assert is_reencoded(REENCODED, HEARD)
    assert not is_reencoded(replace(REENCODED, duration_s=62.0), HEARD)
    assert not is_reencoded(ANOTHER, HEARD)
    assert not is_reencoded(replace(REENCODED, fingerprint=None), HEARD)


def test_a_file_is_the_track_that_it_sounds_like() -> None:
    others = [KnownSound(track_id=OTHER, sound=REENCODED)]
    assert decide_track(HEARD, own=OWN, known=[], others=others) == OWN, "nobody heard its track before"
    assert decide_track(HEARD, own=OWN, known=[ANOTHER, HEARD], others=others) == OWN
    assert decide_track(REENCODED, own=OWN, known=[ANOTHER], others=others) == OTHER
    assert decide_track(HEARD, own=OWN, known=[ANOTHER], others=others) is None
    assert decide_track(HEARD, own=OWN, known=[REENCODED], others=[]) == OWN


def test_another_tracks_very_sound_goes_before_a_reencoding_of_ones_own() -> None:
    others = [KnownSound(track_id=OTHER, sound=REENCODED)]
    assert decide_track(REENCODED, own=OWN, known=[HEARD], others=others) == OTHER
