"""How many labels `GET /review` saves: songs drawn by its design against songs picked at random, on real clips.

    python -m benchmarks review --data DIR [--draws 200] [--keep DIR] --json FILE

DIR holds `audio_4q` with its `tracks.csv`. A draw holds a quarter of the artists out for the test; the others are the
pool, of which batches of ten are labelled, and after each batch a model is fitted to all labels so far. Three settings:

- `rare`: one class (each in turn) has a tenth of the pool, nothing is known before the first label
- `balanced`: the pool as it is
- `shifted`: a starter, fitted to clips of a third part of the artists, is known; the labels are those of the simulated
  annotators `related_tags` and `genre` (`simulated_annotators`; five of each, in turn)

The learner is kernel ridge regression on descriptors and audio tags with the scaling of the estimator `kernel_ridge`,
each class weighing alike, without its calibration folds, so that a fit takes milliseconds. From the starter it is the
personal head (`shared.personal`).

Figures are means over the draws: macro F1 of the test clips by number of labels, and the labels that the design needs
for the macro F1 that random songs reach at 100, as a share of theirs; in `shifted` for half of what all labels of the
pool gain. Intervals are 95 % percentiles of a bootstrap over draws.
"""

import argparse
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics.pairwise import rbf_kernel

from benchmarks.audio_emotion import Clips, read
from benchmarks.personal import N_ANNOTATORS, read_words
from benchmarks.simulated_annotators import ANNOTATORS, WordedClips
from services.trainer.estimators.block_scaling import UnitBlockScaler
from shared.arrays import Floats, Floats32, Indices, Mask, Probabilities
from shared.domain.dataset import TAGGED_DESCRIPTORS
from shared.domain.emotion import QUADRANT4
from shared.metrics.confusion import confusion_matrix, macro_f1, per_class_metrics
from shared.personal.personal_logits import fit_personal_head
from shared.personal.whitening import Whitening
from shared.review.drawing import SHARPNESS, LabelledTracks, ReviewPool, draw_batch
from shared.similarity.projection import DescriptorProjection

DATA_FILES = ("audio_4q/tracks.csv",)
N_DRAWS = 200
GOALS = {"rare.label_share": 0.8, "rare.recall_gain": 0.1, "balanced.label_share": 1.1, "shifted.label_share": 0.7}
_BATCH = 10
_N_LABELS = tuple(range(10, 210, 10))
_AT, _AT_RECALL = 100, 50
_RARE_SHARE = 0.1
_PENALTY, _GAMMA, _SCORE_SCALE = 0.1, 0.5, 5.0
_SHIFTED = ("related_tags", "genre")
"""Kinds of simulated annotators, in turn."""
_MAX_DRAWS_SHIFTED, _MAX_LABELS_SHIFTED = 60, 130
"""The personal head takes a tenth of a second a fit."""
_K = len(QUADRANT4.emotions)
_N_RESAMPLES = 1000


@dataclass(frozen=True, kw_only=True, eq=False)
class ReviewClips:
    """The clips, as the learner and the drawing see them."""

    kernel: Floats
    """`(n, n)`."""
    vectors: Floats32
    """`(n, 64)`: what taggers gave, as similar tracks are compared."""
    artists: Indices
    z: Floats
    """`(n, d)`: their whitened components, which personal heads read."""
    worded: WordedClips
    """Quadrants, mood tags and genres."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One draw of a setting: who is asked about what."""

    pool: Indices
    test: Indices
    y: Indices
    """`(n,)`: what the person says of every clip."""
    starter: Probabilities | None = None
    """`(n, k)`: what is known before the first label; None: nothing."""
    rare: int | None = None
    max_labels: int = _N_LABELS[-1]


@dataclass(frozen=True, kw_only=True, eq=False)
class TrialCurve:
    """Macro F1 by number of labels, and the recall of the rare class."""

    macro_f1: Floats
    recall: Floats


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--draws", type=int, default=N_DRAWS)
    parser.add_argument("--keep", type=Path, help="where clips are kept")
    parser.add_argument("--sharpness", type=float, default=SHARPNESS, help="of the softmax of scores")


def run(data: Path, draws: int = N_DRAWS, keep: Path | None = None, sharpness: float = SHARPNESS) -> dict[str, Any]:
    """Figures by setting; `ok` if the goals are reached."""
    clips = prepare_clips(read(data / "audio_4q", inputs=TAGGED_DESCRIPTORS, keep=keep), data / "audio_4q")
    settings: dict[str, Callable[[ReviewClips, int], Trial]] = {
        "rare": make_rare_trial,
        "balanced": make_balanced_trial,
        "shifted": make_shifted_trial,
    }
    found: dict[str, dict[str, Any]] = {}
    for name, make_trial in settings.items():
        n_draws = min(draws, _MAX_DRAWS_SHIFTED) if name == "shifted" else draws
        trials = [make_trial(clips, draw) for draw in range(n_draws)]
        by_design = [
            [label_in_turn(clips, trial, seed=draw, sharpness=how) for draw, trial in enumerate(trials)]
            for how in (sharpness, None)
        ]
        found[name] = _summarise(name, clips, trials, *by_design)
        print(name, found[name]["summary"], flush=True)
    figures = {
        "rare.label_share": found["rare"]["label_share"]["value"],
        "rare.recall_gain": found["rare"]["recall_gain"]["value"],
        "balanced.label_share": found["balanced"]["max_label_share"],
        "shifted.label_share": found["shifted"]["label_share"]["value"],
    }
    reached = {
        name: figures[name] >= goal if name.endswith("gain") else figures[name] <= goal for name, goal in GOALS.items()
    }
    return {
        "summary": "\n".join([*(f"{name}: {one['summary']}" for name, one in found.items()), f"reached: {reached}"]),
        "ok": all(reached.values()),
        **figures,
        "settings": found,
        "n_draws": draws,
        "sharpness": sharpness,
        "n_labels": list(_N_LABELS),
        "goals": GOALS,
    }


def prepare_clips(clips: Clips, folder: Path) -> ReviewClips:
    """The kernel and the projection of the clips, and what `tracks.csv` says of them."""
    scaled = UnitBlockScaler(clips.blocks).fit(clips.x).transform(clips.x).astype(np.float64)
    widths = tuple(width for tagger in clips.taggers for width in tagger.scaled_widths)
    outputs = clips.x[:, -sum(widths) :]
    vectors = DescriptorProjection.from_sample(outputs, widths=widths).project_rows(outputs)
    components = vectors.astype(np.float64)
    return ReviewClips(
        kernel=rbf_kernel(scaled, gamma=_GAMMA),
        vectors=vectors,
        artists=np.unique(clips.artists, return_inverse=True)[1],
        z=Whitening.from_sample(components).whiten(components),
        worded=read_words(folder, clips),
    )


def make_balanced_trial(clips: ReviewClips, draw: int) -> Trial:
    """All artists of the pool, nothing known."""
    pool, test = _split(clips, draw, shares=(0.75, 0.25))
    return Trial(pool=pool, test=test, y=clips.worded.quadrants)


def make_rare_trial(clips: ReviewClips, draw: int) -> Trial:
    """Of one class a tenth of the pool."""
    pool, test = _split(clips, draw, shares=(0.75, 0.25))
    y, rare = clips.worded.quadrants, draw % _K
    others, those = pool[y[pool] != rare], pool[y[pool] == rare]
    n_kept = round(len(others) * _RARE_SHARE / (1 - _RARE_SHARE))
    kept = np.random.default_rng(draw).choice(those, n_kept, replace=False)
    return Trial(pool=np.sort(np.concatenate([others, kept])), test=test, y=y, rare=rare)


def make_shifted_trial(clips: ReviewClips, draw: int) -> Trial:
    """A starter of other artists, and a person who does not hear as its labels say."""
    known, pool, test = _split(clips, draw, shares=(0.4, 0.4, 0.2))
    make_annotator = ANNOTATORS[_SHIFTED[draw % len(_SHIFTED)]]
    return Trial(
        pool=pool,
        test=test,
        y=make_annotator(clips.worded, draw // len(_SHIFTED) % N_ANNOTATORS),
        starter=_softmax(fit_scores(clips, known, clips.worded.quadrants)),
        max_labels=_MAX_LABELS_SHIFTED,
    )


def fit_trial(clips: ReviewClips, trial: Trial, rows: Indices) -> Probabilities:
    """`(n, k)`: what a model of the labels of `rows` says of every clip."""
    if trial.starter is not None:
        artists = clips.artists[rows].astype(str)
        head = fit_personal_head(trial.starter[rows], clips.z[rows], trial.y[rows], artists).head
        return head.predict_probabilities(trial.starter, clips.z)
    return _softmax(fit_scores(clips, rows, trial.y))


def fit_scores(clips: ReviewClips, rows: Indices, y: Indices) -> Floats:
    """`(n, k)`: the scores of kernel ridge regression on the labels `y` of `rows`, each class weighing alike."""
    own = y[rows]
    weights = len(own) / _K / np.bincount(own, minlength=_K)[own]
    penalised = clips.kernel[np.ix_(rows, rows)] + np.diag(_PENALTY / weights)
    scores: Floats = clips.kernel[:, rows] @ np.linalg.solve(penalised, np.eye(_K)[own] - 1 / _K)
    return scores


def label_in_turn(clips: ReviewClips, trial: Trial, *, seed: int, sharpness: float | None) -> TrialCurve:
    """Label batch after batch, as drawn by the design, or at random where there is no `sharpness`."""
    rng = np.random.default_rng(seed)
    left = np.ones(len(trial.pool), dtype=np.bool_)
    labelled = np.empty(0, dtype=np.intp)
    probabilities = np.full((len(trial.y), _K), 1 / _K) if trial.starter is None else trial.starter
    curve, recall = [], []
    for n_labels in _N_LABELS[: trial.max_labels // _BATCH]:
        n = n_labels - len(labelled)
        rows = trial.pool[left]
        drawn = (
            rng.choice(rows, n, replace=False)
            if sharpness is None
            else _draw(clips, trial, rows, labelled, probabilities, n=n, rng=rng, sharpness=sharpness)
        )
        labelled = np.concatenate([labelled, drawn])
        left &= ~np.isin(trial.pool, drawn)
        probabilities = fit_trial(clips, trial, labelled)
        counts = confusion_matrix(trial.y[trial.test], probabilities[trial.test])
        curve.append(float(macro_f1(counts)))
        recall.append(float(per_class_metrics(counts)[1][trial.rare]) if trial.rare is not None else 0.0)
    return TrialCurve(macro_f1=np.array(curve), recall=np.array(recall))


def _draw(
    clips: ReviewClips,
    trial: Trial,
    rows: Indices,
    labelled: Indices,
    probabilities: Probabilities,
    *,
    n: int,
    rng: np.random.Generator,
    sharpness: float,
) -> Indices:
    pool = ReviewPool(
        vectors=clips.vectors[rows],
        artists=clips.artists[rows],
        probabilities=probabilities[rows],
        is_music=_all(len(rows)),
        n_tracks=len(rows),
    )
    known = LabelledTracks(
        vectors=clips.vectors[labelled], class_counts=np.bincount(trial.y[labelled], minlength=_K).astype(np.intp)
    )
    return rows[[one.row for one in draw_batch(pool, known, n=n, rng=rng, sharpness=sharpness)]]


def find_labels_needed(curve: Floats, wanted: float) -> float:
    """The number of labels at which the mean curve reaches `wanted` first; infinite where it does not."""
    reached = np.flatnonzero(curve >= wanted)
    if not len(reached):
        return float("inf")
    i = int(reached[0])
    if i == 0:
        return float(_N_LABELS[0])
    step = (wanted - curve[i - 1]) / (curve[i] - curve[i - 1])
    return float(_N_LABELS[i - 1] + step * (_N_LABELS[i] - _N_LABELS[i - 1]))


def _summarise(
    name: str, clips: ReviewClips, trials: Sequence[Trial], by_design: list[TrialCurve], at_random: list[TrialCurve]
) -> dict[str, Any]:
    mine, theirs = (np.array([one.macro_f1 for one in curves]) for curves in (by_design, at_random))
    share: Callable[[Indices], float]
    if name == "shifted":
        ends = np.array([_measure_ends(clips, trial) for trial in trials])

        def share(chosen: Indices) -> float:
            wanted = float(ends[chosen].mean())  # half way between the starter and all labels of the pool
            return find_labels_needed(mine[chosen].mean(axis=0), wanted) / find_labels_needed(
                theirs[chosen].mean(axis=0), wanted
            )
    else:

        def share(chosen: Indices) -> float:
            wanted = theirs[chosen].mean(axis=0)[_N_LABELS.index(_AT)]
            return find_labels_needed(mine[chosen].mean(axis=0), float(wanted)) / _AT

    at = range(_N_LABELS.index(30), mine.shape[1] - 2)
    shares = [find_labels_needed(mine.mean(axis=0), float(theirs.mean(axis=0)[i])) / _N_LABELS[i] for i in at]
    recall = np.array([one.recall for one in by_design]) - np.array([one.recall for one in at_random])
    gain = recall[:, _N_LABELS.index(_AT_RECALL)]
    figures = {
        "label_share": _interval(share, len(trials)),
        "max_label_share": float(max(shares)),
        "label_shares": {str(_N_LABELS[i]): one for i, one in zip(at, shares, strict=True)},
        "recall_gain": _interval(partial(_mean_of, gain), len(trials)),
        "macro_f1": {"review": _curve(mine), "random": _curve(theirs), "difference": _curve(mine - theirs)},
    }
    return {**figures, "summary": _describe(name, figures)}


def _measure_ends(clips: ReviewClips, trial: Trial) -> float:
    """Macro F1 half way between what is known before the first label and a fit to the whole pool."""
    assert trial.starter is not None
    last = fit_trial(clips, trial, trial.pool)
    both = (confusion_matrix(trial.y[trial.test], one[trial.test]) for one in (trial.starter, last))
    return float(np.mean([macro_f1(counts) for counts in both]))


def _interval(figure: Callable[[Indices], float], n: int) -> dict[str, float]:
    rng = np.random.default_rng(0)
    drawn = [figure(rng.integers(n, size=n)) for _ in range(_N_RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975], method="lower")
    return {"value": figure(np.arange(n)), "low": float(low), "high": float(high)}


def _curve(scores: Floats) -> dict[str, dict[str, float]]:
    return {
        str(n): _interval(partial(_mean_of, scores[:, i]), len(scores))
        for i, n in enumerate(_N_LABELS[: scores.shape[1]])
        if n in {20, 50, 100, 150, 200}
    }


def _mean_of(values: Floats, chosen: Indices) -> float:
    return float(values[chosen].mean())


def _describe(name: str, figures: dict[str, Any]) -> str:
    share, gain = figures["label_share"], figures["recall_gain"]
    said = f"{share['value']:.2f} of the labels ({share['low']:.2f} to {share['high']:.2f})"
    if name == "rare":
        said += f", recall at {_AT_RECALL} {gain['value']:+.3f} ({gain['low']:+.3f} to {gain['high']:+.3f})"
    return f"{said}; most at any number of labels {figures['max_label_share']:.2f}"


def _split(clips: ReviewClips, draw: int, *, shares: Sequence[float]) -> list[Indices]:
    """Positions of clips, in parts with `shares` of the artists."""
    n_artists = int(clips.artists.max()) + 1
    order = np.random.default_rng(draw).permutation(n_artists)
    ends = np.round(np.cumsum([0, *shares]) * n_artists).astype(int)
    return [np.flatnonzero(np.isin(clips.artists, order[start:end])) for start, end in itertools.pairwise(ends)]


def _softmax(scores: Floats) -> Probabilities:
    exponents = np.exp(_SCORE_SCALE * (scores - scores.max(axis=1, keepdims=True)))
    probabilities: Probabilities = exponents / exponents.sum(axis=1, keepdims=True)
    return probabilities


def _all(n: int) -> Mask:
    return np.ones(n, dtype=np.bool_)
