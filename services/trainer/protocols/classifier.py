"""The protocols of classifiers and estimators."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.estimators import Hyperparameters


class Classifier(Protocol):
    """What scikit-learn calls a classifier."""

    @property
    def classes_(self) -> NDArray[np.intp]:
        """After `fit`: the targets seen, ascending."""

    def fit(self, x: Any, y: NDArray[np.intp]) -> Any:
        """Fit to `x: (n, n_features)`, float32, or the `ExcerptArrays` of a network, and to `y: (n,)`, the
        positions of the classes in the taxonomy.
        """

    def predict_proba(self, x: Any) -> NDArray[np.floating]:
        """Probabilities `(n, len(classes_))`."""


class Estimator(Protocol):
    """A configuration: a name, hyperparameters, and how to make a classifier that was not fitted yet."""

    @property
    def name(self) -> str:
        """Its key in `ESTIMATORS`."""

    @property
    def hyperparameters(self) -> Hyperparameters:
        """JSON values, for the card."""

    def effective_hyperparameters(self, rows: TrainingRows) -> Hyperparameters:
        """Those of them that mean something for what `rows` read."""

    def takes_sample_weight(self, rows: TrainingRows) -> bool:
        """Whether `rows.sample_weight` changes what it learns; otherwise rows count alike."""

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """A new classifier for the very `rows` that it will be fitted to."""


ClassifierBuilder = Callable[[TrainingRows], Classifier]
