"""What the tags of files say, kept with the file, and filled into what is not known of its track."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.file_tags import FileTags, merge_tags, with_album_artist
from shared.domain.grouping import alone
from shared.domain.identity import recording
from shared.domain.names import artist_group
from shared.domain.text import clean_text
from shared.store.tables import Track, TrackSource

_NAMES = ("title", "artist", "album", "isrc")
_DETAILS = ("album_artist", "track_number", "disc_number", "year")
_LISTS = ("artists", "genres", "moods")


@dataclass(frozen=True, kw_only=True)
class TaggedFile:
    """A file of a track, and what its tags say."""

    track_id: UUID
    locator: str
    tags: FileTags


def tag_columns(tags: FileTags | None) -> dict[str, Any]:
    """The columns of a track that nothing but tags fill."""
    if tags is None:
        return {}
    lists = {name: list(getattr(tags, name)) for name in _LISTS if getattr(tags, name)}
    return {name: value for name in _DETAILS if (value := getattr(tags, name)) is not None} | lists


class TrackTags:
    """All SQL on the tags of files."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_files(self, locators: Iterable[str]) -> dict[str, FileTags]:
        """What is kept of the tags of each file, for those whose tags were read."""
        query = select(TrackSource.locator, TrackSource.tags).where(
            TrackSource.source == "folder", TrackSource.source_id.in_(list(locators)), TrackSource.tags.is_not(None)
        )
        return {str(locator): FileTags.from_json(tags) for locator, tags in self._session.execute(query)}

    def keep(self, file: TaggedFile) -> None:
        """Keep what is known of a file's tags, in place of what was; a crawl writes its own with `Tracks.register`."""
        self._session.execute(
            update(TrackSource)
            .where(TrackSource.source == "folder", TrackSource.source_id == file.locator)
            .values(tags=file.tags.to_json())
            .execution_options(synchronize_session=False)
        )

    def add(self, files: Sequence[TaggedFile]) -> list[UUID]:
        """Add what a second reader found in files: it fills gaps, of the files' tags and of their tracks.

        The tracks of which something new is known that tells recordings apart.
        """
        known = self.of_files(file.locator for file in files)
        learned = []
        for file in files:
            before = known.get(file.locator, FileTags())
            merged = with_album_artist(merge_tags(before, file.tags))
            if merged != before:
                self.keep(TaggedFile(track_id=file.track_id, locator=file.locator, tags=merged))
            if self.fill(TaggedFile(track_id=file.track_id, locator=file.locator, tags=merged)):
                learned.append(file.track_id)
        return learned

    def fill(self, file: TaggedFile) -> bool:
        """Fill what is not known of the track. True if that tells recordings apart.

        A title that is only the file's name is no title; a name that a person or a table gave stays.
        """
        track = self._session.get_one(Track, file.track_id)
        given = {**(track.given_names or {}), **(track.corrected_names or {})}
        filled = set()
        for name in _NAMES:
            value, present = getattr(file.tags, name), getattr(track, name)
            is_gap = present is None or (name == "title" and _is_file_name(present, file.locator))
            if value is not None and value != present and is_gap and name not in given:
                setattr(track, name, value)
                filled.add(name)
        for column, value in tag_columns(file.tags).items():
            if getattr(track, column) is None:
                setattr(track, column, value)
        if "artist" in filled:
            track.artist_group = artist_group(track.artist, ()) or alone(track.id)
        learned = bool(filled - {"album"})
        if learned:
            track.identity_keys = list(recording(track.title, track.artist).keys)
        return learned


def _is_file_name(title: str, locator: str) -> bool:
    name = PurePosixPath(locator)
    return title in (clean_text(name.stem), clean_text(name.name))
