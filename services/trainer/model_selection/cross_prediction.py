"""Answers about rows that a classifier did not learn from, inside the training side of a fold."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.trainer.protocols.classifier import Build, Classifier
from services.trainer.protocols.training_rows import Rows, learnable
from services.trainer.splits import Indices

Floats = NDArray[np.float64]


def placed(classifier: Classifier, x: NDArray[np.float32], *, n_classes: int) -> Floats:
    """`(n, n_classes)`: what `classifier` answers, 0 in the column of a class that it has not seen."""
    answer = np.zeros((len(x), n_classes))
    answer[:, classifier.classes_] = classifier.predict_proba(x)
    return answer


def answer_others(build: Build, x: NDArray[np.float32], rows: Rows, train: Indices, test: Indices) -> Floats:
    """What a classifier fitted to the rows `train` says of the rows `test`, `(len(test), n_classes)`.

    Classes that only one artist of `train` has are left out of it, because their calibration could only be fitted to
    an artist already heard. Where that leaves fewer than two, the shares of the targets are the answer.
    """
    n_classes = int(rows.y.max()) + 1
    train = train[learnable(rows.take(train))]
    if len(np.unique(rows.y[train])) < 2:  # noqa: PLR2004 - nothing to tell apart
        return np.tile(np.bincount(rows.y, minlength=n_classes) / len(rows.y), (len(test), 1))
    classifier = build(rows.take(train))
    classifier.fit(x[train], rows.y[train])
    return placed(classifier, x[test], n_classes=n_classes)


def inner_answers(
    build: Build, x: NDArray[np.float32], rows: Rows, splits: Sequence[tuple[Indices, Indices]] | None = None
) -> Floats:
    """`(n, n_classes)`: each of the rows answered by a classifier that was fitted to other artists of them."""
    answers = np.zeros((len(x), int(rows.y.max()) + 1))
    for train, test in rows.splits if splits is None else splits:
        answers[test] = answer_others(build, x, rows, train, test)
    return answers
