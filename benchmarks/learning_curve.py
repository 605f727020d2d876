"""How good a model is with few labels: macro F1 of quadrants by number of labelled clips, with taggers and without.

    python -m benchmarks learning_curve --train DIR [--draws 20] [--estimator NAME] [--keep DIR] --json FILE

A draw holds a fifth of the artists out (the folds of `audio_emotion`, other seeds), takes whole artists of the others
in a random order, two of each quadrant first because nothing is fitted to fewer, until there are as many labels as
wanted, fits the estimator to them, and is judged on the clips held out. Every draw uses the same artists for all
inputs, so that the difference between them is paired. Beside the mean stand the 5th and 95th percentile of the draws.

Goal: .68 with 150 labels.
"""

import argparse
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.arguments import existing_path
from benchmarks.audio_emotion import Clips, fit_clips, read
from services.trainer.estimators import ESTIMATORS
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.splits import inner_splits
from shared.arrays import Indices
from shared.domain.dataset import TAGGED_DESCRIPTORS
from shared.domain.emotion import QUADRANT4
from shared.metrics.reports.classification import confusion_matrix, macro_f1

N_LABELS = (25, 50, 100, 150, 200, 400)
N_DRAWS = 20
GOAL_AT, GOAL = 150, 0.68
_INPUTS = ("descriptors", TAGGED_DESCRIPTORS)
_N_FOLDS = 5
_N_ARTISTS_OF_CLASS = 2
_FIRST_SEED = 100
"""The folds of `audio_emotion` have the seeds from 0."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--train", type=existing_path, required=True, help="a folder with tracks.csv")
    parser.add_argument("--draws", type=int, default=N_DRAWS)
    parser.add_argument("--estimator", default="kernel_ridge", choices=sorted(ESTIMATORS))
    parser.add_argument("--keep", type=Path, help="where clips are kept")


def run(train: Path, draws: int = N_DRAWS, estimator: str = "kernel_ridge", keep: Path | None = None) -> dict[str, Any]:
    """Figures by input and number of labels; `ok` if the goal is reached."""
    tagged = read(train.resolve(), inputs=TAGGED_DESCRIPTORS, keep=keep)
    curves: dict[str, dict[str, Any]] = {}
    scores: dict[str, NDArray[np.float64]] = {}
    for inputs in _INPUTS:
        clips = tagged if inputs == TAGGED_DESCRIPTORS else read(train.resolve(), inputs=inputs, keep=keep)
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            drawn = list(pool.map(partial(_score_draw, clips=clips, estimator=estimator), range(draws)))
        scores[inputs] = np.array(drawn)
        curves[inputs] = {str(n): _summarise(scores[inputs][:, i]) for i, n in enumerate(N_LABELS)}
    gain = scores[TAGGED_DESCRIPTORS] - scores["descriptors"]
    reached = curves[TAGGED_DESCRIPTORS][str(GOAL_AT)]["mean"] >= GOAL
    lines = [
        f"{n:>4} labels: "
        + ", ".join(
            f"{inputs} {curve[str(n)]['mean']:.3f} ({curve[str(n)]['low']:.2f} to {curve[str(n)]['high']:.2f})"
            for inputs, curve in curves.items()
        )
        for n in N_LABELS
    ]
    return {
        "summary": "\n".join([f"{estimator}, {draws} draws, macro F1 of quadrant4", *lines, f"reached: {reached}"]),
        "ok": reached,
        "estimator": estimator,
        "n_draws": draws,
        "curves": curves,
        "gain": {str(n): _summarise(gain[:, i]) for i, n in enumerate(N_LABELS)},
        "goal": {"n_labels": GOAL_AT, "macro_f1": GOAL},
    }


def draw_artists(groups: Sequence[str], y: Indices, rows: Indices, n_labels: int, *, order: Sequence[str]) -> Indices:
    """Those of `rows` whose artists come first in `order`, as many whole artists as make at least `n_labels` rows.

    Before all others come the first two artists of each class.
    """
    by_artist: dict[str, list[int]] = {}
    for i in rows.tolist():
        by_artist.setdefault(groups[i], []).append(i)
    first: list[str] = []
    for k in np.unique(y[rows]):
        first += [artist for artist in order if any(y[i] == k for i in by_artist.get(artist, ()))][:_N_ARTISTS_OF_CLASS]
    drawn: list[int] = []
    for artist in dict.fromkeys([*first, *order]):
        if len(drawn) >= n_labels:
            break
        drawn += by_artist.get(artist, [])
    return np.array(sorted(drawn), dtype=np.intp)


def _score_draw(draw: int, *, clips: Clips, estimator: str) -> list[float]:
    """Macro F1 at each of `N_LABELS`."""
    y = np.array([QUADRANT4.emotion_index(quadrant) for quadrant in clips.quadrants], dtype=np.intp)
    seed = _FIRST_SEED + draw
    train, test = list(inner_splits(y, clips.artists, seed=seed, n_splits=_N_FOLDS))[draw % _N_FOLDS]
    order = np.random.default_rng(seed).permutation(sorted(set(clips.artists))).tolist()
    scores = []
    for n_labels in N_LABELS:
        drawn = draw_artists(clips.artists, y, train, n_labels, order=order)
        fitted = fit_clips(FitPlan(estimator=estimator), clips, drawn, seed=seed)
        scores.append(float(macro_f1(confusion_matrix(y[test], fitted.probabilities(clips.x[test])))))
    return scores


def _summarise(scores: NDArray[np.float64]) -> dict[str, float]:
    return {
        "mean": float(scores.mean()),
        "low": float(np.percentile(scores, 5)),
        "high": float(np.percentile(scores, 95)),
    }
