"""Packs: the jobs that ask for them. What writes them is in `shared.packs.writer`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from shared.blobs import Blobs
from shared.domain.augmentation import AugmentRequest
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason
from shared.packs.reader import VARIANTS
from shared.packs.writer import Packed, digest_of, fresh_pack, write_pack
from shared.store.features.packs import PackItems, Packs
from shared.store.features.spec_stages import SpecStages
from shared.store.jobs.items import Claim, Outcome
from shared.store.jobs.repository import Jobs
from shared.store.tables import ArrayRow, JobItem, VariantRow
from shared.worker.context import Workbench, work_on

log = structlog.get_logger()


def pack_items(message: ItemsMessage, *, bench: Workbench, blobs: Blobs, spec: FeatureSpec, shard_bytes: int) -> None:
    """Write the pack that an item asks for. One of variants waits until all variants of its job are made."""

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        ends = [_pack_item(item, bench=bench, blobs=blobs, spec=spec, shard_bytes=shard_bytes) for item in claim.items]
        return lambda session: [end(session) for end in ends]

    work_on(bench, message, stage=Stage.PACK, handle=handle, following=None)


def _pack_item(
    item: JobItem, *, bench: Workbench, blobs: Blobs, spec: FeatureSpec, shard_bytes: int
) -> Callable[[Session], Outcome]:
    kind = item.payload["kind"]
    with bench.store.read() as session:
        if not PackItems(session).is_due(item.job_id):
            return lambda _: Outcome(item_id=item.id, state=ItemState.QUEUED, next_stage=Stage.PACK)
        rows = _rows(session, item, kind=kind, spec=spec)
        digest = digest_of(rows, kind=kind, spec=spec.fingerprint)

    def tell(done: int) -> None:
        note = f"packed {done} of {len(rows)} arrays"
        bench.store.transact("pack.note", lambda session: Jobs(session).annotate(item.job_id, note))

    with bench.store.read() as session:
        if fresh_pack(Packs(session, spec=spec.fingerprint), rows, kind=kind) is not None:
            return lambda _: Outcome(item_id=item.id, state=ItemState.SKIPPED, reason=Reason.UNCHANGED)
    try:
        packed = write_pack(rows, kind=kind, spec=spec.fingerprint, blobs=blobs, shard_bytes=shard_bytes, tell=tell)
    except PermanentError as error:
        failure = Outcome(item_id=item.id, state=ItemState.FAILED, reason=error.reason, detail=error.detail)
        return lambda _: failure
    log.info("pack.written", kind=kind, n_arrays=len(rows), n_shards=len(packed.manifest.shards))

    def end(session: Session) -> Outcome:
        SpecStages(session).declare(spec.fingerprint, spec)
        Packs(session, spec=spec.fingerprint).save(_pack_row(packed, digest))
        return Outcome(item_id=item.id, state=ItemState.DONE)

    return end


def _rows(session: Session, item: JobItem, *, kind: str, spec: FeatureSpec) -> list[ArrayRow | VariantRow]:
    packs = Packs(session, spec=spec.fingerprint)
    if kind != VARIANTS:
        return list(packs.arrays(kind))
    job = Jobs(session).get(item.job_id)
    return list(packs.variants(AugmentRequest.from_params(job.params))) if job else []


def _pack_row(packed: Packed, digest: str) -> dict[str, Any]:
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
