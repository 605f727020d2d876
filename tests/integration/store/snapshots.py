"""Frozen training sets on catalogue columns."""

from pathlib import Path

from services.trainer.dataset.snapshot import freeze_snapshot
from shared.blobs.folder import FolderBlobs
from shared.domain.training import TrainRequest
from shared.store.repositories import RepositorySession
from shared.store.tables import Job, SnapshotRow


def freeze(session: RepositorySession, folder: Path) -> SnapshotRow:
    """The snapshot of a new training on the catalogue columns of all tracks."""
    job = Job(kind="train", params={})
    session.add(job)
    session.flush()
    request = TrainRequest(inputs=("catalogue",))
    return freeze_snapshot(session, job.id, request, spec="s", blobs=FolderBlobs(folder))
