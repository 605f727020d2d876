"""What a network beside descriptors reads: a row of a table and a stack of excerpts of each track."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.networks.excerpt_arrays import ArraySource, ExcerptArrays


class DescriptorsAndExcerpts:
    """Descriptors and arrays of the same tracks. `x[indices]` and `x[mask]` give those of fewer tracks, of both.

    It has the shape of its table, `(n, n_descriptors)`, so that whatever handles rows handles it too. No array is read
    before its turn.
    """

    ndim = 2

    def __init__(self, table: NDArray[np.float32], stacks: ExcerptArrays) -> None:
        """Raises ValueError unless there is a row for each stack."""
        if table.ndim != self.ndim or len(table) != len(stacks):
            raise ValueError(f"each of {len(stacks)} tracks needs a row of descriptors, not {table.shape}")
        self.table = np.asarray(table, dtype=np.float32)
        self.stacks = stacks

    @property
    def shape(self) -> tuple[int, int]:
        """`(n, n_descriptors)`."""
        return self.table.shape[0], self.table.shape[1]

    def __len__(self) -> int:
        return len(self.stacks)

    def pair_in_turn(self, table: NDArray[np.float32]) -> "DescriptorsAndExcerpts":
        """Other rows, each beside the first excerpt of one of these tracks, which are taken in turn."""
        ids = [self.stacks.track_ids[i % len(self)] for i in range(len(table))]
        return DescriptorsAndExcerpts(
            table, ExcerptArrays(_FirstInputs(self.stacks.source), ids, excerpt=self.stacks.excerpt)
        )

    def __getitem__(self, wanted: NDArray[np.bool_] | NDArray[np.intp]) -> "DescriptorsAndExcerpts":
        return DescriptorsAndExcerpts(self.table[wanted], self.stacks[wanted])


class _FirstInputs:
    """The first excerpt of each track."""

    def __init__(self, source: ArraySource) -> None:
        self._source = source

    def __getitem__(self, track_id: Any) -> NDArray[Any]:
        return self._source[track_id][:1]
