"""How good out-of-fold probabilities are, beside chance, with intervals.

Conventions. A row is one track; its answer is the class of the highest probability, the first of equals. Classes keep
the taxonomy's order. Averages over classes are over the classes that have targets: a class nobody labelled says
nothing about a model. A ratio whose denominator is 0 counts as 0.

Metrics, each in [0, 1] and better when higher unless said otherwise:

- accuracy, balanced accuracy (mean recall), macro and weighted (by support) F1; precision, recall, F1 of each class.
- ECE, better when lower: expected calibration error of the answered class, 15 bins of equal width
  (Guo et al., *On calibration of modern neural networks*, 2017).
- Brier score, in [0, 2], better when lower: squared distance of the probabilities from the target, summed over the
  classes (Brier, *Verification of forecasts expressed in terms of probability*, 1950).
- ROC-AUC: the mean over the classes of one against the rest, within folds (`metrics.ranking`).
- For `quadrant4`, arousal (Q1, Q2 against Q3, Q4) and valence (Q1, Q4 against Q2, Q3): macro F1 of the answers.

Intervals are percentiles of a bootstrap that draws whole artist groups, because the tracks of one artist are not
independent of each other. Chance is that of `metrics.chance`: of each figure the better of guessing by the class shares
of the other folds and of always saying the commonest class.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

import numpy as np

from shared.arrays import Counts, Floats, Indices, Probabilities
from shared.domain.dataset import DatasetItem
from shared.domain.emotion import QUADRANT4
from shared.domain.model_card import CHANCE
from shared.metrics.calibration import brier_score, expected_calibration_error
from shared.metrics.chance import ROC_AUC, better_baseline, chance_tables, class_shares_elsewhere
from shared.metrics.confusion import confusion_by_group, confusion_matrix, macro_f1, per_class_metrics, safe_ratio
from shared.metrics.group_bootstrap import CONFIDENCE, percentile_interval, resample_figure, resample_sums
from shared.metrics.ranking import RocAucWithinFolds, roc_auc_within_folds
from shared.metrics.report_schema import (
    ChanceClassification,
    ClassificationFigures,
    ClassificationReport,
    CountedFigures,
    FigureInterval,
    ResamplingNote,
)

__all__ = ["classification_report", "confusion_matrix", "macro_f1", "per_class_metrics"]

_HALVES = {"arousal_macro_f1": np.array([0, 0, 1, 1]), "valence_macro_f1": np.array([0, 1, 1, 0])}


def validate_probabilities(y: Indices, probabilities: Probabilities) -> None:
    """`y: (n,)` in [0, k), `probabilities: (n, k)` whose rows sum to 1, n > 0. Raises ValueError."""
    if probabilities.ndim != 2 or len(probabilities) != len(y) or not len(y):  # noqa: PLR2004 - a table
        raise ValueError(f"{len(y)} targets need a table of as many probabilities, not {probabilities.shape}")
    if (y < 0).any() or (y >= probabilities.shape[1]).any():
        raise ValueError("a target is not one of the classes")
    if not ((probabilities >= 0).all() and np.allclose(probabilities.sum(axis=1), 1.0, atol=1e-4)):
        raise ValueError("the probabilities of a row must be in [0, 1] and sum to 1")


def accuracy_score(counts: Counts) -> Floats:
    """The share of right answers."""
    return safe_ratio(np.trace(counts, axis1=-2, axis2=-1), counts.sum(axis=(-2, -1)))


def balanced_accuracy_score(counts: Counts) -> Floats:
    """The mean recall."""
    _, recall, _, support = per_class_metrics(counts)
    return safe_ratio((recall * (support > 0)).sum(axis=-1), (support > 0).sum(axis=-1))


def weighted_f1(counts: Counts) -> Floats:
    """The mean F1, each class weighted by its targets."""
    _, _, f1, support = per_class_metrics(counts)
    return safe_ratio((f1 * support).sum(axis=-1), support.sum(axis=-1))


def top_label_ece(y: Indices, probabilities: Probabilities) -> float:
    """Expected calibration error of the answered class, in [0, 1]."""
    return expected_calibration_error(probabilities.max(axis=1), probabilities.argmax(axis=1) == y)


def multiclass_brier_score(y: Indices, probabilities: Probabilities) -> float:
    """Multi-class Brier score in [0, 2]."""
    return brier_score(probabilities, np.eye(probabilities.shape[1])[y])


def classification_report(
    probabilities: Probabilities,
    items: Sequence[DatasetItem],
    *,
    classes: Sequence[str],
    taxonomy: str,
    seed: int,
    n_resamples: int = 1000,
) -> ClassificationReport:
    """All metrics of out-of-fold `probabilities: (n, k)`, a row per item and a column per class, as JSON values.

    `chance` holds the same metrics of what knows nothing of a track. Raises ValueError for targets of another taxonomy,
    for probabilities that are none, and for items of a single fold.
    """
    position = {emotion: i for i, emotion in enumerate(classes)}
    if unknown := {item.example.target for item in items} - position.keys():
        raise ValueError(f"targets of another taxonomy: {', '.join(sorted(unknown))}")
    y = np.array([position[item.example.target] for item in items], dtype=np.intp)
    folds = np.array([item.fold for item in items], dtype=np.intp)
    probabilities = np.asarray(probabilities, dtype=np.float64)
    validate_probabilities(y, probabilities)
    if probabilities.shape[1] != len(classes) or len(np.unique(folds)) == 1:
        raise ValueError("out-of-fold probabilities have a column for each class and come from two folds or more")
    names, groups = np.unique([item.group for item in items], return_inverse=True)
    interval: ResamplingNote = {
        "confidence": CONFIDENCE,
        "n_resamples": n_resamples,
        "resampled_by": "artist group",
        "seed": seed,
    }
    figures = _select_figures(taxonomy)
    model = _compute_metrics(
        y, probabilities, groups, folds, classes=classes, figures=figures, seed=seed, n_resamples=n_resamples
    )
    floor = _compute_chance(y, groups, folds, classes=classes, figures=figures, seed=seed, n_resamples=n_resamples)
    return {
        "n_items": len(y),
        "n_groups": len(names),
        "n_folds": len(np.unique(folds)),
        "classes": list(classes),
        "interval": interval,
        **model,
        CHANCE: floor,
    }


def _select_figures(taxonomy: str) -> dict[str, Callable[[Counts], Floats]]:
    """What is counted from a confusion table, by name."""
    figures: dict[str, Callable[[Counts], Floats]] = {
        "macro_f1": macro_f1,
        "weighted_f1": weighted_f1,
        "accuracy": accuracy_score,
        "balanced_accuracy": balanced_accuracy_score,
    }
    if taxonomy == QUADRANT4.name:
        for name, halves in _HALVES.items():
            figures[name] = partial(_halved_macro_f1, halves)
    return figures


def _compute_metrics(
    y: Indices,
    probabilities: Probabilities,
    groups: Indices,
    folds: Indices,
    *,
    classes: Sequence[str],
    figures: Mapping[str, Callable[[Counts], Floats]],
    seed: int,
    n_resamples: int,
) -> ClassificationFigures:
    k, n_groups = len(classes), int(groups.max()) + 1
    counts = confusion_matrix(y, probabilities)
    cells = confusion_by_group(y, probabilities, groups, n_groups=n_groups)
    drawn = resample_sums(cells, n_resamples=n_resamples, seed=seed).reshape(n_resamples, k, k)
    is_class = np.eye(k, dtype=bool)[y]
    area = RocAucWithinFolds(probabilities, is_class, folds, groups)
    areas = resample_figure(area, n_groups=n_groups, n_resamples=n_resamples, seed=seed)
    by_class = roc_auc_within_folds(probabilities, is_class, folds)
    columns = zip(classes, *per_class_metrics(counts), by_class, strict=True)
    return {
        **cast(
            "CountedFigures", {name: with_interval(figure(counts), figure(drawn)) for name, figure in figures.items()}
        ),
        "ece": top_label_ece(y, probabilities),
        "brier": multiclass_brier_score(y, probabilities),
        "roc_auc": with_interval(area.compute_values(np.ones((1, n_groups)))[0], areas),
        "per_class": {
            emotion: {
                "precision": float(p),
                "recall": float(r),
                "f1": float(f1),
                "support": int(n),
                "roc_auc": float(auc),
            }
            for emotion, p, r, f1, n, auc in columns
        },
        "confusion": counts.astype(int).tolist(),
    }


def _compute_chance(
    y: Indices,
    groups: Indices,
    folds: Indices,
    *,
    classes: Sequence[str],
    figures: Mapping[str, Callable[[Counts], Floats]],
    seed: int,
    n_resamples: int,
) -> ChanceClassification:
    """The figures of what knows nothing of a track, on the same resamples."""
    k, n_groups = len(classes), int(groups.max()) + 1
    shares = class_shares_elsewhere(y, folds, n_classes=k)
    tables = chance_tables(y, shares, groups, n_groups=n_groups)
    drawn, all_groups = resample_sums(tables, n_resamples=n_resamples, seed=seed), tables.sum(axis=0)
    precision, recall, f1, support = per_class_metrics(all_groups[: k * k].reshape(k, k))
    columns = zip(classes, precision, recall, f1, support, strict=True)
    return {
        **cast(
            "CountedFigures",
            {
                name: with_interval(better_baseline(figure, all_groups), better_baseline(figure, drawn))
                for name, figure in figures.items()
            },
        ),
        "brier": multiclass_brier_score(y, shares),
        "roc_auc": chance_roc_auc(),
        "per_class": {
            emotion: {"precision": float(p), "recall": float(r), "f1": float(f), "support": round(n)}
            for emotion, p, r, f, n in columns
        },
    }


def chance_roc_auc() -> FigureInterval:
    """The ROC AUC of chance, which does not depend on the rows."""
    return {"value": ROC_AUC, "low": ROC_AUC, "high": ROC_AUC}


def _halved_macro_f1(halves: Indices, counts: Counts) -> Floats:
    """Macro F1 of the two halves that the classes fall into."""
    member = np.eye(2)[halves]
    return macro_f1(member.T @ counts @ member)


def with_interval(value: Any, drawn: Floats) -> FigureInterval:
    """A value beside the ends of its interval, of what bootstrap samples gave."""
    low, high = percentile_interval(drawn)
    return {"value": float(value), "low": low, "high": high}
