"""What all recipes have in common: frozen hyperparameters that a card can show."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Base of the estimators. Fields are hyperparameters."""

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """JSON values, for the card."""
        return asdict(self)
