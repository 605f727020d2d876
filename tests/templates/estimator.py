"""Gaussian naive Bayes on standardised features (scikit-learn). Copy to `services/trainer/estimators/<name>.py`."""

from dataclasses import dataclass
from typing import ClassVar

from sklearn.naive_bayes import GaussianNB
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
    smoothing: float = 0.01
    """Share of the greatest variance that is added to all."""

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """Scaler and classifier, not fitted yet: what is learned, scaling too, is learned of one fold's rows alone."""
        return ScaledClassifier(StandardScaler(), balance_classifier(GaussianNB(var_smoothing=self.smoothing), rows))
