"""The estimators by name. A class is imported when it is asked for, so that naming one costs nothing."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

ESTIMATORS: Mapping[str, str] = MappingProxyType(
    {
        "majority": "services.trainer.estimators.majority:Majority",
        "svm": "services.trainer.estimators.svm:Svm",
    }
)
"""Name → `module:class`. Every class is an `Estimator` whose hyperparameters are keyword arguments."""

InnerSplits = Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]]
"""`(train, test)` row indices within the training rows, no artist on both sides."""


class Classifier(Protocol):
    """What scikit-learn calls a classifier."""

    classes_: NDArray[np.intp]
    """After `fit`: the targets seen, ascending."""

    def fit(self, x: NDArray[np.float32], y: NDArray[np.intp]) -> Any:
        """Fit to `x: (n, n_features)` and `y: (n,)`, the positions of the classes in the taxonomy."""

    def predict_proba(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """Probabilities `(n, len(classes_))`."""


class Estimator(Protocol):
    """A recipe: a name, hyperparameters, and how to make a classifier that was not fitted yet."""

    @property
    def name(self) -> str:
        """Its key in `ESTIMATORS`."""

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """JSON values, for the card."""

    def build(self, *, n_features: int, classes: Sequence[str], seed: int, inner_splits: InnerSplits) -> Classifier:
        """A new classifier. `inner_splits` belong to the very rows that it will be fitted to."""


def load_estimator(name: str, **hyperparameters: Any) -> Estimator:
    """The estimator called `name`. Raises ValueError for an unknown name, TypeError for an unknown hyperparameter."""
    if name not in ESTIMATORS:
        raise ValueError(f"no estimator is called {name!r}: choose one of {', '.join(ESTIMATORS)}")
    module, _, attribute = ESTIMATORS[name].partition(":")
    estimator: Estimator = getattr(import_module(module), attribute)(**hyperparameters)
    return estimator
