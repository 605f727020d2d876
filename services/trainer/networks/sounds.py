"""What a network beside descriptors reads: a row of a table and a stack of excerpts of each track."""

import numpy as np
from numpy.typing import NDArray

from services.trainer.networks.stacks import Stacks


class Sounds:
    """Descriptors and arrays of the same tracks. `x[indices]` and `x[mask]` give those of fewer tracks, of both.

    It has the shape of its table, `(n, n_descriptors)`, so that whatever handles rows handles it too. No array is read
    before its turn.
    """

    ndim = 2

    def __init__(self, table: NDArray[np.float32], stacks: Stacks) -> None:
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

    def __getitem__(self, wanted: NDArray[np.bool_] | NDArray[np.intp]) -> "Sounds":
        return Sounds(self.table[wanted], self.stacks[wanted])
