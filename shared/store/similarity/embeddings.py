"""The embeddings that networks give tracks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from shared.store.base_repository import BaseRepository
from shared.store.tables import Embedding

_INSERT = """
    insert into {table} (track_id, {by}, vector)
    select given.track_id, :owner, given.vector
    from unnest(cast(:track_ids as uuid[]), cast(:vectors as vector[])) as given (track_id, vector)
    join tracks on tracks.id = given.track_id
    on conflict do nothing
"""


class EmbeddingRepository(BaseRepository):
    """All SQL on the vectors of networks."""

    def save_vectors(self, model_id: UUID, track_ids: Sequence[UUID], vectors: NDArray[np.float32]) -> None:
        """Keep the vectors `(len(track_ids), d)` of a model; what it said before stays."""
        insert_vectors(self._session, "embeddings", "model_id", model_id, track_ids, vectors)

    def get_vector(self, track_id: UUID, model_id: UUID) -> NDArray[np.float32] | None:
        """The vector of a track, `(d,)`; None where the model has not been asked, or has no embeddings."""
        is_wanted = Embedding.track_id == track_id, Embedding.model_id == model_id
        return as_array(self._session.scalar(select(Embedding.vector).where(*is_wanted)))

    def has_vectors(self, model_id: UUID) -> bool:
        """Whether the model has placed any track."""
        return bool(self._session.scalar(select(exists().where(Embedding.model_id == model_id))))


def as_array(vector: Any) -> NDArray[np.float32] | None:
    """A vector of PostgreSQL's as numpy's."""
    return None if vector is None else np.asarray(vector, dtype=np.float32)


def insert_vectors(
    session: Session, table: str, by: str, owner: UUID, track_ids: Sequence[UUID], vectors: NDArray[Any]
) -> None:
    """Insert the vector of each track, in one statement. `table` and `by` are names of ours, never given."""
    if not len(track_ids):
        return
    session.execute(
        text(_INSERT.format(table=table, by=by)),
        {
            "owner": owner,
            "track_ids": [str(track_id) for track_id in track_ids],
            "vectors": ["[" + ",".join([f"{value:.9g}" for value in row]) + "]" for row in vectors.tolist()],
        },
    )
