"""From the store to the `ExcerptArrays` of a training, by the newest pack if it is fresh, or by one written for it."""

import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from numpy.typing import NDArray

from services.trainer.networks.excerpt_arrays import ExcerptArrays
from shared.blobs import Blobs
from shared.blobs.folder import FolderBlobs
from shared.domain.dataset import ARRAY_OF
from shared.packs.reader import VARIANTS, PackManifest, PackReader, VariantReader
from shared.packs.writer import get_fresh_pack, pack_digest, write_pack
from shared.store.features.packs import PackRepository
from shared.store.repositories import Repositories
from shared.store.tables import ArrayRow

_PREFIX = "mer-training-"
_ABANDONED_S = 7 * 24 * 3600
"""Longer than a training may take: what is older was left by a trainer that was killed."""
_HELD_BYTES = 64 * 2**20
"""So much is read before the pages are let go: memory does not grow with the library."""


class PackByTrack:
    """A pack read by the tracks of a training, whose arrays may stand under another track of the same recording."""

    def __init__(self, pack: PackReader, owners: Mapping[UUID, UUID]) -> None:
        self._pack, self._owners = pack, owners
        self._n_read = 0

    def __getitem__(self, track_id: UUID) -> NDArray[Any]:
        array = self._pack[self._owners[track_id]]
        self._n_read += array.nbytes
        if self._n_read > _HELD_BYTES:
            # mapped pages count as this process's memory for as long as they are mapped
            self._pack.release()
            self._n_read = 0
        return array


def scratch_folder(blobs: Blobs, job_id: UUID) -> Path:
    """The folder of a training: packs written for it, and copies of shards. Those long left behind are removed."""
    root = blobs.scratch_dir()
    for left in root.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another trainer clears as well
            if time.time() - left.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(left)
    folder = root / f"{_PREFIX}{job_id}"
    folder.mkdir(exist_ok=True)
    return folder


def read_excerpt_arrays(
    repositories: Repositories, track_ids: Sequence[UUID], *, kind: str, spec: str, blobs: Blobs, folder: Path
) -> ExcerptArrays:
    """The arrays of tracks that all have them, `kind` one of `dataset.NETWORK_INPUTS`.

    Raises PermanentError(`no_features`) where the array of one is damaged or gone.
    """
    rows = repositories.features(spec=spec, kind=kind).list_arrays(track_ids, excerpt=ARRAY_OF[kind])
    packs = repositories.packs(spec=spec)
    own = list({row.track_id: row for row in rows.values()}.values())
    pack = _open_fresh_pack(packs, own, kind=kind, blobs=blobs, folder=folder)
    if pack is None:
        pack = _write_pack(own, kind=kind, spec=spec, blobs=blobs, folder=folder)
    variants = packs.get_latest(VARIANTS) if ARRAY_OF[kind] == ARRAY_OF["spectrogram"] else None
    return ExcerptArrays(
        PackByTrack(pack, {track_id: row.track_id for track_id, row in rows.items()}),
        track_ids,
        excerpt=tuple(pack.manifest.shape),
        variants=None
        if variants is None
        else VariantReader.open(blobs, key=variants.manifest_key, sha256=variants.manifest_sha256, cache=folder),
    )


def _open_fresh_pack(
    packs: PackRepository, rows: list[ArrayRow], *, kind: str, blobs: Blobs, folder: Path
) -> PackReader | None:
    """The pack of exactly the arrays that there are now, if it holds `rows` as they are.

    An input that reads another stage beside may have to read an older array of a track than the pack's.
    """
    array_kind = ARRAY_OF[kind]
    if packs.get_latest(array_kind) is None:
        return None
    stored = packs.list_arrays(array_kind)
    packed = {row.track_id: row.sha256 for row in stored}
    if any(packed.get(row.track_id) != row.sha256 for row in rows):
        return None
    pack = get_fresh_pack(packs, stored, kind=array_kind)
    if pack is None:
        return None
    return PackReader.open(blobs, key=pack.manifest_key, sha256=pack.manifest_sha256, cache=folder)


def _write_pack(rows: list[ArrayRow], *, kind: str, spec: str, blobs: Blobs, folder: Path) -> PackReader:
    """A pack of these arrays in the training's own folder, or the one that an earlier attempt wrote there."""
    own = FolderBlobs(folder)
    done = folder / f"{pack_digest(rows, kind=ARRAY_OF[kind], spec=spec)}.json"
    if done.exists():
        return PackReader(PackManifest.from_json(done.read_bytes()), own, cache=folder)
    packed = write_pack(list(rows), kind=ARRAY_OF[kind], spec=spec, blobs=blobs, into=own)
    partial = done.with_suffix(".writing")
    partial.write_bytes(packed.manifest.to_json())
    partial.replace(done)
    return PackReader(packed.manifest, own, cache=folder)
