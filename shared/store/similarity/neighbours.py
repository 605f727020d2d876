"""Which tracks lie near a point, by cosine distance in PostgreSQL: of all tracks, or of those that a file of vectors
named (decisions 0039 and 0085).
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pgvector.sqlalchemy import Vector
from sqlalchemy import ColumnElement, Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from shared.store.base_repository import BaseRepository
from shared.store.id_arrays import any_bound, to_texts
from shared.store.tables import Embedding, ProjectedVector, Track
from shared.store.tracks.missing_tracks import MissingWanted, is_shown
from shared.store.tracks.music_rule import is_music


@dataclass(frozen=True, kw_only=True)
class NearTrack:
    """A track near a point."""

    track_id: UUID
    artist_group: str
    title: str | None
    artist: str | None
    album: str | None
    duration_s: float | None
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
        self._owner_id = model_id or standard_id

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
        query = _near_statement(self._vectors, missing).where(Track.id.not_in(list(but))).limit(limit)
        if rule is not None:
            query = query.where(rule)
        return self._read_near(query, point, {"synthetic": synthetic})

    def list_nearest_among(
        self,
        point: NDArray[np.float32],
        track_ids: Collection[UUID],
        *,
        synthetic: bool,
        limit: int,
        rule: ColumnElement[bool] | None = None,
        missing: MissingWanted = MissingWanted.NO,
    ) -> list[NearTrack]:
        """The first `limit` of those of the tracks that `list_nearest` would give, the nearest first."""
        query = _near_among_statement(self._vectors, missing).limit(limit)
        if rule is not None:
            query = query.where(rule)
        return self._read_near(query, point, {"synthetic": synthetic, "among": to_texts(track_ids)})

    def _read_near(self, query: Select[Any], point: NDArray[np.float32], given: dict[str, Any]) -> list[NearTrack]:
        rows = self._session.execute(query, {"owner": self._owner_id, "point": point, **given})
        # a vector of zeros has no direction: PostgreSQL says NaN, and sorts it last
        return [
            NearTrack(
                track_id=track_id,
                artist_group=group,
                title=title,
                artist=artist,
                album=album,
                duration_s=duration_s,
                distance=float(distance),
            )
            for track_id, group, title, artist, album, duration_s, distance in rows
            if not math.isnan(distance)
        ]


def get_vector_table(*, of_model: bool, owner_id: Any) -> tuple[Any, ColumnElement[bool]]:
    """Where the vectors of a network, or under a projection, are, and the condition that one is of `owner_id`."""
    vectors = Embedding if of_model else ProjectedVector
    return vectors, _is_owned(vectors, owner_id)


def _is_owned(vectors: Any, owner_id: Any) -> ColumnElement[bool]:
    owns: ColumnElement[bool] = (vectors.model_id if vectors is Embedding else vectors.standard_id) == owner_id
    return owns


# Statements are built once: with their conditions on music that takes longer than to execute them.

_POINT: Any = bindparam("point", type_=Vector())
_NAMES = (Track.artist_group, Track.title, Track.artist, Track.album, Track.duration_s)


def _select_listed(vectors: Any, distance: Any, missing: MissingWanted) -> Select[Any]:
    """Tracks with a vector that may be in a list, if they are music."""
    return (
        select(Track.id, *_NAMES, distance)
        .join(vectors, vectors.track_id == Track.id)
        .where(
            _is_owned(vectors, bindparam("owner", type_=Uuid())),
            Track.synthetic == bindparam("synthetic"),
            Track.merged_into.is_(None),
            is_shown(missing),
        )
    )


@cache
def _near_statement(vectors: Any, missing: MissingWanted) -> Select[Any]:
    distance = vectors.vector.cosine_distance(_POINT)
    return _select_listed(vectors, distance, missing).where(is_music()).order_by(distance, Track.id)


@cache
def _near_among_statement(vectors: Any, missing: MissingWanted) -> Select[Any]:
    """Sorted first: whether a track is music takes longest, and is asked of as many as are wanted."""
    distance = vectors.vector.cosine_distance(_POINT).label("distance")
    listed = _select_listed(vectors, distance, missing).where(Track.id == any_bound("among"))
    near = listed.with_only_columns(Track.id, distance).order_by(distance, Track.id).offset(0).subquery()
    return (
        select(Track.id, *_NAMES, near.c.distance)
        .join(near, near.c.id == Track.id)
        .where(is_music())
        .order_by(near.c.distance, near.c.id)
    )
