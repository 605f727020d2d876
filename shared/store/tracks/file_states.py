"""The files of the library as they were seen last, and whether they were decoded since."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from shared.domain.file_state import FileState
from shared.domain.track import AudioFile
from shared.errors import Reason
from shared.store.base_repository import BaseRepository
from shared.store.tables import TrackSource
from shared.store.tracks.missing_tracks import MissingTracks


@dataclass(frozen=True, kw_only=True)
class FileStatus:
    """What tells whether a file changed."""

    size_bytes: int | None
    mtime_ns: int | None


class FileStates(BaseRepository):
    """All SQL on the states of files. A row that is changed is locked until the transaction ends."""

    def lock(self, source_ids: Iterable[int]) -> dict[int, TrackSource]:
        """Rows of files by their ids, locked in one order."""
        query = select(TrackSource).where(TrackSource.id.in_(list(source_ids))).order_by(TrackSource.id)
        rows = self._session.scalars(query.with_for_update().execution_options(populate_existing=True))
        return {row.id: row for row in rows}

    def mark_seen(self, row: TrackSource, audio: AudioFile) -> bool:
        """A crawl sees the file of a locked row. True if whose sound it is is not known until it is decoded.

        One that was missing and did not change is present again.
        """
        is_same = (row.size_bytes, row.mtime_ns) == (audio.size_bytes, audio.mtime_ns)
        was_missing = row.state == FileState.MISSING
        if not is_same:
            row.locator, row.size_bytes, row.mtime_ns = audio.locator, audio.size_bytes, audio.mtime_ns
            row.seen_at, row.reason, row.detail = func.now(), None, None
            _set_state(row, FileState.CHANGED)
        elif was_missing:
            _set_state(row, FileState.PRESENT)
        if was_missing:
            self._session.flush()
            MissingTracks(self._session).refresh([row.track_id])
        return row.state == FileState.CHANGED

    def mark_present(self, source_ids: Collection[int]) -> None:
        """A crawl sees files that were missing, with the size and time that they had."""
        rows = self.lock(source_ids)
        for row in rows.values():
            _set_state(row, FileState.PRESENT)
        self._session.flush()
        MissingTracks(self._session).refresh({row.track_id for row in rows.values()})

    def confirm(self, row: TrackSource, track_id: UUID, status: FileStatus) -> None:
        """The file of a locked row was decoded as it is at `status`: it sounds like this track."""
        row.track_id, row.size_bytes, row.mtime_ns = track_id, status.size_bytes, status.mtime_ns
        row.reason, row.detail = None, None
        if row.state != FileState.PRESENT:
            _set_state(row, FileState.PRESENT)

    def refuse(self, row: TrackSource, reason: Reason, detail: str, status: FileStatus | None) -> None:
        """The file of a locked row could not be decoded; without `status` not even read, so its state stays."""
        row.reason, row.detail = reason.value, detail
        if status is not None:
            row.size_bytes, row.mtime_ns = status.size_bytes, status.mtime_ns
            if row.state != FileState.PRESENT:
                _set_state(row, FileState.PRESENT)


def failing_file(sources: Iterable[TrackSource]) -> TrackSource | None:
    """A file that could not be read or decoded when that was tried last; None where another one of them could."""
    held = [source for source in sources if source.locator and source.state != FileState.MISSING]
    return next((source for source in held if source.reason), None) if all(one.reason for one in held) else None


def _set_state(row: TrackSource, state: FileState) -> None:
    row.state, row.state_at = state.value, func.now()
