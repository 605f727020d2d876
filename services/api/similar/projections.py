"""The projection in which a library's descriptors, or what taggers gave for it, are compared.

The scorer keeps it up with the library (`shared.similarity.library_projections`). A request does not wait for that
where few tracks lack their vector; more are a job, as for flips.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.api.deps import ApiPorts
from shared.domain.job import JobState, Stage
from shared.similarity.index import is_outgrown
from shared.similarity.library_projections import SimilarityBasis, add_vectors, replace_projection
from shared.store.similarity.projections import EVERY_TRACK
from shared.store.tables import Job, ProjectionRow
from shared.worker.context import send_hints

_FRESH_FOR = timedelta(minutes=10)
"""After a job that projected all, what is still missing cannot be projected."""
_FITTED_AT_ONCE = 1000
"""A projection is fitted to so many tracks, or fewer, while a request waits."""


def get_current_projection(ports: ApiPorts, basis: SimilarityBasis, *, synthetic: bool) -> ProjectionRow | UUID | None:
    """The projection of a library with all tracks; or the job that has to end before, or None: nothing to project.

    Of a library whose vectors are in a file, which the scorer keeps up, the tracks of the last minute may lack theirs.
    """
    asked_at = datetime.now(UTC)
    with ports.store.read() as repositories:
        projections = basis.open_projections(repositories, synthetic=synthetic)
        projection = projections.get_current()
        if projection is not None and (
            ports.vectors.get_section(ports.store, ports.blobs, projection.id) is not None
            or not projections.is_behind(projection)
        ):
            return projection
        n_tracks = projections.count_tracks()
    if not n_tracks:
        return None
    if projection is None and n_tracks > _FITTED_AT_ONCE:
        return _schedule_first(ports, basis, synthetic=synthetic)
    if projection is None or (is_outgrown(projection, n_tracks=n_tracks) and n_tracks <= _FITTED_AT_ONCE):
        projection = replace_projection(
            ports.store, basis, n_tracks=n_tracks, synthetic=synthetic, instead_of=projection
        )
    return _catch_up(ports, basis, projection, asked_at)


def _schedule_first(ports: ApiPorts, basis: SimilarityBasis, *, synthetic: bool) -> UUID:
    """The job in which the scorer fits the projection of a library that has none, and projects all tracks."""
    job_id, item_ids = ports.store.transact(
        "standard.schedule",
        lambda repositories: basis.open_projections(repositories, synthetic=synthetic).schedule_first(basis.kind),
    )
    send_hints(ports.bus, Stage.STANDARDISE, item_ids)
    return job_id


def _catch_up(
    ports: ApiPorts, basis: SimilarityBasis, projection: ProjectionRow, asked_at: datetime
) -> ProjectionRow | UUID:
    """Give every track its vector, at once if few lack one."""
    with ports.store.read() as repositories:
        projections = basis.open_projections(repositories, synthetic=projection.synthetic)
        job = projections.get_latest_job(projection)
        n_missing = projections.count_missing(projection)
    if job is not None and not JobState(job.state).is_final:
        return job.id
    if n_missing > ports.settings.score_at_once and not _is_fresh(job):
        job_id, item_ids = ports.store.transact(
            "standard.schedule",
            lambda repositories: basis.open_projections(repositories, synthetic=projection.synthetic).schedule_library(
                projection
            ),
        )
        send_hints(ports.bus, Stage.STANDARDISE, item_ids)
        return job_id
    if n_missing <= ports.settings.score_at_once:
        add_vectors(ports.store, projection, EVERY_TRACK, caught_up_at=asked_at)
    else:
        ports.store.transact(
            "standard.keep", lambda repositories: repositories.projected_vectors.mark_caught_up(projection.id, asked_at)
        )
    return projection


def _is_fresh(job: Job | None) -> bool:
    return job is not None and job.finished_at is not None and job.finished_at > datetime.now(UTC) - _FRESH_FOR
