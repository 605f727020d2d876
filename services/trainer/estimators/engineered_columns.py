"""Columns made of catalogue columns: products of two of them, of their differences, or of what one lacks to 1; a ratio.

Only sums of two, products and quotients, because IEEE rounds these alike everywhere: a forest that reads a logarithm
would have its thresholds crossed by the last bit of another library's.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shared.domain.track import CATALOGUE_COLUMNS

_PAIRS = (
    "energy*valence",
    "energy*danceability",
    "valence*danceability",
    "energy-acousticness*1",
    "energy*acousticness",
    "energy-valence*1",
    "valence-danceability*1",
    "energy*tempo",
    "danceability*tempo",
    "loudness*energy",
    "acousticness*instrumentalness",
    "instrumentalness*energy",
    "!instrumentalness*acousticness",
    "!instrumentalness*valence",
    "acousticness*valence",
    "loudness*acousticness",
    "speechiness*energy",
    "!energy*!valence",
    "loudness*valence",
    "danceability-energy*1",
    "instrumentalness*loudness",
    "!instrumentalness*!valence",
)
"""`left*right`; `a-b` is a difference, `!a` is 1 - a, `1` is one."""
_RATIO = ("loudness", "energy", 0.05)
"""The first by the second and a little."""


@dataclass(frozen=True, eq=False)
class ColumnEngineering:
    """`(x @ left + left_bias) * (x @ right + right_bias)` and `x[upper] / (x[lower] + lower_bias)`, put behind x."""

    left: NDArray[np.float32]
    """`(n_features, n_new)`, of -1, 0 and 1."""
    left_bias: NDArray[np.float32]
    right: NDArray[np.float32]
    right_bias: NDArray[np.float32]
    upper: int
    lower: int
    lower_bias: np.float32

    @property
    def n_new(self) -> int:
        """Columns that are added."""
        return int(self.left.shape[1]) + 1

    def add_columns(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """`(n, n_features)` → `(n, n_features + n_new)`."""
        new = (x @ self.left + self.left_bias) * (x @ self.right + self.right_bias)
        ratio = x[:, [self.upper]] / (x[:, [self.lower]] + self.lower_bias)
        return np.hstack([x, new, ratio])


@cache
def catalogue_engineering() -> ColumnEngineering:
    """The columns that are added to `CATALOGUE_COLUMNS`."""
    shape = (len(CATALOGUE_COLUMNS), len(_PAIRS))
    matrices = [np.zeros(shape, np.float32), np.zeros(shape, np.float32)]
    biases = [np.zeros(len(_PAIRS), np.float32), np.zeros(len(_PAIRS), np.float32)]
    for j, pair in enumerate(_PAIRS):
        for word, matrix, bias in zip(pair.split("*"), matrices, biases, strict=True):
            _write_term(word, matrix[:, j], bias[j : j + 1])
    upper, lower = (CATALOGUE_COLUMNS.index(name) for name in _RATIO[:2])
    return ColumnEngineering(matrices[0], biases[0], matrices[1], biases[1], upper, lower, np.float32(_RATIO[2]))


def _write_term(word: str, column: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
    if word == "1":
        bias[0] = 1
        return
    if word.startswith("!"):
        bias[0], column[CATALOGUE_COLUMNS.index(word[1:])] = 1, -1
        return
    first, _, second = word.partition("-")
    column[CATALOGUE_COLUMNS.index(first)] = 1
    if second:
        column[CATALOGUE_COLUMNS.index(second)] = -1
