"""The average of machine, regression, extremely random trees and boosting: each errs in its own way."""

from dataclasses import dataclass
from typing import ClassVar

from services.trainer.estimators.boosting import Boosting
from services.trainer.estimators.column_expansion import widened
from services.trainer.estimators.composition import Averaged
from services.trainer.estimators.logistic import Logistic
from services.trainer.estimators.svm import Svm
from services.trainer.estimators.trees import ExtraTrees
from services.trainer.protocols.classifier import Classifier, Estimator
from services.trainer.protocols.estimator_config import Recipe
from services.trainer.protocols.training_rows import Rows

_MANY = 100
"""Features from which on there are more of them than a few hundred tracks can tell apart."""


@dataclass(frozen=True, kw_only=True)
class Ensemble(Recipe):
    """Members suited to what is read. Catalogue columns are widened first (see `engineering`)."""

    name: ClassVar[str] = "ensemble"
    n_trees: int = 400
    n_rounds: int = 250
    n_seeds: int = 3

    def build(self, rows: Rows) -> Classifier:
        """The members, not fitted yet."""
        return widened(self._average, rows)

    def _average(self, rows: Rows) -> Averaged:
        parts = self._for_many(rows.n_features) if rows.n_features >= _MANY else self._for_few()
        boosting, share = parts.pop()
        members = [recipe.build(rows) for recipe, _ in parts]
        members += [boosting.build(rows.seeded(rows.seed + i)) for i in range(self.n_seeds)]
        return Averaged(members, [*(weight for _, weight in parts), *[share / self.n_seeds] * self.n_seeds])

    def _for_few(self) -> list[tuple[Estimator, float]]:
        """Where few columns say much only together, boosting leads."""
        return [
            (Svm(C=3.0), 0.1),
            (Logistic(C=1.0), 0.1),
            (ExtraTrees(n_trees=self.n_trees, max_features=0.5), 0.2),
            (Boosting(n_rounds=self.n_rounds), 1.0),
        ]

    def _for_many(self, n_features: int) -> list[tuple[Estimator, float]]:
        """Where there are more columns than tracks, the smooth members do: two kernels, a near and a wide one."""
        return [
            (Svm(C=3.0, gamma=0.15 / n_features), 1.0),
            (Svm(C=3.0, gamma=0.4 / n_features), 1.0),
            (Logistic(C=0.002), 1.0),
            (ExtraTrees(n_trees=self.n_trees), 0.1),
            (Boosting(n_rounds=self.n_rounds, max_depth=4, colsample=0.1), 0.5),
        ]
