"""Networks: one of them answers all outputs of a head, where other estimators have a model for each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.estimators import load_estimator
from services.trainer.estimators.multi_output import MultiOutputEstimator
from services.trainer.fitting.cross_validation import FittedModel, validate_table
from services.trainer.heads.strategy import CandidateSpec
from services.trainer.networks.config import NetworkConfig
from services.trainer.networks.network import NetworkClassifier
from services.trainer.protocols.training_rows import TrainingRows
from services.trainer.splits import inner_splits
from shared.arrays import Floats, Indices, Mask
from shared.domain.estimators import ESTIMATOR_SPECS, Hyperparameters
from shared.metrics.ranking import best_threshold

_UNSURE = 0.5
"""The threshold of a tag that nothing was heard of."""


def is_network(candidate: CandidateSpec) -> bool:
    """Whether one model answers all outputs."""
    return ESTIMATOR_SPECS[candidate.estimator].is_network


def fit_network(candidate: CandidateSpec, train: Indices) -> NetworkClassifier:
    """The network fitted to the rows `train`, for all outputs of the head."""
    config = load_estimator(candidate.estimator, **candidate.request.hyperparameters.get(candidate.estimator, {}))
    assert isinstance(config, NetworkConfig)
    rows = TrainingRows(
        y=np.zeros(len(train), dtype=np.intp),
        groups=np.array(candidate.artist_groups(), dtype=str)[train],
        n_features=candidate.x.shape[1],
        seed=candidate.seed,
        inputs=candidate.inputs,
        head=candidate.head,
        hooks=candidate.hooks,
    )
    return NetworkClassifier(config, rows).fit(
        validate_table(candidate.x, n_rows=len(candidate.items))[train], candidate.target_matrix()[train]
    )


def predict_with_network(candidate: CandidateSpec, train: Indices, x: Any) -> Floats:
    """`(n, k)`: what the network fitted to the rows `train` says of `x`."""
    return np.asarray(fit_network(candidate, train).predict_proba(x), dtype=np.float64)


def fit_final_network(candidate: CandidateSpec) -> FittedModel:
    """The network that is published."""
    network = fit_network(candidate, np.arange(len(candidate.items)))
    return FittedModel(classifier=network, classes=candidate.head.outputs, n_features=candidate.x.shape[1])


def tune_thresholds(candidate: CandidateSpec, train: Indices) -> Floats:
    """`(k,)`: the best threshold of each tag among `train`, found on artists that another network has not heard."""
    groups = [candidate.artist_groups()[row] for row in train.tolist()]
    inner, others = inner_splits(np.zeros(len(train), dtype=np.intp), groups, seed=candidate.seed)[0]
    probabilities = predict_with_network(
        candidate, train[inner], validate_table(candidate.x, n_rows=len(candidate.items))[train[others]]
    )
    y = candidate.target_matrix()[train[others]] > 0
    return np.array([_tune_threshold(probabilities[:, j], y[:, j]) for j in range(y.shape[1])])


def list_hyperparameters(fitted: FittedModel, candidate: CandidateSpec) -> Hyperparameters:
    """Of a network its own, with what its card says of it; else once, or by output where a search found others."""
    if is_network(candidate):
        network = fitted.classifier
        assert isinstance(network, NetworkClassifier)
        return {**network.config.hyperparameters, **network.as_card()}
    assert isinstance(fitted.classifier, MultiOutputEstimator)
    return fitted.classifier.hyperparameters


def _tune_threshold(probabilities: NDArray[np.floating], y: Mask) -> float:
    return best_threshold(np.asarray(probabilities, dtype=np.float64), y) if y.any() and not y.all() else _UNSURE
