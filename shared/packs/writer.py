"""Write packs: the stored arrays of many tracks, one after the other, into a few large files.

A shard grows in a file, array by array, so that a worker packs 100,000 tracks in the memory of a few. Arrays are
checked against their hashes on the way; one that is damaged is left out and counted, and the pack is written without.
"""

import hashlib
import json
import math
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import numpy as np
import structlog
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from shared.blobs import Blobs
from shared.blobs.port import content_key, file_sha256
from shared.errors import PermanentError, Reason
from shared.inference.model_inputs import load_array
from shared.packs.reader import PackEntry, PackManifest, PackShard
from shared.store.features.packs import PackRepository
from shared.store.tables import ArrayRow, Pack, VariantRow

log = structlog.get_logger()

SHARD_BYTES = 256 * 2**20
_VALUE_BYTES = 2
"""Of a float16 and of an int16."""
_TELL_EVERY = 500
_SCRATCH_PREFIX = "mer-pack-"
_ABANDONED_S = 12 * 3600
"""Longer than a pack may take: what is older was left by a worker that was killed."""


@dataclass(frozen=True, kw_only=True)
class WrittenPack:
    """A pack that lies in the blob store."""

    manifest: PackManifest
    manifest_key: str
    manifest_sha256: str
    n_bytes: int
    left_out: dict[str, int] = field(default_factory=dict)


def pack_digest(rows: Iterable[ArrayRow | VariantRow], *, kind: str, spec: str) -> str:
    """64 hexadecimal digits over what a pack would hold."""
    content = [[str(row.track_id), row.sha256, _describe_variant(row)] for row in rows]
    return hashlib.sha256(json.dumps([kind, spec, content], sort_keys=True).encode()).hexdigest()


def get_fresh_pack(packs: PackRepository, rows: Sequence[ArrayRow | VariantRow], *, kind: str) -> Pack | None:
    """The pack of exactly these rows, written under any spec whose values of this kind are the same; or None."""
    digests = (pack_digest(rows, kind=kind, spec=spec) for spec in packs.list_specs_sharing(kind))
    return next((pack for digest in digests if (pack := packs.get_by_digest(digest)) is not None), None)


def write_pack(
    rows: list[ArrayRow | VariantRow],
    *,
    kind: str,
    spec: str,
    blobs: Blobs,
    shard_bytes: int = SHARD_BYTES,
    tell: Callable[[int], None] = lambda _: None,
    into: Blobs | None = None,
) -> WrittenPack:
    """Write the arrays of `rows` into shards of at most `shard_bytes`, and the manifest, beside the arrays or `into`
    another store.

    Raises PermanentError(`no_features`) where there is nothing to pack.
    """
    into = into or blobs
    _clear_scratch(into.scratch_dir())
    left_out: Counter[str] = Counter()
    shards: list[PackShard] = []
    entries: list[PackEntry] = []
    first: NDArray[Any] | None = None
    n_bytes = done = 0
    for group in _group_rows(rows, shard_bytes):
        with TemporaryDirectory(dir=into.scratch_dir(), prefix=_SCRATCH_PREFIX) as folder:
            path = Path(folder) / "shard.npy"
            with _GrowingShard.open_at(path) as growing:
                for row in group:
                    if done % _TELL_EVERY == 0:
                        tell(done)
                    done += 1
                    try:
                        array = _load_stack(blobs, row)
                    except PermanentError as error:
                        left_out[error.reason.value] += 1
                        log.warning("pack.left_out", track_id=str(row.track_id), detail=error.detail)
                        continue
                    first = array if first is None else first
                    entries.append(_build_entry(row, shard=len(shards), at=growing.n, n=len(array)))
                    growing.append(array)
            if growing.n:
                n_bytes += path.stat().st_size
                shards.append(_put_shard(path, growing.n, into))
    if first is None:
        raise PermanentError(Reason.NO_FEATURES, "no track has arrays of this kind: crawl or recompute first")
    manifest = PackManifest(
        kind=kind,
        spec=spec,
        shape=first.shape[1:],
        shards=tuple(shards),
        entries=tuple(entries),
        dtype=str(first.dtype),
        scale=_value_scale(rows[0]),
    )
    content = manifest.to_json()
    key, sha256 = content_key("packs", content, suffix=".json")
    into.put(key, content)
    return WrittenPack(
        manifest=manifest, manifest_key=key, manifest_sha256=sha256, n_bytes=n_bytes, left_out=dict(left_out)
    )


class _GrowingShard:
    """A `.npy` file to which arrays of one shape are appended. Its header is written again at the end, with their
    number.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._shape: tuple[int, ...] = ()
        self._dtype = np.dtype(np.float16)
        self.n = 0

    @classmethod
    @contextmanager
    def open_at(cls, path: Path) -> Iterator["_GrowingShard"]:
        """Open `path`, and finish it when the block ends."""
        with path.open("wb") as file:
            growing = cls(file)
            yield growing
            if growing.n:
                file.seek(0)
                growing._write_header()

    def append(self, arrays: NDArray[Any]) -> None:
        """Add `(n, *shape)`, all of one shape and dtype."""
        if not self.n:
            self._shape, self._dtype = arrays.shape[1:], arrays.dtype
            self._write_header()
        self._file.write(np.ascontiguousarray(arrays).tobytes())
        self.n += len(arrays)

    def _write_header(self) -> None:
        # numpy leaves room in the header for the first axis to grow, so that both have one length
        npy_format.write_array_header_1_0(
            self._file,
            {
                "shape": (max(self.n, 1), *self._shape),
                "fortran_order": False,
                "descr": npy_format.dtype_to_descr(self._dtype),
            },
        )


def _group_rows(rows: list[ArrayRow | VariantRow], shard_bytes: int) -> Iterator[list[ArrayRow | VariantRow]]:
    group: list[ArrayRow | VariantRow] = []
    size = 0
    for row in rows:
        n_bytes = _VALUE_BYTES * math.prod(row.shape)
        if group and size + n_bytes > shard_bytes:
            yield group
            group, size = [], 0
        group.append(row)
        size += n_bytes
    if group:
        yield group


def _load_stack(blobs: Blobs, row: ArrayRow | VariantRow) -> NDArray[Any]:
    """`(n, *shape)`: a stack as it is, a single array as a stack of one."""
    array = load_array(blobs, row)
    is_stack = isinstance(row, ArrayRow) and row.starts_s is not None
    return array if is_stack else array[np.newaxis]


def _value_scale(row: ArrayRow | VariantRow) -> str:
    return row.scale if isinstance(row, ArrayRow) else "dB"


def _clear_scratch(folder: Path) -> None:
    for left in folder.glob(f"{_SCRATCH_PREFIX}*"):
        with suppress(OSError):  # another worker clears as well
            if time.time() - left.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(left)


def _put_shard(path: Path, n: int, blobs: Blobs) -> PackShard:
    sha256 = file_sha256(path)
    key = f"packs/{sha256[:2]}/{sha256}.npy"
    blobs.put_file(key, path)
    return PackShard(key=key, sha256=sha256, n=n)


def _build_entry(row: ArrayRow | VariantRow, *, shard: int, at: int, n: int) -> PackEntry:
    starts_s: tuple[float, ...] = ()
    if isinstance(row, ArrayRow):
        starts_s = tuple(row.starts_s) if row.starts_s is not None else (row.start_s,)
    return PackEntry(track_id=row.track_id, shard=shard, row=at, n=n, starts_s=starts_s, variant=_describe_variant(row))


def _describe_variant(row: ArrayRow | VariantRow) -> dict[str, Any] | None:
    if isinstance(row, ArrayRow):
        return None
    return {"transform": row.transform, "parameters": row.parameters, "seed": row.seed, "copy": row.copy}
