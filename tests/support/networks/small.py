"""Tracks that a network learns in a moment: quadrants by where their energy lies, and how much of it there is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.domain.head import CLASSES, ModelHead

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
EXCERPT = (16, 24)
SAMPLES = (4096,)
SPECTROGRAMS = (
    "cnn_baseline",
    "cnn_fc",
    "cnn_fc_regularised",
    "cnn_rectangular",
    "lstm",
    "crnn",
    "cnn_attention",
)


def items_of(n: int, classes: Sequence[str] = QUADRANTS, *, n_folds: int = 2) -> list[DatasetItem]:
    """Two tracks an artist, the classes in turn."""
    made = []
    for i in range(n):
        group = f"artist{i // (2 * len(classes))}{i % len(classes)}"
        example = LabelledTrack(
            track_id=f"t{i:03}", target=classes[i % len(classes)], artist_group=group, audio_sha256=None
        )
        made.append(DatasetItem(example=example, group=group, fold=assign_fold(group, n_folds)))
    return made


def spectrograms(n: int, *, n_excerpts: Sequence[int] = (1, 2, 3), n_classes: int = 4, seed: int = 0) -> ExcerptArrays:
    """In dB, float16: a class is a band that is 30 dB louder."""
    rng = np.random.default_rng(seed)
    source = {}
    for i in range(n):
        mel = rng.normal(-40, 6, (n_excerpts[i % len(n_excerpts)], *EXCERPT))
        band = i % n_classes
        mel[:, 4 * band : 4 * band + 4] += 30
        source[f"t{i:03}"] = mel.astype(np.float16)
    return ExcerptArrays(source, source, excerpt=EXCERPT)


def sounds(n: int, *, seed: int = 0) -> ExcerptArrays:
    """Tones of an octave each, int16."""
    rng = np.random.default_rng(seed)
    t = np.arange(SAMPLES[0]) / 22_050
    source = {}
    for i in range(n):
        y = 0.3 * np.sin(2 * np.pi * 220 * 2 ** (i % 4) * t + rng.uniform(0, 6)) + rng.normal(0, 0.01, SAMPLES)
        source[f"t{i:03}"] = (y * 32_767).astype(np.int16)[np.newaxis]
    return ExcerptArrays(source, source, excerpt=SAMPLES)


def table(n: int, *, n_features: int = 13, n_classes: int = 4, seed: int = 0) -> NDArray[np.float32]:
    """Columns of different sizes; a class has a column that is greater."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, n_features))
    x[np.arange(n), np.arange(n) % n_classes] += 4
    return (x * np.arange(1, n_features + 1) * 10).astype(np.float32)


def rows_of(
    items: Sequence[DatasetItem], *, n_features: int, head: ModelHead | None = None, **more: Any
) -> TrainingRows:
    """As `fitting` makes them."""
    classes = sorted({item.example.target for item in items})
    return TrainingRows(
        y=np.array([classes.index(item.example.target) for item in items], dtype=np.intp),
        groups=np.array([item.group for item in items]),
        n_features=n_features,
        seed=more.pop("seed", 3),
        head=head or ModelHead(kind=CLASSES, name="quadrant4", outputs=tuple(classes)),
        **more,
    )


def plan(name: str, **hyperparameters: Any) -> FitPlan:
    """Of one epoch, unless it says more."""
    return FitPlan(estimator=name, hyperparameters={"epochs": 1, "batch": 8, **hyperparameters})
