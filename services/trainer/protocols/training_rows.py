"""The training rows of a classifier: what is known about them apart from their features."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.protocols.training_hooks import NO_HOOKS, TrainingHooks
from services.trainer.splits import inner_splits
from shared.arrays import Indices
from shared.domain.estimators import Hyperparameters
from shared.domain.head import ModelHead
from shared.domain.track import CATALOGUE_COLUMNS


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingRows:
    """Targets and artists of the training side of one fold, and how it is to be learned from."""

    y: NDArray[np.intp]
    """`(n,)`: positions of the classes in the taxonomy."""
    groups: NDArray[np.str_]
    """`(n,)`: artist groups."""
    n_features: int
    seed: int
    inputs: str = "descriptors"
    """One of `dataset.INPUTS`."""
    n_catalogue: int = len(CATALOGUE_COLUMNS)
    """How many of the last columns are catalogue columns, where `inputs` is fusion."""
    blocks: tuple[int, ...] = ()
    """How many neighbouring columns each are of one kind, and weigh together as much as any other block; empty where
    columns are not told apart.
    """
    imbalance: str = "none"
    """One of `training.IMBALANCES`. Belongs to the rows, because it may only ever see these."""
    head: ModelHead | None = None
    """What `y` is of; networks answer with others than classes too."""
    hooks: TrainingHooks = NO_HOOKS
    """Of what trains for long."""

    @property
    def total_variance(self) -> int:
        """The sum of the variances of the columns after scaling, half the mean squared distance of two rows: the
        number of columns, or of blocks.
        """
        return len(self.blocks) or self.n_features

    @cached_property
    def grouped_splits(self) -> list[tuple[Indices, Indices]]:
        """Artist-grouped `(train, test)` indices within these rows, for calibration, stacking and tuning."""
        return inner_splits(self.y, self.groups.tolist(), seed=self.seed)

    def take_rows(self, index: Indices) -> "TrainingRows":
        """Some of the rows, as rows of their own."""
        return self._copy_with(y=self.y[index], groups=self.groups[index])

    def with_columns(self, *, n_features: int, inputs: str) -> "TrainingRows":
        """The same rows, seen through some of their columns."""
        return self._copy_with(n_features=n_features, inputs=inputs, blocks=())

    def with_seed(self, seed: int) -> "TrainingRows":
        """The same rows for a member with a seed of its own."""
        return self._copy_with(seed=seed)

    def _copy_with(self, **changes: Any) -> "TrainingRows":
        own: Hyperparameters = {
            name: getattr(self, name)
            for name in (
                "y",
                "groups",
                "n_features",
                "seed",
                "inputs",
                "n_catalogue",
                "blocks",
                "imbalance",
                "head",
                "hooks",
            )
        }
        return TrainingRows(**{**own, **changes})


def select_learnable(rows: TrainingRows) -> Indices:
    """Indices of the rows whose class has two artist groups: a class of one could only be calibrated on itself."""
    pairs = np.unique(np.stack([rows.y.astype(str), rows.groups]), axis=1)[0].astype(np.intp)
    enough = np.flatnonzero(np.bincount(pairs) >= 2)  # noqa: PLR2004 - one side each
    return np.flatnonzero(np.isin(rows.y, enough))
