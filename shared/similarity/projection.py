"""Descriptors, or values of audio taggers, that can be compared: standardised by the library, in few dimensions. Pure.

A thousand descriptors are on a thousand scales. Each is centred on the library's mean and divided by its deviation, cut
at `MOST` deviations so that one strange value does not decide, and the rows are turned onto their first `N_DIMENSIONS`
principal axes, of unchanged lengths: the cosine between two rows stays nearly what it was. On the 598 clips of the 4Q
set the ten nearest in 64 dimensions are to 83 % the ten nearest in all 1,433, and share the quadrant as often (.52 of
them against .52; the descriptors as they are .44, chance .25).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from shared.arrays import Descriptors

N_DIMENSIONS = 64
N_FITTED = 4000
"""More tracks than that change little; a library is sampled."""
N_FITTED_WIDE = 1500
"""The same of rows of thousands of values: their axes are found in a few seconds."""
MOST = 5.0
"""Deviations."""
_ZERO = 1e-12
"""Of the largest variance: directions of less are rounding."""


@dataclass(frozen=True, eq=False)
class DescriptorProjection:
    """Makes the descriptors of a library comparable: standardised, clipped and projected on principal axes."""

    mean: Descriptors
    """`(n_descriptors,)`."""
    deviation: Descriptors
    """`(n_descriptors,)`; 1 for one that never changes."""
    centre: Descriptors
    """`(n_descriptors,)`: the mean after cutting."""
    axes: Descriptors
    """`(n_descriptors, N_DIMENSIONS)`; zeros where the library is too small for so many."""

    @classmethod
    def from_sample(cls, x: Descriptors, *, widths: Sequence[int] = ()) -> "DescriptorProjection":
        """The projection of a sample `(n, n_descriptors)`, n > 0. Rows with a value that is no number are passed over.

        `widths` of neighbouring columns that make blocks, each of which weighs alike; none: every column weighs alike.
        Raises ValueError where no row is left, or the blocks are not all columns.
        """
        rows = x[np.isfinite(x).all(axis=1)].astype(np.float64)
        if not len(rows):
            raise ValueError("a projection needs at least one track")
        mean, deviation = rows.mean(axis=0), rows.std(axis=0)
        deviation[deviation < 1e-12 * np.maximum(1.0, np.abs(mean))] = 1.0
        cut = np.clip((rows - mean) / deviation, -MOST, MOST)
        centre = cut.mean(axis=0)
        weights = _block_weights(widths, n_columns=rows.shape[1])
        # weights are part of the axes: a row is projected as if there were none
        axes = weights[:, np.newaxis] * _principal_axes((cut - centre) * weights)
        return cls(*(part.astype(np.float32) for part in (mean, deviation, centre, axes)))

    def project_rows(self, x: Descriptors) -> Descriptors:
        """`(n, n_descriptors)` → `(n, N_DIMENSIONS)`; a row with a value that is no number gives one of NaN."""
        cut = np.clip((x - self.mean) / self.deviation, -MOST, MOST)
        placed: Descriptors = (cut - self.centre) @ self.axes
        return placed

    def to_bytes(self) -> bytes:
        """As numpy's own archive, without pickles."""
        buffer = io.BytesIO()
        np.savez(buffer, **{field.name: getattr(self, field.name) for field in fields(self)})
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "DescriptorProjection":
        """The reverse of `to_bytes`."""
        with np.load(io.BytesIO(content), allow_pickle=False) as parts:
            return cls(**{field.name: parts[field.name] for field in fields(cls)})


def _block_weights(widths: Sequence[int], *, n_columns: int) -> NDArray[np.float64]:
    """Of each standardised column, so that the columns of a block have together the variance of one."""
    if not widths:
        return np.ones(n_columns)
    if sum(widths) != n_columns:
        raise ValueError(f"blocks of {sum(widths)} columns for {n_columns}")
    return np.repeat(1 / np.sqrt(widths), widths)


def _principal_axes(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """The first principal axes of `(n, p)`, as `(p, N_DIMENSIONS)`; each points where its largest share is positive."""
    n, p = centred.shape
    kept = min(N_DIMENSIONS, n, p)
    if n < p:  # the same axes by the smaller of the two products
        values, vectors = np.linalg.eigh(centred @ centred.T)
        values, vectors = values[::-1][:kept], vectors[:, ::-1][:, :kept]
        kept = int((values > _ZERO * max(values[0], np.finfo(float).tiny)).sum())
        axes = centred.T @ (vectors[:, :kept] / np.sqrt(values[:kept]))
    else:
        axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :kept]
    axes *= np.where(axes[np.abs(axes).argmax(axis=0), np.arange(kept)] < 0, -1.0, 1.0)
    return np.pad(axes, ((0, 0), (0, N_DIMENSIONS - kept)))
