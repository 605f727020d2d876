"""Networks: one of them answers all outputs of a head, where other estimators have a model for each."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import Fitted, table
from services.trainer.heads.strategy import Assignment, Floats
from services.trainer.networks.config import NetworkRecipe
from services.trainer.networks.network import Network
from services.trainer.protocols.training_rows import Rows
from services.trainer.splits import Indices, inner_splits
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.metrics.ranking import best_threshold

_UNSURE = 0.5
"""The threshold of a tag that nothing was heard of."""


def is_network(of: Assignment) -> bool:
    """Whether one model answers all outputs."""
    return ESTIMATOR_SPECS[of.estimator].is_network


def network_on(of: Assignment, train: Indices) -> Network:
    """The network fitted to the rows `train`, for all outputs of the head."""
    recipe = load_estimator(of.estimator, **of.request.hyperparameters.get(of.estimator, {}))
    assert isinstance(recipe, NetworkRecipe)
    rows = Rows(
        y=np.zeros(len(train), dtype=np.intp),
        groups=np.array(of.groups(), dtype=str)[train],
        n_features=of.x.shape[1],
        seed=of.seed,
        inputs=of.inputs,
        head=of.head,
        supervision=of.supervision,
    )
    return Network(recipe, rows).fit(table(of.x, n_rows=len(of.items))[train], of.targets()[train])


def answers_of(of: Assignment, train: Indices, x: Any) -> Floats:
    """`(n, k)`: what the network fitted to the rows `train` says of `x`."""
    return np.asarray(network_on(of, train).predict_proba(x), dtype=np.float64)


def network_on_all(of: Assignment) -> Fitted:
    """The network that is published."""
    network = network_on(of, np.arange(len(of.items)))
    return Fitted(classifier=network, classes=of.head.outputs, n_features=of.x.shape[1])


def thresholds_within(of: Assignment, train: Indices) -> Floats:
    """`(k,)`: the best threshold of each tag among `train`, found on artists that another network has not heard."""
    groups = [of.groups()[row] for row in train.tolist()]
    inner, others = inner_splits(np.zeros(len(train), dtype=np.intp), groups, seed=of.seed)[0]
    said = answers_of(of, train[inner], table(of.x, n_rows=len(of.items))[train[others]])
    y = of.targets()[train[others]] > 0
    return np.array([_threshold(said[:, j], y[:, j]) for j in range(y.shape[1])])


def told(fitted: Fitted) -> Mapping[str, Any]:
    """The hyperparameters of a fitted network, with what is said of networks."""
    network = fitted.classifier
    assert isinstance(network, Network)
    return network.recipe.hyperparameters | network.as_card()


def _threshold(said: NDArray[np.floating], y: NDArray[np.bool_]) -> float:
    return best_threshold(np.asarray(said, dtype=np.float64), y) if y.any() and not y.all() else _UNSURE
