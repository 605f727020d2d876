"""Packs: the jobs that ask for them. What writes them is in `shared.packs.writer`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog

from shared.blobs import Blobs
from shared.domain.augmentation import AugmentRequest
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason
from shared.packs.reader import VARIANTS
from shared.packs.writer import WrittenPack, get_fresh_pack, pack_digest, write_pack
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import ArrayRow, JobItem, VariantRow
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()


def pack_items(
    message: ItemsMessage, *, bench: WorkerContext, blobs: Blobs, spec: FeatureSpec, shard_bytes: int
) -> None:
    """Write the pack that an item asks for. One of variants waits until all variants of its job are made."""

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        ends = [_pack_item(item, bench=bench, blobs=blobs, spec=spec, shard_bytes=shard_bytes) for item in claim.items]
        return lambda repositories: [end(repositories) for end in ends]

    process_items(bench, message, stage=Stage.PACK, handle=handle, following=None)


def _pack_item(
    item: JobItem, *, bench: WorkerContext, blobs: Blobs, spec: FeatureSpec, shard_bytes: int
) -> Callable[[Repositories], ItemOutcome]:
    kind = item.payload["kind"]
    with bench.store.read() as repositories:
        if not repositories.pack_items.is_due(item.job_id):
            return lambda _: ItemOutcome(item_id=item.id, state=ItemState.QUEUED, next_stage=Stage.PACK)
        rows = _list_arrays(repositories, item, kind=kind, spec=spec)
        digest = pack_digest(rows, kind=kind, spec=spec.fingerprint)

    def tell(done: int) -> None:
        note = f"packed {done} of {len(rows)} arrays"
        bench.store.transact("pack.note", lambda repositories: repositories.jobs.set_note(item.job_id, note))

    with bench.store.read() as repositories:
        if get_fresh_pack(repositories.packs(spec=spec.fingerprint), rows, kind=kind) is not None:
            return lambda _: ItemOutcome(item_id=item.id, state=ItemState.SKIPPED, reason=Reason.UNCHANGED)
    try:
        packed = write_pack(rows, kind=kind, spec=spec.fingerprint, blobs=blobs, shard_bytes=shard_bytes, tell=tell)
    except PermanentError as error:
        failure = ItemOutcome(item_id=item.id, state=ItemState.FAILED, reason=error.reason, detail=error.detail)
        return lambda _: failure
    log.info("pack.written", kind=kind, n_arrays=len(rows), n_shards=len(packed.manifest.shards))

    def end(repositories: Repositories) -> ItemOutcome:
        repositories.spec_stages.declare_stages(spec.fingerprint, spec)
        repositories.packs(spec=spec.fingerprint).save_pack(_pack_row(packed, digest))
        return ItemOutcome(item_id=item.id, state=ItemState.DONE)

    return end


def _list_arrays(
    repositories: Repositories, item: JobItem, *, kind: str, spec: FeatureSpec
) -> list[ArrayRow | VariantRow]:
    packs = repositories.packs(spec=spec.fingerprint)
    if kind != VARIANTS:
        return list(packs.list_arrays(kind))
    job = repositories.jobs.get_by_id(item.job_id)
    return list(packs.list_variants(AugmentRequest.from_params(job.params))) if job else []


def _pack_row(packed: WrittenPack, digest: str) -> dict[str, Any]:
    tracks: set[UUID] = {entry.track_id for entry in packed.manifest.entries}
    return {
        "kind": packed.manifest.kind,
        "digest": digest,
        "manifest_key": packed.manifest_key,
        "manifest_sha256": packed.manifest_sha256,
        "n_tracks": len(tracks),
        "n_arrays": sum(entry.n for entry in packed.manifest.entries),
        "n_shards": len(packed.manifest.shards),
        "n_bytes": packed.n_bytes,
        "summary": {"left_out": packed.left_out},
    }
