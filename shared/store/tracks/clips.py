"""Clips: audio that is in the blob store only until it is analysed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.domain.track import FetchedClip
from shared.store.base_repository import BaseRepository
from shared.store.tables import ClipRow


@dataclass(frozen=True)
class KeptClip:
    """The latest clip of a track; without a key it was analysed and dropped."""

    key: str | None
    match_score: float
    source: str
    fetched_at: datetime


class ClipRepository(BaseRepository):
    """All SQL on clips."""

    def save_clip(self, track_id: UUID, clip: FetchedClip) -> None:
        """A clip is in the blob store, in place of the one that had its key."""
        row = {
            "track_id": track_id,
            "source": clip.source,
            "size_bytes": clip.size_bytes,
            "match_score": clip.match_score,
            "fetched_at": func.now(),
            "dropped_at": None,
            "deleted_at": None,
        }
        self._session.execute(
            insert(ClipRow).values(key=clip.key, **row).on_conflict_do_update(index_elements=["key"], set_=row)
        )

    def list_by_track(self, track_ids: Iterable[UUID]) -> dict[UUID, KeptClip]:
        """The latest clip of each track that ever had one."""
        query = select(ClipRow).where(ClipRow.track_id.in_(list(track_ids))).order_by(ClipRow.fetched_at)
        return {
            row.track_id: KeptClip(
                None if row.dropped_at else row.key, row.match_score, source=row.source, fetched_at=row.fetched_at
            )
            for row in self._session.scalars(query)
        }

    def drop_clips(self, track_ids: Iterable[UUID]) -> None:
        """These tracks are analysed: their clips may go."""
        self._session.execute(
            update(ClipRow)
            .where(ClipRow.track_id.in_(list(track_ids)), ClipRow.dropped_at.is_(None))
            .values(dropped_at=func.now())
        )

    def list_to_delete(self, *, limit: int = 500) -> list[str]:
        """Keys of dropped clips whose bytes are still there, also those that a dead worker left."""
        query = select(ClipRow.key).where(ClipRow.dropped_at.is_not(None), ClipRow.deleted_at.is_(None)).limit(limit)
        return list(self._session.scalars(query))

    def mark_deleted(self, keys: Iterable[str]) -> None:
        """Their bytes are gone."""
        self._session.execute(update(ClipRow).where(ClipRow.key.in_(list(keys))).values(deleted_at=func.now()))
