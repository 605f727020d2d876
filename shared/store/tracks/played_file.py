"""The file of the library that plays a track."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.media import FileVersion
from shared.store.tables import TrackSource
from shared.store.tracks.missing_tracks import find_source_to_play


@dataclass(frozen=True, kw_only=True)
class PlayedFile:
    """The name of a track's file, and the size and time at which it was analysed."""

    locator: str
    version: FileVersion


def find_played_file(sources: Iterable[TrackSource]) -> PlayedFile | None:
    """The file of a recording with these sources; None where it has none that is as it was analysed."""
    source = find_source_to_play(sources, is_described=True)
    if source is None or source.locator is None or source.size_bytes is None or source.mtime_ns is None:
        return None
    version = FileVersion(size_bytes=source.size_bytes, mtime_ns=source.mtime_ns)
    return PlayedFile(locator=source.locator, version=version)
