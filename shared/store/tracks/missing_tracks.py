"""Tracks whose last file is gone, and files that a complete listing did not find.

A *missing* track is left out of lists, exports, playlists, similar tracks and training unless a request includes it.
It keeps its labels and features, and is no longer missing when its file returns. Missing is a property of a whole
recording: all of its tracks are missing, or none is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import aliased

from shared.domain.file_state import FileState
from shared.domain.track import AudioFile
from shared.errors import OF_THE_MOMENT
from shared.store.base_repository import BaseRepository
from shared.store.tables import JobItem, Track, TrackSource, Upload
from shared.store.tracks.names import TrackNaming

HOLD_RECORDINGS = text("select pg_advisory_xact_lock(hashtext('mer/merges'))")
"""Nobody else merges, parts, removes, or decides which tracks are missing until the transaction ends."""

FOLDER = "folder"
"""The source whose rows are files of the library; their `source_id` is the locator."""


class MissingWanted(StrEnum):
    """What to do with missing tracks in a list."""

    NO = "no"
    ONLY = "only"
    INCLUDE = "include"


class SourceFile(NamedTuple):
    """What `file_to_play` asks of a source of a track."""

    id: int
    locator: str | None
    state: str
    reason: str | None
    seen_at: datetime


_Source = TypeVar("_Source", TrackSource, SourceFile)


@dataclass(frozen=True)
class KnownFile:
    """A file of the library that the store has a row of, and whose it is."""

    locator: str
    track_id: UUID


class MissingTracks(BaseRepository):
    """All SQL on what makes tracks missing, and lets them come back."""

    def refresh(self, track_ids: Iterable[UUID]) -> None:
        """Decide anew whether the recordings of these tracks are missing; what stays missing keeps its date.

        A recording without any row of a file stays as it is: it never had one, or lost it to another track. To be
        called in the transaction that changed their files, or which tracks are one recording.
        """
        self._decide(track_ids, lost_file=false())

    def lose_file(self, track_ids: Iterable[UUID]) -> None:
        """A file of each of these tracks turned out to sound like another one: those without any other are missing."""
        self._decide(track_ids, lost_file=true())

    def _decide(self, track_ids: Iterable[UUID], *, lost_file: ColumnElement[bool]) -> None:
        # two workers that give files to, and take files from, one recording see each other only one after the other
        self._session.execute(HOLD_RECORDINGS)
        asked, member = aliased(Track), aliased(Track)
        recordings = select(asked.survivor_id).where(asked.id.in_(list(track_ids)))
        decided = (
            select(
                member.survivor_id,
                func.bool_or(has_audio(member.id)).label("has_audio"),
                func.bool_or(_has_row(member.id)).label("has_row"),
                func.min(member.missing_since).label("since"),
            )
            .where(member.survivor_id.in_(recordings))
            .group_by(member.survivor_id)
            .subquery()
        )
        since = case(
            (decided.c.has_audio, null()),
            (decided.c.has_row | lost_file, func.coalesce(decided.c.since, func.now())),
            else_=decided.c.since,
        )
        self._session.execute(
            update(Track)
            .where(Track.survivor_id == decided.c.survivor_id, Track.missing_since.is_distinct_from(since))
            .values(missing_since=since)
            .execution_options(synchronize_session=False)
        )
        TrackNaming(self._session).follow_files(self._session.scalars(recordings))

    def list_unlisted(self, job_id: UUID, *, folder: str, after: str = "", limit: int) -> list[KnownFile]:
        """A page of known files of `folder`, a locator, that the job did not list, by locator: some may be gone.

        Files that are missing already are left out.
        """
        known = select(TrackSource.source_id).where(
            is_file_below(folder), TrackSource.state != FileState.MISSING, TrackSource.source_id > after
        )
        listed = select(JobItem.locator).where(JobItem.job_id == job_id, JobItem.locator.is_not(None))
        # a set difference is hashed; an anti-join might be planned as one look through the job's items a file
        names = known.except_(listed).order_by(literal_column("source_id")).limit(limit).subquery()
        query = (
            select(TrackSource.source_id, TrackSource.track_id)
            .join(names, names.c.source_id == TrackSource.source_id)
            .where(TrackSource.source == FOLDER)
            .order_by(TrackSource.source_id)
        )
        return [KnownFile(locator, track_id) for locator, track_id in self._session.execute(query)]

    def mark_missing(self, locators: Sequence[str]) -> int:
        """Write down that these files are gone; how many were not known to be. Their recordings are decided anew."""
        gone = self._session.scalars(
            update(TrackSource)
            .where(
                TrackSource.source == FOLDER,
                TrackSource.source_id.in_(locators),
                TrackSource.state != FileState.MISSING,
            )
            .values(state=FileState.MISSING, state_at=func.now(), state_before=TrackSource.state)
            .returning(TrackSource.track_id)
            .execution_options(synchronize_session=False)
        ).all()
        self.refresh(gone)
        return len(gone)

    def mark_returned(self, files: Collection[AudioFile]) -> int:
        """Take back those of the files that were missing; how many. Their recordings are decided anew.

        One of the same size and time is what it was before; any other is `changed` until somebody decodes it.
        """
        there = {file.locator: (file.size_bytes, file.mtime_ns) for file in files}
        query = select(TrackSource).where(
            TrackSource.source == FOLDER, TrackSource.source_id.in_(there), TrackSource.state == FileState.MISSING
        )
        rows = self._session.scalars(query.with_for_update()).all()
        for row in rows:
            is_same = there[row.source_id] == (row.size_bytes, row.mtime_ns)
            row.state = row.state_before or FileState.PRESENT if is_same else FileState.CHANGED
            row.state_at, row.state_before = func.now(), None
        self._session.flush()
        self.refresh([row.track_id for row in rows])
        return len(rows)

    def has_missing_files(self) -> bool:
        """Whether any file is missing at all."""
        return bool(self._session.scalar(select(exists().where(TrackSource.state == FileState.MISSING))))

    def count_known(self, folder: str) -> int:
        """How many tracks have a file at or below `folder`, a locator, that is not missing."""
        query = select(func.count(TrackSource.track_id.distinct())).where(
            is_file_below(folder), TrackSource.state != FileState.MISSING
        )
        return self._session.scalar(query) or 0


def is_shown(missing: MissingWanted = MissingWanted.NO) -> ColumnElement[bool]:
    """The condition on tracks of every list, export and training, which leaves missing ones out unless asked."""
    if missing is MissingWanted.INCLUDE:
        return true()
    return Track.missing_since.is_not(None) if missing is MissingWanted.ONLY else Track.missing_since.is_(None)


def file_to_play(sources: Iterable[_Source], *, is_described: bool) -> str | None:
    """The locator of the file of `find_source_to_play`."""
    source = find_source_to_play(sources, is_described=is_described)
    return source.locator if source else None


def find_source_to_play(sources: Iterable[_Source], *, is_described: bool) -> _Source | None:
    """The file of a recording that may be named to others: there, and of the sound that was decoded.

    Of several the one seen last. Where the recording `is_described`, a file that cannot be decoded is not what it was.
    """
    held = [
        source
        for source in sources
        if source.locator and source.state == FileState.PRESENT
        if not is_described or source.reason is None or source.reason in OF_THE_MOMENT
    ]
    return max(held, key=lambda source: (source.seen_at, source.id)) if held else None


def is_file_below(folder: str) -> ColumnElement[bool]:
    """The condition on rows of `track_sources`: a file that is `folder`, or lies below it. Both are locators.

    No pattern, so that `%` and `_` in names are themselves; `a/s` does not take `a/sx` along.
    """
    below = TrackSource.source_id == folder, func.starts_with(TrackSource.source_id, folder.rstrip("/") + "/")
    return and_(TrackSource.source == FOLDER, or_(*below))


def has_audio(track_id: Any) -> ColumnElement[bool]:
    """The condition on a track: it has a file that is there, also where its sound is not known yet; or audio that was
    sent in to be kept.
    """
    file = exists().where(
        TrackSource.track_id == track_id, TrackSource.source == FOLDER, TrackSource.state != FileState.MISSING
    )
    return file | exists().where(Upload.track_id == track_id, Upload.audio_key.is_not(None))


def _has_row(track_id: Any) -> ColumnElement[bool]:
    return exists().where(TrackSource.track_id == track_id, TrackSource.source == FOLDER)
