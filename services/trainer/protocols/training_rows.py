"""The training rows that a classifier will be fitted to: what is known of them besides their features."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.protocols.training_hooks import ALONE, Supervision
from services.trainer.splits import Indices, inner_splits
from shared.domain.head import Head
from shared.domain.track import CATALOGUE_COLUMNS


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
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
    imbalance: str = "none"
    """One of `training.IMBALANCES`. Belongs to the rows, because it may only ever see these."""
    head: Head | None = None
    """What `y` is of; networks answer with others than classes too."""
    supervision: Supervision = ALONE
    """Of what trains for long."""

    @cached_property
    def splits(self) -> list[tuple[Indices, Indices]]:
        """Artist-grouped `(train, test)` indices within these rows, for calibration, stacking and tuning."""
        return inner_splits(self.y, self.groups.tolist(), seed=self.seed)

    def take(self, index: Indices) -> "Rows":
        """Some of the rows, as rows of their own."""
        return self._with(y=self.y[index], groups=self.groups[index])

    def reading(self, *, n_features: int, inputs: str) -> "Rows":
        """The same rows, seen through some of their columns."""
        return self._with(n_features=n_features, inputs=inputs)

    def seeded(self, seed: int) -> "Rows":
        """The same rows for a member with a seed of its own."""
        return self._with(seed=seed)

    def _with(self, **changes: Any) -> "Rows":
        own: dict[str, Any] = {
            name: getattr(self, name)
            for name in (
                "y",
                "groups",
                "n_features",
                "seed",
                "inputs",
                "n_catalogue",
                "imbalance",
                "head",
                "supervision",
            )
        }
        return Rows(**{**own, **changes})


def learnable(rows: Rows) -> Indices:
    """Indices of the rows whose class has two artist groups: a class of one could only be calibrated on itself."""
    pairs = np.unique(np.stack([rows.y.astype(str), rows.groups]), axis=1)[0].astype(np.intp)
    enough = np.flatnonzero(np.bincount(pairs) >= 2)  # noqa: PLR2004 - one side each
    return np.flatnonzero(np.isin(rows.y, enough))
