"""Which tracks are missing: the last file of their recording is gone."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from shared.domain.file_state import FileState
from shared.store.tables import Track, TrackSource, Upload


class MissingTracks:
    """All SQL on tracks without a file. What is said is said of all tracks of a recording alike."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def refresh(self, track_ids: Iterable[UUID]) -> None:
        """Say anew whether the recordings of these tracks are missing: all of their files, and no upload is kept.

        One without any file is left as it is: it never had one, or lost its last one to another track.
        """
        is_missing = ~_has_file(TrackSource.state != FileState.MISSING) & ~_is_kept()
        self._say(track_ids, _has_file() & is_missing & Track.missing_since.is_(None), func.now())
        self._say(track_ids, _has_file() & ~is_missing, None)

    def lose_file(self, track_ids: Iterable[UUID]) -> None:
        """A file of each of these tracks turned out to be another's: those that have no other one are missing."""
        track_ids = list(track_ids)
        self.refresh(track_ids)
        self._say(track_ids, ~_has_file() & ~_is_kept() & Track.missing_since.is_(None), func.now())

    def _say(self, track_ids: Iterable[UUID], rule: ColumnElement[bool], since: ColumnElement[datetime] | None) -> None:
        wanted = select(Track.survivor_id).where(Track.id.in_(list(track_ids)))
        self._session.execute(
            update(Track)
            .where(Track.survivor_id.in_(wanted), rule)
            .values(missing_since=since)
            .execution_options(synchronize_session=False)
        )


def _has_file(*rules: ColumnElement[bool]) -> Exists:
    member = aliased(Track)
    return exists().where(
        member.survivor_id == Track.survivor_id, TrackSource.track_id == member.id, TrackSource.source == "folder",
        *rules,
    )  # fmt: skip


def _is_kept() -> Exists:
    member = aliased(Track)
    return exists().where(
        member.survivor_id == Track.survivor_id, Upload.track_id == member.id, Upload.audio_key.is_not(None)
    )
