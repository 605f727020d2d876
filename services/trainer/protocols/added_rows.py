"""Rows that a classifier is fitted to beside the owner's, and that nothing is ever judged on: those of the starter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.arrays import Features, Indices, Mask


@dataclass(frozen=True, kw_only=True, eq=False)
class AddedRows:
    """Features and targets of the added rows, and which of the owner's rows they must not be judged beside."""

    x: Features
    """`(m, n_features)`, the columns in the order of the owner's rows."""
    y: Indices
    """`(m,)`: positions of the classes in the taxonomy."""
    groups: NDArray[np.str_]
    """`(m,)`: artist groups, called otherwise than any group of the owner."""
    overlaps: Mask
    """`(n, m)`: where one of the owner's `n` rows and an added one are of the same artist, or of the same recording."""

    def select_for(self, index: Indices) -> "AddedRows":
        """Those that may be learned from beside the owner's rows at `index`.

        What is left out of the owner's rows may be asked about: rows of the same artist or recording are left out too.
        """
        is_left_out = np.ones(len(self.overlaps), dtype=bool)
        is_left_out[index] = False
        kept = ~self.overlaps[is_left_out].any(axis=0)
        return AddedRows(
            # all of them are kept as they are, not copied: most folds share no artist with the added rows
            x=self.x if kept.all() else self.x[kept],
            y=self.y[kept],
            groups=self.groups[kept],
            overlaps=self.overlaps[index][:, kept],
        )

    def name_groups(self, owners: NDArray[np.str_]) -> NDArray[np.str_]:
        """`(m,)`: the artist groups, by the owner's name in `owners: (n,)` where an artist is among the owner's too."""
        names = self.groups.astype(object)
        is_shared = self.overlaps.any(axis=0)
        names[is_shared] = owners[self.overlaps[:, is_shared].argmax(axis=0)]
        return names.astype(str)
