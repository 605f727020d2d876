"""Fitting: once per fold for an honest judgement, once on everything for the model that is published."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.crossing import Build, placed
from services.trainer.estimators import Classifier
from services.trainer.evaluation import confusion_matrix, macro_f1
from services.trainer.rows import Rows, learnable
from shared.domain.dataset import Item
from shared.errors import PermanentError, Reason

_ENOUGH = 2
"""Classes, artist groups of each class, and folds: with one of anything there is nothing to tell apart."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A fitted classifier that answers in the taxonomy's order."""

    classifier: Classifier
    classes: tuple[str, ...]
    """All classes of the taxonomy, seen or not."""
    n_features: int

    def probabilities(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """`(n, n_features)` → `(n, len(classes))`; 0 in the column of a class that was not seen."""
        return placed(self.classifier, np.asarray(x, dtype=np.float32), n_classes=len(self.classes))


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """One fold that is finished."""

    fold: int
    done: int
    total: int
    macro_f1: float
    """Of all rows judged so far."""
    probabilities: NDArray[np.float64]
    """`(n_test, n_classes)`: of the rows of this fold, in the order of the items."""
    is_new: bool
    """False: found again from an attempt that was interrupted."""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """The hyperparameters of this fold, those too that an inner search or tuning found; empty where not new."""


OnFold = Callable[[Step], None]
_NOTHING: Mapping[int, NDArray[np.float64]] = {}


def cross_fit(
    build: Build,
    x: NDArray[np.float32],
    items: Sequence[Item],
    classes: Sequence[str],
    *,
    seed: int,
    on_fold: OnFold,
    inputs: str = "descriptors",
    imbalance: str = "none",
    finished: Mapping[int, NDArray[np.float64]] = _NOTHING,
) -> NDArray[np.float64]:
    """Probabilities `(n, len(classes))` of every item by a classifier that heard no track of its fold.

    `x: (n, n_features)` is float32 and finite, a row per item. Everything learned, the scaler too, is learned anew for
    each fold. `on_fold` gets every finished fold and may raise to cancel. `finished` holds, by fold, what an attempt
    that was interrupted had computed: it is taken as it is.

    A class with one artist group in a training side is left out of it: its calibration could only be fitted to an
    artist already heard. Where that leaves fewer than two classes the shares of the training targets are the answer.
    Raises `PermanentError(NOT_ENOUGH_LABELS)` with what to do, ValueError for an `x` that does not fit the items.
    """
    x, rows = _checked(x, items, classes, seed=seed, inputs=inputs, imbalance=imbalance)
    fold = np.array([item.fold for item in items])
    folds = np.unique(fold)
    if len(folds) < _ENOUGH:
        raise _not_enough("all labelled artists fall into the same fold: label tracks by more artists")
    probabilities = np.zeros((len(items), len(classes)))
    judged = np.zeros(len(items), dtype=bool)
    for done, held_out in enumerate(folds.tolist(), start=1):
        test = fold == held_out
        known = finished.get(held_out)
        chosen: Mapping[str, Any] = {}
        if is_known := known is not None and known.shape == (test.sum(), len(classes)):
            probabilities[test] = known
        else:
            probabilities[test], chosen = _fit_and_answer(build, x, rows, test=test, k=len(classes))
        judged |= test
        so_far = float(macro_f1(confusion_matrix(rows.y[judged], probabilities[judged])))
        on_fold(
            Step(
                fold=held_out, done=done, total=len(folds), macro_f1=so_far, probabilities=probabilities[test],
                is_new=not is_known, chosen=chosen,
            )
        )  # fmt: skip
    return probabilities


def fit_final(
    build: Build,
    x: NDArray[np.float32],
    items: Sequence[Item],
    classes: Sequence[str],
    *,
    seed: int,
    inputs: str = "descriptors",
    imbalance: str = "none",
) -> Fitted:
    """The classifier fitted to all items. Arguments and errors as in `cross_fit`."""
    x, rows = _checked(x, items, classes, seed=seed, inputs=inputs, imbalance=imbalance)
    classifier = build(rows)
    classifier.fit(x, rows.y)
    return Fitted(classifier=classifier, classes=tuple(classes), n_features=x.shape[1])


def require_enough(items: Sequence[Item], classes: Sequence[str]) -> None:
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
        found = f"only {next(iter(groups))} has" if groups else "no emotion has"
        raise _not_enough(f"{found} labelled tracks: label tracks of at least two of {', '.join(classes)}")
    for emotion in classes:
        if len(groups[emotion]) == 1:
            raise _not_enough(f"all tracks labelled {emotion} are by one artist: label {emotion} tracks by another one")


def _checked(
    x: NDArray[np.float32], items: Sequence[Item], classes: Sequence[str], *, seed: int, inputs: str, imbalance: str
) -> tuple[NDArray[np.float32], Rows]:
    require_enough(items, classes)
    x = np.asarray(x, dtype=np.float32)
    if x.ndim != 2 or len(x) != len(items):  # noqa: PLR2004 - a table
        raise ValueError(f"x must be a table with a row for each of the {len(items)} items, not {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError("x has a value that is not finite: leave such tracks out, or fill them in, before fitting")
    position = {emotion: i for i, emotion in enumerate(classes)}
    rows = Rows(
        y=np.array([position[item.example.target] for item in items], dtype=np.intp),
        groups=np.array([item.group for item in items], dtype=str),
        n_features=x.shape[1], seed=seed, inputs=inputs, imbalance=imbalance,
    )  # fmt: skip
    return x, rows


def _fit_and_answer(
    build: Build, x: NDArray[np.float32], rows: Rows, *, test: NDArray[np.bool_], k: int
) -> tuple[NDArray[np.float64], Mapping[str, Any]]:
    """The probabilities of the rows in `test`, by a classifier fitted to the others, and its hyperparameters."""
    others = np.flatnonzero(~test)
    train = others[learnable(rows.take(others))]
    if len(np.unique(rows.y[train])) < _ENOUGH:
        return np.tile(np.bincount(rows.y[others], minlength=k) / len(others), (test.sum(), 1)), {}
    classifier = build(rows.take(train))
    classifier.fit(x[train], rows.y[train])
    # a bare recipe has chosen nothing; what `planning` builds says what it chose
    return placed(classifier, x[test], n_classes=k), getattr(classifier, "hyperparameters", {})


def _not_enough(detail: str) -> PermanentError:
    return PermanentError(Reason.NOT_ENOUGH_LABELS, detail)
