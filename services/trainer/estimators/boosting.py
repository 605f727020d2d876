"""Gradient boosted trees, by XGBoost (Chen & Guestrin 2016). Exported through onnxmltools."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from xgboost import XGBClassifier

from services.trainer.estimators.column_expansion import expand_columns
from services.trainer.model_selection.resampling import balance_classifier, is_resampling
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows

_SMALL = 1_000_000
"""Values below which threads wait for each other longer than they work; on a busy machine ten times as long."""


@dataclass(frozen=True, kw_only=True)
class BoostingConfig(EstimatorConfig):
    """A tree a class and round, each on what is still wrong."""

    name: ClassVar[str] = "boosting"
    n_rounds: int = 250
    learning_rate: float = 0.05
    max_depth: int = 5
    subsample: float = 0.8
    colsample: float = 0.6

    def takes_sample_weight(self, rows: TrainingRows) -> bool:
        """Not where rows are made up."""
        return not is_resampling(rows.imbalance)

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """A booster not fitted yet."""
        return expand_columns(lambda wide: balance_classifier(BoostedTrees(self, wide.seed), wide), rows)


class BoostedTrees(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """XGBoost, which wants classes without gaps: a class that was not seen is left out and put back."""

    def __init__(self, config: BoostingConfig, seed: int) -> None:
        self.config = config
        self.seed = seed

    def fit(self, x: NDArray[np.float32], y: NDArray[np.intp], sample_weight: Any = None) -> "BoostedTrees":
        """Fit to `x` and the positions of the classes seen."""
        self.classes_, places = np.unique(y, return_inverse=True)
        config = self.config
        self.booster_ = XGBClassifier(
            n_estimators=config.n_rounds,
            learning_rate=config.learning_rate,
            max_depth=config.max_depth,
            subsample=config.subsample,
            colsample_bytree=config.colsample,
            min_child_weight=2,
            tree_method="hist",
            random_state=self.seed,
            n_jobs=1 if x.size < _SMALL else -1,
        )
        self.booster_.fit(x, places, sample_weight=sample_weight)
        return self

    def predict_proba(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """`(n, k)`."""
        answer: NDArray[np.floating] = self.booster_.predict_proba(x)
        return answer
