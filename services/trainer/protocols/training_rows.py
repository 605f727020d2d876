"""The training rows of a classifier: what is known about them apart from their features."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.protocols.added_rows import AddedRows
from services.trainer.protocols.training_hooks import NO_HOOKS, TrainingHooks
from services.trainer.splits import inner_splits
from shared.arrays import Features, Floats, Indices
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
    sample_weight: Floats | None = None
    """`(n,)`: how much each row counts where a classifier is fitted to it; None where all count alike."""
    added: AddedRows | None = None
    """What may be learned from beside these rows. Nothing is judged on them: the splits are of these rows alone."""

    @property
    def n_classes(self) -> int:
        """One more than the highest position of a class that may be learned."""
        highest = [int(y.max()) for y in (self.y, *([self.added.y] if self.added else [])) if len(y)]
        return 1 + max(highest)

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
        return self._copy_with(
            y=self.y[index],
            groups=self.groups[index],
            sample_weight=None if self.sample_weight is None else self.sample_weight[index],
            added=self.added and self.added.select_for(index),
        )

    def without_added_rows(self) -> "TrainingRows":
        """The same rows alone."""
        return self._copy_with(added=None)

    def join_added_rows(self, x: Features, *, weight: float) -> tuple[Features, "TrainingRows"]:
        """`x: (n, n_features)` and these rows with the added ones behind them, each of which counts `weight`, > 0.

        Rows of a class that one artist alone has are left out.
        """
        assert self.added is not None
        added = self.added
        weights = np.concatenate([np.ones(len(self.y)), np.full(len(added.y), weight)])
        joined = self._copy_with(
            y=np.concatenate([self.y, added.y]),
            groups=np.concatenate([self.groups, added.name_groups(self.groups)]),
            sample_weight=None if weight == 1 else weights,
            added=None,
        )
        learnable = select_learnable(joined)
        return np.concatenate([x, added.x])[learnable], joined.take_rows(learnable)

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
                "sample_weight",
                "added",
            )
        }
        return TrainingRows(**{**own, **changes})


def select_learnable(rows: TrainingRows) -> Indices:
    """Indices of the rows whose class has two artist groups, added rows among them: a class of one could only be
    calibrated on itself.
    """
    y, groups = rows.y, rows.groups
    if rows.added is not None:
        y = np.concatenate([y, rows.added.y])
        groups = np.concatenate([groups, rows.added.name_groups(groups)])
    pairs = np.unique(np.stack([y.astype(str), groups]), axis=1)[0].astype(np.intp)
    enough = np.flatnonzero(np.bincount(pairs) >= 2)  # noqa: PLR2004 - one side each
    return np.flatnonzero(np.isin(rows.y, enough))
