"""Trees and forests, from scikit-learn. They read features as they are: a scaler would move thresholds in float32, and
the export would answer something else (23 % of the rows of a forest did).
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from services.trainer.estimators.column_expansion import expand_columns
from services.trainer.model_selection.resampling import balance_classifier, is_resampling
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows


@dataclass(frozen=True, kw_only=True)
class TreeConfig(EstimatorConfig):
    """One decision tree."""

    name: ClassVar[str] = "tree"
    max_depth: int | None = None
    min_samples_leaf: int = 5

    def takes_sample_weight(self, rows: TrainingRows) -> bool:
        """Not where rows are made up."""
        return not is_resampling(rows.imbalance)

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """A tree not grown yet."""
        tree = DecisionTreeClassifier(
            max_depth=self.max_depth, min_samples_leaf=self.min_samples_leaf, random_state=rows.seed
        )
        return balance_classifier(tree, rows)


@dataclass(frozen=True, kw_only=True)
class ForestConfig(EstimatorConfig):
    """Random forest (Breiman 2001)."""

    name: ClassVar[str] = "forest"
    n_trees: int = 300
    max_depth: int | None = None
    min_samples_leaf: int = 1
    max_features: float | str = "sqrt"

    def takes_sample_weight(self, rows: TrainingRows) -> bool:
        """Not where rows are made up."""
        return not is_resampling(rows.imbalance)

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """A forest not grown yet."""
        return balance_classifier(self._build_forest(RandomForestClassifier, rows), rows)

    def _build_forest(self, kind: Any, rows: TrainingRows) -> Any:
        return kind(
            self.n_trees,
            max_depth=self.max_depth,
            min_samples_leaf=self.min_samples_leaf,
            max_features=self.max_features,
            random_state=rows.seed,
            n_jobs=-1,
        )


@dataclass(frozen=True, kw_only=True)
class ExtraTrees(ForestConfig):
    """Forest of extremely random trees (Geurts et al. 2006). Catalogue columns are widened first."""

    name: ClassVar[str] = "extra_trees"
    n_trees: int = 400
    min_samples_leaf: int = 2

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """A forest not grown yet."""
        return expand_columns(
            lambda wide: balance_classifier(self._build_forest(ExtraTreesClassifier, wide), wide), rows
        )
