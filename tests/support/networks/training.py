"""The same training in every process."""

from services.trainer.fitting.cross_validation import FittedModel, fit_final
from services.trainer.fitting.fit_plan import TunedClassifier
from services.trainer.networks.network import NetworkClassifier
from services.trainer.protocols.training_hooks import NO_HOOKS, TrainingHooks
from tests.support.networks.small import QUADRANTS, items_of, plan, spectrograms, table

N_EPOCHS = 5


def kept(hooks: TrainingHooks = NO_HOOKS) -> FittedModel:
    """With dropout, mixing, masks, averaging and a schedule: all that a resumed training could do otherwise."""
    build = plan("cnn_attention", epochs=N_EPOCHS, width=4, patience=N_EPOCHS, batch=12, averaging=0.5).build_classifier
    return fit_final(build, spectrograms(36), items_of(36), QUADRANTS, seed=4, hooks=hooks)


def shared() -> NetworkClassifier:
    """Without dropout, whose draws differ between machines."""
    build = plan("simple_nn", epochs=4, patience=4, learning_rate=0.02, averaging=0.5).build_classifier
    tuned = fit_final(build, table(48), items_of(48), QUADRANTS, seed=4).classifier
    assert isinstance(tuned, TunedClassifier)
    network = tuned.classifier
    assert isinstance(network, NetworkClassifier)
    return network
