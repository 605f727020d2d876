"""The standard by which a library's descriptors are compared: made when it is first needed, kept up with the library.

A few thousand tracks are placed while the request waits; more are a job, as for flips.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.api.deps import Ports
from shared.domain.job import JobState, Stage
from shared.similarity.index import is_outgrown, make_standard, place_missing
from shared.store.features.spec_stages import SpecStages
from shared.store.similarity.projections import EVERY_TRACK, Standards, StandardVectors
from shared.store.tables import Job, StandardRow
from shared.worker.context import send

_FRESH = timedelta(minutes=10)
"""After a job that placed all, what is still missing cannot be placed."""


def standard_of(ports: Ports, *, synthetic: bool) -> StandardRow | UUID | None:
    """The standard of a library, every track under it; or the job that has to end before; or None: no descriptors."""
    asked_at = datetime.now(UTC)
    with ports.store.read() as session:
        standards = _standards(ports, session, synthetic=synthetic)
        found = standards.get()
        if found is not None and not standards.is_behind(found):
            return found
        n_tracks = standards.n_tracks()
    if not n_tracks:
        return None
    if found is None or is_outgrown(found, n_tracks=n_tracks):
        found = _made(ports, n_tracks=n_tracks, synthetic=synthetic, instead_of=found.id if found else None)
    return _caught_up(ports, found, asked_at)


def _made(ports: Ports, *, n_tracks: int, synthetic: bool, instead_of: UUID | None) -> StandardRow:
    with ports.store.read() as session:
        content = make_standard(session, spec=ports.spec.fingerprint, synthetic=synthetic)

    def put(session: Session) -> StandardRow:
        SpecStages(session).declare(ports.spec.fingerprint, ports.spec)
        standards = _standards(ports, session, synthetic=synthetic)
        return standards.put(content, n_tracks=n_tracks, instead_of=instead_of)

    return ports.store.transact("standard.put", put)


def _caught_up(ports: Ports, standard: StandardRow, asked_at: datetime) -> StandardRow | UUID:
    """Give every track its vector, at once if few lack one."""
    with ports.store.read() as session:
        standards = _standards(ports, session, synthetic=standard.synthetic)
        job = standards.latest_job(standard)
        n_missing = standards.n_missing(standard)
    if job is not None and not JobState(job.state).is_final:
        return job.id
    few = n_missing <= ports.settings.score_at_once
    if not few and not _is_fresh(job):
        job_id, item_ids = ports.store.transact(
            "standard.schedule", lambda s: _standards(ports, s, synthetic=standard.synthetic).schedule(standard)
        )
        send(ports.bus, Stage.STANDARDISE, item_ids)
        return job_id
    with ports.store.read() as session:
        placed = place_missing(session, standard, EVERY_TRACK) if few and n_missing else None

    def keep(session: Session) -> None:
        vectors = StandardVectors(session)
        if vectors.standard(standard.id) is None:
            return  # another request has replaced it meanwhile
        if placed is not None:
            vectors.save(standard.id, placed.track_ids, placed.vectors)
        vectors.caught_up(standard.id, asked_at)

    ports.store.transact("standard.keep", keep)
    return standard


def _is_fresh(job: Job | None) -> bool:
    return job is not None and job.finished_at is not None and job.finished_at > datetime.now(UTC) - _FRESH


def _standards(ports: Ports, session: Session, *, synthetic: bool) -> Standards:
    return Standards(session, spec=ports.spec.fingerprint, synthetic=synthetic)
