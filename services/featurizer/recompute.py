"""What a change of the spec leaves to be computed, as the items of a job."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import structlog

from services.featurizer.track_state import FINGERPRINT_ONLY, RECOMPUTED
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.messages import JobMessage
from shared.store.features.coverage import FeatureCoverage
from shared.store.jobs.repository import NewItem
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext, lease_job, send_hints

log = structlog.get_logger()

_CHUNK = 500
Pages = Callable[[FeatureCoverage, UUID | None], Sequence[UUID]]


def list_stale(message: JobMessage, *, bench: WorkerContext, spec: FeatureSpec, waveforms: bool = False) -> None:
    """Turn a recomputation into items: tracks without features of this spec. Listing again adds only what is new.

    `waveforms`: tracks whose samples alone are missing as well.
    """
    job_id = UUID(message.job_id)
    with bench.store.read() as repositories:
        job = repositories.jobs.get_by_id(job_id)
    if job and job.params.get("fingerprints"):
        _list_without_fingerprint(job_id, bench=bench, spec=spec)
        return
    failed = bool(job and job.params.get("failed"))

    def pages(coverage: FeatureCoverage, after: UUID | None) -> Sequence[UUID]:
        return coverage.list_stale(failed=failed, waveforms=waveforms, after=after, limit=_CHUNK)

    _list_tracks(job_id, bench=bench, spec=spec, stage=Stage.FEATURIZE, pages=pages, payload={RECOMPUTED: True})


def _list_without_fingerprint(job_id: UUID, *, bench: WorkerContext, spec: FeatureSpec) -> None:
    """Tracks with features of any spec and a file, and no acoustic fingerprint of today's version."""

    def pages(coverage: FeatureCoverage, after: UUID | None) -> Sequence[UUID]:
        return coverage.list_without_fingerprint(after=after, limit=_CHUNK)

    payload = {RECOMPUTED: True, FINGERPRINT_ONLY: True}
    _list_tracks(job_id, bench=bench, spec=spec, stage=Stage.FEATURIZE, pages=pages, payload=payload)


def list_variants(message: JobMessage, *, bench: WorkerContext, spec: FeatureSpec) -> None:
    """Turn an augmentation into items: every track that has features and a file, and one item that packs the rest."""
    job_id = UUID(message.job_id)

    def pages(coverage: FeatureCoverage, after: UUID | None) -> Sequence[UUID]:
        return coverage.list_ready(after=after, limit=_CHUNK)

    _list_tracks(job_id, bench=bench, spec=spec, stage=Stage.AUGMENT, pages=pages, payload={}, then_pack=True)


def _list_tracks(
    job_id: UUID,
    *,
    bench: WorkerContext,
    spec: FeatureSpec,
    stage: Stage,
    pages: Pages,
    payload: dict[str, bool],
    then_pack: bool = False,
) -> None:
    with lease_job(bench, job_id, name="features") as lease:
        if lease is None:
            return
        for track_ids in _track_chunks(bench, spec, pages):
            if not lease.is_held():
                return
            items = [NewItem(str(track_id), dict(payload), track_id) for track_id in track_ids]
            _add_items(bench, job_id, stage, items)
        token = lease.token

        def end(repositories: Repositories) -> None:
            if then_pack:
                repositories.jobs.add_items(job_id, Stage.PACK, [NewItem("pack", {"kind": "variants"})])
            repositories.job_leases.end_listing(token)

        bench.store.transact("features.listed", end)
        log.info("features.listed", job_id=str(job_id), stage=stage.value)


def _add_items(bench: WorkerContext, job_id: UUID, stage: Stage, items: list[NewItem]) -> None:
    added = bench.store.transact(
        "features.items", lambda repositories: repositories.jobs.add_items(job_id, stage, items)
    )
    send_hints(bench.bus, stage, added)


def _track_chunks(bench: WorkerContext, spec: FeatureSpec, pages: Pages) -> Iterator[Sequence[UUID]]:
    after: UUID | None = None
    while True:
        with bench.store.read() as repositories:
            track_ids = pages(repositories.feature_coverage(spec=spec.fingerprint), after)
        if not track_ids:
            return
        yield track_ids
        after = track_ids[-1]
