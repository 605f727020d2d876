"""Where the files of a sound lie, by what is known of them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from shared.domain.file_state import FileState
from shared.store.base_repository import BaseRepository
from shared.store.tables import Track, TrackSource
from shared.store.tracks.missing_tracks import FOLDER, is_file_below


class MovedFiles(BaseRepository):
    """All SQL on files of one sound in several places."""

    def is_in_place_of(self, track_id: UUID, other_id: UUID, *, most_s: float) -> bool:
        """Whether a file of one track lies where one of the other lay but for its suffix, and both are as long."""
        one, other = aliased(Track), aliased(Track)
        mine, theirs = aliased(TrackSource), aliased(TrackSource)
        query = exists().where(
            one.id == track_id,
            other.id == other_id,
            func.abs(one.duration_s - other.duration_s) <= most_s,
            mine.track_id == one.id,
            theirs.track_id == other.id,
            mine.source == FOLDER,
            theirs.source == FOLDER,
            mine.state != FileState.MISSING,
            _stem(mine.source_id) == _stem(theirs.source_id),
        )
        return bool(self._session.scalar(select(query)))

    def list_files(self, track_ids: Collection[UUID]) -> Sequence[str]:
        """Locators of the recordings of these tracks, but of those that are missing."""
        if not track_ids:
            return ()
        member = aliased(Track)
        recordings = select(member.survivor_id).where(member.id.in_(track_ids))
        query = (
            select(TrackSource.source_id)
            .join(Track, Track.id == TrackSource.track_id)
            .where(
                Track.survivor_id.in_(recordings), TrackSource.source == FOLDER, TrackSource.state != FileState.MISSING
            )
        )
        return self._session.scalars(query).all()

    def list_below(self, folder: str) -> Sequence[str]:
        """Locators of the known files below a folder that are not missing."""
        rule = is_file_below(folder), TrackSource.state != FileState.MISSING
        return self._session.scalars(select(TrackSource.source_id).where(*rule)).all()

    def list_elsewhere(self, folder: str) -> Sequence[str] | None:
        """The same, if the recordings of all of them have a file outside the folder; else None."""
        other, member = aliased(TrackSource), aliased(Track)
        has_other = exists().where(
            other.track_id == member.id,
            member.survivor_id == Track.survivor_id,
            other.source == FOLDER,
            other.state == FileState.PRESENT,
            ~_starts_below(other.source_id, folder),
        )
        query = (
            select(TrackSource.source_id, has_other)
            .join(Track, Track.id == TrackSource.track_id)
            .where(is_file_below(folder), TrackSource.state != FileState.MISSING)
        )
        rows = self._session.execute(query).all()
        return [locator for locator, _ in rows] if all(is_elsewhere for _, is_elsewhere in rows) else None

    def list_tracks(self, locators: Collection[str]) -> set[UUID]:
        """The tracks of these files."""
        rule = TrackSource.source == FOLDER, TrackSource.source_id.in_(locators)
        return set(self._session.scalars(select(TrackSource.track_id).where(*rule))) if locators else set()


def _stem(locator: Any) -> Any:
    """The locator without its suffix."""
    return func.regexp_replace(locator, r"\.[^./]+$", "")


def _starts_below(locator: Any, folder: str) -> Any:
    return locator.startswith(f"{folder}/", autoescape=True)
