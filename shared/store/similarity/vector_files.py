"""Files of vectors: which one is read, and what has to be written into the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import delete, select, text

from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository
from shared.store.features.descriptor_copy import DescriptorTable, copy_arrays
from shared.store.tables import Model, ProjectionRow, VectorFileRow

_N_KEPT = 2
"""The latest file, and the one before it, which a process may be about to open."""
_COLUMNS = MappingProxyType({Model: ("embeddings", "model_id"), ProjectionRow: ("standard_vectors", "standard_id")})
"""Where the vectors of an owner are, and the column that names it."""


@dataclass(frozen=True)
class VectorOwner:
    """A network or a projection, whose vectors are in a table of their own kind."""

    kind: type[Model] | type[ProjectionRow]
    id: UUID
    synthetic: bool


class VectorFileRepository(BaseRepository):
    """All SQL on files of vectors, and the SQL that reads what they are written from."""

    def hold_writing(self) -> bool:
        """Whether nobody else writes a file: nobody does until this transaction ends."""
        held = "select pg_try_advisory_xact_lock(hashtext('mer/vector_files'))"
        return bool(self._session.scalar(text(held)))

    def get_latest(self) -> VectorFileRow | None:
        """The file that is read; None before the first one."""
        return self._session.scalar(select(VectorFileRow).order_by(VectorFileRow.id.desc()).limit(1))

    def replace_latest(self, key: str, contents: Mapping[str, object]) -> list[str]:
        """Let the file of `key` be read from now on. Keys of files that nobody reads any more."""
        self._session.add(VectorFileRow(key=key, contents=dict(contents)))
        self._session.flush()
        kept = select(VectorFileRow.id).order_by(VectorFileRow.id.desc()).limit(_N_KEPT)
        dropped = delete(VectorFileRow).where(VectorFileRow.id.not_in(kept)).returning(VectorFileRow.key)
        return list(self._session.scalars(dropped))

    def measure_vectors(self, owner: VectorOwner) -> Sequence[int]:
        """`[number of vectors, sum of the transactions that wrote them]`: other numbers after every change."""
        table, column = _COLUMNS[owner.kind]
        query = text(
            f"select count(*), coalesce(sum(xmin::text::bigint), 0) from {table} where {column} = :owner"  # noqa: S608
        )
        n_vectors, transactions = self._session.execute(query, {"owner": owner.id}).one()
        return [int(n_vectors), int(transactions)]

    def read_vectors(self, owner: VectorOwner) -> DescriptorTable:
        """All vectors of an owner."""
        table, column = _COLUMNS[owner.kind]
        query = f"select track_id, vector::real[] from {table} where {column} = %s"  # noqa: S608
        return copy_arrays(self._session, query, (str(owner.id),))


def describe_contents(measured: Mapping[VectorOwner, Sequence[int]]) -> JsonObject:
    """What a file is written from, as its row keeps it."""
    return {str(owner.id): list(numbers) for owner, numbers in measured.items()}
