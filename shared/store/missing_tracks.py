"""Tracks whose last file is gone, and files that a complete listing did not find.

A *missing* track leaves lists, exports, playlists, similar tracks and training unless it is asked for. It keeps its
labels and features, and comes back with its file. What decides is a recording as a whole: its tracks are missing
together, or none of them is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import Session, aliased

from shared.domain.file_state import FileState
from shared.store.tables import ClipRow, FeatureSet, JobItem, Track, TrackSource, Upload

FOLDER = "folder"
"""The source whose rows are files of the library; their `source_id` is the locator."""


@dataclass(frozen=True)
class KnownFile:
    """A file of the library that the store has a row of, and whose it is."""

    locator: str
    track_id: UUID


class MissingTracks:
    """All SQL on what makes tracks missing, and lets them come back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def refresh(self, track_ids: Iterable[UUID]) -> None:
        """Decide anew whether the recordings of these tracks are missing; what stays missing keeps its date.

        To be called in the transaction that changed their files, or which tracks are one recording.
        """
        asked, member = aliased(Track), aliased(Track)
        recordings = select(asked.survivor_id).where(asked.id.in_(list(track_ids)))
        decided = (
            select(
                member.survivor_id,
                and_(func.bool_or(_had_file(member.id)), ~func.bool_or(_has_audio(member.id))).label("is_missing"),
                func.min(member.missing_since).label("since"),
            )
            .where(member.survivor_id.in_(recordings))
            .group_by(member.survivor_id)
            .subquery()
        )
        since = case((decided.c.is_missing, func.coalesce(decided.c.since, func.now())))
        self._session.execute(
            update(Track)
            .where(Track.survivor_id == decided.c.survivor_id, Track.missing_since.is_distinct_from(since))
            .values(missing_since=since)
            .execution_options(synchronize_session=False)
        )

    def unlisted(self, job_id: UUID, *, folder: str, after: str = "", limit: int) -> list[KnownFile]:
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

    def mark(self, locators: Sequence[str]) -> int:
        """Write down that these files are gone; how many were not known to be. Their recordings are decided anew."""
        gone = self._session.scalars(
            update(TrackSource)
            .where(
                TrackSource.source == FOLDER, TrackSource.source_id.in_(locators),
                TrackSource.state != FileState.MISSING,
            )
            .values(state=FileState.MISSING, state_at=func.now())
            .returning(TrackSource.track_id)
            .execution_options(synchronize_session=False)
        ).all()  # fmt: skip
        self.refresh(gone)
        return len(gone)

    def count_known(self, folder: str) -> int:
        """How many files that are not missing lie below `folder`, a locator."""
        query = select(func.count()).where(is_file_below(folder), TrackSource.state != FileState.MISSING)
        return self._session.scalar(query) or 0


def is_shown(track: Any = Track) -> ColumnElement[bool]:
    """The condition on tracks of every list, export and training that was not asked for missing ones."""
    shown: ColumnElement[bool] = track.missing_since.is_(None)
    return shown


def is_file_below(folder: str) -> ColumnElement[bool]:
    """The condition on rows of `track_sources`: a file that is `folder`, or lies below it. Both are locators.

    No pattern, so that `%` and `_` in names are themselves; `a/s` does not take `a/sx` along.
    """
    below = TrackSource.source_id == folder, func.starts_with(TrackSource.source_id, folder.rstrip("/") + "/")
    return and_(TrackSource.source == FOLDER, or_(*below))


def _has_audio(track_id: Any) -> ColumnElement[bool]:
    """A file that is there, also where its sound is not known yet; or audio that was sent in to be kept."""
    file = exists().where(
        TrackSource.track_id == track_id, TrackSource.source == FOLDER, TrackSource.state != FileState.MISSING
    )
    return file | exists().where(Upload.track_id == track_id, Upload.audio_key.is_not(None))


def _had_file(track_id: Any) -> ColumnElement[bool]:
    """It has a row of a file, or it was analysed, and of no clip and no upload: its file sounds otherwise today."""
    analysed = exists().where(FeatureSet.track_id == track_id)
    other_audio = exists().where(ClipRow.track_id == track_id) | exists().where(Upload.track_id == track_id)
    has_row = exists().where(TrackSource.track_id == track_id, TrackSource.source == FOLDER)
    return has_row | (analysed & ~other_audio)
