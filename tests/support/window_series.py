"""Windows of made-up tracks: values that say of which class a window is, and of which track."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from shared.arrays import Tensor
from shared.curve.fitting import LabelledWindows
from shared.domain.taggers import MUSICNN, list_versions

VERSIONS = list_versions([MUSICNN])
CLASSES = ("Q1", "Q2", "Q3", "Q4")
N_VALUES = 250


def windows_of(classes: Sequence[int], *, seed: int, strength: float = 3.0) -> Tensor:
    """`(len(classes), 250)`: the first values say the class, the last ones the track, all of it in noise."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(len(classes), N_VALUES))
    values[:, :40] += strength * np.eye(4)[np.asarray(classes)].repeat(10, axis=1)
    sounds = {k: 2 * rng.normal(size=100) for k in sorted(set(classes))}
    values[:, 150:] += np.stack([sounds[k] for k in classes])
    return values.astype(np.float32)


def joined_windows(*parts: Tensor) -> Tensor:
    """Tracks one behind the other, with a window across each join."""
    rows = [parts[0]]
    for before, after in pairwise(parts):
        rows += [((before[-1:] + after[:1]) / 2).astype(np.float32), after]
    return np.concatenate(rows)


def labelled_tracks(n_tracks: int = 60, *, n_windows: int = 14, strength: float = 3.0) -> list[LabelledWindows]:
    """Tracks of one class each, in five folds."""
    return [
        LabelledWindows(
            values=windows_of([i % 4] * n_windows, seed=i, strength=strength), target=i % 4, fold=(i // 4) % 5
        )
        for i in range(n_tracks)
    ]
