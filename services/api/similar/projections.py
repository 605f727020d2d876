"""The projection in which a library's descriptors are compared: made when first needed, updated with the library.

A few thousand tracks are projected while the request waits; more are a job, as for flips.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.api.deps import ApiPorts
from shared.domain.job import JobState, Stage
from shared.similarity.index import is_outgrown, make_projection, project_missing
from shared.store.repositories import Repositories
from shared.store.similarity.projections import EVERY_TRACK, ProjectionRepository
from shared.store.tables import Job, ProjectionRow
from shared.worker.context import send_hints

_FRESH_FOR = timedelta(minutes=10)
"""After a job that projected all, what is still missing cannot be projected."""


def get_current_projection(ports: ApiPorts, *, synthetic: bool) -> ProjectionRow | UUID | None:
    """The projection of a library with all tracks; or the job that has to end before, or None: no descriptors."""
    asked_at = datetime.now(UTC)
    with ports.store.read() as repositories:
        projections = _projections(ports, repositories, synthetic=synthetic)
        projection = projections.get_current()
        if projection is not None and not projections.is_behind(projection):
            return projection
        n_tracks = projections.count_tracks()
    if not n_tracks:
        return None
    if projection is None or is_outgrown(projection, n_tracks=n_tracks):
        projection = _make_projection(
            ports, n_tracks=n_tracks, synthetic=synthetic, instead_of=projection.id if projection else None
        )
    return _catch_up(ports, projection, asked_at)


def _make_projection(ports: ApiPorts, *, n_tracks: int, synthetic: bool, instead_of: UUID | None) -> ProjectionRow:
    with ports.store.read() as repositories:
        content = make_projection(repositories, spec=ports.spec.fingerprint, synthetic=synthetic)

    def save_projection(repositories: Repositories) -> ProjectionRow:
        repositories.spec_stages.declare_stages(ports.spec.fingerprint, ports.spec)
        projections = _projections(ports, repositories, synthetic=synthetic)
        return projections.replace_current(content, n_tracks=n_tracks, instead_of=instead_of)

    return ports.store.transact("standard.put", save_projection)


def _catch_up(ports: ApiPorts, projection: ProjectionRow, asked_at: datetime) -> ProjectionRow | UUID:
    """Give every track its vector, at once if few lack one."""
    with ports.store.read() as repositories:
        projections = _projections(ports, repositories, synthetic=projection.synthetic)
        job = projections.get_latest_job(projection)
        n_missing = projections.count_missing(projection)
    if job is not None and not JobState(job.state).is_final:
        return job.id
    is_small = n_missing <= ports.settings.score_at_once
    if not is_small and not _is_fresh(job):
        job_id, item_ids = ports.store.transact(
            "standard.schedule",
            lambda repositories: _projections(ports, repositories, synthetic=projection.synthetic).schedule_library(
                projection
            ),
        )
        send_hints(ports.bus, Stage.STANDARDISE, item_ids)
        return job_id
    with ports.store.read() as repositories:
        projected = project_missing(repositories, projection, EVERY_TRACK) if is_small and n_missing else None

    def save_vectors(repositories: Repositories) -> None:
        vectors = repositories.projected_vectors
        if vectors.get_projection(projection.id) is None:
            return  # another request has replaced it meanwhile
        if projected is not None:
            vectors.save_vectors(projection.id, projected.track_ids, projected.vectors)
        vectors.mark_caught_up(projection.id, asked_at)

    ports.store.transact("standard.keep", save_vectors)
    return projection


def _is_fresh(job: Job | None) -> bool:
    return job is not None and job.finished_at is not None and job.finished_at > datetime.now(UTC) - _FRESH_FOR


def _projections(ports: ApiPorts, repositories: Repositories, *, synthetic: bool) -> ProjectionRepository:
    return repositories.projections(spec=ports.spec.fingerprint, synthetic=synthetic)
