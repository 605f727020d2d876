"""Whose sound a decoded file is: its track's, another known track's, or nobody's yet. Pure.

Exact equality is asked first, of the file's own track and then of all others, so that files which were swapped or
renumbered go where their sounds are. Only then a file may be a re-encoding of what its path held before; one that is
not certain becomes a track of its own, and a person is asked.
"""

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from shared.fingerprints.matching import SAME_RECORDING, Fingerprint, align_fingerprints
from shared.store.features.sounds import KnownSound, Sound

_EQUAL_S = 0.1
"""Lengths of equal samples: what containers round."""
REENCODED_S = 1.0
"""Lengths of one recording in another encoding: what encoders pad."""


def decide_track(sound: Sound, *, own: UUID, known: Sequence[Sound], others: Sequence[KnownSound]) -> UUID | None:
    """The track that a file of this `sound` is, None for a new one.

    `own` is the track that its path had so far, `known` every sound of that; `others` are tracks that may have this
    very sound, the best first.
    """
    if not known or any(is_same_sound(sound, known_sound) for known_sound in known):
        return own
    for other in others:
        if other.track_id != own and is_same_sound(sound, other.sound):
            return other.track_id
    return own if any(is_reencoded(sound, known_sound) for known_sound in known) else None


def is_same_sound(sound: Sound, known: Sound) -> bool:
    """Whether the samples are equal, as far as it is known of both.

    The window and the length must agree, and all samples or else the fingerprints, which follow from them. Of two
    windows that two rules chose nothing can be said: then the fingerprints alone.
    """
    are_prints_equal = are_fingerprints_equal(sound.fingerprint, known.fingerprint)
    if sound.audio_sha256 is None or known.audio_sha256 is None:
        return are_prints_equal is True
    if sound.audio_sha256 != known.audio_sha256 or not _is_near(sound, known, _EQUAL_S):
        return False
    if sound.decoded_sha256 and known.decoded_sha256:
        return sound.decoded_sha256 == known.decoded_sha256
    return are_prints_equal is not False


def is_reencoded(sound: Sound, known: Sound) -> bool:
    """Whether it certainly is the same recording in other samples."""
    if sound.fingerprint is None or known.fingerprint is None or not _is_near(sound, known, REENCODED_S):
        return False
    match = align_fingerprints(sound.fingerprint, known.fingerprint)
    return match is not None and SAME_RECORDING.is_met_by(match)


def are_fingerprints_equal(one: Fingerprint | None, other: Fingerprint | None) -> bool | None:
    """Bit by bit; None where one of them says nothing."""
    if one is None or other is None or not np.any(one.words) or not np.any(other.words):
        return None
    return np.array_equal(one.words, other.words) and np.array_equal(one.levels, other.levels)


def _is_near(one: Sound, other: Sound, most_s: float) -> bool:
    if one.duration_s is None or other.duration_s is None:
        return False
    return abs(one.duration_s - other.duration_s) <= most_s
