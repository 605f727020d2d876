"""The hyperparameters that all networks have, and the layers of one that has none of its own."""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.trainer.networks import tensorflow_runtime
from services.trainer.protocols.estimator_config import EstimatorConfig


@dataclass(frozen=True, kw_only=True)
class NetworkConfig(EstimatorConfig):
    """How a network is trained, and its body (`graph.NetworkBody`)."""

    name: ClassVar[str]
    epochs: int = 60
    """At most."""
    batch: int = 32
    learning_rate: float = 1e-3
    schedule: str = "cosine"
    """`constant`, or `cosine`: up over the first epoch, then down to nothing at the last."""
    patience: int = 8
    """Epochs without a better validation loss; 0: no early stopping, and nothing is held out."""
    weight_decay: float = 0.0
    dropout: float = 0.0
    averaging: float = 0.0
    """Share of the averaged weights that each step leaves; 0: no averaging."""
    precision: str = "float32"
    focal: float = 0.0
    label_smoothing: float = 0.0
    mixup: float = 0.0
    """Alpha of the beta distribution from which the share of the other track is drawn; 0: none."""
    spec_augment: str = "off"
    jitter_db: float = 0.0
    """A track is louder or softer by up to so much in every epoch."""
    jitter_bands: int = 0
    """A track is moved along the mel bands by up to so many."""
    variants: str = "use"
    excerpts: int = 1
    """Drawn anew from each track in every epoch."""
    plane: float = 0.3
    """Weight of the valence/arousal head, where the classes are quadrants; 0: none."""
    scale: str = "decibel"

    def extract_frames(self, x: Any) -> Any:
        """See `graph.NetworkBody`."""
        raise NotImplementedError

    def pool_frames(self, frames: Any) -> Any:
        """The mean over time and excerpts."""
        return tensorflow_runtime.load_keras().layers.GlobalAveragePooling1D()(frames)

    def embed_frames(self, pooled: Any) -> Any:
        """The pooled frames themselves."""
        return pooled
