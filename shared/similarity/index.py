"""The projection of a library: fitted to a sample, then applied to every track that lacks its vector."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shared.similarity.projection import N_DIMENSIONS, N_FITTED, DescriptorProjection
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.tables import ProjectionRow

GROWN = 1.5
"""A library with so many times the tracks that its projection was fitted for gets a new one."""


def is_outgrown(projection: ProjectionRow | None, *, n_tracks: int) -> bool:
    """Whether a library of `n_tracks` needs a projection, or a new one."""
    return projection is None or n_tracks >= GROWN * projection.n_tracks


def make_projection(repositories: Repositories, *, spec: str, synthetic: bool) -> bytes:
    """The projection of a library that has at least one track with descriptors, as bytes."""
    return DescriptorProjection.from_sample(
        repositories.projections(spec=spec, synthetic=synthetic).read_sample(N_FITTED).x
    ).to_bytes()


@dataclass(frozen=True, eq=False)
class ProjectedTracks:
    """The vectors of some tracks, ready to be kept."""

    track_ids: tuple[UUID, ...]
    vectors: NDArray[np.float32]
    """`(len(track_ids), N_DIMENSIONS)`."""


def project_missing(repositories: Repositories, row: ProjectionRow, span: TrackSpan) -> ProjectedTracks:
    """The vectors of the tracks of the span that have none."""
    table = repositories.projections(spec=row.spec, synthetic=row.synthetic).read_missing(row, span)
    if not table.track_ids:
        return ProjectedTracks((), np.empty((0, N_DIMENSIONS), dtype=np.float32))
    vectors = DescriptorProjection.from_bytes(row.content).project_rows(table.x)
    whole = np.isfinite(vectors).all(axis=1)
    return ProjectedTracks(tuple(table.track_ids[i] for i in np.flatnonzero(whole)), vectors[whole])
