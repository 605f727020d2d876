"""The base class of configurations: frozen hyperparameters that a card can show."""

from dataclasses import asdict, dataclass

from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.estimators import Hyperparameters


@dataclass(frozen=True, kw_only=True)
class EstimatorConfig:
    """Base of the estimators. Fields are hyperparameters."""

    @property
    def hyperparameters(self) -> Hyperparameters:
        """JSON values, for the card."""
        return asdict(self)

    def takes_sample_weight(self, rows: TrainingRows) -> bool:  # noqa: ARG002 - some ask what they read
        """Whether rows may count differently; otherwise they count alike."""
        return False

    def effective_hyperparameters(self, rows: TrainingRows) -> Hyperparameters:  # noqa: ARG002 - most are told the same of all inputs
        """Those that mean something for what `rows` read."""
        return self.hyperparameters
