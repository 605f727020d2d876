"""How a published model is judged on other tracks, by the kind of its head: what counts as a target, and the metrics.

The same measures as at the training, against the same chance, of what the artefact answers; nothing that trains is
loaded. Tags are chosen by the published thresholds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

import numpy as np

from shared.arrays import Floats
from shared.domain.annotation import Annotation
from shared.domain.dataset import DatasetItem
from shared.domain.head import CLASSES, DIMENSIONS, TAGS, get_head_kind
from shared.domain.labels import AgreementWeights, resolve_label
from shared.domain.targets import resolve_tags, resolve_valence_arousal
from shared.errors import PermanentError, Reason
from shared.metrics import conformal
from shared.metrics.curves import reliability_bins
from shared.metrics.report_schema import ClassMetrics, HeadMetrics, RegressionReport, TagMetrics, TagsLeftOut
from shared.metrics.reports import calibration
from shared.metrics.reports.classification import classification_report
from shared.metrics.reports.multilabel import multilabel_report
from shared.metrics.reports.regression import regression_report
from shared.store.tables import Model


@dataclass(frozen=True)
class EvaluationTarget:
    """What holds for a track."""

    word: str
    values: tuple[float, ...] = ()
    """A number for each output of the model; none for classes."""


@dataclass(frozen=True, kw_only=True)
class HeadEvaluator:
    """One kind of head."""

    target: Callable[[Sequence[Annotation], Model, AgreementWeights], EvaluationTarget | None]
    """From the annotations of a track; None where they say nothing to this model. The weights are those of the
    playlists that differ.
    """
    judge: Callable[[Floats, Sequence[DatasetItem], Model], HeadMetrics]
    """The metrics of what the model predicts, `(n, k)`, for the items. Raises PermanentError(`nothing_to_judge`)."""


def evaluator_for(model: Model) -> HeadEvaluator:
    """How `model` is judged."""
    return _HEAD_EVALUATORS[get_head_kind(model.taxonomy)]


def _resolve_emotion(judged: Sequence[Annotation], model: Model, weights: AgreementWeights) -> EvaluationTarget | None:
    label = resolve_label(judged, taxonomy=model.taxonomy, weights=weights)
    return EvaluationTarget(label.emotion) if label else None


def _resolve_tags(judged: Sequence[Annotation], model: Model, weights: AgreementWeights) -> EvaluationTarget | None:  # noqa: ARG001
    tags = resolve_tags(judged)
    return (
        EvaluationTarget(", ".join(tags), tuple(float(tag in tags) for tag in model.card["classes"])) if tags else None
    )


def _resolve_valence_arousal(
    judged: Sequence[Annotation],
    model: Model,  # noqa: ARG001
    weights: AgreementWeights,  # noqa: ARG001
) -> EvaluationTarget | None:
    place = resolve_valence_arousal(judged)
    return EvaluationTarget(", ".join(f"{number:.4f}" for number in place), place) if place else None


def _evaluate_classes(probabilities: Floats, items: Sequence[DatasetItem], model: Model) -> ClassMetrics:
    classes, seed = list(model.card["classes"]), int(model.card["seed"])
    probabilities /= probabilities.sum(axis=1, keepdims=True)  # float32 sums to 1 within 1e-7 only
    report = classification_report(probabilities, items, classes=classes, taxonomy=model.taxonomy, seed=seed)
    y = np.array([classes.index(item.example.target) for item in items], dtype=np.intp)
    _, groups = np.unique([item.group for item in items], return_inverse=True)
    metrics = cast(
        "ClassMetrics",
        {
            **report,
            **calibration.measure_class_calibration(probabilities, y, groups, seed=seed),
            "reliability": reliability_bins(y, probabilities),
        },
    )
    if kept := model.metrics.get("conformal"):
        metrics["conformal"] = conformal.evaluate_published_sets(
            kept, probabilities, y, groups, classes=classes, seed=seed
        )
    return metrics


def _evaluate_tags(probabilities: Floats, items: Sequence[DatasetItem], model: Model) -> TagMetrics:
    """Of the tags that some of the tracks have and others have not: the others cannot be ranked."""
    tags, y = list(model.card["classes"]), _stack_values(items)
    n_with = {tag: int(n) for tag, n in zip(tags, y.sum(axis=0), strict=True)}
    judged = [tag for tag in tags if 0 < n_with[tag] < len(y)]
    if not judged:
        raise PermanentError(
            Reason.NOTHING_TO_JUDGE,
            f"of {len(y)} tagged tracks that are new to this model none differ in one of its tags: {n_with}",
        )
    columns = [tags.index(tag) for tag in judged]
    limits = {tag: model.metrics["thresholds"][tag] for tag in judged}
    report = multilabel_report(
        probabilities[:, columns],
        y[:, columns],
        [item.group for item in items],
        np.zeros(len(y), dtype=np.intp),
        tags=judged,
        chosen=probabilities[:, columns] >= np.array(list(limits.values())),
        seed=int(model.card["seed"]),
    )
    groups = np.array([item.group for item in items])
    left_out: dict[str, TagsLeftOut] = {
        tag: {"tracks_with": n, "tracks_without": len(y) - n} for tag, n in n_with.items() if tag not in judged
    }
    return cast(
        "TagMetrics",
        {
            **report,
            **calibration.measure_tag_calibration(
                probabilities[:, columns], y[:, columns], groups, seed=int(model.card["seed"])
            ),
            "thresholds": limits,
            "tags_left_out": left_out,
        },
    )


def _evaluate_dimensions(predictions: Floats, items: Sequence[DatasetItem], model: Model) -> RegressionReport:
    groups, folds = [item.group for item in items], np.array([item.fold for item in items], dtype=np.intp)
    names, seed = list(model.card["classes"]), int(model.card["seed"])
    return regression_report(predictions, _stack_values(items), groups, folds, names=names, seed=seed)


def _stack_values(items: Sequence[DatasetItem]) -> Floats:
    return np.array([item.example.values for item in items], dtype=np.float64)


_HEAD_EVALUATORS: Mapping[str, HeadEvaluator] = MappingProxyType(
    {
        CLASSES: HeadEvaluator(target=_resolve_emotion, judge=_evaluate_classes),
        TAGS: HeadEvaluator(target=_resolve_tags, judge=_evaluate_tags),
        DIMENSIONS: HeadEvaluator(target=_resolve_valence_arousal, judge=_evaluate_dimensions),
    }
)
