"""How much each added row counts beside the owner's: chosen on inner folds of the owner's artists. Nothing that the
classifier is judged on takes part.
"""

from collections.abc import Sequence

import numpy as np

from services.trainer.model_selection.cross_prediction import cross_val_predict
from services.trainer.protocols.classifier import Classifier, ClassifierBuilder, Estimator
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Features, Floats, Indices

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


def choose_added_weight(estimator: Estimator, x: Features, rows: TrainingRows) -> tuple[float, dict[str, float]]:
    """`(weight, mean log loss by weight)`: the weight whose predictions for artists held out are the likeliest.

    `x: (n, n_features)` are the owner's rows. The log loss, unlike a figure of right answers, is steady on a few dozen
    rows. Of equals the smallest weight.
    """
    weights = WEIGHTS if estimator.takes_sample_weight(rows) else _WITH_OR_WITHOUT
    splits = rows.grouped_splits[:1] if estimator.name in _COSTLY else rows.grouped_splits
    losses = [_measure_log_loss(estimator, x, rows, weight, splits) for weight in weights]
    return weights[int(np.argmin(losses))], {f"{w:g}": round(loss, 4) for w, loss in zip(weights, losses, strict=True)}


def _measure_log_loss(
    estimator: Estimator, x: Features, rows: TrainingRows, weight: float, splits: Sequence[tuple[Indices, Indices]]
) -> float:
    of_weight = rows if weight > 0 else rows.without_added_rows()
    probabilities = cross_val_predict(join_builder(estimator, weight), x, of_weight, splits)
    held_out = np.concatenate([test for _, test in splits])
    of_target = probabilities[held_out, rows.y[held_out]]
    return float(-np.log(np.maximum(of_target, _LEAST_PROBABILITY)).mean())
