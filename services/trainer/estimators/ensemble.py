"""The average of machine, regression, extremely random trees and boosting: each errs in its own way."""

from dataclasses import dataclass
from typing import ClassVar

from services.trainer.composing import Averaged, Engineered
from services.trainer.engineering import catalogue_engineering
from services.trainer.estimators import Classifier, Estimator
from services.trainer.estimators.boosting import Boosting
from services.trainer.estimators.logistic import Logistic
from services.trainer.estimators.recipe import Recipe
from services.trainer.estimators.svm import Svm
from services.trainer.estimators.trees import ExtraTrees
from services.trainer.rows import Rows
from shared.domain.track import CATALOGUE_COLUMNS

_MANY = 100
"""Features from which on there are more of them than a few hundred tracks can tell apart."""


@dataclass(frozen=True, kw_only=True)
class Ensemble(Recipe):
    """Members suited to what is read. Catalogue columns are widened first (see `engineering`)."""

    name: ClassVar[str] = "ensemble"
    n_trees: int = 400
    n_rounds: int = 300
    n_seeds: int = 1

    def build(self, rows: Rows) -> Classifier:
        """The members, not fitted yet."""
        if rows.inputs == "catalogue" and rows.n_features == len(CATALOGUE_COLUMNS):
            engineering = catalogue_engineering()
            wide = rows.reading(n_features=rows.n_features + engineering.n_new, inputs="engineered")
            return Engineered(engineering, self._average(wide))
        return self._average(rows)

    def _average(self, rows: Rows) -> Averaged:
        many = rows.n_features >= _MANY
        smooth: list[Estimator] = [
            Svm(C=3.0, gamma=0.15 / rows.n_features if many else "scale"),
            Logistic(C=0.002 if many else 1.0),
        ]
        random: list[Estimator] = [
            ExtraTrees(n_trees=self.n_trees, max_features="sqrt" if many else 0.5),
            Boosting(n_rounds=self.n_rounds, max_depth=4 if many else 5, colsample=0.1 if many else 0.6),
        ]
        seeds = [rows.seeded(rows.seed + i) for i in range(self.n_seeds)]
        members = [recipe.build(rows) for recipe in smooth]
        members += [recipe.build(seeded) for recipe in random for seeded in seeds]
        weights = _WEIGHTS_MANY if many else _WEIGHTS_FEW
        shares = [*weights[: len(smooth)], *(w / self.n_seeds for w in weights[len(smooth) :] for _ in seeds)]
        return Averaged(members, shares)


_WEIGHTS_MANY = (1.0, 1.0, 1.0, 1.0)
_WEIGHTS_FEW = (1.0, 0.5, 1.0, 2.0)
"""Of machine, regression, trees and boosting. The regression is weak where few columns say much together."""
