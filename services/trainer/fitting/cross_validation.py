"""Fits a candidate once per fold for its evaluation, and once on all rows for the published model."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.model_selection.cross_prediction import align_to_classes, fit_learnable_classes
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.networks.paired_inputs import DescriptorsAndExcerpts
from services.trainer.protocols.added_rows import AddedRows
from services.trainer.protocols.classifier import Classifier, ClassifierBuilder
from services.trainer.protocols.training_hooks import NO_HOOKS, TrainingHooks
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.dataset import DatasetItem
from shared.domain.head import CLASSES, ModelHead
from shared.domain.track import CATALOGUE_COLUMNS
from shared.errors import PermanentError, Reason
from shared.metrics.reports.classification import confusion_matrix, macro_f1

_ENOUGH = 2
"""Classes, artist groups of each class, and folds: with one of anything there is nothing to tell apart."""


FeatureArrays = NDArray[np.float32] | ExcerptArrays | DescriptorsAndExcerpts
"""A table `(n, n_features)`, or the arrays that a network reads, which have its shape and its indices, or both."""


@dataclass(frozen=True, kw_only=True)
class FittedModel:
    """A fitted classifier that answers in the taxonomy's order."""

    classifier: Classifier
    classes: tuple[str, ...]
    """All classes of the taxonomy, seen or not."""
    n_features: int

    def probabilities(self, x: FeatureArrays) -> NDArray[np.float64]:
        """`(n, n_features)` → `(n, len(classes))`; 0 in the column of a class that was not seen."""
        return align_to_classes(self.classifier, _as_array(x), n_classes=len(self.classes))


@dataclass(frozen=True, kw_only=True, eq=False)
class FoldResult:
    """One fold that is finished."""

    fold: int
    done: int
    total: int
    score: float
    """Of all rows judged so far."""
    probabilities: NDArray[np.float64]
    """`(n_test, n_classes)`: of the rows of this fold, in the order of the items."""
    is_new: bool
    """False: found again from an attempt that was interrupted."""
    measure: str = "macro F1"
    """What `score` is."""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """What an inner search or tuning found for this fold; empty where nothing was looked for, or not new."""


OnFold = Callable[[FoldResult], None]
_NO_FOLDS: Mapping[int, NDArray[np.float64]] = {}


def cross_fit(
    build: ClassifierBuilder,
    x: FeatureArrays,
    items: Sequence[DatasetItem],
    classes: Sequence[str],
    *,
    seed: int,
    on_fold: OnFold,
    inputs: str = "descriptors",
    n_catalogue: int = len(CATALOGUE_COLUMNS),
    blocks: tuple[int, ...] = (),
    imbalance: str = "none",
    finished: Mapping[int, NDArray[np.float64]] = _NO_FOLDS,
    taxonomy: str = "",
    hooks: TrainingHooks = NO_HOOKS,
    added: AddedRows | None = None,
) -> NDArray[np.float64]:
    """Probabilities `(n, len(classes))` of every item by a classifier that heard no track of its fold.

    `x: (n, n_features)` is float32 and finite, a row per item. Everything learned, the scaler too, is learned anew for
    each fold. `on_fold` gets every finished fold and may raise to cancel. `finished` holds, by fold, what an attempt
    that was interrupted had computed: it is taken as it is.

    A class with one artist group in a training side is left out of it: its calibration could only be fitted to an
    artist already heard. Where that leaves fewer than two classes the shares of the training targets are the answer.
    Raises `PermanentError(NOT_ENOUGH_LABELS)` with what to do, ValueError for an `x` that does not fit the items.
    """
    x, rows = _validate_rows(
        x,
        items,
        classes,
        seed=seed,
        inputs=inputs,
        n_catalogue=n_catalogue,
        blocks=blocks,
        imbalance=imbalance,
        head=ModelHead(kind=CLASSES, name=taxonomy, outputs=tuple(classes)),
        hooks=hooks,
        added=added,
    )
    return predict_over_folds(
        lambda test: predict_fold(build, x, rows, test=test, k=len(classes)),
        items,
        width=len(classes),
        score=lambda judged, probabilities: float(macro_f1(confusion_matrix(rows.y[judged], probabilities))),
        on_fold=on_fold,
        finished=finished,
    )


def predict_over_folds(
    answer: Callable[[NDArray[np.bool_]], tuple[NDArray[np.float64], Mapping[str, Any]]],
    items: Sequence[DatasetItem],
    *,
    width: int,
    score: Callable[[NDArray[np.bool_], NDArray[np.float64]], float],
    on_fold: OnFold,
    finished: Mapping[int, NDArray[np.float64]] = _NO_FOLDS,
    measure: str = "macro F1",
) -> NDArray[np.float64]:
    """`(n, width)`: what `answer` says of the rows of each fold, given the mask of its rows, and with what it chose.

    `score` gets the mask of all rows judged so far and what was said of them. `on_fold` and `finished` as in
    `cross_fit`, errors too.
    """
    fold = np.array([item.fold for item in items])
    folds = np.unique(fold)
    if len(folds) < _ENOUGH:
        raise not_enough_labels("all labelled artists fall into the same fold: label tracks by more artists")
    answers = np.zeros((len(items), width))
    judged = np.zeros(len(items), dtype=bool)
    for done, held_out in enumerate(folds.tolist(), start=1):
        test = fold == held_out
        known = finished.get(held_out)
        chosen: Mapping[str, Any] = {}
        if is_known := known is not None and known.shape == (test.sum(), width):
            answers[test] = known
        else:
            answers[test], chosen = answer(test)
        judged |= test
        on_fold(
            FoldResult(
                fold=held_out,
                done=done,
                total=len(folds),
                score=score(judged, answers[judged]),
                probabilities=answers[test],
                is_new=not is_known,
                measure=measure,
                chosen=chosen,
            )
        )
    return answers


def fit_final(
    build: ClassifierBuilder,
    x: FeatureArrays,
    items: Sequence[DatasetItem],
    classes: Sequence[str],
    *,
    seed: int,
    inputs: str = "descriptors",
    n_catalogue: int = len(CATALOGUE_COLUMNS),
    blocks: tuple[int, ...] = (),
    imbalance: str = "none",
    taxonomy: str = "",
    hooks: TrainingHooks = NO_HOOKS,
    added: AddedRows | None = None,
) -> FittedModel:
    """The classifier fitted to all items. Arguments and errors as in `cross_fit`."""
    x, rows = _validate_rows(
        x,
        items,
        classes,
        seed=seed,
        inputs=inputs,
        n_catalogue=n_catalogue,
        blocks=blocks,
        imbalance=imbalance,
        head=ModelHead(kind=CLASSES, name=taxonomy, outputs=tuple(classes)),
        hooks=hooks,
        added=added,
    )
    classifier = build(rows)
    classifier.fit(x, rows.y)
    return FittedModel(classifier=classifier, classes=tuple(classes), n_features=x.shape[1])


def require_enough_artists(items: Sequence[DatasetItem], classes: Sequence[str]) -> None:
    """Raises `PermanentError(NOT_ENOUGH_LABELS)` unless two classes have labels, each by two artist groups.

    A class without any label is allowed: the model will never answer it, which its card has to say. Raises ValueError
    for a target that is not one of `classes`.
    """
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        groups[item.example.target].add(item.group)
    if unknown := groups.keys() - set(classes):
        raise ValueError(f"targets of another taxonomy: {', '.join(sorted(unknown))}")
    if len(groups) < _ENOUGH:
        shortage = f"only {next(iter(groups))} has" if groups else "no emotion has"
        raise not_enough_labels(f"{shortage} labelled tracks: label tracks of at least two of {', '.join(classes)}")
    for emotion in classes:
        if len(groups[emotion]) == 1:
            raise not_enough_labels(
                f"all tracks labelled {emotion} are by one artist: label {emotion} tracks by another one"
            )


def _as_array(x: FeatureArrays) -> Any:
    return x if isinstance(x, ExcerptArrays | DescriptorsAndExcerpts) else np.asarray(x, dtype=np.float32)


def _validate_rows(
    x: FeatureArrays, items: Sequence[DatasetItem], classes: Sequence[str], **of_rows: Any
) -> tuple[Any, TrainingRows]:
    require_enough_artists(items, classes)
    x = validate_table(x, n_rows=len(items))
    position = {emotion: i for i, emotion in enumerate(classes)}
    rows = TrainingRows(
        y=np.array([position[item.example.target] for item in items], dtype=np.intp),
        groups=np.array([item.group for item in items], dtype=str),
        n_features=x.shape[1],
        **of_rows,
    )
    return x, rows


def validate_table(x: FeatureArrays, *, n_rows: int) -> Any:
    """`x` as float32. Raises ValueError unless it is a finite table with a row for each item.

    The arrays of networks are taken as they are: what was stored is finite.
    """
    x = _as_array(x)
    if x.ndim != 2 or len(x) != n_rows:  # noqa: PLR2004 - a table
        raise ValueError(f"x must be a table with a row for each of the {n_rows} items, not {x.shape}")
    rows = x.table if isinstance(x, DescriptorsAndExcerpts) else x
    if not isinstance(rows, ExcerptArrays) and not np.isfinite(rows).all():
        raise ValueError("x has a value that is not finite: leave such tracks out, or fill them in, before fitting")
    return x


def predict_fold(
    build: ClassifierBuilder, x: Any, rows: TrainingRows, *, test: NDArray[np.bool_], k: int
) -> tuple[NDArray[np.float64], Mapping[str, Any]]:
    """The probabilities of the rows in `test`, by a classifier fitted to the others, and its hyperparameters."""
    others = np.flatnonzero(~test)
    classifier = fit_learnable_classes(build, x, rows, others)
    if classifier is None:
        return np.tile(np.bincount(rows.y[others], minlength=k) / len(others), (test.sum(), 1)), {}
    # a bare classifier has chosen nothing; a `TunedClassifier` says what it chose
    return align_to_classes(classifier, x[test], n_classes=k), getattr(classifier, "hyperparameters", {})


def not_enough_labels(detail: str) -> PermanentError:
    """`not_enough_labels`, with what to do."""
    return PermanentError(Reason.NOT_ENOUGH_LABELS, detail)
