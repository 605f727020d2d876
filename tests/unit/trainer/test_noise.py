"""Noise never becomes champion, and a weak real signal does: `cross_fit` and the gate, without servers.

200 rows of 20 columns by 60 artists. What carries nothing: features that belong to real targets, which are then
shuffled by track or by whole artist, and features that are noise, half of it the artist's own. The same on real clips
is `python -m benchmarks gate_noise`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.heads.strategy import CandidateSpec
from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.domain.emotion import MOOD4
from shared.domain.head import CLASSES, DIMENSIONS, PLANE, TAG_SET, TAGS, ModelHead
from shared.domain.training import TrainRequest
from shared.metrics.out_of_fold import OutOfFold
from shared.registry.gate import CandidateFigures, decide_promotion
from tests.support.markers import marked_long

pytestmark = [pytest.mark.timeout(280), pytest.mark.slow]

N_ROWS, N_COLUMNS, N_ARTISTS, N_FOLDS = 200, 20, 60, 5
N_TRAININGS = 20
HEADS = {
    CLASSES: ModelHead(kind=CLASSES, name="mood4", outputs=MOOD4.emotions),
    TAGS: ModelHead(kind=TAGS, name=TAG_SET, outputs=("dark", "slow", "loud")),
    DIMENSIONS: ModelHead(kind=DIMENSIONS, name=PLANE, outputs=("valence", "arousal")),
}
CELLS: list[tuple[str, str, Mapping[str, Any]]] = [
    (CLASSES, "logistic", {"C": 0.1}),
    (CLASSES, "tree", {"max_depth": 3, "min_samples_leaf": 20}),
    (CLASSES, "svm", {}),
    (CLASSES, "forest", {"n_trees": 20, "max_features": 0.5}),
    (TAGS, "tree", {"max_depth": 2, "min_samples_leaf": 20}),
    (DIMENSIONS, "svm", {}),
]
NAMES = [f"{estimator} of {kind}" for kind, estimator, _ in CELLS]
SOME = ["tree of classes", "svm of dimensions"]
"""What `make test` trains on noise; signal it finds with a head of each kind."""
SIGNAL = {CLASSES: 0.9, TAGS: 0.9, DIMENSIONS: 1.3}
"""Standard deviations by which a target moves a column of its own; of numbers more, as both have to be predicted."""
ARTIST_OF = np.sort(np.resize(np.arange(N_ARTISTS), N_ROWS))
Floats = NDArray[np.float64]
Shuffle = Callable[[Floats, np.random.Generator], Floats]


def draw_targets(kind: str, rng: np.random.Generator) -> Floats:
    """`(N_ROWS, k)`, each artist with a leaning of his own."""
    k = len(HEADS[kind].outputs)
    leaning = rng.normal(size=(N_ARTISTS, k))[ARTIST_OF] + rng.normal(size=(N_ROWS, k))
    if kind == CLASSES:
        one_hot: Floats = np.eye(k)[leaning.argmax(axis=1)]
        return one_hot
    return (leaning > 0.5).astype(np.float64) if kind == TAGS else np.tanh(leaning / 2)


def draw_features(targets: Floats, rng: np.random.Generator, *, signal: float) -> NDArray[np.float32]:
    """`(N_ROWS, N_COLUMNS)`: noise, half of it the artist's, and `signal` times the targets in the first columns."""
    x = (rng.normal(size=(N_ARTISTS, N_COLUMNS))[ARTIST_OF] + rng.normal(size=(N_ROWS, N_COLUMNS))) / np.sqrt(2)
    x[:, : targets.shape[1]] += signal * (targets - targets.mean(axis=0)) / targets.std(axis=0)
    columns: NDArray[np.float32] = x.astype(np.float32)
    return columns


def shuffle_by_track(targets: Floats, rng: np.random.Generator) -> Floats:
    """Each track gets the target of another."""
    return rng.permutation(targets)


def shuffle_by_artist(targets: Floats, rng: np.random.Generator) -> Floats:
    """All tracks of an artist get the target of one track of another artist."""
    first = np.searchsorted(ARTIST_OF, np.arange(N_ARTISTS))
    return targets[first[rng.permutation(N_ARTISTS)]][ARTIST_OF]


def is_promoted(cell: tuple[str, str, Mapping[str, Any]], x: NDArray[np.float32], targets: Floats) -> bool:
    """Whether the gate lets a candidate through that was trained so."""
    kind, estimator, hyperparameters = cell
    head = HEADS[kind]
    items = [as_item(i, row, head) for i, row in enumerate(targets)]
    request = TrainRequest(estimators=(estimator,), kind=kind, hyperparameters={estimator: dict(hyperparameters)})
    of = CandidateSpec(request=request, estimator=estimator, inputs="descriptors", x=x, items=items, head=head, seed=0)
    said = HEAD_STRATEGIES[kind].cross_fit(of, on_fold=lambda _: None, finished={})[:, : len(head.outputs)]
    rows = OutOfFold(
        predictions=said,
        targets=targets,
        folds=np.array([item.fold for item in items]),
        groups=[item.group for item in items],
    )
    candidate = CandidateFigures(
        kind=kind,
        outputs=head.outputs,
        metrics={"export_max_difference": 0.0},
        leak_report={"clean": True},
        rows=rows,
    )
    return decide_promotion(candidate, has_champion=False, comparison=None).promote


def as_item(i: int, row: Floats, head: ModelHead) -> DatasetItem:
    target = head.outputs[int(row.argmax())] if head.kind == CLASSES else ""
    group = f"artist{ARTIST_OF[i]:02d}"
    example = LabelledTrack(track_id=f"t{i}", target=target, artist_group=group, audio_sha256=None, values=tuple(row))
    return DatasetItem(example=example, group=group, fold=assign_fold(group, N_FOLDS))


def shuffled_trainings(cell: tuple[str, str, Mapping[str, Any]]) -> int:
    """How many of 20 trainings on shuffled targets are promoted, ten by track and ten by artist."""
    n_promoted = 0
    for seed in range(N_TRAININGS):
        rng = np.random.default_rng(seed)
        targets = draw_targets(cell[0], rng)
        x = draw_features(targets, rng, signal=2.0)
        shuffle: Shuffle = shuffle_by_artist if seed % 2 else shuffle_by_track
        n_promoted += is_promoted(cell, x, shuffle(targets, rng))
    return n_promoted


def noise_trainings(cell: tuple[str, str, Mapping[str, Any]], *, signal: float) -> int:
    """How many of 20 trainings on noise with so much signal are promoted."""
    n_promoted = 0
    for seed in range(N_TRAININGS):
        rng = np.random.default_rng(100 + seed)
        targets = draw_targets(cell[0], rng)
        n_promoted += is_promoted(cell, draw_features(targets, rng, signal=signal), targets)
    return n_promoted


@pytest.mark.parametrize("names", [SOME, *marked_long(NAMES)], ids=["some", "all"])
def test_noise_and_shuffled_targets_are_not_promoted(names: list[str]) -> None:
    cells = {name: cell for name, cell in zip(NAMES, CELLS, strict=True) if name in names}
    shuffled = {name: shuffled_trainings(cell) for name, cell in cells.items()}
    noise = {name: noise_trainings(cell, signal=0.0) for name, cell in cells.items()}
    assert max(*shuffled.values(), *noise.values()) <= 2, (shuffled, noise)
    n_all = 2 * N_TRAININGS * len(cells)
    assert sum(shuffled.values()) + sum(noise.values()) <= 0.02 * n_all, (shuffled, noise)


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(cell, id=name, marks=[] if name in {*SOME, "tree of tags"} else pytest.mark.long)
        for name, cell in zip(NAMES, CELLS, strict=True)
    ],
)
def test_a_weak_real_signal_is_promoted(cell: tuple[str, str, Mapping[str, Any]]) -> None:
    assert noise_trainings(cell, signal=SIGNAL[cell[0]]) >= 18
