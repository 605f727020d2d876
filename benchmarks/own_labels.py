"""What an owner's labels add to the starter: macro F1 of quadrants by number of own labels.

    python -m benchmarks own_labels --train DIR [--draws 20] [--estimator NAME] [--swapped] [--keep DIR] --json FILE

A draw parts the artists: a fifth is asked about, another part are the owner's, `N_LABELS` clips at most, two artists of
each quadrant first; the rest, some 280 clips, makes the starter. Nobody is on two sides. Compared on the same draws are
the starter alone, a model of the own labels alone, and a model of the own labels with the starter's rows, whose weight
is chosen in inner folds of the own labels, as every training does it. `--swapped` has the owner call sad what the
starter calls calm, and calm what it calls sad: the starter misleads about half of the quadrants. The criterion of the
weight was chosen on the draws from 0 to 9; `--first` begins later.

Goal: with the rows a model is nowhere worse than without them by more than .01, and better at 50 labels; where the
owner swaps two quadrants, at most .02 worse from 50 labels on.
"""

import argparse
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.arguments import existing_path
from benchmarks.audio_emotion import Clips, read
from benchmarks.learning_curve import draw_artists
from services.trainer.estimators import ESTIMATORS
from services.trainer.fitting.cross_validation import FittedModel, fit_final
from services.trainer.fitting.fit_plan import ADDED_ROWS, FitPlan, TunedClassifier
from services.trainer.protocols.added_rows import AddedRows
from services.trainer.splits import inner_splits
from shared.arrays import Floats, Indices
from shared.domain.dataset import TAGGED_DESCRIPTORS, DatasetItem, LabelledTrack
from shared.domain.emotion import QUADRANT4
from shared.metrics.reports.classification import confusion_matrix, macro_f1

N_LABELS = (25, 50, 100, 200)
N_DRAWS = 20
STARTER, OWN, BOTH = "starter", "own", "own_and_starter"
TOLERANCE, TOLERANCE_SWAPPED = 0.01, 0.02
_N_FOLDS = 5
_FIRST_SEED = 300
_SWAPPED = np.array([0, 1, 3, 2], dtype=np.intp)
"""The owner's quadrant for each of the starter's."""


@dataclass(frozen=True, eq=False)
class DrawnSides:
    """Positions of clips; no artist is on two sides."""

    test: Indices
    starter: Indices
    own: dict[int, Indices]
    """By number of labels, each within the next larger one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--train", type=existing_path, required=True, help="a folder with tracks.csv")
    parser.add_argument("--draws", type=int, default=N_DRAWS)
    parser.add_argument("--estimator", default="kernel_ridge", choices=sorted(ESTIMATORS))
    parser.add_argument("--first", type=int, default=0, help="the number of the first draw")
    parser.add_argument("--swapped", action="store_true", help="the owner calls calm sad, and sad calm")
    parser.add_argument("--keep", type=Path, help="where clips are kept")


def run(
    train: Path,
    draws: int = N_DRAWS,
    estimator: str = "kernel_ridge",
    keep: Path | None = None,
    *,
    first: int = 0,
    swapped: bool = False,
) -> dict[str, Any]:
    """Figures by number of labels; `ok` if the goal is reached."""
    clips = read(train.resolve(), inputs=TAGGED_DESCRIPTORS, keep=keep)
    score = partial(_score_draw, clips=clips, estimator=estimator, is_swapped=swapped)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        drawn = list(pool.map(score, range(first, first + draws)))
    scores = {name: np.array([[one[name][n] for n in N_LABELS] for one, _ in drawn]) for name in (STARTER, OWN, BOTH)}
    weights = {str(n): dict(Counter(f"{chosen[n]:g}" for _, chosen in drawn)) for n in N_LABELS}
    gains = {f"over_{name}": scores[BOTH] - scores[name] for name in (OWN, STARTER)}
    curves = {name: _by_number(values) for name, values in (scores | gains).items()}
    mean_gain = gains[f"over_{OWN}"].mean(axis=0)
    reached = bool((mean_gain[1:] >= -TOLERANCE_SWAPPED).all()) if swapped else _is_reached(mean_gain)
    lines = [
        f"{n:>4} labels: "
        + ", ".join(f"{name} {curve[str(n)]['mean']:.3f}" for name, curve in curves.items())
        + f", weights {weights[str(n)]}"
        for n in N_LABELS
    ]
    who = "an owner who swaps sad and calm" if swapped else "an owner who labels like the starter's clips"
    return {
        "summary": "\n".join([f"{estimator}, {draws} draws, {who}", *lines, f"reached: {reached}"]),
        "ok": reached,
        "estimator": estimator,
        "n_draws": draws,
        "first_draw": first,
        "swapped": swapped,
        "curves": curves,
        "weights": weights,
    }


def draw_sides(groups: tuple[str, ...], y: Indices, *, draw: int) -> DrawnSides:
    """The sides of a draw, whose folds are those of other seeds than the other benchmarks'."""
    seed = _FIRST_SEED + draw
    rest, test = list(inner_splits(y, groups, seed=seed, n_splits=_N_FOLDS))[draw % _N_FOLDS]
    order = np.random.default_rng(seed).permutation(sorted(set(groups))).tolist()
    own = {n: draw_artists(groups, y, rest, n, order=order) for n in N_LABELS}
    return DrawnSides(test=test, own=own, starter=np.setdiff1d(rest, own[max(N_LABELS)]))


def _score_draw(
    draw: int, *, clips: Clips, estimator: str, is_swapped: bool
) -> tuple[dict[str, dict[int, float]], dict[int, float]]:
    """Macro F1 by model and number of labels, and the weight that was chosen for the starter's rows."""
    y = np.array([QUADRANT4.emotion_index(quadrant) for quadrant in clips.quadrants], dtype=np.intp)
    of_owner = _SWAPPED[y] if is_swapped else y
    sides, seed = draw_sides(clips.artists, y, draw=draw), _FIRST_SEED + draw

    def fit(rows: Indices, targets: Indices, added: AddedRows | None = None) -> FittedModel:
        return fit_final(
            FitPlan(estimator=estimator).build_classifier,
            clips.x[rows],
            _list_items(clips, rows, targets),
            QUADRANT4.emotions,
            seed=seed,
            inputs=clips.inputs,
            blocks=clips.blocks,
            added=added,
        )

    def score(fitted: FittedModel) -> float:
        return float(macro_f1(confusion_matrix(of_owner[sides.test], fitted.probabilities(clips.x[sides.test]))))

    of_starter = score(fit(sides.starter, y))
    scores: dict[str, dict[int, float]] = {STARTER: dict.fromkeys(N_LABELS, of_starter), OWN: {}, BOTH: {}}
    weights = {}
    for n_labels, rows in sides.own.items():
        both = fit(rows, of_owner, _added_rows(clips, sides.starter, y, n_own=len(rows)))
        assert isinstance(both.classifier, TunedClassifier)
        weights[n_labels] = float(both.classifier.hyperparameters[ADDED_ROWS]["weight"])
        scores[OWN][n_labels], scores[BOTH][n_labels] = score(fit(rows, of_owner)), score(both)
    return scores, weights


def _added_rows(clips: Clips, rows: Indices, y: Indices, *, n_own: int) -> AddedRows:
    groups = np.array([f"starter:{clips.artists[i]}" for i in rows.tolist()], dtype=str)
    return AddedRows(x=clips.x[rows], y=y[rows], groups=groups, overlaps=np.zeros((n_own, len(rows)), dtype=bool))


def _list_items(clips: Clips, rows: Indices, targets: Indices) -> list[DatasetItem]:
    return [
        DatasetItem(
            example=LabelledTrack(
                track_id=clips.ids[i],
                target=QUADRANT4.emotions[targets[i]],
                artist_group=clips.artists[i],
                audio_sha256=None,
            ),
            group=clips.artists[i],
            fold=0,
        )
        for i in rows.tolist()
    ]


def _is_reached(mean_gain: Floats) -> bool:
    return bool((mean_gain >= -TOLERANCE).all() and mean_gain[N_LABELS.index(50)] > 0)


def _by_number(scores: Floats) -> dict[str, dict[str, float]]:
    """By number of labels the mean of `(n_draws, len(N_LABELS))`, with the 95 % interval of the mean over the draws."""
    half = 1.96 * scores.std(axis=0, ddof=1) / np.sqrt(len(scores)) if len(scores) > 1 else np.zeros(len(N_LABELS))
    mean = scores.mean(axis=0)
    return {
        str(n): {"mean": float(mean[i]), "low": float(mean[i] - half[i]), "high": float(mean[i] + half[i])}
        for i, n in enumerate(N_LABELS)
    }
