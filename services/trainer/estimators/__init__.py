"""The estimators by name. A class is imported when it is asked for, so that naming one costs nothing.

What each reads, costs and can be told is declared in `shared.domain.estimators`, which the API shows.
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from services.trainer.rows import Rows

_HERE = "services.trainer.estimators"
_NETWORKS = "services.trainer.networks"
ESTIMATORS: Mapping[str, str] = MappingProxyType(
    {
        "majority": f"{_HERE}.majority:Majority",
        "svm": f"{_HERE}.svm:Svm",
        "tree": f"{_HERE}.trees:Tree",
        "forest": f"{_HERE}.trees:Forest",
        "extra_trees": f"{_HERE}.trees:ExtraTrees",
        "logistic": f"{_HERE}.logistic:Logistic",
        "boosting": f"{_HERE}.boosting:Boosting",
        "stacking": f"{_HERE}.stacking:Stacking",
        "ensemble": f"{_HERE}.ensemble:Ensemble",
        "fusion": f"{_HERE}.fusion:Fusion",
        "simple_nn": f"{_NETWORKS}.dense:SimpleNn",
        "cnn_baseline": f"{_NETWORKS}.convolutional:CnnBaseline",
        "cnn_fc": f"{_NETWORKS}.convolutional:CnnFc",
        "cnn_fc_regularised": f"{_NETWORKS}.convolutional:CnnFcRegularised",
        "cnn_rectangular": f"{_NETWORKS}.convolutional:CnnRectangular",
        "lstm": f"{_NETWORKS}.recurrent:Lstm",
        "crnn": f"{_NETWORKS}.recurrent:Crnn",
        "cnn_attention": f"{_NETWORKS}.attention:CnnAttention",
        "wave_cnn": f"{_NETWORKS}.wave:WaveCnn",
    }
)
"""Name → `module:class`. Every class is an `Estimator` whose hyperparameters are keyword arguments."""


class Classifier(Protocol):
    """What scikit-learn calls a classifier."""

    @property
    def classes_(self) -> NDArray[np.intp]:
        """After `fit`: the targets seen, ascending."""

    def fit(self, x: Any, y: NDArray[np.intp]) -> Any:
        """Fit to `x: (n, n_features)`, float32, or the `Stacks` of a network, and to `y: (n,)`, the positions of the
        classes in the taxonomy.
        """

    def predict_proba(self, x: Any) -> NDArray[np.floating]:
        """Probabilities `(n, len(classes_))`."""


class Estimator(Protocol):
    """A recipe: a name, hyperparameters, and how to make a classifier that was not fitted yet."""

    @property
    def name(self) -> str:
        """Its key in `ESTIMATORS`."""

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """JSON values, for the card."""

    def told(self, rows: "Rows") -> dict[str, Any]:
        """Those of them that mean something for what `rows` read."""

    def build(self, rows: "Rows") -> Classifier:
        """A new classifier for the very `rows` that it will be fitted to."""


def load_estimator(name: str, **hyperparameters: Any) -> Estimator:
    """The estimator called `name`. Raises ValueError for an unknown name, TypeError for an unknown hyperparameter."""
    if name not in ESTIMATORS:
        raise ValueError(f"no estimator is called {name!r}: choose one of {', '.join(ESTIMATORS)}")
    module, _, attribute = ESTIMATORS[name].partition(":")
    estimator: Estimator = getattr(import_module(module), attribute)(**hyperparameters)
    return estimator
