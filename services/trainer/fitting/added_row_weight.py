"""How much each added row counts beside the owner's: chosen on inner folds of the owner's artists. Nothing that the
classifier is judged on takes part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.trainer.model_selection.cross_prediction import cross_val_predict
from services.trainer.protocols.classifier import Classifier, ClassifierBuilder, Estimator
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Features, Floats, Indices
from shared.metrics.reports.classification import confusion_matrix, macro_f1

WEIGHTS = (0.0, 0.25, 1.0)
"""Without the added rows, as a quarter of one of the owner's, or as one of them."""
_WITH_OR_WITHOUT = (0.0, 1.0)
_LEAST_PROBABILITY = 1e-6
_COSTLY = frozenset({"boosting", "ensemble", "stacking"})
"""Estimators of which one fit may take minutes: a third of the owner's artists is held out once, not each in turn."""


class JoinedClassifier:
    """A classifier that is fitted to added rows too, each of which counts `weight`."""

    def __init__(self, estimator: Estimator, rows: TrainingRows, weight: float) -> None:
        self._estimator = estimator
        self._rows = rows
        self._weight = weight
        self.fitted_rows: TrainingRows = rows
        """After `fit`: all rows that it was fitted to."""
        self.classifier: Classifier
        """After `fit`: what answers."""

    @property
    def classes_(self) -> Indices:
        """The targets seen."""
        return self.classifier.classes_

    def fit(self, x: Features, y: Indices) -> "JoinedClassifier":
        """Fit to `x: (n, n_features)`, whose rows are the owner's, and to the added rows where they count."""
        if self._weight > 0:
            x, self.fitted_rows = self._rows.join_added_rows(x, weight=self._weight)
            y = self.fitted_rows.y
        else:
            self.fitted_rows = self._rows.without_added_rows()
        self.classifier = self._estimator.build_classifier(self.fitted_rows)
        self.classifier.fit(x, y)
        return self

    def predict_proba(self, x: Features) -> Floats:
        """`(n, k)`."""
        return np.asarray(self.classifier.predict_proba(x), dtype=np.float64)


def join_builder(estimator: Estimator, weight: float) -> ClassifierBuilder:
    """What builds the `JoinedClassifier` of some rows."""

    def build(rows: TrainingRows) -> JoinedClassifier:
        return JoinedClassifier(estimator, rows, weight)

    return build


@dataclass(frozen=True, kw_only=True)
class HeldOutScore:
    """How a weight did on artists of the owner that were held out."""

    macro_f1: float
    log_loss: float

    @property
    def value(self) -> float:
        """The higher the better: right answers, and steadiness.

        F1 is what models are judged by, but jumps on a few dozen rows. The log loss is steady, but forgives rows that
        mislead about two classes for what they say of the others.
        """
        return self.macro_f1 - self.log_loss / 2


def choose_added_weight(
    estimator: Estimator, x: Features, rows: TrainingRows
) -> tuple[float, dict[float, HeldOutScore]]:
    """`(weight, score by weight)`: the weight with the best predictions for artists held out, of equals the smallest.

    `x: (n, n_features)` are the owner's rows.
    """
    weights = WEIGHTS if estimator.takes_sample_weight(rows) else _WITH_OR_WITHOUT
    splits = rows.grouped_splits[:1] if estimator.name in _COSTLY else rows.grouped_splits
    scores = {weight: _score_weight(estimator, x, rows, weight, splits) for weight in weights}
    return max(weights, key=lambda weight: scores[weight].value), scores


def _score_weight(
    estimator: Estimator, x: Features, rows: TrainingRows, weight: float, splits: Sequence[tuple[Indices, Indices]]
) -> HeldOutScore:
    of_weight = rows if weight > 0 else rows.without_added_rows()
    predicted = cross_val_predict(join_builder(estimator, weight), x, of_weight, splits)
    held_out = np.concatenate([test for _, test in splits])
    y, probabilities = rows.y[held_out], predicted[held_out]
    return HeldOutScore(
        macro_f1=float(macro_f1(confusion_matrix(y, probabilities))),
        log_loss=float(-np.log(np.maximum(probabilities[np.arange(len(y)), y], _LEAST_PROBABILITY)).mean()),
    )
