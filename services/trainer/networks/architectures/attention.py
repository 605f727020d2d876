"""A small network on log-mel that decides itself which moments of a clip to listen to."""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.network import NetworkEstimator


@dataclass(frozen=True, kw_only=True)
class CnnAttention(NetworkEstimator):
    """Convolutions, and an attention over all frames of all excerpts (Ilse et al., *Attention-based deep multiple
    instance learning*, 2018), before a multi-class and a valence/arousal head.
    """

    name: ClassVar[str] = "cnn_attention"
    epochs: int = 45
    batch: int = 32
    learning_rate: float = 3e-3
    patience: int = 0
    weight_decay: float = 0.02
    dropout: float = 0.3
    label_smoothing: float = 0.05
    mixup: float = 0.3
    spec_augment: str = "on"
    jitter_db: float = 3.0
    jitter_bands: int = 4
    excerpts: int = 2
    plane: float = 0.5
    scale: str = "bands"
    width: int = 16
    """Filters of the first block; each of the next three has as many more."""

    def extract_frames(self, x: Any) -> Any:
        """7 frames of 8 × `width`: what was found in the bands stays apart until a layer has seen all of them.

        Half the bands and half the frames are enough, and each block pools before it normalises: an epoch costs a
        fraction of what it would.
        """
        layers = tensorflow_runtime.load_keras().layers
        x = layers.AveragePooling2D(2, padding="same")(x)
        for factor in (1, 2, 3, 4):
            x = layers.Conv2D(factor * self.width, 3, padding="same", use_bias=False)(x)
            x = _normalise_layer(layers.MaxPooling2D(2, padding="same")(x))
        bands, frames, filters = x.shape[1:]
        x = layers.Reshape((frames, bands * filters))(layers.Permute((2, 1, 3))(x))
        x = layers.Dropout(self.dropout)(x)
        return _normalise_layer(layers.Dense(8 * self.width, use_bias=False)(x))

    def pool_frames(self, frames: Any) -> Any:
        """Their mean, and beside it four others, each weighted by what a small layer makes of each frame."""
        keras = tensorflow_runtime.load_keras()
        hidden = keras.layers.Dense(32, activation="tanh")(frames)
        weights = keras.ops.softmax(keras.layers.Dense(_N_VIEWS)(hidden), axis=1)
        views = keras.ops.matmul(keras.ops.transpose(weights, (0, 2, 1)), frames)
        seen = keras.layers.Reshape((_N_VIEWS * frames.shape[-1],))(views)
        return keras.ops.concatenate([seen, keras.ops.mean(frames, axis=1)], axis=1)

    def embed_frames(self, pooled: Any) -> Any:
        """64 numbers."""
        layers = tensorflow_runtime.load_keras().layers
        x = layers.Dense(64, use_bias=False)(layers.Dropout(self.dropout)(pooled))
        return layers.Dropout(self.dropout)(_normalise_layer(x))


_N_VIEWS = 4


def _normalise_layer(x: Any) -> Any:
    layers = tensorflow_runtime.load_keras().layers
    return layers.Activation("relu")(layers.BatchNormalization(momentum=tensorflow_runtime.MOMENTUM)(x))
