"""What a change of the spec leaves to be computed, as the items of a job."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from services.featurizer.track_state import FINGERPRINT_ONLY, RECOMPUTED
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.messages import JobMessage
from shared.store.features.coverage import FeatureCensus
from shared.store.jobs.repository import Jobs, NewItem
from shared.worker.context import Workbench, hold_job, send

log = structlog.get_logger()

_CHUNK = 500
Pages = Callable[[FeatureCensus, UUID | None], Sequence[UUID]]


def list_stale(message: JobMessage, *, bench: Workbench, spec: FeatureSpec, waveforms: bool = False) -> None:
    """Turn a recomputation into items: tracks without features of this spec. Listing again adds only what is new.

    `waveforms`: tracks whose samples alone are missing as well.
    """
    job_id = UUID(message.job_id)
    with bench.store.read() as session:
        job = Jobs(session).get(job_id)
    if job and job.params.get("fingerprints"):
        _list_without_fingerprint(job_id, bench=bench, spec=spec)
        return
    failed = bool(job and job.params.get("failed"))

    def pages(census: FeatureCensus, after: UUID | None) -> Sequence[UUID]:
        return census.stale(failed=failed, waveforms=waveforms, after=after, limit=_CHUNK)

    _list(job_id, bench=bench, spec=spec, stage=Stage.FEATURIZE, pages=pages, payload={RECOMPUTED: True})


def _list_without_fingerprint(job_id: UUID, *, bench: Workbench, spec: FeatureSpec) -> None:
    """Tracks with features of any spec and a file, and no acoustic fingerprint of today's version."""

    def pages(census: FeatureCensus, after: UUID | None) -> Sequence[UUID]:
        return census.without_fingerprint(after=after, limit=_CHUNK)

    payload = {RECOMPUTED: True, FINGERPRINT_ONLY: True}
    _list(job_id, bench=bench, spec=spec, stage=Stage.FEATURIZE, pages=pages, payload=payload)


def list_variants(message: JobMessage, *, bench: Workbench, spec: FeatureSpec) -> None:
    """Turn an augmentation into items: every track that has features and a file, and one item that packs the rest."""
    job_id = UUID(message.job_id)

    def pages(census: FeatureCensus, after: UUID | None) -> Sequence[UUID]:
        return census.ready(after=after, limit=_CHUNK)

    _list(job_id, bench=bench, spec=spec, stage=Stage.AUGMENT, pages=pages, payload={}, then_pack=True)


def _list(
    job_id: UUID,
    *,
    bench: Workbench,
    spec: FeatureSpec,
    stage: Stage,
    pages: Pages,
    payload: dict[str, bool],
    then_pack: bool = False,
) -> None:
    with hold_job(bench, job_id, name="features") as lease:
        if lease is None:
            return
        for track_ids in _chunks(bench, spec, pages):
            if not lease.is_held():
                return
            items = [NewItem(str(track_id), dict(payload), track_id) for track_id in track_ids]
            _add(bench, job_id, stage, items)
        token = lease.token

        def end(session: Session) -> None:
            if then_pack:
                Jobs(session).add_items(job_id, Stage.PACK, [NewItem("pack", {"kind": "variants"})])
            Jobs(session).end_listing(token)

        bench.store.transact("features.listed", end)
        log.info("features.listed", job_id=str(job_id), stage=stage.value)


def _add(bench: Workbench, job_id: UUID, stage: Stage, items: list[NewItem]) -> None:
    added = bench.store.transact("features.items", lambda session: Jobs(session).add_items(job_id, stage, items))
    send(bench.bus, stage, added)


def _chunks(bench: Workbench, spec: FeatureSpec, pages: Pages) -> Iterator[Sequence[UUID]]:
    after: UUID | None = None
    while True:
        with bench.store.read() as session:
            found = pages(FeatureCensus(session, spec=spec.fingerprint), after)
        if not found:
            return
        yield found
        after = found[-1]
