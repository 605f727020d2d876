"""A file of unit vectors that processes map into memory to find the tracks nearest to a point.

One file holds the vectors of several owners (networks and projections), each in a section of its own. A file is never
changed: a newer one replaces it as a whole. Layout: `_MAGIC`, the length of the header (8 bytes, little-endian), the
header (JSON, padded so that arrays begin at a multiple of `_ALIGNMENT` bytes), then for each section its ids, sorted,
as two rows of unsigned 64-bit numbers, and its vectors, one row a dimension: a product with a point then reads the
memory in its order.
"""

import json
import mmap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shared.arrays import Descriptors

ROUNDING = 1e-5
"""By so much two ways to compute a cosine in single precision differ, at most."""
_MAGIC = b"mer vectors 1\n\0\0"
_ALIGNMENT = 64
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
_SAMPLED = 8
"""One of so many similarities is looked at to guess which of them are among the highest."""

Ids = NDArray[np.uint64]
"""`(2, n)`: the higher and the lower 64 bits of each id."""


class VectorFileError(ValueError):
    """A file that is no file of vectors, or of another version."""


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnedVectors:
    """What is written of one owner."""

    owner_id: UUID
    """Of a network or a projection."""
    synthetic: bool
    track_ids: Sequence[UUID]
    vectors: Descriptors
    """`(len(track_ids), n_dimensions)` of any lengths; one without a direction is left out."""


@dataclass(frozen=True, kw_only=True)
class NearestRows:
    """The tracks nearest to a point, the nearest first."""

    track_ids: list[UUID]
    farthest: float
    """No other track of the section has a cosine above that; -inf where there is no other."""


@dataclass(frozen=True, kw_only=True, eq=False)
class VectorSection:
    """The vectors of one owner."""

    owner_id: UUID
    synthetic: bool
    ids: Ids
    vectors: Descriptors
    """`(n_dimensions, n)`, each column of length 1."""

    @property
    def n_tracks(self) -> int:
        """Tracks with a vector."""
        return int(self.ids.shape[1])

    def get_vector(self, track_id: UUID) -> Descriptors | None:
        """The vector of a track, `(n_dimensions,)` of length 1; None where it has none here."""
        high, low = np.uint64(track_id.int >> 64), np.uint64(track_id.int & (1 << 64) - 1)
        first, last = (int(np.searchsorted(self.ids[0], high, side=side)) for side in _SIDES)
        at = first + np.flatnonzero(self.ids[1, first:last] == low)
        return self.vectors[:, at[0]].copy() if len(at) else None

    def list_nearest(self, point: Descriptors, *, n: int) -> NearestRows:
        """The `n` tracks nearest to `point: (n_dimensions,)`, which need not be of length 1, but of some."""
        unit = (point / np.linalg.norm(point)).astype(np.float32)
        similarities: Descriptors = unit @ self.vectors
        is_all = n >= len(similarities)
        at = np.arange(len(similarities)) if is_all else _find_highest(similarities, n)
        at = at[np.argsort(-similarities[at], kind="stable")]
        return NearestRows(track_ids=self._list_ids(at), farthest=-np.inf if is_all else float(similarities[at[-1]]))

    def _list_ids(self, at: Any) -> list[UUID]:
        return [UUID(int=high << 64 | low) for high, low in self.ids[:, at].T.tolist()]


class VectorFile:
    """A file of vectors, mapped into memory. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises VectorFileError, and OSError where it cannot be read."""
        with path.open("rb") as file:
            try:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise VectorFileError(f"{path} is empty") from error
        if content[: len(_MAGIC)] != _MAGIC:
            raise VectorFileError(f"{path} is no file of vectors of this version")
        start = len(_MAGIC) + 8
        header = json.loads(content[start : start + int.from_bytes(content[len(_MAGIC) : start], "little")])
        sections = (_map_section(content, described) for described in header)
        self.sections = {section.owner_id: section for section in sections}


def write_vector_file(path: Path, owned: Iterable[OwnedVectors]) -> None:
    """Write the vectors of all owners to `path`."""
    arrays: list[tuple[int, NDArray[Any]]] = []
    header, at = [], 0
    for of_owner in owned:
        ids, vectors = _sort_units(of_owner)
        header.append(
            {
                "owner_id": str(of_owner.owner_id),
                "synthetic": of_owner.synthetic,
                "n": ids.shape[1],
                "n_dimensions": len(vectors),
                "ids_at": at,
                "vectors_at": (vectors_at := _align(at + ids.nbytes)),
            }
        )
        arrays += [(at, ids), (vectors_at, vectors)]
        at = _align(vectors_at + vectors.nbytes)
    # with the real offsets, which have 16 digits at most, the header is longer than without
    first = _align(len(_MAGIC) + 8 + len(json.dumps(header)) + 32 * len(header))
    text = json.dumps(_add_offset(header, first)).encode().ljust(first - len(_MAGIC) - 8)
    with path.open("wb") as file:
        file.write(_MAGIC + len(text).to_bytes(8, "little") + text)
        for at, array in arrays:
            _write_at(file, first + at, array)


def _add_offset(header: list[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    return [
        {**section, "ids_at": section["ids_at"] + first, "vectors_at": section["vectors_at"] + first}
        for section in header
    ]


def _write_at(file: BinaryIO, at: int, array: NDArray[Any]) -> None:
    file.write(bytes(at - file.tell()))
    file.write(np.ascontiguousarray(array).data)


def _map_section(content: mmap.mmap, described: dict[str, Any]) -> VectorSection:
    n, d = described["n"], described["n_dimensions"]
    ids = np.frombuffer(content, dtype="<u8", count=2 * n, offset=described["ids_at"]).reshape(2, n)
    vectors = np.frombuffer(content, dtype="<f4", count=d * n, offset=described["vectors_at"]).reshape(d, n)
    return VectorSection(
        owner_id=UUID(described["owner_id"]), synthetic=described["synthetic"], ids=ids, vectors=vectors
    )


def _sort_units(owned: OwnedVectors) -> tuple[Ids, Descriptors]:
    """`(2, n)` ids, sorted, and `(n_dimensions, n)` vectors of length 1 in their order."""
    ids = np.frombuffer(b"".join(track_id.bytes for track_id in owned.track_ids), dtype=">u8").reshape(-1, 2)
    vectors = np.asarray(owned.vectors, dtype=np.float32).reshape(len(ids), -1)
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    kept = np.flatnonzero(np.isfinite(lengths) & (lengths > 0))
    order = kept[np.lexsort((ids[kept, 1], ids[kept, 0]))]
    units = (vectors[order] / lengths[order, np.newaxis]).astype("<f4")
    return ids[order].T.astype("<u8"), units.T


def _find_highest(values: Descriptors, n: int) -> NDArray[np.intp]:
    """Where the `n` highest values are, in no order. `n` is less than their number.

    A full partition takes as long as the product that gave the values. So a sample says what about twice as many
    exceed, and only those are partitioned.
    """
    sample = values[::_SAMPLED]
    wanted = 2 * n // _SAMPLED + 1
    if wanted < len(sample):
        likely = np.flatnonzero(values >= np.partition(sample, -wanted)[-wanted])
        if len(likely) >= n:
            return likely[np.argpartition(values[likely], -n)[-n:]] if len(likely) > n else likely
    return np.argpartition(values, -n)[-n:]


def _align(at: int) -> int:
    return -(-at // _ALIGNMENT) * _ALIGNMENT
