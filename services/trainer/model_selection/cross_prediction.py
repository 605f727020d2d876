"""Answers about rows that a classifier did not learn from, inside the training side of a fold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.protocols.classifier import Classifier, ClassifierBuilder
from services.trainer.protocols.training_rows import TrainingRows, select_learnable
from shared.arrays import Floats, Indices


def align_to_classes(classifier: Classifier, x: NDArray[np.float32], *, n_classes: int) -> Floats:
    """`(n, n_classes)`: what `classifier` answers, 0 in the column of a class that it has not seen."""
    answer = np.zeros((len(x), n_classes))
    answer[:, classifier.classes_] = classifier.predict_proba(x)
    return answer


def fit_learnable_classes(build: ClassifierBuilder, x: Any, rows: TrainingRows, train: Indices) -> Classifier | None:
    """A classifier fitted to the rows `train`, which may learn from added rows beside them; None where there are none
    and `train` leaves fewer than two classes to tell apart.

    Classes that only one artist of `train` has are left out, because their calibration could only be fitted to an
    artist that the classifier has already learned from.
    """
    train = train[select_learnable(rows.take_rows(train))]
    if rows.added is None and len(np.unique(rows.y[train])) < 2:  # noqa: PLR2004 - nothing to tell apart
        return None
    classifier = build(rows.take_rows(train))
    classifier.fit(x[train], rows.y[train])
    return classifier


def predict_held_out(
    build: ClassifierBuilder, x: NDArray[np.float32], rows: TrainingRows, train: Indices, test: Indices
) -> Floats:
    """What a classifier fitted to the rows `train` predicts for the rows `test`, `(len(test), n_classes)`.

    Where there is none (see `fit_learnable_classes`), the shares of the targets of all rows are the prediction.
    """
    n_classes = rows.n_classes
    classifier = fit_learnable_classes(build, x, rows, train)
    if classifier is None:
        return np.tile(np.bincount(rows.y, minlength=n_classes) / len(rows.y), (len(test), 1))
    return align_to_classes(classifier, x[test], n_classes=n_classes)


def cross_val_predict(
    build: ClassifierBuilder,
    x: NDArray[np.float32],
    rows: TrainingRows,
    splits: Sequence[tuple[Indices, Indices]] | None = None,
) -> Floats:
    """`(n, n_classes)`: each of the rows answered by a classifier that was fitted to other artists of them."""
    answers = np.zeros((len(x), rows.n_classes))
    for train, test in rows.grouped_splits if splits is None else splits:
        answers[test] = predict_held_out(build, x, rows, train, test)
    return answers
