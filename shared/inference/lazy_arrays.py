"""What networks read of some tracks, one array at a time when it is needed: a library does not fit into memory."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FULL_SCALE = np.float32(32_768.0)
"""What a stored sample, an int16, is divided by."""


@dataclass(frozen=True)
class LazyArray:
    """One array that is not read yet."""

    shape: tuple[int, ...]
    """`(n_excerpts, n_mels, n_frames)`, float16 in dB, or `(n_samples,)`, int16."""
    load: Callable[[], NDArray[Any]]
    """Raises PermanentError(`corrupt_artefact`) where it is gone, or is not what was stored."""
    row: NDArray[np.float32] | None = None
    """`(n_descriptors,)`, where the model reads them beside the array."""

    def read(self) -> NDArray[np.float32]:
        """The array as a network reads it: decibels as they are, samples in [-1, 1]."""
        array = self.load()
        scaled = array.astype(np.float32)
        return scaled / _FULL_SCALE if array.dtype == np.int16 else scaled


class LazyArrays:
    """Arrays of some tracks. An index array or a mask gives those of fewer tracks; nothing is read by that."""

    def __init__(self, recordings: Sequence[LazyArray]) -> None:
        self._recordings = tuple(recordings)

    @classmethod
    def from_upload(cls, content: bytes, *, row: NDArray[np.float32] | None = None) -> "LazyArrays":
        """One array in numpy's own format, and what is read beside it."""
        array: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
        return cls([LazyArray(array.shape, lambda: array, row=row)])

    def __len__(self) -> int:
        return len(self._recordings)

    def __getitem__(self, wanted: NDArray[np.bool_] | NDArray[np.intp]) -> "LazyArrays":
        positions = np.flatnonzero(wanted) if wanted.dtype == bool else wanted
        return LazyArrays([self._recordings[i] for i in positions.tolist()])

    @property
    def array_shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shape of each."""
        return tuple(recording.shape for recording in self._recordings)

    def read(self, position: int) -> NDArray[np.float32]:
        """The array of one of them. Raises PermanentError(`corrupt_artefact`)."""
        return self._recordings[position].read()

    def descriptor_rows(self, positions: Sequence[int] | None = None) -> NDArray[np.float32] | None:
        """`(n, n_descriptors)`: what is read beside the arrays of some of them, or of all; None where nothing is."""
        chosen = self._recordings if positions is None else [self._recordings[i] for i in positions]
        rows = [recording.row for recording in chosen if recording.row is not None]
        return np.stack(rows) if rows else None
