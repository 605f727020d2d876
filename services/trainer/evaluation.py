"""How good out-of-fold probabilities are, beside the majority baseline, with intervals.

Conventions. A row is one track; its answer is the class of the highest probability, the first of equals. Classes keep
the taxonomy's order. Averages over classes are over the classes that have targets: a class nobody labelled says
nothing about a model. A ratio whose denominator is 0 counts as 0.

Metrics, each in [0, 1] and better when higher unless said otherwise:

- accuracy, balanced accuracy (mean recall), macro and weighted (by support) F1; precision, recall, F1 of each class.
- ECE, better when lower: expected calibration error of the answered class, 15 bins of equal width
  (Guo et al., *On calibration of modern neural networks*, 2017).
- Brier score, in [0, 2], better when lower: squared distance of the probabilities from the target, summed over the
  classes (Brier, *Verification of forecasts expressed in terms of probability*, 1950).
- ROC-AUC: the mean over the classes of one against the rest.
- For `quadrant4`, arousal (Q1, Q2 against Q3, Q4) and valence (Q1, Q4 against Q2, Q3): macro F1 of the answers.

Intervals are percentiles of a bootstrap that draws whole artist groups, because the tracks of one artist are not
independent of each other. The baseline answers each fold with the shares of the targets in the other folds.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.domain.dataset import Item
from shared.domain.emotion import QUADRANT4
from shared.registry.counts import Counts, Floats, confusion_matrix, macro_f1, per_class, ratio

__all__ = ["confusion_matrix", "evaluate", "macro_f1", "per_class"]

N_BINS = 15
CONFIDENCE = 0.95

_HALVES = {"arousal_macro_f1": np.array([0, 0, 1, 1]), "valence_macro_f1": np.array([0, 1, 1, 0])}


def validate(y: NDArray[np.intp], probabilities: Floats) -> None:
    """`y: (n,)` in [0, k), `probabilities: (n, k)` whose rows sum to 1, n > 0. Raises ValueError."""
    if probabilities.ndim != 2 or len(probabilities) != len(y) or not len(y):  # noqa: PLR2004 - a table
        raise ValueError(f"{len(y)} targets need a table of as many probabilities, not {probabilities.shape}")
    if (y < 0).any() or (y >= probabilities.shape[1]).any():
        raise ValueError("a target is not one of the classes")
    if not ((probabilities >= 0).all() and np.allclose(probabilities.sum(axis=1), 1.0, atol=1e-4)):
        raise ValueError("the probabilities of a row must be in [0, 1] and sum to 1")


def accuracy(counts: Counts) -> Floats:
    """The share of right answers."""
    return ratio(np.trace(counts, axis1=-2, axis2=-1), counts.sum(axis=(-2, -1)))


def balanced_accuracy(counts: Counts) -> Floats:
    """The mean recall."""
    _, recall, _, support = per_class(counts)
    return ratio((recall * (support > 0)).sum(axis=-1), (support > 0).sum(axis=-1))


def weighted_f1(counts: Counts) -> Floats:
    """The mean F1, each class weighted by its targets."""
    _, _, f1, support = per_class(counts)
    return ratio((f1 * support).sum(axis=-1), support.sum(axis=-1))


def ece(y: NDArray[np.intp], probabilities: Floats, *, n_bins: int = N_BINS) -> float:
    """Expected calibration error in [0, 1]: |confidence - accuracy| of each bin, weighted by its rows."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == y
    # bins are (low, high] as in the paper: a confidence of 1 belongs to the last one
    bins = np.clip(np.ceil(confidence * n_bins).astype(np.intp) - 1, 0, n_bins - 1)
    return float(np.abs(np.bincount(bins, weights=confidence - right, minlength=n_bins)).sum() / len(y))


def brier(y: NDArray[np.intp], probabilities: Floats) -> float:
    """Multi-class Brier score in [0, 2]."""
    return float(((probabilities - np.eye(probabilities.shape[1])[y]) ** 2).sum(axis=1).mean())


def roc_auc(y: NDArray[np.intp], probabilities: Floats) -> float:
    """Area under the ROC curve in [0, 1], one class against the rest, the mean over the classes that have targets.

    How often a track of the class has a higher probability of it than one of another class, ties counting half (Mann &
    Whitney 1947). NaN-free: without two classes it is 0.5, as for a coin.
    """
    areas = []
    for c in np.unique(y):
        ranks = _ranks(probabilities[:, c])
        n_in, n_out = int((y == c).sum()), int((y != c).sum())
        if n_out:
            areas.append((ranks[y == c].sum() - n_in * (n_in + 1) / 2) / (n_in * n_out))
    return float(np.mean(areas)) if areas else 0.5


def _ranks(values: Floats) -> Floats:
    """From 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks


def majority_out_of_fold(y: NDArray[np.intp], folds: NDArray[np.intp], *, n_classes: int) -> Floats:
    """`(n, n_classes)`: for each row the shares of the targets in the other folds. Needs two folds with rows."""
    answer = np.zeros((len(y), n_classes))
    for fold in np.unique(folds):
        others = y[folds != fold]
        answer[folds == fold] = np.bincount(others, minlength=n_classes) / len(others)
    return answer


def evaluate(
    probabilities: Floats,
    items: Sequence[Item],
    *,
    classes: Sequence[str],
    taxonomy: str,
    seed: int,
    n_resamples: int = 1000,
) -> dict[str, Any]:
    """All metrics of out-of-fold `probabilities: (n, k)`, a row per item and a column per class, as JSON values.

    `baseline` holds the same metrics of the majority. Raises ValueError for targets of another taxonomy, for
    probabilities that are none, and for items of a single fold.
    """
    position = {emotion: i for i, emotion in enumerate(classes)}
    if unknown := {item.example.target for item in items} - position.keys():
        raise ValueError(f"targets of another taxonomy: {', '.join(sorted(unknown))}")
    y = np.array([position[item.example.target] for item in items], dtype=np.intp)
    folds = np.array([item.fold for item in items], dtype=np.intp)
    probabilities = np.asarray(probabilities, dtype=np.float64)
    validate(y, probabilities)
    if probabilities.shape[1] != len(classes) or len(np.unique(folds)) == 1:
        raise ValueError("out-of-fold probabilities have a column for each class and come from two folds or more")
    names, groups = np.unique([item.group for item in items], return_inverse=True)
    baseline = majority_out_of_fold(y, folds, n_classes=len(classes))
    interval = {"confidence": CONFIDENCE, "n_resamples": n_resamples, "resampled_by": "artist group", "seed": seed}
    model, floor = (
        _metrics(y, p, groups, classes=classes, taxonomy=taxonomy, seed=seed, n_resamples=n_resamples)
        for p in (probabilities, baseline)
    )
    head = {"n_items": len(y), "n_groups": len(names), "n_folds": len(np.unique(folds)), "classes": list(classes)}
    return {**head, "interval": interval, **model, "baseline": floor}


def _metrics(
    y: NDArray[np.intp],
    probabilities: Floats,
    groups: NDArray[np.intp],
    *,
    classes: Sequence[str],
    taxonomy: str,
    seed: int,
    n_resamples: int,
) -> dict[str, Any]:
    counts = confusion_matrix(y, probabilities)
    drawn = _bootstrap(y, probabilities, groups, seed=seed, n_resamples=n_resamples)
    metrics: dict[str, Callable[[Counts], Floats]] = {
        "macro_f1": macro_f1,
        "weighted_f1": weighted_f1,
        "accuracy": accuracy,
        "balanced_accuracy": balanced_accuracy,
    }
    if taxonomy == QUADRANT4.name:
        for name, halves in _HALVES.items():
            metrics[name] = partial(_macro_f1_of_halves, halves)
    columns = zip(classes, *per_class(counts), strict=True)
    return {
        **{name: with_interval(metric(counts), metric(drawn)) for name, metric in metrics.items()},
        "ece": ece(y, probabilities),
        "brier": brier(y, probabilities),
        "roc_auc": roc_auc(y, probabilities),
        "per_class": {
            emotion: {"precision": float(p), "recall": float(r), "f1": float(f1), "support": int(n)}
            for emotion, p, r, f1, n in columns
        },
        "confusion": counts.astype(int).tolist(),
    }


def _bootstrap(
    y: NDArray[np.intp], probabilities: Floats, groups: NDArray[np.intp], *, seed: int, n_resamples: int
) -> Counts:
    """Confusion counts `(n_resamples, k, k)`, each of as many artist groups as there are, drawn with replacement."""
    k, n_groups = probabilities.shape[1], int(groups.max()) + 1
    cells = np.zeros((n_groups, k * k))
    np.add.at(cells, (groups, y * k + probabilities.argmax(axis=1)), 1)
    rng = np.random.default_rng(seed)
    drawn = np.empty((n_resamples, k * k))
    for i in range(n_resamples):
        drawn[i] = np.bincount(rng.integers(n_groups, size=n_groups), minlength=n_groups) @ cells
    return drawn.reshape(n_resamples, k, k)


def _macro_f1_of_halves(halves: NDArray[np.intp], counts: Counts) -> Floats:
    """Macro F1 of the two halves that the classes fall into."""
    member = np.eye(2)[halves]
    return macro_f1(member.T @ counts @ member)


def with_interval(value: Any, drawn: Floats) -> dict[str, float]:
    """A value beside the ends of its interval, of what bootstrap samples gave."""
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return {"value": float(value), "low": float(low), "high": float(high)}
