"""The average of machine, regression, extremely random trees and boosting: each errs in its own way."""

from dataclasses import dataclass
from typing import ClassVar

from services.trainer.composing import Averaged
from services.trainer.estimators import Classifier, Estimator
from services.trainer.estimators.boosting import Boosting
from services.trainer.estimators.logistic import Logistic
from services.trainer.estimators.recipe import Recipe
from services.trainer.estimators.svm import Svm
from services.trainer.estimators.trees import ExtraTrees
from services.trainer.estimators.widening import widened
from services.trainer.rows import Rows

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
        many = rows.n_features >= _MANY
        recipes: list[Estimator] = [
            Svm(C=3.0, gamma=0.15 / rows.n_features if many else "scale"),
            Logistic(C=0.002 if many else 1.0),
            ExtraTrees(n_trees=self.n_trees, max_features="sqrt" if many else 0.5),
        ]
        members = [recipe.build(rows) for recipe in recipes]
        boosting = Boosting(n_rounds=self.n_rounds, max_depth=4 if many else 5, colsample=0.1 if many else 0.6)
        members += [boosting.build(rows.seeded(rows.seed + i)) for i in range(self.n_seeds)]
        *shares, share = _WEIGHTS_MANY if many else _WEIGHTS_FEW
        return Averaged(members, [*shares, *[share / self.n_seeds] * self.n_seeds])


_WEIGHTS_MANY = (1.0, 1.0, 0.25, 0.5)
_WEIGHTS_FEW = (0.1, 0.1, 0.2, 1.0)
"""Of machine, regression, trees and boosting. Boosting leads where few columns say much only together, the smooth ones
where there are more columns than tracks.
"""
