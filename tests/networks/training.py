"""The same training in every process."""

from services.trainer.fitting.cross_validation import Fitted, fit_final
from services.trainer.networks.network import Network
from services.trainer.protocols.training_hooks import ALONE, Supervision
from tests.networks.small import QUADRANTS, items_of, plan, spectrograms, table

N_EPOCHS = 5


def kept(supervision: Supervision = ALONE) -> Fitted:
    """With dropout, mixing, masks, averaging and a schedule: all that a resumed training could do otherwise."""
    build = plan("cnn_attention", epochs=N_EPOCHS, width=4, patience=N_EPOCHS, batch=12, averaging=0.5).build
    return fit_final(build, spectrograms(36), items_of(36), QUADRANTS, seed=4, supervision=supervision)


def shared() -> Network:
    """Without dropout, whose draws differ between machines."""
    build = plan("simple_nn", epochs=4, patience=4, learning_rate=0.02, averaging=0.5).build
    network = fit_final(build, table(48), items_of(48), QUADRANTS, seed=4).classifier.classifier
    assert isinstance(network, Network)
    return network
