"""Tracks with tags or places on the plane that their features tell, for the tests of these heads."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from services.trainer.candidates.training import TrainedCandidate, train_candidate
from services.trainer.dataset.snapshot import TrainingSet
from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.domain.training import TrainRequest

TAGS = ("dark", "slow", "party")
PLANE = ("valence", "arousal")


def ignore(step: Any) -> None: ...


def items_of(values: np.ndarray, *, n_artists: int) -> tuple[DatasetItem, ...]:
    """Tracks of so many artists in turn, folds by the hash of the artist."""
    return tuple(
        DatasetItem(
            example=LabelledTrack(
                track_id=f"{i:08d}-0000-7000-8000-000000000000",
                target=str(row),
                artist_group=f"artist{i % n_artists}",
                audio_sha256=None,
                values=tuple(map(float, row)),
            ),
            group=f"artist{i % n_artists}",
            fold=assign_fold(f"artist{i % n_artists}", 5),
        )
        for i, row in enumerate(values)
    )


def tagged(*, n: int = 160, signal: float = 2.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """`x: (n, 6)` and `y: (n, 3)` of ones and zeros: each tag shows in a feature of its own."""
    rng = np.random.default_rng(seed)
    y = (rng.random((n, len(TAGS))) < (0.5, 0.3, 0.15)).astype(np.float64)
    x = rng.normal(size=(n, 6))
    x[:, : len(TAGS)] += signal * y
    return x.astype(np.float32), y


def placed(*, n: int = 160, noise: float = 0.15, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """`x: (n, 6)` and `y: (n, 2)` in [-1, 1], a smooth function of the features with noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6)).astype(np.float32)
    y = np.stack([np.tanh(0.6 * x[:, 0] - 0.3 * x[:, 2]), np.tanh(0.7 * x[:, 1])], axis=1)
    return x, np.clip(y + noise * rng.normal(size=y.shape), -1, 1)


def training_set(
    x: np.ndarray,
    y: np.ndarray,
    *,
    kind: str,
    outputs: Sequence[str],
    n_artists: int = 40,
    synthetic: bool = True,
    **counts: Any,
) -> TrainingSet:
    """As it would be loaded from the store."""
    name = "tags" if kind == "tags" else "valence_arousal"
    told = {"tags_left_out": {}, "by_dimension": {o: {"low": -1.0, "high": 1.0} for o in outputs}, **counts}
    snapshot: Any = SimpleNamespace(
        id="0",
        taxonomy=name,
        seed=0,
        synthetic=synthetic,
        spec="spec",
        leak_check={"clean": True},
        counts={"head": {"classes": list(outputs)}, **told},
    )
    return TrainingSet(
        snapshot=snapshot,
        items=items_of(y, n_artists=n_artists),
        x={"descriptors": x},
        origins={"descriptors": ("audio",)},
        descriptor_names=tuple(f"d{i}" for i in range(x.shape[1])),
    )


def trained(
    data: TrainingSet, estimator: str, *, on_fold: Any = ignore, finished: Any = None, **asked: Any
) -> TrainedCandidate:
    """A candidate of one estimator on descriptors."""
    request = TrainRequest(estimators=(estimator,), kind=data.model_head.kind, **asked)
    return train_candidate(
        data, estimator=estimator, inputs="descriptors", on_fold=on_fold, request=request, finished=finished
    )


def a_tagger() -> TrainedCandidate:
    """A tree that answers `TAGS`."""
    x, y = tagged()
    return trained(training_set(x, y, kind="tags", outputs=TAGS), "tree")


def a_placer() -> TrainedCandidate:
    """A tree that answers valence and arousal."""
    x, y = placed()
    return trained(training_set(x, y, kind="dimensions", outputs=PLANE), "tree")
