"""Libraries under their standard: made from a sample, then applied to every track that lacks its vector."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from shared.similarity.projection import N_DIMENSIONS, N_FITTED, Standard
from shared.store.models.scores import Span
from shared.store.similarity.projections import Standards
from shared.store.tables import StandardRow

GROWN = 1.5
"""A library that has so many times the tracks of its standard gets a new one."""


def is_outgrown(standard: StandardRow | None, *, n_tracks: int) -> bool:
    """Whether a library of `n_tracks` needs a standard, or a new one."""
    return standard is None or n_tracks >= GROWN * standard.n_tracks


def make_standard(session: Session, *, spec: str, synthetic: bool) -> bytes:
    """The standard of a library that has at least one track with descriptors."""
    return Standard.of(Standards(session, spec=spec, synthetic=synthetic).sample(N_FITTED).x).to_bytes()


@dataclass(frozen=True, eq=False)
class Placed:
    """The vectors of some tracks, ready to be kept."""

    track_ids: tuple[UUID, ...]
    vectors: NDArray[np.float32]
    """`(len(track_ids), N_DIMENSIONS)`."""


def place_missing(session: Session, row: StandardRow, span: Span) -> Placed:
    """The vectors of the tracks of the span that have none."""
    table = Standards(session, spec=row.spec, synthetic=row.synthetic).missing(row, span)
    if not table.track_ids:
        return Placed((), np.empty((0, N_DIMENSIONS), dtype=np.float32))
    vectors = Standard.from_bytes(row.content).place(table.x)
    whole = np.isfinite(vectors).all(axis=1)
    return Placed(tuple(table.track_ids[i] for i in np.flatnonzero(whole)), vectors[whole])
