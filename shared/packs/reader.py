"""Packs: the arrays of many tracks in a few files that are mapped into memory, so that an epoch opens five, not 10,000.

A shard is one `.npy` array `(n, *shape)`: spectrograms `(n, n_mels, n_frames)`, float16, in dB, or waveforms `(n,
n_samples)`, int16, where 32,768 is full scale. A manifest (JSON) names the shards with their hashes and says which rows
of which shard belong to which track. Both lie in the blob store; nothing but numpy is needed to read them, and only the
pages that are touched are read.

Variants are never evaluated on: a pack of variants is no `PackReader`. It gives its arrays only for the training tracks
of a fold, and never for one that is held out.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shared.blobs import Blobs
from shared.blobs.port import file_sha256, get_verified
from shared.errors import PermanentError, Reason

VERSION = 1
VARIANTS = "variants"
"""The kind of a pack of augmented variants; every other kind is the name of a stored excerpt."""

Arrays = NDArray[Any]
"""float16 in dB, or int16 samples: what the manifest says."""


@dataclass(frozen=True, kw_only=True)
class PackShard:
    """One file of a pack."""

    key: str
    sha256: str
    n: int
    """Excerpts in it."""


@dataclass(frozen=True, kw_only=True)
class PackEntry:
    """Which rows of which shard belong to a track."""

    track_id: UUID
    shard: int
    row: int
    n: int = 1
    starts_s: tuple[float, ...] = ()
    """Where each of the `n` excerpts begins in its clip."""
    variant: dict[str, Any] | None = None
    """`transform`, `parameters`, `seed` and `copy` of an augmented variant."""


@dataclass(frozen=True, kw_only=True)
class PackManifest:
    """What a pack holds."""

    kind: str
    spec: str
    shape: tuple[int, ...]
    """`(n_mels, n_frames)` of every excerpt, or `(n_samples,)` of every waveform."""
    shards: tuple[PackShard, ...]
    entries: tuple[PackEntry, ...]
    """By track, in order."""
    dtype: str = "float16"
    scale: str = "dB"
    """What a number of an array is: `dB`, or `PCM` for samples of which 32,768 is full scale."""

    def to_json(self) -> bytes:
        """The manifest as bytes, the same for the same content."""
        document = {
            "version": VERSION,
            "kind": self.kind,
            "spec": self.spec,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "scale": self.scale,
            "shards": [[shard.key, shard.sha256, shard.n] for shard in self.shards],
            "entries": [
                [str(entry.track_id), entry.shard, entry.row, entry.n, list(entry.starts_s), entry.variant]
                for entry in self.entries
            ],
        }
        return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "PackManifest":
        """The reverse of `to_json`. Raises PermanentError(`corrupt_artefact`) for another version."""
        document = json.loads(content)
        if document.get("version") != VERSION:
            raise PermanentError(Reason.CORRUPT_ARTEFACT, f"a pack of version {document.get('version')}: pack again")
        return cls(
            **{name: document[name] for name in ("kind", "spec", "dtype", "scale")},
            shape=tuple(document["shape"]),
            shards=tuple(PackShard(key=key, sha256=sha256, n=n) for key, sha256, n in document["shards"]),
            entries=tuple(
                PackEntry(track_id=UUID(track_id), shard=shard, row=row, n=n, starts_s=tuple(starts_s), variant=variant)
                for track_id, shard, row, n, starts_s, variant in document["entries"]
            ),
        )


class _MappedShards:
    """The shards of a manifest, each found and checked when it is first touched."""

    def __init__(self, manifest: PackManifest, blobs: Blobs, *, cache: Path) -> None:
        self._manifest, self._blobs, self._cache = manifest, blobs, cache
        self._open: dict[int, Arrays] = {}
        self._whole: dict[str, Path] = {}

    def get_rows(self, entry: PackEntry) -> Arrays:
        """A view `(n, *shape)` into the file. Raises PermanentError(`corrupt_artefact`)."""
        if entry.shard not in self._open:
            self._open[entry.shard] = self._map_shard(self._manifest.shards[entry.shard])
        return self._open[entry.shard][entry.row : entry.row + entry.n]

    def release(self) -> None:
        """Unmap what was read; a view that somebody still holds stays."""
        self._open.clear()

    def _map_shard(self, shard: PackShard) -> Arrays:
        if shard.key not in self._whole:
            self._whole[shard.key] = self._verify_shard(shard)
        path = self._whole[shard.key]
        mapped: Arrays = np.load(path, mmap_mode="r", allow_pickle=False)
        return mapped

    def _verify_shard(self, shard: PackShard) -> Path:
        try:
            path = self._blobs.local_file(shard.key, cache=self._cache)
        except PermanentError as error:
            raise PermanentError(Reason.CORRUPT_ARTEFACT, f"{error.detail}: pack again") from None
        if file_sha256(path) != shard.sha256:
            raise PermanentError(Reason.CORRUPT_ARTEFACT, f"{shard.key} is not what was packed: pack again")
        return path


class PackReader:
    """The arrays of tracks by their ids."""

    def __init__(self, manifest: PackManifest, blobs: Blobs, *, cache: Path) -> None:
        """`cache` is where shards of a remote blob store are copied to. Raises ValueError for a pack of variants."""
        if manifest.kind == VARIANTS:
            raise ValueError("variants are read by VariantReader, for training folds only")
        self.manifest = manifest
        self._shards = _MappedShards(manifest, blobs, cache=cache)
        self._entries = {entry.track_id: entry for entry in manifest.entries}

    @classmethod
    def open(cls, blobs: Blobs, *, key: str, sha256: str, cache: Path) -> "PackReader":
        """The pack of a manifest. Raises PermanentError(`corrupt_artefact`)."""
        return cls(PackManifest.from_json(get_verified(blobs, key=key, sha256=sha256)), blobs, cache=cache)

    @property
    def track_ids(self) -> tuple[UUID, ...]:
        """The tracks of the pack, in order."""
        return tuple(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, track_id: object) -> bool:
        return track_id in self._entries

    def __getitem__(self, track_id: UUID) -> Arrays:
        """`(n, *manifest.shape)`, n excerpts as they are stored: a view, nothing is copied. Raises KeyError."""
        return self._shards.get_rows(self._entries[track_id])

    def starts_s(self, track_id: UUID) -> tuple[float, ...]:
        """Where each excerpt of the track begins in its clip, in seconds. Raises KeyError."""
        return self._entries[track_id].starts_s

    def release(self) -> None:
        """Let go of what was read: it can be read again, and counts as memory of this process for as long as not."""
        self._shards.release()

    def gather_batch(self, track_ids: Sequence[UUID]) -> NDArray[np.float32]:
        """The first excerpt of each track as one batch `(len(track_ids), *manifest.shape)`, float32, same scale."""
        batch = np.empty((len(track_ids), *self.manifest.shape), dtype=np.float32)
        for at, track_id in enumerate(track_ids):
            batch[at] = self[track_id][0]
        return batch


class VariantReader:
    """Augmented variants, for the training side of a fold."""

    def __init__(self, manifest: PackManifest, blobs: Blobs, *, cache: Path) -> None:
        """Raises ValueError for a pack that holds no variants."""
        if manifest.kind != VARIANTS:
            raise ValueError(f"a pack of {manifest.kind} holds no variants")
        self.manifest = manifest
        self._shards = _MappedShards(manifest, blobs, cache=cache)

    @classmethod
    def open(cls, blobs: Blobs, *, key: str, sha256: str, cache: Path) -> "VariantReader":
        """The pack of a manifest. Raises PermanentError(`corrupt_artefact`)."""
        return cls(PackManifest.from_json(get_verified(blobs, key=key, sha256=sha256)), blobs, cache=cache)

    def for_training(
        self, track_ids: Collection[UUID], *, held_out: Collection[UUID]
    ) -> Iterator[tuple[UUID, dict[str, Any], Arrays]]:
        """`(source track, variant, (n_mels, n_frames) float16 dB)` of the training tracks of a fold.

        Raises ValueError where a track is on both sides: its variants would be learned from and judged by.
        """
        training = frozenset(track_ids)
        both = training & frozenset(held_out)
        if both:
            raise ValueError(f"{len(both)} tracks are trained on and held out, {min(both)} for one")
        for entry in self.manifest.entries:
            if entry.track_id in training:
                yield entry.track_id, dict(entry.variant or {}), self._shards.get_rows(entry)[0]

    def as_card(self) -> dict[str, Any]:
        """What a model card says of the variants: by transform their number, the ranges drawn, and the seeds."""
        card: dict[str, Any] = {}
        variants = [entry.variant for entry in self.manifest.entries if entry.variant]
        for transform, number in sorted(Counter(variant["transform"] for variant in variants).items()):
            of_transform = [variant for variant in variants if variant["transform"] == transform]
            names = of_transform[0]["parameters"]
            card[transform] = {
                "n": number,
                "seeds": sorted({variant["seed"] for variant in of_transform}),
                "parameters": {
                    name: [min(values), max(values)]
                    for name in names
                    for values in [[variant["parameters"][name] for variant in of_transform]]
                },
            }
        return card
