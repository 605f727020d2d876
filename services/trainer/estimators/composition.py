"""Classifiers made of classifiers. Each has its drawing in `graphs`, which is why they are plain: no step that ONNX
cannot repeat in float32.
"""

from collections.abc import Sequence
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from services.trainer.estimators.engineered_columns import Engineering
from services.trainer.model_selection.cross_prediction import inner_answers
from services.trainer.model_selection.resampling import Weighted, samples
from services.trainer.protocols.classifier import Build, Classifier
from services.trainer.protocols.training_rows import Rows

Floats = NDArray[np.floating]
Table = NDArray[np.float32]
Targets = NDArray[np.intp]


class Behind(BaseEstimator):  # type: ignore[misc]
    """A classifier behind something that changes what it reads."""

    classifier: Any

    @property
    def classes_(self) -> Targets:
        """The targets seen."""
        seen: Targets = self.classifier.classes_
        return seen

    def fit(self, x: Table, y: Targets) -> "Behind":
        """Fit to what is read."""
        self.classifier.fit(self.learned(x), y)
        return self

    def predict_proba(self, x: Table) -> Floats:
        """`(n, k)`."""
        answer: Floats = self.classifier.predict_proba(self.read(x))
        return answer

    def learned(self, x: Table) -> Table:
        """What is read of the training rows, after learning from them what there is to learn."""
        return self.read(x)

    def read(self, x: Table) -> Table:
        """What the classifier reads of `x`."""
        raise NotImplementedError


class Scaled(Behind):
    """A scaler, learned from the training rows, before a classifier."""

    def __init__(self, scaler: Any, classifier: Any) -> None:
        self.scaler = scaler
        self.classifier = classifier

    def learned(self, x: Table) -> Table:
        """Fit the scaler."""
        self.scaler.fit(x)
        return self.read(x)

    def read(self, x: Table) -> Table:
        """`x`, scaled."""
        scaled: Table = self.scaler.transform(x)
        return scaled


class Engineered(Behind):
    """Columns made of columns before a classifier."""

    def __init__(self, engineering: Engineering, classifier: Any) -> None:
        self.engineering = engineering
        self.classifier = classifier

    def read(self, x: Table) -> Table:
        """`x` with the made columns."""
        return self.engineering.widened(x)


class Columns(Behind):
    """A classifier that reads the columns from `start` to before `stop`."""

    def __init__(self, classifier: Any, start: int, stop: int) -> None:
        self.classifier = classifier
        self.start = start
        self.stop = stop

    def read(self, x: Table) -> Table:
        """Its columns of `x`."""
        return x[:, self.start : self.stop]


class Averaged(BaseEstimator):  # type: ignore[misc]
    """The weighted mean of what several classifiers say."""

    def __init__(self, members: Sequence[Any], weights: Sequence[float]) -> None:
        self.members = members
        self.weights = weights

    @property
    def classes_(self) -> Targets:
        """The targets seen: all members see the same."""
        seen: Targets = self.members[0].classes_
        return seen

    def fit(self, x: Table, y: Targets) -> "Averaged":
        """Fit each member to the same rows, side by side: what they spend their time in leaves the interpreter free."""
        fit = joblib.delayed(lambda member: member.fit(x, y))
        self.members = joblib.Parallel(n_jobs=-1, require="sharedmem")(fit(member) for member in self.members)
        return self

    def predict_proba(self, x: Table) -> Floats:
        """`(n, k)`."""
        total = sum(self.weights)
        parts = [w / total * member.predict_proba(x) for w, member in zip(self.weights, self.members, strict=True)]
        return np.asarray(np.sum(parts, axis=0))


class Stacked(BaseEstimator):  # type: ignore[misc]
    """A logistic regression over what its members say of artists that they did not learn from."""

    def __init__(self, builds: Sequence[Build], rows: Rows) -> None:
        self.builds = builds
        self.rows = rows

    @property
    def classes_(self) -> Targets:
        """The targets seen."""
        seen: Targets = self.reader_.classes_
        return seen

    def fit(self, x: Table, y: Targets) -> "Stacked":
        """Fit the reader to inner answers, then the members to all rows."""
        heard = [inner_answers(build, x, self.rows)[:, np.unique(y)] for build in self.builds]
        regression = LogisticRegression(C=1.0, max_iter=1000)
        reader: Any = (
            regression
            if self.rows.imbalance == "none"
            else Weighted(regression, "weights" if samples(self.rows.imbalance) else self.rows.imbalance)
        )
        self.reader_ = reader.fit(np.hstack(heard).astype(np.float32), y)
        self.members_: list[Classifier] = [build(self.rows) for build in self.builds]
        for member in self.members_:
            member.fit(x, y)
        return self

    def predict_proba(self, x: Table) -> Floats:
        """`(n, k)`."""
        heard = np.hstack([member.predict_proba(x) for member in self.members_])
        answer: Floats = self.reader_.predict_proba(heard.astype(np.float32))
        return answer


class Reweighted:
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

    def predict_proba(self, x: Table) -> Floats:
        """`(n, k)`."""
        raised: Floats = self.classifier.predict_proba(x) * self.weights
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))
