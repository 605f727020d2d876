"""Networks: one of them answers all outputs of a head, where other estimators have a model for each."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import FittedModel, validate_table
from services.trainer.heads.strategy import CandidateSpec, Floats
from services.trainer.networks.config import NetworkConfig
from services.trainer.networks.network import NetworkClassifier
from services.trainer.protocols.training_rows import TrainingRows
from services.trainer.splits import Indices, inner_splits
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.metrics.ranking import best_threshold

_UNSURE = 0.5
"""The threshold of a tag that nothing was heard of."""


def is_network(of: CandidateSpec) -> bool:
    """Whether one model answers all outputs."""
    return ESTIMATOR_SPECS[of.estimator].is_network


def fit_network(of: CandidateSpec, train: Indices) -> NetworkClassifier:
    """The network fitted to the rows `train`, for all outputs of the head."""
    recipe = load_estimator(of.estimator, **of.request.hyperparameters.get(of.estimator, {}))
    assert isinstance(recipe, NetworkConfig)
    rows = TrainingRows(
        y=np.zeros(len(train), dtype=np.intp),
        groups=np.array(of.artist_groups(), dtype=str)[train],
        n_features=of.x.shape[1],
        seed=of.seed,
        inputs=of.inputs,
        head=of.head,
        supervision=of.supervision,
    )
    return NetworkClassifier(recipe, rows).fit(
        validate_table(of.x, n_rows=len(of.items))[train], of.target_matrix()[train]
    )


def predict_with_network(of: CandidateSpec, train: Indices, x: Any) -> Floats:
    """`(n, k)`: what the network fitted to the rows `train` says of `x`."""
    return np.asarray(fit_network(of, train).predict_proba(x), dtype=np.float64)


def fit_final_network(of: CandidateSpec) -> FittedModel:
    """The network that is published."""
    network = fit_network(of, np.arange(len(of.items)))
    return FittedModel(classifier=network, classes=of.head.outputs, n_features=of.x.shape[1])


def tune_thresholds(of: CandidateSpec, train: Indices) -> Floats:
    """`(k,)`: the best threshold of each tag among `train`, found on artists that another network has not heard."""
    groups = [of.artist_groups()[row] for row in train.tolist()]
    inner, others = inner_splits(np.zeros(len(train), dtype=np.intp), groups, seed=of.seed)[0]
    said = predict_with_network(of, train[inner], validate_table(of.x, n_rows=len(of.items))[train[others]])
    y = of.target_matrix()[train[others]] > 0
    return np.array([_tune_threshold(said[:, j], y[:, j]) for j in range(y.shape[1])])


def network_hyperparameters(fitted: FittedModel) -> Mapping[str, Any]:
    """The hyperparameters of a fitted network, with what is said of networks."""
    network = fitted.classifier
    assert isinstance(network, NetworkClassifier)
    return network.recipe.hyperparameters | network.as_card()


def _tune_threshold(said: NDArray[np.floating], y: NDArray[np.bool_]) -> float:
    return best_threshold(np.asarray(said, dtype=np.float64), y) if y.any() and not y.all() else _UNSURE
