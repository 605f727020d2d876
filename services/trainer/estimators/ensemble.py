"""The average of machine, regression, extremely random trees and boosting: each errs in its own way."""

from dataclasses import dataclass
from typing import ClassVar

from services.trainer.estimators.boosting import BoostingConfig
from services.trainer.estimators.column_expansion import expand_columns
from services.trainer.estimators.composition import AveragedClassifier
from services.trainer.estimators.logistic import LogisticConfig
from services.trainer.estimators.svm import SvmConfig
from services.trainer.estimators.trees import ExtraTrees
from services.trainer.protocols.classifier import Classifier, Estimator
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows

_MANY = 100
"""Features from which on there are more of them than a few hundred tracks can tell apart."""

_INVERSE_PENALTY, _INVERSE_PENALTY_OF_BLOCKS = 0.002, 1.0
"""Of the logistic regression: a row of blocks is a hundred times shorter than one of so many columns. On 4Q .3 to 3 do
equally well.
"""


@dataclass(frozen=True, kw_only=True)
class EnsembleConfig(EstimatorConfig):
    """Members suited to what is read. Catalogue columns are widened first (see `engineering`)."""

    name: ClassVar[str] = "ensemble"
    n_trees: int = 400
    n_rounds: int = 250
    n_seeds: int = 3

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """The members, not fitted yet."""
        return expand_columns(self._average_members, rows)

    def _average_members(self, rows: TrainingRows) -> AveragedClassifier:
        parts = self._list_for_many_columns(rows) if rows.n_features >= _MANY else self._list_for_few_columns()
        boosting, share = parts.pop()
        members = [estimator.build_classifier(rows) for estimator, _ in parts]
        members += [boosting.build_classifier(rows.with_seed(rows.seed + i)) for i in range(self.n_seeds)]
        return AveragedClassifier(members, [*(weight for _, weight in parts), *[share / self.n_seeds] * self.n_seeds])

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
        inverse_penalty = _INVERSE_PENALTY_OF_BLOCKS if rows.blocks else _INVERSE_PENALTY
        return [
            (SvmConfig(C=3.0, gamma=0.15 / variance), 1.0),
            (SvmConfig(C=3.0, gamma=0.4 / variance), 1.0),
            (LogisticConfig(C=inverse_penalty), 1.0),
            (ExtraTrees(n_trees=self.n_trees), 0.1),
            (BoostingConfig(n_rounds=self.n_rounds, max_depth=4, colsample=0.1), 0.5),
        ]
