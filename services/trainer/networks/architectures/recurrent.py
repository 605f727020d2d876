"""The talk's recurrent networks: frames of a mel spectrogram in their order."""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.network import NetworkEstimator


@dataclass(frozen=True, kw_only=True)
class LstmConfig(NetworkEstimator):
    """Recurrent only, "bad behaviour" in the talk. Kept as the comparison."""

    name: ClassVar[str] = "lstm"

    def extract_frames(self, x: Any) -> Any:
        """216 frames of 128 bands; the last state is the answer."""
        return tensorflow_runtime.load_keras().layers.LSTM(128)(_in_time(x))


@dataclass(frozen=True, kw_only=True)
class CrnnConfig(NetworkEstimator):
    """Conv + LSTM + DNN: kernels (1, 3), LeakyReLU .01, bidirectional LSTM of 128, dropout .25."""

    name: ClassVar[str] = "crnn"
    dropout: float = 0.25
    mixup: float = 0.4
    averaging: float = 0.9

    def extract_frames(self, x: Any) -> Any:
        """27 steps in time, each of which the dense layer sees; they are averaged as excerpts are."""
        layers = tensorflow_runtime.load_keras().layers
        for filters in (16, 32, 32):
            x = layers.Conv2D(filters, (1, 3), padding="same")(x)
            x = layers.MaxPooling2D(2)(x)  # first, as in `convolutional`
            x = layers.LeakyReLU(negative_slope=0.01)(x)
            x = layers.BatchNormalization(momentum=tensorflow_runtime.MOMENTUM)(x)
        x = layers.Bidirectional(layers.LSTM(128, return_sequences=True))(_in_time(x))
        return layers.Dense(64, activation="relu")(layers.Dropout(self.dropout)(x))


def _in_time(x: Any) -> Any:
    """`(m, n_mels, n_frames, channels)` → `(m, n_frames, n_mels * channels)`."""
    layers = tensorflow_runtime.load_keras().layers
    bands, frames, channels = x.shape[1:]
    return layers.Reshape((frames, bands * channels))(layers.Permute((2, 1, 3))(x))
