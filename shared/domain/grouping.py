"""The artist group of a track that names no artist. Pure.

The tracks of one album, or of one small folder, are most likely by one artist. As groups of their own they would be on
both sides of a split, and a model that recognises the artist would score too well. The group is therefore

1. the album with its folder,
2. else the folder, if it holds at most 30 audio files and no two known artists,
3. else the track alone, which is counted as unknown: its artist may stand in two folds.

If all known tracks of the album or of the folder are by one artist, the group is that artist's.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.domain.names import fold_album

MAX_FILES = 30
"""A folder with more audio files is a collection."""
MAX_UNKNOWN_SHARE = 0.05
"""Of a training set: with more unknown artists nobody can say that no artist stands in two folds."""

_ALBUM, _FOLDER, _TRACK = "album:", "folder:", "track:"
"""How such groups begin; an artist's is letters and digits, or signs alone."""


class ArtistGrouping(StrEnum):
    """By what it was told whose songs a track is kept together with, the surest first."""

    ARTIST = "artist"
    ALBUM = "album"
    FOLDER = "folder"
    UNKNOWN = "unknown"

    @property
    def sureness_rank(self) -> int:
        """0 for the surest."""
        return list(ArtistGrouping).index(self)


@dataclass(frozen=True, kw_only=True)
class FolderFile:
    """A track whose audio file lies in a folder."""

    track_id: UUID
    album: str | None
    artist_group: str | None
    """None where nobody is named."""


def singleton_group(track_id: UUID | str) -> str:
    """The group of a track of which nothing is known."""
    return f"{_TRACK}{track_id}"


def classify_group(group: str) -> ArtistGrouping:
    """What a group is named after."""
    for start, grouping in (
        (_ALBUM, ArtistGrouping.ALBUM),
        (_FOLDER, ArtistGrouping.FOLDER),
        (_TRACK, ArtistGrouping.UNKNOWN),
    ):
        if group.startswith(start):
            return grouping
    return ArtistGrouping.ARTIST


def classify_track_grouping(*, group: str, album: str | None, is_named: bool) -> ArtistGrouping:
    """By what a track got its group. `is_named`: somebody is named as its artist."""
    grouping = classify_group(group)
    if grouping is not ArtistGrouping.ARTIST or is_named:
        return grouping
    return ArtistGrouping.ALBUM if fold_album(album) else ArtistGrouping.FOLDER


def group_sort_key(group: str) -> tuple[int, str]:
    """An order of groups in which an artist comes before what stands in for one."""
    return classify_group(group).sureness_rank, group


def groups_without_artist(folder: str, files: Sequence[FolderFile]) -> dict[UUID, str]:
    """The group of each track without an artist. `files` are all tracks of `folder`, those with an artist too."""
    known = {file.artist_group for file in files if file.artist_group is not None}
    of_album: defaultdict[str | None, set[str]] = defaultdict(set)
    for file in files:
        if file.artist_group is not None:
            of_album[fold_album(file.album)].add(file.artist_group)
    is_of_one_artist = len(files) <= MAX_FILES and len(known) <= 1
    group_of = {}
    for file in files:
        if file.artist_group is not None:
            continue
        if album := fold_album(file.album):
            group_of[file.track_id] = _sole_name(of_album[album]) or f"{_ALBUM}{folder}{album}"
        elif is_of_one_artist:
            group_of[file.track_id] = _sole_name(known) or f"{_FOLDER}{folder}"
        else:
            group_of[file.track_id] = singleton_group(file.track_id)
    return group_of


def _sole_name(names: set[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None
