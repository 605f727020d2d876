"""Logistic regression on standardised features."""

from dataclasses import dataclass
from typing import ClassVar

from sklearn.linear_model import LogisticRegression

from services.trainer.estimators.block_scaling import build_scaler
from services.trainer.estimators.composition import ScaledClassifier
from services.trainer.model_selection.resampling import balance_classifier, is_resampling
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows


@dataclass(frozen=True, kw_only=True)
class LogisticConfig(EstimatorConfig):
    """One linear machine for all classes, with an L2 penalty."""

    name: ClassVar[str] = "logistic"
    C: float = 1.0
    """Inverse of the penalty."""

    def takes_sample_weight(self, rows: TrainingRows) -> bool:
        """Not where rows are made up."""
        return not is_resampling(rows.imbalance)

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """Scaler and regression, not fitted yet."""
        regression = LogisticRegression(C=self.C, max_iter=1000, random_state=rows.seed)
        return ScaledClassifier(build_scaler(rows), balance_classifier(regression, rows))
