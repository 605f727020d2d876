"""Which tracks of a library are recordings that the starter was trained on, by their acoustic fingerprints."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import Indices
from shared.fingerprints.matching import GROUP, Fingerprint, Words, align_fingerprints, lookup_keys
from shared.starter.rows import StarterRows

_MOST_COMPARED = 32
"""Clips that are compared with one track, those with the most keys in common: as in the store."""


@dataclass(frozen=True, eq=False)
class StarterRecordings:
    """The fingerprints of the starter's clips, to be looked up by their keys."""

    fingerprints: tuple[Fingerprint, ...]
    keys: Words
    """Of all clips, sorted."""
    rows: Indices
    """The clip of each key."""

    @classmethod
    def from_fingerprints(cls, fingerprints: Sequence[Fingerprint]) -> "StarterRecordings":
        """Of clips in this order."""
        by_clip = [lookup_keys(one.words) for one in fingerprints]
        keys = np.concatenate([*by_clip, np.empty(0, np.uint32)])
        clip_of = np.repeat(np.arange(len(by_clip)), [len(own) for own in by_clip])
        order = np.argsort(keys, kind="stable")
        return cls(tuple(fingerprints), keys[order], clip_of[order])

    @classmethod
    def from_rows(cls, rows: StarterRows) -> "StarterRecordings":
        """Those of the starter."""
        return cls.from_fingerprints(rows.fingerprints)

    def find_clip(self, made: Fingerprint) -> int | None:
        """The row of the clip that is of the same recording, the most alike of several; None where there is none."""
        matches = [
            (match.bit_error_rate, clip)
            for clip in self._list_candidates(lookup_keys(made.words))
            if (match := align_fingerprints(made, self.fingerprints[clip])) is not None and GROUP.is_met_by(match)
        ]
        return min(matches)[1] if matches else None

    def _list_candidates(self, keys: Words) -> list[int]:
        first, last = (np.searchsorted(self.keys, keys, side=side) for side in ("left", "right"))
        shared = [self.rows[start:end] for start, end in zip(first.tolist(), last.tolist(), strict=True) if end > start]
        if not shared:
            return []
        clips, n_shared = np.unique(np.concatenate(shared), return_counts=True)
        return [int(clip) for clip in clips[np.argsort(-n_shared, kind="stable")[:_MOST_COMPARED]]]
