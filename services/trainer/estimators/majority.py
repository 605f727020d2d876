"""The floor that every model has to beat: the shares of the classes, whatever the features say."""

from dataclasses import dataclass
from typing import ClassVar

from sklearn.dummy import DummyClassifier

from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows


@dataclass(frozen=True, kw_only=True)
class MajorityConfig(EstimatorConfig):
    """Answers the commonest class, with the training shares as probabilities."""

    name: ClassVar[str] = "majority"

    def build_classifier(self, rows: TrainingRows) -> Classifier:  # noqa: ARG002 - a floor is not balanced either
        """A classifier that ignores its features."""
        classifier: Classifier = DummyClassifier(strategy="prior")
        return classifier
