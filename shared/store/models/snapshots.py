"""Frozen training sets."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import insert, select, update

from shared.domain.snapshot import SnapshotItemValues, SnapshotValues
from shared.store.base_repository import BaseRepository
from shared.store.tables import Job, SnapshotItem, SnapshotRow


class SnapshotRepository(BaseRepository):
    """All SQL on snapshots."""

    def get_by_job(self, job_id: UUID) -> SnapshotRow | None:
        """The snapshot that a training froze before it was interrupted, or None."""
        query = select(SnapshotRow).join(Job, Job.snapshot_id == SnapshotRow.id).where(Job.id == job_id)
        return self._session.scalar(query)

    def freeze_snapshot(self, job_id: UUID, row: SnapshotValues, items: Iterable[SnapshotItemValues]) -> SnapshotRow:
        """Write a snapshot with its items, and tie it to the job, so that a second attempt trains on the same."""
        snapshot = SnapshotRow(**row)
        self._session.add(snapshot)
        self._session.flush()
        self._session.execute(insert(SnapshotItem), [{"snapshot_id": snapshot.id, **item} for item in items])
        self._session.execute(update(Job).where(Job.id == job_id).values(snapshot_id=snapshot.id))
        return snapshot

    def add_external(self, row: SnapshotValues) -> SnapshotRow:
        """A snapshot without items: what a model that was not trained here says of its training set."""
        snapshot = SnapshotRow(**row)
        self._session.add(snapshot)
        self._session.flush()
        return snapshot

    def list_items(self, snapshot_id: UUID) -> Sequence[SnapshotItem]:
        """The examples, ordered by track."""
        query = select(SnapshotItem).where(SnapshotItem.snapshot_id == snapshot_id).order_by(SnapshotItem.track_id)
        return self._session.scalars(query).all()
