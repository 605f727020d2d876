"""A small network on log-mel that decides itself which moments of a clip to listen to."""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.trainer.networks import engine
from services.trainer.networks.recipe import NetworkRecipe


@dataclass(frozen=True, kw_only=True)
class CnnAttention(NetworkRecipe):
    """Convolutions, and an attention over all frames of all excerpts (Ilse et al., *Attention-based deep multiple
    instance learning*, 2018), before a multi-class and a valence/arousal head.
    """

    name: ClassVar[str] = "cnn_attention"
    epochs: int = 40
    batch: int = 16
    learning_rate: float = 2e-3
    patience: int = 0
    weight_decay: float = 1e-4
    dropout: float = 0.3
    label_smoothing: float = 0.05
    mixup: float = 0.3
    spec_augment: str = "on"
    excerpts: int = 2
    width: int = 24
    """Filters of the first block; each of the next two has twice as many."""

    def frames(self, x: Any) -> Any:
        """27 frames of 4 × `width`. Pools fast at first: most of the cost is in the widest layers."""
        layers = engine.keras().layers
        for factor, pool in ((1, (4, 2)), (2, (2, 2)), (4, (2, 2))):
            x = layers.Conv2D(factor * self.width, 3, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            x = layers.Activation("relu")(x)
            x = layers.MaxPooling2D(pool)(x)
        x = engine.keras().ops.mean(x, axis=1)
        return layers.Dropout(self.dropout)(x)

    def pooled(self, frames: Any) -> Any:
        """The mean, weighted by what a small layer makes of each frame."""
        keras = engine.keras()
        heard = keras.layers.Dense(32, activation="tanh")(frames)
        weights = keras.ops.softmax(keras.layers.Dense(1)(heard), axis=1)
        return keras.ops.sum(keras.ops.multiply(weights, frames), axis=1)

    def embedding(self, pooled: Any) -> Any:
        """64 numbers."""
        layers = engine.keras().layers
        return layers.Dropout(self.dropout)(layers.Dense(64, activation="relu")(pooled))
