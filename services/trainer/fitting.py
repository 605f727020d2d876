"""Fitting: once per fold for an honest judgement, once on everything for the model that is published."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.trainer.estimators import Classifier, InnerSplits
from services.trainer.evaluation import confusion_matrix, macro_f1
from services.trainer.splits import inner_splits
from shared.domain.dataset import Item
from shared.errors import PermanentError, Reason

_ENOUGH = 2
"""Classes, artist groups of each class, and folds: with one of anything there is nothing to tell apart."""


class Build(Protocol):
    """`Estimator.build`: makes a classifier that was not fitted yet."""

    def __call__(self, *, n_features: int, classes: Sequence[str], seed: int, inner_splits: InnerSplits) -> Classifier:
        """See `estimators.Estimator.build`."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A fitted classifier that answers in the taxonomy's order."""

    classifier: Classifier
    classes: tuple[str, ...]
    """All classes of the taxonomy, seen or not."""
    n_features: int

    def probabilities(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """`(n, n_features)` → `(n, len(classes))`; 0 in the column of a class that was not seen."""
        answer = np.zeros((len(x), len(self.classes)))
        answer[:, self.classifier.classes_] = self.classifier.predict_proba(np.asarray(x, dtype=np.float32))
        return answer


def cross_fit(
    build: Build,
    x: NDArray[np.float32],
    items: Sequence[Item],
    classes: Sequence[str],
    *,
    seed: int,
    on_fold: Callable[[int, int, float], None],
) -> NDArray[np.float64]:
    """Probabilities `(n, len(classes))` of every item by a classifier that heard no track of its fold.

    `x: (n, n_features)` is float32 and finite, a row per item. Everything learned, the scaler too, is learned anew for
    each fold. `on_fold` gets (folds done, folds in all, macro F1 of the rows judged so far) and may raise to cancel.

    A class with one artist group in a training side is left out of it: its calibration could only be fitted to an
    artist already heard. Where that leaves fewer than two classes the shares of the training targets are the answer.
    Raises `PermanentError(NOT_ENOUGH_LABELS)` with what to do, ValueError for an `x` that does not fit the items.
    """
    x, y = _checked(x, items, classes)
    fold = np.array([item.fold for item in items])
    folds = np.unique(fold)
    if len(folds) < _ENOUGH:
        raise _not_enough("all labelled artists fall into the same fold: label tracks by more artists")
    probabilities = np.zeros((len(items), len(classes)))
    judged = np.zeros(len(items), dtype=bool)
    for done, held_out in enumerate(folds, start=1):
        test = fold == held_out
        probabilities[test] = _fit_and_answer(build, x, y, items, classes, test=test, seed=seed)
        judged |= test
        on_fold(done, len(folds), float(macro_f1(confusion_matrix(y[judged], probabilities[judged]))))
    return probabilities


def fit_final(
    build: Build, x: NDArray[np.float32], items: Sequence[Item], classes: Sequence[str], *, seed: int
) -> Fitted:
    """The classifier fitted to all items. Arguments and errors as in `cross_fit`."""
    x, y = _checked(x, items, classes)
    return _fit(build, x, y, items, classes, seed=seed)


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
    x: NDArray[np.float32], items: Sequence[Item], classes: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    require_enough(items, classes)
    x = np.asarray(x, dtype=np.float32)
    if x.ndim != 2 or len(x) != len(items):  # noqa: PLR2004 - a table
        raise ValueError(f"x must be a table with a row for each of the {len(items)} items, not {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError("x has a value that is not finite: leave such tracks out, or fill them in, before fitting")
    position = {emotion: i for i, emotion in enumerate(classes)}
    return x, np.array([position[item.example.target] for item in items], dtype=np.intp)


def _fit(
    build: Build,
    x: NDArray[np.float32],
    y: NDArray[np.intp],
    items: Sequence[Item],
    classes: Sequence[str],
    *,
    seed: int,
) -> Fitted:
    inner = inner_splits(y, [item.group for item in items], seed=seed)
    classifier = build(n_features=x.shape[1], classes=classes, seed=seed, inner_splits=inner)
    classifier.fit(x, y)
    return Fitted(classifier=classifier, classes=tuple(classes), n_features=x.shape[1])


def _fit_and_answer(
    build: Build,
    x: NDArray[np.float32],
    y: NDArray[np.intp],
    items: Sequence[Item],
    classes: Sequence[str],
    *,
    test: NDArray[np.bool_],
    seed: int,
) -> NDArray[np.float64]:
    """The probabilities of the rows in `test`, by a classifier fitted to the others."""
    groups: defaultdict[int, set[str]] = defaultdict(set)
    for item, target, held_out in zip(items, y.tolist(), test, strict=True):
        if not held_out:
            groups[target].add(item.group)
    learnable = [c for c, names in groups.items() if len(names) >= _ENOUGH]
    if len(learnable) < _ENOUGH:
        return np.tile(np.bincount(y[~test], minlength=len(classes)) / (~test).sum(), (test.sum(), 1))
    rows = np.flatnonzero(~test & np.isin(y, learnable))
    fitted = _fit(build, x[rows], y[rows], [items[row] for row in rows.tolist()], classes, seed=seed)
    return fitted.probabilities(x[test])


def _not_enough(detail: str) -> PermanentError:
    return PermanentError(Reason.NOT_ENOUGH_LABELS, detail)
