"""Peaks, covers and copies in Opus of tracks: what is there, what is being made, and what goes from the cache."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import case, delete, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from shared.domain.job import ItemState, JobKind, Stage
from shared.domain.media import MADE_BY, NO_COVER, FileVersion, MediaKind, MediaWork
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository
from shared.store.jobs.repository import OPEN_ITEMS, OPEN_JOBS, JobRepository, NewItem
from shared.store.tables import Job, JobItem, Track, TrackMediaRow, UnusedBlob

_TRIED_AGAIN = timedelta(minutes=1)
"""A question that comes so long after a failure tries again: the file may be whole by then."""
_USE_NOTED_EVERY = timedelta(minutes=1)
"""A player asks for a file in many pieces: not each of them writes a row."""


@dataclass(frozen=True, kw_only=True)
class MediaRequest:
    """What is to be made of the file of a track."""

    track_id: UUID
    work: MediaWork
    file: FileVersion

    @property
    def key(self) -> str:
        """Of its item: the same is asked for once at a time."""
        return f"{self.track_id}/{self.work}/{self.file.size_bytes}/{self.file.mtime_ns}"

    def to_payload(self) -> JsonObject:
        """JSON values, as an item keeps it."""
        return {
            "track_id": str(self.track_id),
            "work": self.work.value,
            "size_bytes": self.file.size_bytes,
            "mtime_ns": self.file.mtime_ns,
        }

    @classmethod
    def from_payload(cls, payload: JsonObject) -> Self:
        """What `to_payload` wrote."""
        file = FileVersion(size_bytes=payload["size_bytes"], mtime_ns=payload["mtime_ns"])
        return cls(track_id=UUID(payload["track_id"]), work=MediaWork(payload["work"]), file=file)


@dataclass(frozen=True, kw_only=True)
class MadeMedia:
    """One kind of media that was made: its content, the key of its blob, or the reason why there is none."""

    kind: MediaKind
    content: bytes | None = None
    blob_key: str | None = None
    n_bytes: int = 0
    sha256: str | None = None
    duration_s: float | None = None
    reason: str | None = None
    detail: str | None = None

    @classmethod
    def without(cls, kind: MediaKind, *, reason: str, detail: str) -> Self:
        """None, and why."""
        return cls(kind=kind, reason=reason, detail=detail)


def is_use_due(row: TrackMediaRow) -> bool:
    """Whether `mark_used` is to be called, because the last use that was written down is old."""
    return row.used_at < datetime.now(UTC) - _USE_NOTED_EVERY


class TrackMediaRepository(BaseRepository):
    """All SQL on media of tracks."""

    def get(self, track_id: UUID, kind: MediaKind, *, file: FileVersion) -> TrackMediaRow | None:
        """What was made of this file, or why it could not be; None where it is to be made, or tried again."""
        row = self._session.get(TrackMediaRow, (track_id, kind.value))
        if row is None or FileVersion(size_bytes=row.size_bytes, mtime_ns=row.mtime_ns) != file:
            return None
        has_failed = row.reason is not None and row.reason != NO_COVER
        return None if has_failed and row.made_at < datetime.now(UTC) - _TRIED_AGAIN else row

    def find_work(self, track_id: UUID, kind: MediaKind, *, file: FileVersion) -> ItemState | None:
        """How the making of it stands; None where it is not in work."""
        keys = [MediaRequest(track_id=track_id, work=work, file=file).key for work in MADE_BY[kind]]
        query = (
            select(JobItem.state)
            .where(JobItem.stage == Stage.MEDIA, JobItem.state.in_(OPEN_ITEMS), JobItem.key.in_(keys))
            .order_by(case((JobItem.state == ItemState.RUNNING, 0), else_=1))
            .limit(1)
        )
        state = self._session.scalar(query)
        return None if state is None else ItemState(state)

    def start_work(self, track_id: UUID, kind: MediaKind, *, file: FileVersion) -> list[int]:
        """The item that makes it; none where it is in work already."""
        request = MediaRequest(track_id=track_id, work=MADE_BY[kind][0], file=file)
        self._lock(request.key)
        if self.find_work(track_id, kind, file=file) is not None:
            return []
        item = NewItem(request.key, request.to_payload())
        return JobRepository(self._session).add_items(self._find_job(request.key), Stage.MEDIA, [item])

    def mark_used(self, track_id: UUID, kind: MediaKind) -> None:
        """It was asked for just now."""
        self._session.execute(
            update(TrackMediaRow)
            .where(TrackMediaRow.track_id == track_id, TrackMediaRow.kind == kind)
            .values(used_at=func.now())
        )

    def save(self, track_id: UUID, made: Sequence[MadeMedia], *, file: FileVersion, cache_bytes: int) -> bool:
        """Keep what was made of a file in place of what was there, and let the copies used least recently go where all
        of them are larger than `cache_bytes`. False: the track is not there any more.

        Blobs that go, or that nobody will name, are noted: a featurizer deletes them after this transaction.
        """
        blob_keys = [one.blob_key for one in made if one.blob_key is not None]
        if blob_keys:
            self._lock("cache")  # first: two that add to the cache let the rows of each other go
        if self._session.get(Track, track_id, with_for_update={"key_share": True}) is None:
            self._note_unused(blob_keys)
            return False
        kinds = [one.kind for one in made]
        replaced = select(TrackMediaRow.blob_key).where(
            TrackMediaRow.track_id == track_id, TrackMediaRow.kind.in_(kinds), TrackMediaRow.blob_key.is_not(None)
        )
        self._note_unused(set(self._session.scalars(replaced)) - set(blob_keys))
        for one in made:
            self._upsert(track_id, one, file)
        if blob_keys:
            self._shrink_cache(cache_bytes, kept=track_id)
        return True

    def _upsert(self, track_id: UUID, made: MadeMedia, file: FileVersion) -> None:
        values = {
            "size_bytes": file.size_bytes,
            "mtime_ns": file.mtime_ns,
            "content": made.content,
            "blob_key": made.blob_key,
            "n_bytes": made.n_bytes,
            "sha256": made.sha256,
            "duration_s": made.duration_s,
            "reason": made.reason,
            "detail": made.detail,
            "made_at": func.now(),
            "used_at": func.now(),
        }
        query = insert(TrackMediaRow).values(track_id=track_id, kind=made.kind, **values)
        self._session.execute(query.on_conflict_do_update(index_elements=["track_id", "kind"], set_=values))

    def _shrink_cache(self, cache_bytes: int, *, kept: UUID) -> None:
        """Of `kept`, which somebody waits for, the copy stays also where it is larger than the cache."""
        row = TrackMediaRow
        order = ((row.track_id == kept).desc(), row.used_at.desc(), row.track_id)
        ranked = (
            select(row.track_id, row.kind, func.sum(row.n_bytes).over(order_by=order).label("n_bytes_so_far"))
            .where(row.blob_key.is_not(None))
            .subquery()
        )
        too_many = select(ranked.c.track_id, ranked.c.kind).where(
            ranked.c.n_bytes_so_far > cache_bytes, ranked.c.track_id != kept
        )
        gone = delete(row).where(tuple_(row.track_id, row.kind).in_(too_many)).returning(row.blob_key)
        self._note_unused(self._session.scalars(gone.execution_options(synchronize_session=False)).all())

    def _note_unused(self, blob_keys: Collection[str | None]) -> None:
        rows = [{"key": key} for key in sorted(filter(None, blob_keys))]
        if rows:
            self._session.execute(insert(UnusedBlob).values(rows).on_conflict_do_nothing())

    def _find_job(self, key: str) -> UUID:
        """The job to which an item is added: one that is in work, so that a page of covers is not a page of jobs."""
        query = (
            select(Job.id)
            .where(Job.kind == JobKind.MEDIA, Job.state.in_(OPEN_JOBS))
            .order_by(Job.id.desc())
            .limit(1)
            .with_for_update()
        )
        job_id = self._session.scalar(query)
        # who ends a job locks it first: an item that is open now is open until this transaction ends
        is_open = exists().where(JobItem.job_id == job_id, JobItem.state.in_(OPEN_ITEMS))
        has_key = exists().where(JobItem.job_id == job_id, JobItem.key == key)
        if job_id is not None and self._session.scalar(select(is_open & ~has_key)):
            return job_id
        job, _ = JobRepository(self._session).create_job(JobKind.MEDIA, {}, listed=True)
        return job.id

    def _lock(self, name: str) -> None:
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"media/{name}"))))
