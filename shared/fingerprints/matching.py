"""Whether two acoustic fingerprints are of one recording: aligned at any offset, then compared twice.

The bit error rate of the words tells other music; where the same notes were played otherwise, by other hands or with
another sound, words agree in part, and the mean level of each frequency band tells them apart. The words that both
hold exactly say how to align them, as in Haitsma & Kalker (A highly robust audio fingerprinting system, ISMIR 2002).
Every figure here was measured: `python -m benchmarks fingerprint`, docs/explain/evaluation.md.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]

BITS = 32
N_BANDS = BITS + 1
STEADY = 0
"""The word of a frame in which nothing changes: silence, a held tone. It is never compared."""
WORDS_PER_LEVEL = 32
"""Each row of levels is the mean over so many frames."""
LEAST_WORDS = 86
"""Compared words below which nothing is said: 4 s at 46 ms a word."""

_LEVEL_STEP_DB, _LEVEL_FLOOR_DB = 0.5, -100.0
_QUIET_DB = -25.0
"""A band this far below the loudest counts as this: encoders leave out what nobody hears."""
_N_BANDS_LEFT_OUT = 3
"""An encoder that saves bits empties a quiet band altogether."""
_WORDS_PER_STRETCH = 320
"""Levels are compared by stretches of 15 s: over minutes, chance differences of another performance average out."""
_MOST_ALIKE = 16
"""Occurrences of one word that vote: a loop repeats its words hundreds of times."""
_N_OFFSETS = 8
"""Offsets that are looked at, those with the most votes."""
_KEY_MULTIPLIER = np.uint32(2_654_435_761)
_KEY_SHARE = np.uint32(4)
"""One word in so many is a key, chosen by its value, so that every copy of a recording chooses the same."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fingerprint:
    """What `services.featurizer.fingerprint` makes of a recording."""

    words: Words
    """`(n,)`, one every 46 ms; `STEADY` where nothing changes. Empty where too little does."""
    levels: NDArray[np.uint8]
    """`(n // WORDS_PER_LEVEL, N_BANDS)` mean power of each band, in half decibels from -100 dB."""

    @property
    def is_comparable(self) -> bool:
        """Whether there is enough to say anything."""
        return int(np.count_nonzero(self.words)) >= LEAST_WORDS


@dataclass(frozen=True, kw_only=True)
class FingerprintMatch:
    """How alike two fingerprints are where they are most alike."""

    offset: int
    """Words of the first before the second one begins; negative where the second begins earlier."""
    bit_error_rate: float
    """Of the bits of all compared words, in [0, 1]; .5 for unrelated ones."""
    level_deviation_db: float
    """Root mean square over the bands of the difference of their mean levels, without the overall gain and the three
    bands that differ most.
    """
    overlap: float
    """Compared words as a share of what the shorter one has, in [0, 1]."""


@dataclass(frozen=True, kw_only=True)
class MatchThreshold:
    """What a match must come to."""

    bit_error_rate: float
    level_deviation_db: float
    overlap: float

    def is_met_by(self, match: FingerprintMatch) -> bool:
        """Whether the match is at least that close."""
        return (
            match.bit_error_rate <= self.bit_error_rate
            and match.level_deviation_db <= self.level_deviation_db
            and match.overlap >= self.overlap
        )


GROUP = MatchThreshold(bit_error_rate=0.22, level_deviation_db=0.5, overlap=0.5)
"""Kept in one fold, and out of an evaluation of a model that was trained on the other one."""
SAME_RECORDING = MatchThreshold(bit_error_rate=0.18, level_deviation_db=0.45, overlap=0.8)
"""Asked about: are these two tracks one recording?"""


def quantise_levels(power: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Mean power `(n, N_BANDS)`, relative to full scale, as whole half decibels from -100 dB."""
    level_db = 10 * np.log10(np.maximum(power, 10 ** (_LEVEL_FLOOR_DB / 10)))
    return np.clip(np.round((level_db - _LEVEL_FLOOR_DB) / _LEVEL_STEP_DB), 0, 255).astype(np.uint8)


def lookup_keys(words: Words) -> Words:
    """The words by which a fingerprint is looked up, each once, sorted."""
    distinct = np.unique(words[words != STEADY])
    keys: Words = distinct[(distinct * _KEY_MULTIPLIER) >> np.uint32(8) & (_KEY_SHARE - np.uint32(1)) == 0]
    return keys


def align_fingerprints(one: Fingerprint, other: Fingerprint) -> FingerprintMatch | None:
    """The closest alignment of two fingerprints; None where they have no word in common or overlap too little."""
    matches = [_match_at(one, other, offset) for offset in _likely_offsets(one.words, other.words)]
    return min((match for match in matches if match), key=lambda match: match.bit_error_rate, default=None)


def _likely_offsets(one: Words, other: Words) -> list[int]:
    """Offsets at which the most words are equal, and their neighbours: a copy may begin between two frames."""
    at, to = np.flatnonzero(one), np.flatnonzero(other)
    order = np.argsort(other[to], kind="stable")
    words, to = other[to][order], to[order]
    first = np.searchsorted(words, one[at], side="left")
    n_alike = np.minimum(np.searchsorted(words, one[at], side="right") - first, _MOST_ALIKE)
    start = np.cumsum(n_alike) - n_alike
    chosen = np.repeat(first - start, n_alike) + np.arange(int(n_alike.sum()))
    offsets, votes = np.unique(np.repeat(at, n_alike) - to[chosen], return_counts=True)
    best = offsets[np.argsort(-votes, kind="stable")[:_N_OFFSETS]]
    return sorted({int(offset) + step for offset in best for step in (-1, 0, 1)})


def _match_at(one: Fingerprint, other: Fingerprint, offset: int) -> FingerprintMatch | None:
    start, end = max(0, offset), min(one.words.size, other.words.size + offset)
    if end - start < LEAST_WORDS:
        return None
    a, b = one.words[start:end], other.words[start - offset : end - offset]
    is_compared = (a != STEADY) & (b != STEADY)
    n_compared = int(np.count_nonzero(is_compared))
    if n_compared < LEAST_WORDS:
        return None
    n_wrong = int(np.bitwise_count(a ^ b)[is_compared].sum(dtype=np.int64))
    shorter = min(np.count_nonzero(one.words), np.count_nonzero(other.words))
    return FingerprintMatch(
        offset=offset,
        bit_error_rate=n_wrong / (BITS * n_compared),
        level_deviation_db=_level_deviation_db(one.levels, other.levels, offset, start=start, end=end),
        overlap=n_compared / int(shorter),
    )


def _level_deviation_db(
    one: NDArray[np.uint8], other: NDArray[np.uint8], offset: int, *, start: int, end: int
) -> float:
    """Over the words from `start` to `end` of `one` that both have levels of; infinite where there are none."""
    end = min(end, WORDS_PER_LEVEL * len(one), WORDS_PER_LEVEL * len(other) + offset)
    if end - start < WORDS_PER_LEVEL:
        return float("inf")
    borders = np.linspace(start, end, 1 + max(1, (end - start) // _WORDS_PER_STRETCH))
    difference = _band_levels_db(one, borders) - _band_levels_db(other, borders - offset)
    difference = np.sort(np.abs(difference - np.median(difference, axis=0)), axis=0)
    return float(np.sqrt(np.mean(difference[:-_N_BANDS_LEFT_OUT] ** 2)))


def _band_levels_db(levels: NDArray[np.uint8], borders: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Mean level of each band between every two `borders`, in words: `(N_BANDS, len(borders) - 1)`.

    In dB below the loudest band, `_QUIET_DB` at least.
    """
    power = 10 ** (_LEVEL_STEP_DB * levels.astype(np.float64) / 10)
    total = np.vstack([np.zeros(N_BANDS), np.cumsum(power, axis=0)])
    rows = np.arange(len(total)) * WORDS_PER_LEVEL
    mean = np.diff([np.interp(borders, rows, column) for column in total.T], axis=1)
    level_db: NDArray[np.floating[Any]] = 10 * np.log10(mean / mean.max(axis=0))
    audible_db: NDArray[np.floating[Any]] = np.maximum(level_db, _QUIET_DB)
    return audible_db
