"""The clips of a folder as networks read them: analysed once by the featurizer, kept as files that are mapped.

No benchmark of its own. A folder of clips holds `tracks.csv` with id, artist, quadrant and path.
"""

import csv
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.artists import artist_groups
from services.featurizer.analysis import analyse_clip
from services.featurizer.audio.waveform import read_waveform
from services.featurizer.spectral.mel import to_decibel
from services.trainer.dataset.pack_loading import PackByTrack
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from shared.domain.catalogue import COMPUTED_INPUTS
from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.domain.emotion import QUADRANT4
from shared.domain.features import FeatureSpec
from shared.errors import PermanentError

_EXCERPTS, _TALK, _SOUND = "excerpts", "talk", "waveform"
_INT16 = 32_767


class Mapped:
    """The arrays of all tracks, one after the other in one file of which only what is touched is read."""

    def __init__(self, path: Path, starts: Sequence[int]) -> None:
        self._path, self._starts = path, starts
        self.release()

    def __getitem__(self, at: int) -> NDArray[Any]:
        rows: NDArray[Any] = self._array[self._starts[at] : self._starts[at + 1]]
        return rows

    def release(self) -> None:
        """Let go of the pages that were read: they count as memory of this process until then."""
        self._array: NDArray[Any] = np.load(self._path, mmap_mode="r")


@dataclass(frozen=True, eq=False)
class Recordings:
    """What is known of the clips that could be analysed."""

    folder: Path
    ids: tuple[str, ...]
    artists: tuple[str, ...]
    quadrants: tuple[str, ...]
    starts: tuple[int, ...]
    """Where the excerpts of each begin in the file of all, and where the last ones end."""

    @property
    def y(self) -> NDArray[np.intp]:
        """Positions in `QUADRANT4`."""
        return np.array([QUADRANT4.emotion_index(quadrant) for quadrant in self.quadrants], dtype=np.intp)

    @property
    def descriptors(self) -> NDArray[np.float32]:
        """`(n, n_descriptors)`."""
        return self._loaded("descriptors")

    @property
    def catalogue(self) -> NDArray[np.float32]:
        """`(n, len(COMPUTED_INPUTS))`: the columns that a model of computed values reads."""
        return self._loaded("catalogue")

    def excerpts(self) -> ExcerptArrays:
        """All excerpts of each clip, in dB."""
        return stacks_of(self.folder / f"{_EXCERPTS}.npy", self.starts)

    def talk(self) -> ExcerptArrays:
        """The talk's one excerpt of each clip, in dB."""
        return stacks_of(self.folder / f"{_TALK}.npy", range(len(self.ids) + 1))

    def waveforms(self) -> ExcerptArrays:
        """The talk's excerpt as samples."""
        return stacks_of(self.folder / f"{_SOUND}.npy", range(len(self.ids) + 1))

    def items(self, targets: Sequence[str], fold: NDArray[np.intp]) -> list[DatasetItem]:
        """As the trainer has them, each in its fold."""
        return [
            DatasetItem(
                example=LabelledTrack(track_id=track_id, target=target, artist_group=artist, audio_sha256=None),
                group=artist,
                fold=f,
            )
            for track_id, artist, target, f in zip(self.ids, self.artists, targets, fold.tolist(), strict=True)
        ]

    def _loaded(self, name: str) -> NDArray[np.float32]:
        array: NDArray[np.float32] = np.load(self.folder / f"{name}.npy")
        return array


def stacks_of(path: Path, starts: Sequence[int]) -> ExcerptArrays:
    """The arrays in a file, those of track i from `starts[i]` to `starts[i + 1]`, as a training reads a pack."""
    tracks = range(len(starts) - 1)
    mapped: Any = Mapped(path, starts)  # by positions where a pack has ids
    owners: dict[Any, Any] = {at: at for at in tracks}
    source = PackByTrack(mapped, owners)
    return ExcerptArrays(source, tracks, excerpt=np.load(path, mmap_mode="r").shape[1:])


def read(clips: Path, *, keep: Path) -> Recordings:
    """The clips of a folder, analysed into `keep`, or as they were left there before."""
    index = keep / "index.json"
    if not index.exists():
        keep.mkdir(parents=True, exist_ok=True)
        index.write_text(json.dumps(_analysed(clips, keep)))
    said = json.loads(index.read_text())
    return Recordings(keep, *(tuple(said[name]) for name in ("ids", "artists", "quadrants", "starts")))


def _analysed(clips: Path, keep: Path) -> dict[str, list[Any]]:
    with (clips / "tracks.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(_of_clip, [clips / row["path"] for row in rows], chunksize=4))
    kept = [(row, one) for row, one in zip(rows, found, strict=True) if one is not None]
    joined: dict[str, Callable[[list[NDArray[Any]]], NDArray[Any]]] = {_EXCERPTS: np.concatenate}
    for name in (_EXCERPTS, _TALK, _SOUND, "descriptors", "catalogue"):
        np.save(keep / f"{name}.npy", joined.get(name, np.stack)([one[name] for _, one in kept]))
    return {
        "ids": [row["id"] for row, _ in kept],
        "artists": artist_groups([row["artist"] for row, _ in kept], [row["id"] for row, _ in kept]),
        "quadrants": [row["quadrant"] for row, _ in kept],
        "starts": [0, *np.cumsum([len(one[_EXCERPTS]) for _, one in kept]).tolist()],
    }


def _of_clip(path: Path) -> dict[str, NDArray[Any]] | None:
    spec = FeatureSpec()
    try:
        found = analyse_clip(path, spec=spec)
    except PermanentError:
        return None
    sound = read_waveform(path, sr=spec.mel.sr, start_s=found.excerpt_start_s, duration_s=spec.mel.duration_s)
    sound = np.pad(sound, (0, max(0, spec.mel.n_samples - sound.size)))[: spec.mel.n_samples]
    values = {value.name: value.value for value in found.catalogue}
    return {
        _EXCERPTS: to_decibel(found.excerpts),
        _TALK: to_decibel(found.mel),
        _SOUND: np.round(np.clip(sound, -1, 1) * _INT16).astype(np.int16),
        "descriptors": found.descriptors,
        "catalogue": np.array([values[name] for name in COMPUTED_INPUTS], dtype=np.float32),
    }
