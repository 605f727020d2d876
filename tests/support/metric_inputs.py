"""Seeded inputs for the metrics: what models said of synthetic tracks, beside what holds of them."""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEEDS = (1, 2, 3)
N_TRACKS, N_ARTISTS, N_FOLDS = 240, 70, 5
COVERAGES = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True, kw_only=True, eq=False)
class MetricInputs:
    """Rows are tracks; `rivals` are what a second model said of the same."""

    predictions: Floats
    """`(n, k)`."""
    rivals: Floats
    """`(n, k)`."""
    targets: Floats
    """`(n, k)`: 1 in the column of the class, 1 or 0 of each tag, or numbers in [-1, 1]."""
    groups: list[str]
    folds: NDArray[np.intp]
    """`(n,)`: one artist is in one fold."""

    @property
    def y(self) -> NDArray[np.intp]:
        """`(n,)`: the class of each row."""
        y: NDArray[np.intp] = self.targets.argmax(axis=1)
        return y


class _Folds(TypedDict):
    groups: list[str]
    folds: NDArray[np.intp]


def class_inputs(seed: int, *, n_classes: int, n_without_targets: int = 0) -> MetricInputs:
    """Probabilities that are ratios of small integers, so that many are equal; the last classes have no member."""
    rng = np.random.default_rng(seed)
    y = rng.integers(n_classes - n_without_targets, size=N_TRACKS)
    artists = rng.integers(N_ARTISTS, size=N_TRACKS)
    hints = 3 * np.eye(n_classes)[y]
    predictions, rivals = (_shares(rng.integers(1, 5, size=hints.shape) + hints * share) for share in (1.0, 0.4))
    return MetricInputs(predictions=predictions, rivals=rivals, targets=np.eye(n_classes)[y], **_folds_of(artists))


def tag_inputs(seed: int, *, n_tags: int = 4) -> MetricInputs:
    """Probabilities of two decimals for tags from common to rare; the last tag is on no track at all."""
    rng = np.random.default_rng(seed)
    artists = rng.integers(N_ARTISTS, size=N_TRACKS)
    targets = (rng.random((N_TRACKS, n_tags)) < np.linspace(0.6, 0.0, n_tags)).astype(np.float64)
    predictions, rivals = (
        (0.3 * rng.random(targets.shape) + share * targets + 0.2).clip(0, 1).round(2) for share in (0.2, 0.1)
    )
    return MetricInputs(predictions=predictions, rivals=rivals, targets=targets, **_folds_of(artists))


def number_inputs(seed: int, *, n_dimensions: int = 2) -> MetricInputs:
    """Numbers that follow the annotations with noise; the rival always says the same."""
    rng = np.random.default_rng(seed)
    artists = rng.integers(N_ARTISTS, size=N_TRACKS)
    targets = (0.4 * rng.standard_normal((N_TRACKS, n_dimensions))).clip(-1, 1).round(1)
    predictions = (0.6 * targets + 0.2 * rng.standard_normal(targets.shape) + 0.05).clip(-1, 1)
    return MetricInputs(
        predictions=predictions, rivals=np.full(targets.shape, 0.1), targets=targets, **_folds_of(artists)
    )


CLASS_CASES = {
    "quadrants": {"n_classes": 4},
    "a class without members": {"n_classes": 4, "n_without_targets": 1},
    "two classes": {"n_classes": 2},
}
CLASS_NAMES = ("energetic", "angry", "sad", "calm")


def _shares(counts: Floats) -> Floats:
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _folds_of(artists: NDArray[np.intp]) -> _Folds:
    return {"groups": [f"artist {artist:03d}" for artist in artists.tolist()], "folds": artists % N_FOLDS}
