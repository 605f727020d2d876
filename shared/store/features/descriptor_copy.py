"""Descriptors of many tracks as one array, by COPY in PostgreSQL's binary format.

Rows as objects cost a Python float a number; here numpy reads what the server sends. Layout of a row: the number of
fields (int16), then each field as its length (int32) and its bytes; a `uuid` has 16, a `real[]` has a header of 20 (one
dimension, flags, type, length, lower bound) and then length and value of each element, all big-endian.
Source: PostgreSQL documentation, "COPY", section "Binary Format", and `array_send`.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from shared.store.features.spec_stages import representative_sql

_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEADER = len(_SIGNATURE) + 8
_TRAILER = 2
_LENGTH = slice(2 + 4 + 16 + 4 + 12, 2 + 4 + 16 + 4 + 16)
"""Where the first row says how many elements its array has."""


@dataclass(frozen=True, eq=False)
class DescriptorTable:
    """A row of descriptors for each track, in the order of the ids."""

    track_ids: tuple[UUID, ...]
    x: NDArray[np.float32]
    """`(len(track_ids), n_descriptors)`."""


_RECORDINGS = (
    "select distinct on (t.id) t.id, f.descriptors from tracks t "
    "join tracks one on one.survivor_id = t.id join feature_sets f on f.track_id = one.id "
    "where {stands} and f.state = 'ready' and f.descriptors is not null and {which} "
    "order by t.id, one.id <> t.id, one.id"
)
_MADE_OF_THEM = MappingProxyType({"predictions": "model_id", "standard_vectors": "standard_id"})
"""What is made of descriptors, and the column that says by what."""


def read_table(
    session: Session,
    *,
    specs: Sequence[str],
    synthetic: bool,
    lacking: str,
    owner: UUID,
    after: UUID | None,
    upto: UUID,
) -> DescriptorTable:
    """The descriptors under one of `specs` of the recordings in the span for which `owner` has no row in `lacking`."""
    which = (
        "t.synthetic = %s and t.id > %s and t.id <= %s "
        f"and not exists (select from {lacking} p where p.track_id = t.id and p.{_MADE_OF_THEM[lacking]} = %s)"
    )
    return _copy_rows(session, specs, which, (synthetic, str(after or UUID(int=0)), str(upto), str(owner)))


def read_described(session: Session, track_ids: Sequence[UUID], *, specs: Sequence[str]) -> DescriptorTable:
    """The descriptors under one of `specs` of those of the recordings that have some."""
    return _copy_rows(session, specs, "t.id = any(cast(%s as uuid[]))", ([str(track_id) for track_id in track_ids],))


def _copy_rows(session: Session, specs: Sequence[str], which: str, given: tuple[object, ...]) -> DescriptorTable:
    stands, theirs = representative_sql("f", specs)
    return copy_arrays(session, _RECORDINGS.format(stands=stands, which=which), (*theirs, *given))


def copy_arrays(session: Session, query: str, given: tuple[object, ...]) -> DescriptorTable:
    """The rows of a query of ours for `(uuid, real[])`, with its psycopg2 parameters. Raises ValueError where the
    arrays are not of one length.
    """
    cursor = session.connection().connection.cursor()
    received = io.BytesIO()
    cursor.copy_expert(cursor.mogrify(f"copy ({query}) to stdout (format binary)", given), received)
    return parse_copy(received.getvalue())


def parse_copy(sent: bytes) -> DescriptorTable:
    """What `copy (select uuid, real[] …) to stdout (format binary)` sent. Raises ValueError where that is something
    else, or the arrays are not of one length.
    """
    body = sent[_HEADER:-_TRAILER]
    if not sent.startswith(_SIGNATURE) or sent[-_TRAILER:] != b"\xff\xff":
        raise ValueError("not a binary COPY")
    if not body:
        return DescriptorTable((), np.empty((0, 0), dtype=np.float32))
    n = int.from_bytes(body[_LENGTH], "big")
    row = np.dtype(
        [("head", "V6"), ("id", "V16"), ("array", "V24"), ("values", [("size", ">i4"), ("value", ">f4")], n)]
    )
    if len(body) % row.itemsize:
        raise ValueError("the descriptors of one spec are not of one length")
    rows = np.frombuffer(body, dtype=row)
    if (rows["values"]["size"] != 4).any():  # noqa: PLR2004 - bytes of a real; -1 would be a null
        raise ValueError("the descriptors of one spec are not of one length, or one of them is null")
    ids = tuple(UUID(bytes=raw_id.tobytes()) for raw_id in rows["id"])
    return DescriptorTable(ids, rows["values"]["value"].astype(np.float32))
