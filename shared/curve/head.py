"""The head that reads windows: linear, so that it weighs some 80 kB and the mean of windows is a window."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from shared.arrays import Floats, Tensor
from shared.domain.declaration_digest import digest_declaration
from shared.domain.windows import fingerprint_windows

HEAD_RULES = 1
"""Raised with every change of how a head is fitted or read."""
_ARRAYS = ("centre", "weights", "bias", "projection")
_MATRICES = ("weights", "projection")


def fingerprint_head(versions: Mapping[str, str]) -> str:
    """Twelve hexadecimal digits over the windows that a head reads, and the rules by which it is fitted."""
    return digest_declaration({"windows": fingerprint_windows(versions), "rules": HEAD_RULES})


@dataclass(frozen=True, kw_only=True, eq=False)
class CurveHead:
    """A linear head on the outputs of taggers, calibrated on curves of held-out tracks."""

    kind: str
    """`classes` or `dimensions`."""
    outputs: tuple[str, ...]
    """The classes in the order of the taxonomy, or the dimensions."""
    versions: Mapping[str, str]
    """The fingerprint of each tagger that it reads, by its name, in their order."""
    centre: Floats
    """`(n_values,)`: what is taken off the values of a window."""
    weights: Floats
    """`(n_values, n_outputs)`."""
    bias: Floats
    """`(n_outputs,)`."""
    projection: Floats
    """`(n_values, n_components)`: in these coordinates windows of one track differ by 1 on average."""
    temperature: float
    """By which logits are divided: chosen by the log-loss of curves of held-out tracks."""
    novelty_threshold: float
    """Two stretches of sound that differ less are one: of held-out tracks alone at most 10 % are cut."""
    difference_threshold: float
    """The least probability that two stretches are of different classes, for a change to be claimed."""

    def compute_logits(self, values: Tensor) -> Floats:
        """`(n, n_outputs)` of the values of windows `(n, n_values)`: logits, or values of the dimensions."""
        logits: Floats = (values - self.centre) @ self.weights + self.bias
        return logits

    def compute_coordinates(self, values: Tensor) -> Floats:
        """`(n, n_components)`: where windows `(n, n_values)` are, for comparing sounds."""
        coordinates: Floats = (values - self.centre) @ self.projection
        return coordinates

    def to_probabilities(self, logits: Floats) -> Floats:
        """`(…, n_classes)`: calibrated, rows sum to 1."""
        probabilities: Floats = softmax(logits / self.temperature, axis=-1)
        return probabilities

    def to_bytes(self) -> bytes:
        """As it is stored: an archive of numpy. Matrices are kept as float16 of columns whose largest value is 1."""
        content = io.BytesIO()
        arrays: dict[str, Any] = {
            "kind": np.array(self.kind),
            "outputs": np.array(self.outputs),
            "taggers": np.array(list(self.versions.items())),
            "centre": self.centre.astype(np.float32),
            "bias": self.bias.astype(np.float32),
            "numbers": np.array([self.temperature, self.novelty_threshold, self.difference_threshold]),
        }
        for name in _MATRICES:
            arrays |= _round_columns(name, getattr(self, name))
        np.savez_compressed(content, **arrays)
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """What `to_bytes` wrote."""
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            arrays = {name: stored[name].astype(np.float64) for name in _ARRAYS}
            for name in _MATRICES:
                arrays[name] *= stored[f"{name}_scale"]
            temperature, novelty, difference = (float(number) for number in stored["numbers"])
            return cls(
                kind=str(stored["kind"]),
                outputs=tuple(str(name) for name in stored["outputs"]),
                versions={str(name): str(digits) for name, digits in stored["taggers"]},
                temperature=temperature,
                novelty_threshold=novelty,
                difference_threshold=difference,
                **arrays,
            )


def _round_columns(name: str, matrix: Floats) -> dict[str, NDArray[Any]]:
    """A matrix as float16, and by what its columns are multiplied."""
    scale = np.abs(matrix).max(axis=0, initial=1e-30)
    return {name: (matrix / scale).astype(np.float16), f"{name}_scale": scale}


def average_windows(values: Floats, *, reach: int, bounds: Sequence[int] = ()) -> Floats:
    """`(n, k)`: the mean over each window of `(n, k)` and `reach` on either side of it, not across `bounds`.

    `bounds` are positions at which another segment begins.
    """
    edges = [0, *bounds, len(values)]
    means = np.empty_like(values, dtype=np.float64)
    for start, end in pairwise(edges):
        part = values[start:end]
        sums = np.concatenate([np.zeros((1, part.shape[1])), np.cumsum(part, axis=0, dtype=np.float64)])
        at = np.arange(len(part))
        first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(part))
        means[start:end] = (sums[last] - sums[first]) / (last - first)[:, np.newaxis]
    return means
