"""The projection in which a library's descriptors, or what taggers gave for it, are compared: made when first needed,
updated with the library.

A few thousand tracks are projected while the request waits; more are a job, as for flips.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from services.api.deps import ApiPorts
from shared.domain.features import FeatureSpec
from shared.domain.job import JobState, Stage
from shared.domain.taggers import TaggerSpec, list_versions
from shared.similarity.index import is_outgrown, make_projection, project_missing
from shared.similarity.projection import N_FITTED, N_FITTED_WIDE
from shared.store.repositories import Repositories
from shared.store.similarity.projections import EVERY_TRACK, LibraryProjections
from shared.store.tables import Job, ProjectionRow
from shared.worker.context import send_hints

_FRESH_FOR = timedelta(minutes=10)
"""After a job that projected all, what is still missing cannot be projected."""


class SimilarityBasis(Protocol):
    """What of tracks is projected."""

    def open_projections(self, repositories: Repositories, *, synthetic: bool) -> LibraryProjections:
        """All SQL on projections of it, of one library."""

    def fit_projection(self, projections: LibraryProjections) -> bytes:
        """A new one, for a library that has at least one track with values."""

    def declare(self, repositories: Repositories) -> None:
        """Write down what a new projection is of."""


@dataclass(frozen=True)
class DescriptorBasis:
    """Descriptors of a spec."""

    spec: FeatureSpec

    def open_projections(self, repositories: Repositories, *, synthetic: bool) -> LibraryProjections:
        """Those of all specs with the same descriptors."""
        return repositories.projections(spec=self.spec.fingerprint, synthetic=synthetic)

    def fit_projection(self, projections: LibraryProjections) -> bytes:
        """Every descriptor weighs alike."""
        return make_projection(projections, n_fitted=N_FITTED)

    def declare(self, repositories: Repositories) -> None:
        """The stages of the spec."""
        repositories.spec_stages.declare_stages(self.spec.fingerprint, self.spec)


@dataclass(frozen=True)
class TaggerBasis:
    """What taggers gave."""

    taggers: tuple[TaggerSpec, ...]

    def open_projections(self, repositories: Repositories, *, synthetic: bool) -> LibraryProjections:
        """Those of exactly these versions."""
        return repositories.tagger_projections(versions=list_versions(self.taggers), synthetic=synthetic)

    def fit_projection(self, projections: LibraryProjections) -> bytes:
        """Every block of a tagger weighs alike."""
        widths = tuple(width for tagger in self.taggers for width in tagger.scaled_widths)
        return make_projection(projections, n_fitted=N_FITTED_WIDE, widths=widths)

    def declare(self, repositories: Repositories) -> None:
        """Nothing: its row names the versions."""


def get_current_projection(ports: ApiPorts, basis: SimilarityBasis, *, synthetic: bool) -> ProjectionRow | UUID | None:
    """The projection of a library with all tracks; or the job that has to end before, or None: nothing to project."""
    asked_at = datetime.now(UTC)
    with ports.store.read() as repositories:
        projections = basis.open_projections(repositories, synthetic=synthetic)
        projection = projections.get_current()
        if projection is not None and not projections.is_behind(projection):
            return projection
        n_tracks = projections.count_tracks()
    if not n_tracks:
        return None
    if projection is None or is_outgrown(projection, n_tracks=n_tracks):
        projection = _make_projection(
            ports, basis, n_tracks=n_tracks, synthetic=synthetic, instead_of=projection.id if projection else None
        )
    return _catch_up(ports, basis, projection, asked_at)


def _make_projection(
    ports: ApiPorts, basis: SimilarityBasis, *, n_tracks: int, synthetic: bool, instead_of: UUID | None
) -> ProjectionRow:
    with ports.store.read() as repositories:
        content = basis.fit_projection(basis.open_projections(repositories, synthetic=synthetic))

    def save_projection(repositories: Repositories) -> ProjectionRow:
        basis.declare(repositories)
        projections = basis.open_projections(repositories, synthetic=synthetic)
        return projections.replace_current(content, n_tracks=n_tracks, instead_of=instead_of)

    return ports.store.transact("standard.put", save_projection)


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
    is_small = n_missing <= ports.settings.score_at_once
    if not is_small and not _is_fresh(job):
        job_id, item_ids = ports.store.transact(
            "standard.schedule",
            lambda repositories: basis.open_projections(repositories, synthetic=projection.synthetic).schedule_library(
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
