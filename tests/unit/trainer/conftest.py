from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.domain.dataset import Example, Item, fold_of

N_FOLDS = 5
Table = tuple[NDArray[np.float32], list[Item]]


def _item(track_id: str, target: str, group: str) -> Item:
    example = Example(track_id=track_id, target=target, artist_group=group, audio_sha256=None)
    return Item(example=example, group=group, fold=fold_of(group, N_FOLDS))


@pytest.fixture
def make_table() -> Callable[..., Table]:
    def make(
        classes: tuple[str, ...], *, n: int = 240, signal: float = 1.0, n_features: int = 6, seed: int = 0
    ) -> Table:
        """Features that hold `signal` times the class's own centre in unit noise; three tracks to an artist."""
        rng = np.random.default_rng(seed)
        y = rng.integers(len(classes), size=n)
        centres = np.eye(len(classes), n_features) * 3
        x = (signal * centres[y] + rng.normal(size=(n, n_features))).astype(np.float32)
        return x, [_item(f"t{i:04}", classes[c], f"artist{i // 3:03}") for i, c in enumerate(y)]

    return make
