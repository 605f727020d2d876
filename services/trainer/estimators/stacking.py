"""The talk's last model: machine, tree and forest, read by a logistic regression (Wolpert 1992)."""

from dataclasses import dataclass
from typing import ClassVar

from services.trainer.estimators.composition import Stacked
from services.trainer.estimators.svm import Svm
from services.trainer.estimators.trees import Forest, Tree
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import Recipe
from services.trainer.protocols.training_rows import Rows


@dataclass(frozen=True, kw_only=True)
class Stacking(Recipe):
    """What the members say of artists that they did not learn from is what the regression learns from."""

    name: ClassVar[str] = "stacking"
    n_trees: int = 200
    C: float = 1.0

    def build(self, rows: Rows) -> Classifier:
        """Members and regression, not fitted yet."""
        members = (Svm(C=self.C), Tree(min_samples_leaf=20), Forest(n_trees=self.n_trees, min_samples_leaf=2))
        return Stacked([member.build for member in members], rows)
