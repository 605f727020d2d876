"""The average of several classifiers, which err in different ways; which ones depends on what is read."""

from dataclasses import dataclass
from typing import ClassVar

from services.trainer.estimators.boosting import BoostingConfig
from services.trainer.estimators.column_expansion import expand_columns
from services.trainer.estimators.composition import AveragedClassifier
from services.trainer.estimators.kernel_ridge import KernelRidgeConfig
from services.trainer.estimators.logistic import LogisticConfig
from services.trainer.estimators.svm import SvmConfig
from services.trainer.estimators.trees import ExtraTrees
from services.trainer.protocols.classifier import Classifier, Estimator
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.estimators import Hyperparameters

_MANY = 100
"""Features from which on there are more of them than a few hundred tracks can tell apart."""

_INVERSE_PENALTY = 0.002
"""Of the logistic regression on so many columns."""


@dataclass(frozen=True, kw_only=True)
class EnsembleConfig(EstimatorConfig):
    """Members suited to what is read. Catalogue columns are widened first (see `engineered_columns`)."""

    name: ClassVar[str] = "ensemble"
    n_trees: int = 400
    n_rounds: int = 250
    n_seeds: int = 3

    def effective_hyperparameters(self, rows: TrainingRows) -> Hyperparameters:
        """On blocks there are no boosters."""
        return {"n_trees": self.n_trees} if rows.blocks else self.hyperparameters

    def takes_sample_weight(self, rows: TrainingRows) -> bool:
        """On blocks; elsewhere there are machines among its members, which take none."""
        return bool(rows.blocks) and KernelRidgeConfig().takes_sample_weight(rows)

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """The members, not fitted yet."""
        return expand_columns(self._average_members, rows)

    def _average_members(self, rows: TrainingRows) -> AveragedClassifier:
        if rows.blocks:
            parts = self._list_for_blocks()
        else:
            parts = self._list_for_many_columns(rows) if rows.n_features >= _MANY else self._list_for_few_columns()
        members, weights = [], []
        for estimator, weight in parts:
            n = self.n_seeds if isinstance(estimator, BoostingConfig) else 1
            members += [estimator.build_classifier(rows.with_seed(rows.seed + i)) for i in range(n)]
            weights += [weight / n] * n
        return AveragedClassifier(members, weights)

    def _list_for_blocks(self) -> list[tuple[Estimator, float]]:
        """Descriptors beside audio tags. On 4Q nothing that was tried raised the macro F1 of the kernel ridge alone; a
        quarter of trees does not lower it, and trees err in another way.
        """
        return [(KernelRidgeConfig(), 3.0), (ExtraTrees(n_trees=self.n_trees), 1.0)]

    def _list_for_few_columns(self) -> list[tuple[Estimator, float]]:
        """Where few columns say much only together, boosting leads."""
        return [
            (SvmConfig(C=3.0), 0.1),
            (LogisticConfig(C=1.0), 0.1),
            (ExtraTrees(n_trees=self.n_trees, max_features=0.5), 0.2),
            (BoostingConfig(n_rounds=self.n_rounds), 1.0),
        ]

    def _list_for_many_columns(self, rows: TrainingRows) -> list[tuple[Estimator, float]]:
        """Where there are more columns than tracks, the smooth members do: two kernels, a near and a wide one."""
        variance = rows.total_variance
        return [
            (SvmConfig(C=3.0, gamma=0.15 / variance), 1.0),
            (SvmConfig(C=3.0, gamma=0.4 / variance), 1.0),
            (LogisticConfig(C=_INVERSE_PENALTY), 1.0),
            (ExtraTrees(n_trees=self.n_trees), 0.1),
            (BoostingConfig(n_rounds=self.n_rounds, max_depth=4, colsample=0.1), 0.5),
        ]
