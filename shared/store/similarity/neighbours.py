"""Which tracks lie near a point: exact, by cosine distance in PostgreSQL (decision 0039)."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shared.store.base_repository import BaseRepository
from shared.store.tables import (
    Embedding,
    ProjectedVector,
    Track,
)
from shared.store.tracks.missing_tracks import MissingWanted, is_shown
from shared.store.tracks.music_rule import is_music


@dataclass(frozen=True, kw_only=True)
class NearTrack:
    """A track near a point."""

    track_id: UUID
    artist_group: str
    distance: float
    """1 less the cosine: 0 for the same direction, 2 for the opposite one."""


class NeighbourRepository(BaseRepository):
    """All SQL on tracks near a point, among the vectors of one network, or under one descriptor projection."""

    def __init__(self, session: Session, *, model_id: UUID | None = None, standard_id: UUID | None = None) -> None:
        """Raises ValueError unless exactly one of the two is given."""
        if (model_id is None) == (standard_id is None):
            raise ValueError("neighbours are looked for among the vectors of a model, or of a projection")
        super().__init__(session)
        self._vectors: Any = ProjectedVector if model_id is None else Embedding
        self._ours = ProjectedVector.standard_id == standard_id if model_id is None else Embedding.model_id == model_id

    def list_nearest(
        self,
        point: NDArray[np.float32],
        *,
        synthetic: bool,
        limit: int,
        but: Collection[UUID] = (),
        rule: ColumnElement[bool] | None = None,
        missing: MissingWanted = MissingWanted.NO,
    ) -> list[NearTrack]:
        """The nearest tracks first; `rule` is a further condition on tracks.

        `missing` ones are left out, and those that are no music.
        """
        distance = self._vectors.vector.cosine_distance(point)
        query = (
            select(Track.id, Track.artist_group, distance)
            .join(self._vectors, self._vectors.track_id == Track.id)
            .where(
                self._ours,
                Track.synthetic == synthetic,
                Track.merged_into.is_(None),
                Track.id.not_in(list(but)),
                is_shown(missing),
                is_music(),
            )
            .order_by(distance, Track.id)
            .limit(limit)
        )
        if rule is not None:
            query = query.where(rule)
        rows = self._session.execute(query)
        # a vector of zeros has no direction: PostgreSQL says NaN, and sorts it last
        return [
            NearTrack(track_id=track_id, artist_group=group, distance=float(d))
            for track_id, group, d in rows
            if not math.isnan(d)
        ]
