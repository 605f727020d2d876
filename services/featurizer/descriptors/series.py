"""Statistics of values that change from frame to frame: over the whole window, and between its blocks.

Frames more than 60 dB below the loudest are left out before, so that pauses do not pass for dark sound. Blocks are six
equal stretches of what is left: 5 s each of a window of 30 s without pauses (block-level features after Seyerlehner et
al. 2010).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.featurizer.descriptors.declaration import Descriptor
from services.featurizer.spectral.spectra import Array

N_BLOCKS = 6
STATISTICS = ("mean", "std", "skew", "p10", "p90", "change", "block_std")
_LEVELS = {"mean", "p10", "p90"}


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameSeries:
    """Some rows that are described alike. `values` is `(n_frames, len(rows))`."""

    rows: tuple[Descriptor, ...]
    values: Array


def declare_statistics(rows: tuple[Descriptor, ...]) -> tuple[Descriptor, ...]:
    """One descriptor for every row and statistic, in the order of `column_statistics`."""
    return tuple(
        replace(
            row,
            name=f"{row.name}_{statistic}",
            unit="1" if statistic == "skew" else row.unit,
            per_db=row.per_db if statistic in _LEVELS else 0.0,
        )
        for statistic in STATISTICS
        for row in rows
    )


def column_statistics(values: Array) -> NDArray[np.float64]:
    """`STATISTICS` of each column of `values` `(n_frames, n)`, statistic by statistic: `(len(STATISTICS) * n,)`.

    `change` is the mean absolute difference of neighbouring frames; `block_std` the deviation of the six block means.
    """
    n_frames = values.shape[0]
    mean = values.mean(axis=0, dtype=np.float64)
    centred = values - mean.astype(np.float32)
    squares = centred * centred
    std = np.sqrt(squares.mean(axis=0, dtype=np.float64))
    third = np.einsum("ij,ij->j", squares, centred, dtype=np.float64) / n_frames
    scale = 1e-4 * np.maximum(np.abs(mean), 1e-3)  # below this a deviation is rounding
    skew = np.where(std > scale, third / np.maximum(std, 1e-12) ** 3, 0.0)
    lows, highs = _outer_percentiles(values)
    change = np.abs(np.diff(values, axis=0)).mean(axis=0, dtype=np.float64) if n_frames > 1 else np.zeros_like(mean)
    blocks = _block_means(centred)
    return np.concatenate((mean, std, skew, lows, highs, change, blocks.std(axis=0)))


def _outer_percentiles(values: Array) -> tuple[Array, Array]:
    ranked = np.sort(np.ascontiguousarray(values.T), axis=1)
    last = ranked.shape[1] - 1
    return ranked[:, round(0.1 * last)], ranked[:, round(0.9 * last)]


def _block_means(values: Array) -> NDArray[np.float64]:
    edges = np.linspace(0, values.shape[0], N_BLOCKS + 1).astype(int)[:-1]
    if values.shape[0] < N_BLOCKS:
        return np.zeros((1, values.shape[1]))
    counts = np.diff(np.append(edges, values.shape[0]))
    return np.asarray(np.add.reduceat(values, edges, axis=0, dtype=np.float64) / counts[:, np.newaxis])
