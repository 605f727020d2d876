"""A network on samples."""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.network import NetworkEstimator


@dataclass(frozen=True, kw_only=True)
class WaveCnn(NetworkEstimator):
    """One-dimensional convolutions after Aytar et al., *SoundNet* (2016), with a fraction of its filters."""

    name: ClassVar[str] = "wave_cnn"
    dropout: float = 0.3

    def extract_frames(self, x: Any) -> Any:
        """110,250 samples become some 50 frames, which are averaged."""
        layers = tensorflow_runtime.load_keras().layers
        for filters, kernel, stride, pool in ((16, 64, 8, 8), (32, 32, 2, 4), (64, 16, 2, 4)):
            x = layers.Conv1D(filters, kernel, strides=stride, padding="same")(x)
            x = layers.BatchNormalization(momentum=tensorflow_runtime.MOMENTUM)(x)
            x = layers.Activation("relu")(x)
            x = layers.MaxPooling1D(pool, padding="same")(x)
        x = layers.Conv1D(128, 3, padding="same", activation="relu")(x)
        return layers.Dropout(self.dropout)(x)
