"""Out-of-fold predictions beside what holds, row by row: what a model is judged on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shared.arrays import Floats, Indices


@dataclass(frozen=True, kw_only=True, eq=False)
class OutOfFold:
    """Rows are tracks, columns the outputs of the head. Raises ValueError where the shapes do not fit."""

    predictions: Floats
    """`(n, k)`: probabilities of classes or tags, or numbers."""
    targets: Floats
    """`(n, k)`: 1 in the column of the class, 1 or 0 for each tag, or numbers."""
    folds: Indices
    """`(n,)`."""
    groups: Sequence[str]
    """The artist group of each row."""
    track_ids: Sequence[str] = ()
    """Of each row, where it matters whether two models were judged on the same ones."""
    weights: Floats | None = None
    """`(n,)`, above 0: how much each row counts, of which only the ratios matter; None where all count alike. A row
    that was drawn with a probability stands for its inverse (Horvitz & Thompson 1952).
    """

    def __post_init__(self) -> None:
        """Check the shapes."""
        n = len(self.groups)
        if not n or self.predictions.shape != self.targets.shape or self.predictions.shape[:1] != (n,):
            raise ValueError("there must be a row of predictions for each of the same targets")
        if self.folds.shape != (n,):
            raise ValueError("each row needs its fold")
        if self.weights is not None and (self.weights.shape != (n,) or not (self.weights > 0).all()):
            raise ValueError("each row needs a weight above 0, or none does")

    @cached_property
    def group_indices(self) -> Indices:
        """`(n,)`: the position of each row's group among all."""
        return np.unique(np.asarray(self.groups, dtype=str), return_inverse=True)[1]

    @property
    def n_groups(self) -> int:
        """How many artist groups there are."""
        return int(self.group_indices.max()) + 1

    @property
    def y(self) -> Indices:
        """`(n,)`: the position of each row's class."""
        y: Indices = self.targets.argmax(axis=1)
        return y

    @property
    def row_weights(self) -> Floats:
        """`(n,)`: how much each row counts, 1 in the mean."""
        if self.weights is None:
            return np.ones(len(self.groups))
        mean_one: Floats = self.weights / self.weights.mean()
        return mean_one

    def count_groups_with(self) -> Indices:
        """`(k,)`: artist groups that have a row of each class or with each tag."""
        return np.array([len(np.unique(self.group_indices[column > 0])) for column in self.targets.T], dtype=np.intp)
