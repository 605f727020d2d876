"""How good out-of-fold probabilities of tags are, with intervals, beside chance. Pure.

Measures as in `metrics.ranking`; means are over the tags. The ROC-AUC compares tracks of one fold only. Precision,
recall and F1 are of what thresholds chose that were tuned on inner folds of the training side. Per tag the ECE compares
the probability with how often the tag is there, in 15 bins, and the Brier score is the squared distance of the two, in
[0, 1].

Intervals are percentiles of a bootstrap of whole artist groups. Chance is a random order of the tracks, whose average
precision stands a little above the prevalence (`metrics.chance`), and whose ROC-AUC is .5.
"""

from collections.abc import Sequence

import numpy as np

from shared.arrays import Floats, Indices, Mask
from shared.domain.model_card import CHANCE
from shared.metrics.calibration import brier_score, expected_calibration_error
from shared.metrics.chance import expected_average_precision, tag_chance
from shared.metrics.confusion import safe_ratio
from shared.metrics.group_bootstrap import CONFIDENCE, GroupFigure, resample_figure
from shared.metrics.ranking import MeanAveragePrecision, RocAucWithinFolds, best_threshold
from shared.metrics.report_schema import FigureInterval, MultilabelReport, RankingFigures, ThresholdFigures
from shared.metrics.reports.classification import chance_roc_auc, with_interval


def multilabel_report(
    probabilities: Floats,
    y: Floats,
    groups: Sequence[str],
    folds: Indices,
    *,
    tags: Sequence[str],
    chosen: Mask,
    seed: int,
    n_resamples: int = 1000,
) -> MultilabelReport:
    """All metrics of `probabilities: (n, k)` against `y: (n, k)` of ones and zeros, as JSON values. `chosen: (n, k)`.

    `folds: (n,)` are those of the models that answered: all the same where one did. Raises ValueError for shapes that
    do not fit, or probabilities that are none.
    """
    if probabilities.shape != y.shape or chosen.shape != y.shape or y.shape != (len(groups), len(tags)) or not len(y):
        raise ValueError(
            f"{y.shape} targets need as many probabilities and choices, not {probabilities.shape}, {chosen.shape}"
        )
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise ValueError("a probability must be in [0, 1]")
    has = y > 0
    _, group_of = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    how = {"n_groups": int(group_of.max()) + 1, "seed": seed, "n_resamples": n_resamples}
    by_tag = [_ranking_metrics(probabilities[:, [j]], has[:, [j]], folds, group_of, **how) for j in range(len(tags))]
    floor = tag_chance(has, group_of, n_groups=how["n_groups"])
    counted = [_threshold_metrics(probabilities[:, j], has[:, j], chosen[:, j]) for j in range(len(tags))]
    prevalence = has.mean(axis=0)
    expected = expected_average_precision(has.sum(axis=0), np.full(len(tags), len(has)))
    return {
        "kind": "tags",
        "n_items": len(y),
        "n_groups": how["n_groups"],
        "classes": list(tags),
        "interval": {
            "confidence": CONFIDENCE,
            "n_resamples": n_resamples,
            "resampled_by": "artist group",
            "seed": seed,
        },
        **_average_tags(by_tag),
        "ece": float(np.mean([c["ece"] for c in counted])),
        "brier": float(np.mean([c["brier"] for c in counted])),
        "tags_chosen": float(chosen.sum(axis=1).mean()),
        "tags_annotated": float(has.sum(axis=1).mean()),
        "per_class": {
            tag: {**c, "pr_auc": with_interval(*samples["pr_auc"]), "roc_auc": with_interval(*samples["roc_auc"])}
            for tag, c, samples in zip(tags, counted, by_tag, strict=True)
        },
        CHANCE: {
            "pr_auc": with_interval(*_resample_figure(floor, **how)),
            "roc_auc": chance_roc_auc(),
            "brier": float(np.mean(prevalence * (1 - prevalence))),
            "per_class": {tag: {"pr_auc": float(value)} for tag, value in zip(tags, expected, strict=True)},
        },
    }


def choose_thresholds(probabilities: Floats, y: Floats, *, tags: Sequence[str]) -> dict[str, float]:
    """From which probability on the published model gives each tag: best on the out-of-fold rows `(n, k)`.

    No model had heard the artist it answered there, as none of the published one's listeners will have been.
    """
    return {tag: round(best_threshold(probabilities[:, j], y[:, j] > 0), 6) for j, tag in enumerate(tags)}


MetricSamples = dict[str, tuple[float, Floats]]


def _ranking_metrics(probabilities: Floats, has: Mask, folds: Indices, group_of: Indices, **how: int) -> MetricSamples:
    figures: dict[str, GroupFigure] = {
        "pr_auc": MeanAveragePrecision(probabilities, has, group_of),
        "roc_auc": RocAucWithinFolds(probabilities, has, folds, group_of),
    }
    return {name: _resample_figure(figure, **how) for name, figure in figures.items()}


def _resample_figure(figure: GroupFigure, *, n_groups: int, seed: int, n_resamples: int) -> tuple[float, Floats]:
    """The figure, and what it is in each resample."""
    drawn = resample_figure(figure, n_groups=n_groups, n_resamples=n_resamples, seed=seed)
    return float(figure.compute_values(np.ones((1, n_groups)))[0]), drawn


def _threshold_metrics(probabilities: Floats, has: Mask, chosen: Mask) -> ThresholdFigures:
    hits = int((chosen & has).sum())
    return {
        "precision": float(safe_ratio(hits, chosen.sum())),
        "recall": float(safe_ratio(hits, has.sum())),
        "f1": float(safe_ratio(2 * hits, chosen.sum() + has.sum())),
        "support": int(has.sum()),
        "prevalence": float(has.mean()),
        "ece": expected_calibration_error(probabilities, has),
        "brier": brier_score(probabilities[:, np.newaxis], has[:, np.newaxis].astype(np.float64)),
    }


def _average_tags(by_tag: Sequence[MetricSamples]) -> RankingFigures:
    """Of the tags, sample by sample."""

    def mean_figure(name: str) -> FigureInterval:
        return with_interval(
            float(np.mean([samples[name][0] for samples in by_tag])),
            np.mean([samples[name][1] for samples in by_tag], axis=0),
        )

    return {"pr_auc": mean_figure("pr_auc"), "roc_auc": mean_figure("roc_auc")}
