"""Classifiers that combine classifiers. Each has a converter in `onnx.converters` and therefore uses only steps that
ONNX can reproduce in float32.
"""

from collections.abc import Sequence
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from services.trainer.estimators.engineered_columns import ColumnEngineering
from services.trainer.model_selection.cross_prediction import cross_val_predict
from services.trainer.model_selection.resampling import SampleWeights, is_resampling
from services.trainer.protocols.classifier import Classifier, ClassifierBuilder
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Features

Floats = NDArray[np.floating]
Targets = NDArray[np.intp]


class TransformedClassifier(BaseEstimator):  # type: ignore[misc]
    """A classifier behind something that changes what it reads."""

    classifier: Any

    @property
    def classes_(self) -> Targets:
        """The targets seen."""
        seen: Targets = self.classifier.classes_
        return seen

    def fit(self, x: Features, y: Targets) -> "TransformedClassifier":
        """Fit to what is read."""
        self.classifier.fit(self.fit_transform_input(x), y)
        return self

    def predict_proba(self, x: Features) -> Floats:
        """`(n, k)`."""
        answer: Floats = self.classifier.predict_proba(self.transform_input(x))
        return answer

    def fit_transform_input(self, x: Features) -> Features:
        """What is read of the training rows, after learning from them what there is to learn."""
        return self.transform_input(x)

    def transform_input(self, x: Features) -> Features:
        """What the classifier reads of `x`."""
        raise NotImplementedError


class ScaledClassifier(TransformedClassifier):
    """A scaler, learned from the training rows, before a classifier."""

    def __init__(self, scaler: Any, classifier: Any) -> None:
        self.scaler = scaler
        self.classifier = classifier

    def fit_transform_input(self, x: Features) -> Features:
        """Fit the scaler."""
        self.scaler.fit(x)
        return self.transform_input(x)

    def transform_input(self, x: Features) -> Features:
        """`x`, scaled."""
        scaled: Features = self.scaler.transform(x)
        return scaled


class EngineeredClassifier(TransformedClassifier):
    """Columns made of columns before a classifier."""

    def __init__(self, engineering: ColumnEngineering, classifier: Any) -> None:
        self.engineering = engineering
        self.classifier = classifier

    def transform_input(self, x: Features) -> Features:
        """`x` with the made columns."""
        return self.engineering.add_columns(x)


class ColumnSelector(TransformedClassifier):
    """A classifier that reads the columns from `start` to before `stop`."""

    def __init__(self, classifier: Any, start: int, stop: int) -> None:
        self.classifier = classifier
        self.start = start
        self.stop = stop

    def transform_input(self, x: Features) -> Features:
        """Its columns of `x`."""
        return x[:, self.start : self.stop]


class AveragedClassifier(BaseEstimator):  # type: ignore[misc]
    """The weighted mean of what several classifiers say."""

    def __init__(self, members: Sequence[Any], weights: Sequence[float]) -> None:
        self.members = members
        self.weights = weights

    @property
    def classes_(self) -> Targets:
        """The targets seen: all members see the same."""
        seen: Targets = self.members[0].classes_
        return seen

    def fit(self, x: Features, y: Targets) -> "AveragedClassifier":
        """Fit each member to the same rows, side by side: what they spend their time in leaves the interpreter free."""
        fit = joblib.delayed(lambda member: member.fit(x, y))
        self.members = joblib.Parallel(n_jobs=-1, require="sharedmem")(fit(member) for member in self.members)
        return self

    def predict_proba(self, x: Features) -> Floats:
        """`(n, k)`."""
        total = sum(self.weights)
        parts = [w / total * member.predict_proba(x) for w, member in zip(self.weights, self.members, strict=True)]
        return np.asarray(np.sum(parts, axis=0))


class StackedClassifier(BaseEstimator):  # type: ignore[misc]
    """A logistic regression over what its members say of artists that they did not learn from."""

    def __init__(self, builds: Sequence[ClassifierBuilder], rows: TrainingRows) -> None:
        self.builds = builds
        self.rows = rows

    @property
    def classes_(self) -> Targets:
        """The targets seen."""
        seen: Targets = self.reader_.classes_
        return seen

    def fit(self, x: Features, y: Targets) -> "StackedClassifier":
        """Fit the reader to inner answers, then the members to all rows."""
        probabilities = [cross_val_predict(build, x, self.rows)[:, np.unique(y)] for build in self.builds]
        regression = LogisticRegression(C=1.0, max_iter=1000)
        reader: Any = (
            regression
            if self.rows.imbalance == "none"
            else SampleWeights(regression, "weights" if is_resampling(self.rows.imbalance) else self.rows.imbalance)
        )
        self.reader_ = reader.fit(np.hstack(probabilities).astype(np.float32), y)
        self.members_: list[Classifier] = [build(self.rows) for build in self.builds]
        for member in self.members_:
            member.fit(x, y)
        return self

    def predict_proba(self, x: Features) -> Floats:
        """`(n, k)`."""
        probabilities = np.hstack([member.predict_proba(x) for member in self.members_])
        answer: Floats = self.reader_.predict_proba(probabilities.astype(np.float32))
        return answer


class ThresholdedClassifier:
    """A fitted classifier whose probabilities are multiplied, class by class, and made to sum to 1 again.

    A weight is a threshold in another form: the class of the highest product is the answer.
    """

    def __init__(self, classifier: Classifier, weights: NDArray[np.float64]) -> None:
        self.classifier = classifier
        self.weights = weights

    @property
    def classes_(self) -> Targets:
        """The targets seen."""
        return self.classifier.classes_

    def predict_proba(self, x: Features) -> Floats:
        """`(n, k)`."""
        raised: Floats = self.classifier.predict_proba(x) * self.weights
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))
