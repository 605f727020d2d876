"""Outputs of taggers on short windows: of tracks, and of songs that were sent in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from shared.arrays import Tensor
from shared.domain.file_state import FileState
from shared.domain.job import BACKGROUND, ItemState, JobKind, Stage
from shared.domain.windows import EXCERPT, fingerprint_windows
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository
from shared.store.features.by_recording import first_by_track, select_by_recording
from shared.store.features.output_values import decode_values, encode_values
from shared.store.jobs.repository import OPEN_ITEMS, JobRepository, NewItem
from shared.store.tables import ClipRow, FeatureSet, JobItem, Track, TrackSource, Upload, WindowOutputRow

_TRIED_AGAIN = timedelta(minutes=1)
"""A question that comes so long after a failure makes the windows again: the file may be back."""


@dataclass(frozen=True, kw_only=True)
class WindowRequest:
    """Windows that are to be made of a track."""

    track_id: UUID
    span: str
    versions: Mapping[str, str]
    """The fingerprint of each tagger, by its name."""

    @property
    def key(self) -> str:
        """Of its item: the same windows are asked for once at a time."""
        return f"{self.track_id}/{self.span}/{fingerprint_windows(self.versions)}"

    def to_payload(self) -> JsonObject:
        """JSON values, as an item keeps it. Pairs keep the order of the taggers, which a JSON column does not."""
        return {"track_id": str(self.track_id), "span": self.span, "taggers": [list(p) for p in self.versions.items()]}

    @classmethod
    def from_payload(cls, payload: JsonObject) -> Self:
        """What `to_payload` wrote."""
        versions = dict(payload["taggers"])
        return cls(track_id=UUID(payload["track_id"]), span=payload["span"], versions=versions)


@dataclass(frozen=True, kw_only=True, eq=False)
class StoredWindows:
    """What taggers gave for windows of one file, as it is stored."""

    span: str
    versions: Mapping[str, str]
    audio_sha256: str
    starts_s: Sequence[float]
    values: Tensor
    """`(n_windows, n_values)`."""

    @classmethod
    def from_row(cls, row: WindowOutputRow, versions: Mapping[str, str]) -> Self:
        """A stored row, its taggers in the order of `versions`, by which it was found."""
        return cls(
            span=row.span,
            versions=versions,
            audio_sha256=row.audio_sha256,
            starts_s=tuple(row.starts_s),
            values=decode_values(row.values).reshape(len(row.starts_s), -1),
        )


@dataclass(frozen=True, kw_only=True)
class WindowWork:
    """How far the making of windows is that somebody asked for."""

    state: ItemState
    reason: str | None
    detail: str | None


class WindowRepository(BaseRepository):
    """All SQL on windows."""

    def list_recording(self, track_id: UUID) -> list[UUID]:
        """The tracks of the recording of a track, itself first; none where it was removed."""
        own = aliased(Track)
        query = (
            select(Track.id)
            .join(own, own.survivor_id == Track.survivor_id)
            .where(own.id == track_id)
            .order_by(Track.id != track_id, Track.id)
        )
        return list(self._session.scalars(query))

    def save_track_windows(self, track_id: UUID, windows: StoredWindows) -> bool:
        """Keep the windows of a track in place of older ones. False: the track is not there any more."""
        if self._session.get(Track, track_id, with_for_update={"key_share": True}) is None:
            return False
        self._save({"track_id": track_id}, windows, index=("track_id", "span", "fingerprint"))
        return True

    def save_upload_windows(self, upload_id: UUID, windows: StoredWindows) -> None:
        """Keep the windows of a song that was sent in."""
        self._save({"upload_id": upload_id}, windows, index=("upload_id", "fingerprint"))

    def get_track_windows(self, track_id: UUID, *, span: str, versions: Mapping[str, str]) -> StoredWindows | None:
        """The windows of any track of the recording; None where there are none of these versions of its sound today."""
        query = select_by_recording(WindowOutputRow, [track_id]).where(*_is_current(span, versions))
        row = first_by_track(self._session.execute(query)).get(track_id)
        return StoredWindows.from_row(row, versions) if row is not None else None

    def get_upload_windows(self, upload_id: UUID, *, versions: Mapping[str, str]) -> StoredWindows | None:
        """The windows of a song that was sent in, or None."""
        row = self._session.scalar(
            select(WindowOutputRow).where(
                WindowOutputRow.upload_id == upload_id,
                WindowOutputRow.fingerprint == fingerprint_windows(versions),
            )
        )
        return StoredWindows.from_row(row, versions) if row is not None else None

    def list_excerpts(self, track_ids: Collection[UUID], *, versions: Mapping[str, str]) -> dict[UUID, StoredWindows]:
        """The windows of the described excerpts, of those recordings that have them."""
        query = select_by_recording(WindowOutputRow, track_ids).where(*_is_current(EXCERPT, versions))
        rows = first_by_track(self._session.execute(query))
        return {track_id: StoredWindows.from_row(row, versions) for track_id, row in rows.items()}

    def filter_with_windows(self, track_ids: Collection[UUID], *, span: str, versions: Mapping[str, str]) -> set[UUID]:
        """Those of the recordings that have windows of a span."""
        wanted, track = aliased(Track), aliased(Track)
        query = (
            select(wanted.id)
            .join(track, track.survivor_id == wanted.survivor_id)
            .join(WindowOutputRow, WindowOutputRow.track_id == track.id)
            .where(wanted.id.in_(track_ids), *_is_current(span, versions))
        )
        return set(self._session.scalars(query))

    def list_without_excerpt(self, track_ids: Collection[UUID], *, versions: Mapping[str, str]) -> list[UUID]:
        """Those of the tracks that have a file or kept audio, lack windows of their excerpt, and were not tried yet."""
        there = self.filter_with_windows(track_ids, span=EXCERPT, versions=versions)
        keys = {
            WindowRequest(track_id=track_id, span=EXCERPT, versions=versions).key: track_id
            for track_id in track_ids
            if track_id not in there
        }
        tried = set(
            self._session.scalars(
                select(JobItem.key).where(JobItem.stage == Stage.EXCERPT_WINDOWS, JobItem.key.in_(keys))
            )
        )
        left = {track_id for key, track_id in keys.items() if key not in tried}
        return sorted(self.filter_with_audio(left))

    def filter_with_audio(self, track_ids: Collection[UUID]) -> set[UUID]:
        """Those of the tracks whose recording has a file, a clip that is kept, or audio that was sent in."""
        wanted, track = aliased(Track), aliased(Track)
        query = (
            select(wanted.id)
            .join(track, track.survivor_id == wanted.survivor_id)
            .where(wanted.id.in_(track_ids), ~wanted.synthetic, _has_audio(track))
        )
        return set(self._session.scalars(query))

    def schedule_excerpts(self, track_ids: Sequence[UUID], *, versions: Mapping[str, str]) -> list[int]:
        """Items that make the windows of described excerpts, in the background."""
        jobs = JobRepository(self._session)
        job, _ = jobs.create_job(JobKind.WINDOWS, {BACKGROUND: True, "taggers": dict(versions)}, listed=True)
        requests = [WindowRequest(track_id=one, span=EXCERPT, versions=versions) for one in track_ids]
        return jobs.add_items(job.id, Stage.EXCERPT_WINDOWS, [NewItem(r.key, r.to_payload()) for r in requests])

    def count_open_excerpts(self, *, versions: Mapping[str, str]) -> int:
        """How many excerpts are still in work."""
        suffix = f"%/{EXCERPT}/{fingerprint_windows(versions)}"
        query = select(func.count()).where(
            JobItem.stage == Stage.EXCERPT_WINDOWS, JobItem.state.in_(OPEN_ITEMS), JobItem.key.like(suffix)
        )
        return self._session.scalar(query) or 0

    def find_work(self, request: WindowRequest) -> WindowWork | None:
        """How the latest making of these windows stands; None where there is none, or it ended too long ago."""
        is_recent = or_(JobItem.state.in_(OPEN_ITEMS), JobItem.finished_at > func.now() - _TRIED_AGAIN)
        item = self._session.scalar(
            select(JobItem)
            .where(JobItem.stage == Stage.WINDOWS, JobItem.key == request.key, is_recent)
            .order_by(case((JobItem.state.in_(OPEN_ITEMS), 0), else_=1), JobItem.id.desc())
            .limit(1)
        )
        return None if item is None else WindowWork(
            state=ItemState(item.state), reason=item.reason, detail=item.detail
        )  # fmt: skip

    def start_work(self, requests: Collection[WindowRequest]) -> list[int]:
        """Items of a job that makes windows at once: those that are not in work, and did not just end."""
        new = []
        for request in sorted(requests, key=lambda one: one.key):
            self._lock(request.key)
            if self.find_work(request) is None:
                new.append(NewItem(request.key, request.to_payload()))
        if not new:
            return []
        jobs = JobRepository(self._session)
        job, _ = jobs.create_job(JobKind.WINDOWS, {"n_tracks": len(new)}, listed=True)
        return jobs.add_items(job.id, Stage.WINDOWS, new)

    def _lock(self, key: str) -> None:
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"windows/{key}"))))

    def _save(self, owner: dict[str, UUID], windows: StoredWindows, *, index: Sequence[str]) -> None:
        values = {
            "span": windows.span,
            "fingerprint": fingerprint_windows(windows.versions),
            "audio_sha256": windows.audio_sha256,
            "taggers": dict(windows.versions),
            "starts_s": [float(start_s) for start_s in windows.starts_s],
            "values": encode_values(windows.values),
        }
        query = insert(WindowOutputRow).values(id=uuid7(), **owner, **values)
        self._session.execute(
            query.on_conflict_do_update(index_elements=list(index), set_={**values, "made_at": func.now()})
        )


def _is_of_other_sound() -> ColumnElement[bool]:
    """The track has other sound by now than the windows were made of."""
    return exists().where(
        FeatureSet.track_id == WindowOutputRow.track_id,
        FeatureSet.state == "ready",
        FeatureSet.made_at > WindowOutputRow.made_at,
        FeatureSet.audio_sha256.is_not(None),
        FeatureSet.audio_sha256 != WindowOutputRow.audio_sha256,
    )


def _is_current(span: str, versions: Mapping[str, str]) -> tuple[ColumnElement[bool], ...]:
    return (
        WindowOutputRow.span == span,
        WindowOutputRow.fingerprint == fingerprint_windows(versions),
        ~_is_of_other_sound(),
    )


def _has_audio(track: Any) -> ColumnElement[bool]:
    has_file = exists().where(
        TrackSource.track_id == track.id, TrackSource.locator.is_not(None), TrackSource.state != FileState.MISSING
    )
    is_kept = exists().where(Upload.track_id == track.id, Upload.audio_key.is_not(None))
    has_clip = exists().where(ClipRow.track_id == track.id, ClipRow.dropped_at.is_(None))
    return or_(has_file, is_kept, has_clip)
