from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold

N_FOLDS = 5
Table = tuple[NDArray[np.float32], list[DatasetItem]]


def _item(track_id: str, target: str, group: str) -> DatasetItem:
    example = LabelledTrack(track_id=track_id, target=target, artist_group=group, audio_sha256=None)
    return DatasetItem(example=example, group=group, fold=assign_fold(group, N_FOLDS))


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
