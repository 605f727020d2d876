"""The talk's first network: on 13 catalogue columns."""

from dataclasses import dataclass
from typing import Any, ClassVar

from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.network import NetworkEstimator


@dataclass(frozen=True, kw_only=True)
class SimpleNn(NetworkEstimator):
    """13 → Dense 8 → Dense 4: 148 parameters for four classes. The min-max scaling has none."""

    name: ClassVar[str] = "simple_nn"
    epochs: int = 200
    learning_rate: float = 1e-2
    patience: int = 20
    plane: float = 0.0

    def extract_frames(self, x: Any) -> Any:
        """The hidden layer."""
        return tensorflow_runtime.load_keras().layers.Dense(8, activation="relu")(x)
