"""Standardised columns in blocks: each block weighs by itself, and not by the number of its columns.

Descriptors, tags and embeddings differ a hundredfold in their number of columns. Standardised column by column, the
widest block alone would decide which tracks are near each other. Each column is therefore divided by the square root of
the width of its block as well, so that the squares of every block add up to 1 in the mean.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import StandardScaler

from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Features


class BlockScaler(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A standard scaler whose scale holds the weight of the blocks, so that it is exported like any other."""

    def __init__(self, blocks: Sequence[int]) -> None:
        self.blocks = blocks
        """Widths of neighbouring columns, which add up to all of them."""

    def fit(self, x: Features, y: object = None) -> "BlockScaler":  # noqa: ARG002 - scikit-learn's signature
        """Fit to `x: (n, sum(blocks))`. Raises ValueError for another width."""
        self.scaler_ = StandardScaler().fit(x)
        _require_widths(self.blocks, x)
        self.scaler_.scale_ *= np.repeat(np.sqrt(self.blocks), self.blocks)
        return self

    def transform(self, x: Features) -> Features:
        """`x`, scaled."""
        scaled: Features = self.scaler_.transform(x)
        return scaled


class UnitBlockScaler(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Standardised columns whose blocks each have the same length in every row: a kernel of their distances looks at
    directions.

    The squares of a row add up to 1, and half the mean squared distance of two rows is close to 1. A loud or otherwise
    extreme track is then not far from all others.
    """

    def __init__(self, blocks: Sequence[int]) -> None:
        self.blocks = blocks
        """Widths of neighbouring columns, which add up to all of them."""

    def fit(self, x: Features, y: object = None) -> "UnitBlockScaler":  # noqa: ARG002 - scikit-learn's signature
        """Fit to `x: (n, sum(blocks))`. Raises ValueError for another width."""
        self.scaler_ = StandardScaler().fit(x)
        _require_widths(self.blocks, x)
        return self

    def transform(self, x: Features) -> Features:
        """`x`, scaled, float64."""
        scaled = self.scaler_.transform(x).astype(np.float64)
        indicator = self.block_indicator
        lengths = np.sqrt(scaled**2 @ indicator + LEAST_SQUARED_LENGTH)
        unit: Features = scaled / (lengths @ indicator.T * np.sqrt(len(self.blocks)))
        return unit

    @property
    def block_indicator(self) -> Features:
        """`(n_columns, n_blocks)`: 1 where a column is of a block."""
        return np.repeat(np.eye(len(self.blocks)), self.blocks, axis=0)


LEAST_SQUARED_LENGTH = 1e-12
"""Added to the squared length of a block: one whose columns are all at their mean stays at 0."""


def _require_widths(blocks: Sequence[int], x: Features) -> None:
    if sum(blocks) != x.shape[1]:
        raise ValueError(f"blocks of {sum(blocks)} columns do not fit {x.shape[1]}")


def build_scaler(rows: TrainingRows) -> StandardScaler | BlockScaler:
    """The scaler of what `rows` read, not fitted yet."""
    return BlockScaler(rows.blocks) if rows.blocks else StandardScaler()
