"""The talk's last model: machine, tree and forest, read by a logistic regression (Wolpert 1992)."""

from dataclasses import dataclass
from typing import ClassVar

from services.trainer.estimators.composition import StackedClassifier
from services.trainer.estimators.svm import SvmConfig
from services.trainer.estimators.trees import ForestConfig, TreeConfig
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows


@dataclass(frozen=True, kw_only=True)
class StackingConfig(EstimatorConfig):
    """What the members say of artists that they did not learn from is what the regression learns from."""

    name: ClassVar[str] = "stacking"
    n_trees: int = 200
    C: float = 1.0

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """Members and regression, not fitted yet."""
        members = (
            SvmConfig(C=self.C),
            TreeConfig(min_samples_leaf=20),
            ForestConfig(n_trees=self.n_trees, min_samples_leaf=2),
        )
        return StackedClassifier([member.build_classifier for member in members], rows)
