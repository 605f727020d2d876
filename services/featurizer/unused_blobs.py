"""Deletes the blobs that removed tracks had, after the commit that removed them."""

from shared.blobs import Blobs
from shared.worker.context import WorkerContext


def delete_unused(*, bench: WorkerContext, blobs: Blobs) -> None:
    """Delete what nobody refers to. A blob that is gone already is no error, so a killed pass is simply repeated."""
    with bench.store.read() as repositories:
        if not repositories.unused_blobs.has_unused():
            return
    keys = bench.store.transact("blobs.unused", lambda repositories: repositories.unused_blobs.list_unused())
    for key in keys:
        blobs.delete(key)
    bench.store.transact("blobs.deleted", lambda repositories: repositories.unused_blobs.forget_keys(keys))
