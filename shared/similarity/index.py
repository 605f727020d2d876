"""The projection of a library: fitted to a sample, then applied to every track that lacks its vector."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shared.domain.taggers import pick_tagger_versions
from shared.similarity.projection import N_DIMENSIONS, DescriptorProjection
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.similarity.projections import LibraryProjections
from shared.store.tables import ProjectionRow

GROWN = 1.5
"""A library with so many times the tracks that its projection was fitted for gets a new one."""


def is_outgrown(projection: ProjectionRow | None, *, n_tracks: int) -> bool:
    """Whether a library of `n_tracks` needs a projection, or a new one."""
    return projection is None or n_tracks >= GROWN * projection.n_tracks


def make_projection(projections: LibraryProjections, *, n_fitted: int, widths: Sequence[int] = ()) -> bytes:
    """The projection of a library that has at least one track with values, as bytes.

    `n_fitted` tracks of it are read; `widths` are those of `DescriptorProjection.from_sample`.
    """
    return DescriptorProjection.from_sample(projections.read_sample(n_fitted).x, widths=widths).to_bytes()


@dataclass(frozen=True, eq=False)
class ProjectedTracks:
    """The vectors of some tracks, ready to be kept."""

    track_ids: tuple[UUID, ...]
    vectors: NDArray[np.float32]
    """`(len(track_ids), N_DIMENSIONS)`."""


def project_missing(repositories: Repositories, row: ProjectionRow, span: TrackSpan) -> ProjectedTracks:
    """The vectors of the tracks of the span that have none."""
    projections: LibraryProjections = (
        repositories.projections(spec=row.spec, synthetic=row.synthetic)
        if row.taggers is None
        else repositories.tagger_projections(
            versions=pick_tagger_versions(row.taggers, of_owner=row.taggers), synthetic=row.synthetic
        )
    )
    table = projections.read_missing(row, span)
    if not table.track_ids:
        return ProjectedTracks((), np.empty((0, N_DIMENSIONS), dtype=np.float32))
    vectors = DescriptorProjection.from_bytes(row.content).project_rows(table.x)
    whole = np.isfinite(vectors).all(axis=1)
    return ProjectedTracks(tuple(table.track_ids[i] for i in np.flatnonzero(whole)), vectors[whole])
