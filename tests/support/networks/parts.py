"""The parts of what was fitted or built, with their types. Each raises AssertionError where something else is there."""

from typing import Any

from numpy.typing import NDArray

from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import FittedModel
from services.trainer.fitting.fit_plan import TunedClassifier
from services.trainer.networks.config import NetworkConfig
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.networks.network import NetworkClassifier


def network_config(name: str, **hyperparameters: Any) -> NetworkConfig:
    """The estimator called `name`, which is a network."""
    config = load_estimator(name, **hyperparameters)
    assert isinstance(config, NetworkConfig)
    return config


def tuned_of(fitted: FittedModel) -> TunedClassifier:
    """The classifier with what it was tuned to."""
    assert isinstance(fitted.classifier, TunedClassifier)
    return fitted.classifier


def network_of(fitted: FittedModel) -> NetworkClassifier:
    """The network that answers."""
    network = tuned_of(fitted).classifier
    assert isinstance(network, NetworkClassifier)
    return network


def losses_of(network: NetworkClassifier, name: str = "loss") -> list[float]:
    """The `loss` or `validation_loss` of each epoch."""
    losses = [epoch[name] for epoch in network.state.curve]
    known = [loss for loss in losses if loss is not None]
    assert len(known) == len(losses)
    return known


def stored_arrays(x: ExcerptArrays) -> dict[Any, NDArray[Any]]:
    """The arrays of `x` by track, as they are stored; they can be written to."""
    assert isinstance(x.source, dict)
    return x.source
