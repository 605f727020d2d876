"""Logistic regression by stochastic gradient descent. Copy to `services/trainer/estimators/<name>.py`."""

from dataclasses import dataclass
from typing import ClassVar

from sklearn.linear_model import SGDClassifier
from sklearn.preprocessing import StandardScaler

from services.trainer.estimators.composition import ScaledClassifier
from services.trainer.model_selection.resampling import balance_classifier
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows


@dataclass(frozen=True, kw_only=True)
class TemplateConfig(EstimatorConfig):
    """Fields are hyperparameters; each is declared once more, with its range, in `shared/domain/estimators.py`."""

    name: ClassVar[str] = "template"
    alpha: float = 0.01
    """Weight of the L2 penalty."""

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """Scaler and classifier, not fitted yet: both are fitted to the rows of one fold alone."""
        regression = SGDClassifier(loss="log_loss", alpha=self.alpha, random_state=rows.seed)
        return ScaledClassifier(StandardScaler(), balance_classifier(regression, rows))
