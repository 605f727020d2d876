"""How a published model is judged on other tracks, by the kind of its head: what counts as a target, and the metrics.

The same measures as at the training, against the same chance, of what the artefact answers; nothing that trains is
loaded. Tags are chosen by the published thresholds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from shared.domain.annotation import Annotation
from shared.domain.dataset import Item
from shared.domain.head import CLASSES, DIMENSIONS, TAGS, kind_of
from shared.domain.labels import AgreementWeights, resolve_label
from shared.domain.targets import place_heard, tags_heard
from shared.errors import PermanentError, Reason
from shared.metrics import conformal
from shared.metrics.confusion import Floats
from shared.metrics.curves import reliability
from shared.metrics.reports import calibration
from shared.metrics.reports.classification import evaluate
from shared.metrics.reports.multilabel import judge_tags
from shared.metrics.reports.regression import judge_numbers
from shared.store.tables import Model


@dataclass(frozen=True)
class Target:
    """What holds for a track."""

    word: str
    values: tuple[float, ...] = ()
    """A number for each output of the model; none for classes."""


@dataclass(frozen=True, kw_only=True)
class Exam:
    """One kind of head."""

    target: Callable[[Sequence[Annotation], Model, AgreementWeights], Target | None]
    """From the annotations of a track; None where they say nothing to this model. The weights are those of the
    playlists that differ.
    """
    judge: Callable[[Floats, Sequence[Item], Model], dict[str, Any]]
    """The metrics of `said: (n, k)`. Raises PermanentError(`nothing_to_judge`)."""


def exam_of(model: Model) -> Exam:
    """How `model` is judged."""
    return _EXAMS[kind_of(model.taxonomy)]


def _emotion(judged: Sequence[Annotation], model: Model, weights: AgreementWeights) -> Target | None:
    label = resolve_label(judged, taxonomy=model.taxonomy, weights=weights)
    return Target(label.emotion) if label else None


def _tags(judged: Sequence[Annotation], model: Model, weights: AgreementWeights) -> Target | None:  # noqa: ARG001
    said = tags_heard(judged)
    return Target(", ".join(said), tuple(float(tag in said) for tag in model.card["classes"])) if said else None


def _place(judged: Sequence[Annotation], model: Model, weights: AgreementWeights) -> Target | None:  # noqa: ARG001
    place = place_heard(judged)
    return Target(", ".join(f"{number:.4f}" for number in place), place) if place else None


def _judge_classes(said: Floats, items: Sequence[Item], model: Model) -> dict[str, Any]:
    classes, seed = list(model.card["classes"]), int(model.card["seed"])
    said /= said.sum(axis=1, keepdims=True)  # float32 sums to 1 within 1e-7 only
    metrics = evaluate(said, items, classes=classes, taxonomy=model.taxonomy, seed=seed)
    y = np.array([classes.index(item.example.target) for item in items], dtype=np.intp)
    _, groups = np.unique([item.group for item in items], return_inverse=True)
    metrics |= {"spec": model.spec, **calibration.of_classes(said, y, groups, seed=seed)}
    metrics["reliability"] = reliability(y, said)
    if kept := model.metrics.get("conformal"):
        metrics["conformal"] = conformal.judge_published(kept, said, y, groups, classes=classes, seed=seed)
    return metrics


def _judge_tags(said: Floats, items: Sequence[Item], model: Model) -> dict[str, Any]:
    """Of the tags that some of the tracks have and others have not: the others cannot be ranked."""
    tags, y = list(model.card["classes"]), _values(items)
    n_with = {tag: int(n) for tag, n in zip(tags, y.sum(axis=0), strict=True)}
    judged = [tag for tag in tags if 0 < n_with[tag] < len(y)]
    if not judged:
        raise PermanentError(
            Reason.NOTHING_TO_JUDGE,
            f"of {len(y)} tagged tracks that are new to this model none differ in one of its tags: {n_with}",
        )
    columns = [tags.index(tag) for tag in judged]
    limits = {tag: model.metrics["thresholds"][tag] for tag in judged}
    metrics = judge_tags(
        said[:, columns],
        y[:, columns],
        [item.group for item in items],
        np.zeros(len(y), dtype=np.intp),
        tags=judged,
        chosen=said[:, columns] >= np.array(list(limits.values())),
        seed=int(model.card["seed"]),
    )
    groups = np.array([item.group for item in items])
    metrics |= {
        "spec": model.spec,
        **calibration.of_tags(said[:, columns], y[:, columns], groups, seed=int(model.card["seed"])),
    }
    left_out = {tag: {"tracks_with": n, "tracks_without": len(y) - n} for tag, n in n_with.items() if tag not in judged}
    return metrics | {"thresholds": limits, "tags_left_out": left_out}


def _judge_places(said: Floats, items: Sequence[Item], model: Model) -> dict[str, Any]:
    groups, folds = [item.group for item in items], np.array([item.fold for item in items], dtype=np.intp)
    names, seed = list(model.card["classes"]), int(model.card["seed"])
    return judge_numbers(said, _values(items), groups, folds, names=names, seed=seed) | {"spec": model.spec}


def _values(items: Sequence[Item]) -> Floats:
    return np.array([item.example.values for item in items], dtype=np.float64)


_EXAMS: Mapping[str, Exam] = MappingProxyType(
    {
        CLASSES: Exam(target=_emotion, judge=_judge_classes),
        TAGS: Exam(target=_tags, judge=_judge_tags),
        DIMENSIONS: Exam(target=_place, judge=_judge_places),
    }
)
