"""What is made of a track's audio once, for players and pages: a waveform's peaks, covers, and a copy in Opus."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Self

N_PEAKS = 800
"""Peaks of a waveform; fewer where the sound is too short for so many."""
MOST_PEAKS_PER_S = 400
PEAK_SCALE = 255
"""What full scale, 1.0, is in a stored peak."""


class MediaKind(StrEnum):
    """What is kept of a track."""

    PEAKS = "peaks"
    SMALL_COVER = "cover_96"
    LARGE_COVER = "cover_480"
    OPUS_COPY = "opus"


COVERS: Mapping[int, MediaKind] = MappingProxyType({96: MediaKind.SMALL_COVER, 480: MediaKind.LARGE_COVER})
"""Covers by the length of their longer side, in pixels."""


class MediaWork(StrEnum):
    """What is made in one go."""

    PEAKS = "peaks"
    COVERS = "covers"
    OPUS_COPY = "opus"


MADE_BY: Mapping[MediaKind, tuple[MediaWork, ...]] = MappingProxyType(
    {
        MediaKind.PEAKS: (MediaWork.PEAKS, MediaWork.OPUS_COPY),
        MediaKind.SMALL_COVER: (MediaWork.COVERS,),
        MediaKind.LARGE_COVER: (MediaWork.COVERS,),
        MediaKind.OPUS_COPY: (MediaWork.OPUS_COPY,),
    }
)
"""Which work brings a kind; the first of them is started for it. The copy and the peaks need one decoding."""
MAKES: Mapping[MediaWork, tuple[MediaKind, ...]] = MappingProxyType(
    {work: tuple(kind for kind, works in MADE_BY.items() if works[0] is work) for work in MediaWork}
)
"""The kinds that a work is started for."""

NO_COVER = "no_cover"
"""Why a track has no cover: there is no picture, or none that can be read. It is not looked for again."""


@dataclass(frozen=True, kw_only=True)
class FileVersion:
    """Which state of a file something was made of."""

    size_bytes: int
    mtime_ns: int

    @classmethod
    def from_status(cls, status: os.stat_result) -> Self:
        """The state of a file as it lies there."""
        return cls(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
