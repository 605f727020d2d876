"""The talk's convolutional networks on a mel spectrogram `(128, 216, 1)`.

Each pools before it activates and normalises: the greatest of four values is the greatest after a ReLU too, and what
follows has a quarter of the work.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.network import NetworkEstimator


@dataclass(frozen=True, kw_only=True)
class CnnBaseline(NetworkEstimator):
    """Three convolutions and nothing else: the talk's 53.9 %. With `scale` power it reads what the talk's read."""

    name: ClassVar[str] = "cnn_baseline"
    precision: str = "bfloat16"

    def extract_frames(self, x: Any) -> Any:
        """Each convolution sees twice as much as the one before; what they found is averaged over the excerpt."""
        layers = tensorflow_runtime.load_keras().layers
        for filters in (16, 32, 64):
            x = layers.Conv2D(filters, 3, padding="same")(x)
            x = layers.Activation("relu")(layers.MaxPooling2D(2)(x))
        return layers.GlobalAveragePooling2D()(x)


@dataclass(frozen=True, kw_only=True)
class CnnFc(NetworkEstimator):
    """Conv + FC: 3,552,513 parameters with one unit to answer."""

    name: ClassVar[str] = "cnn_fc"
    precision: str = "bfloat16"

    def extract_frames(self, x: Any) -> Any:
        """Two 5×5 convolutions, normalised after their activation, and a layer that sees all of the excerpt."""
        layers = tensorflow_runtime.load_keras().layers
        for filters in (16, 32):
            x = layers.Conv2D(filters, 5, padding="same")(x)
            x = layers.Activation("relu")(layers.MaxPooling2D(2)(x))
            x = layers.BatchNormalization(momentum=tensorflow_runtime.MOMENTUM)(x)
            x = self._apply_dropout(x, 0.6)
        x = layers.Dense(64, activation="relu")(layers.Flatten()(x))
        return self._apply_dropout(x, 1.0)

    def _apply_dropout(self, x: Any, share: float) -> Any:
        return tensorflow_runtime.load_keras().layers.Dropout(self.dropout * share)(x) if self.dropout else x


@dataclass(frozen=True, kw_only=True)
class CnnFcRegularised(CnnFc):
    """The same, stopped early and with dropout: .3 behind the convolutions, .5 before the answer.

    Smaller steps on mixed tracks, and averaged weights that are judged: with the steps of `cnn_fc` its best epoch is
    the third, and what comes after is too sure of itself.
    """

    name: ClassVar[str] = "cnn_fc_regularised"
    patience: int = 3
    learning_rate: float = 3e-4
    dropout: float = 0.5
    mixup: float = 0.4
    averaging: float = 0.9


@dataclass(frozen=True, kw_only=True)
class CnnRectangular(NetworkEstimator):
    """Filters across frequency, then across time (Pons et al., *Experimenting with musically motivated convolutional
    neural networks*, 2016). At most the talk's 446,193 parameters, and quick: the first pooling is the widest.
    """

    name: ClassVar[str] = "cnn_rectangular"
    precision: str = "bfloat16"
    dropout: float = 0.5

    def extract_frames(self, x: Any) -> Any:
        """A timbre, its course in time, and a layer of 100."""
        layers = tensorflow_runtime.load_keras().layers
        for filters, kernel, pool in ((16, (9, 1), (4, 4)), (32, (1, 9), (2, 2)), (32, (3, 3), (2, 2))):
            x = layers.Conv2D(filters, kernel, padding="same")(x)
            x = layers.Activation("relu")(layers.MaxPooling2D(pool)(x))
            x = layers.BatchNormalization(momentum=tensorflow_runtime.MOMENTUM)(x)
        x = layers.Dropout(self.dropout)(layers.Flatten()(x))
        return layers.Dense(100, activation="relu")(x)
