"""Logistic regression on standardised features."""

from dataclasses import dataclass
from typing import ClassVar

from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from services.trainer.estimators.composition import Scaled
from services.trainer.model_selection.resampling import balanced
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import Recipe
from services.trainer.protocols.training_rows import Rows


@dataclass(frozen=True, kw_only=True)
class Logistic(Recipe):
    """One linear machine for all classes, with an L2 penalty."""

    name: ClassVar[str] = "logistic"
    C: float = 1.0
    """Inverse of the penalty."""

    def build(self, rows: Rows) -> Classifier:
        """Scaler and regression, not fitted yet."""
        regression = LogisticRegression(C=self.C, max_iter=1000, random_state=rows.seed)
        return Scaled(StandardScaler(), balanced(regression, rows))
