"""Deletes the blobs that removed tracks had, after the commit that removed them."""

from shared.blobs import Blobs
from shared.store.features.unused_blobs import UnusedBlobs
from shared.worker.context import WorkerContext


def delete_unused(*, bench: WorkerContext, blobs: Blobs) -> None:
    """Delete what nobody refers to. A blob that is gone already is no error, so a killed pass is simply repeated."""
    with bench.store.read() as session:
        if not UnusedBlobs(session).are_waiting():
            return
    keys = bench.store.transact("blobs.unused", lambda session: UnusedBlobs(session).take())
    for key in keys:
        blobs.delete(key)
    bench.store.transact("blobs.deleted", lambda session: UnusedBlobs(session).deleted(keys))
