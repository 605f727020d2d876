"""What is done with the training rows of a fold: search, fit, thresholds. The same for each fold and for all rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.estimators import load_estimator
from services.trainer.estimators.composition import Reweighted
from services.trainer.model_selection.cross_prediction import answer_others, inner_answers
from services.trainer.model_selection.search import Params, drawn_from, grid_of, search
from services.trainer.model_selection.thresholds import tuned_weights
from services.trainer.networks.late_fusion import Beside
from services.trainer.networks.network import Network
from services.trainer.protocols.training_rows import Rows
from services.trainer.splits import Indices
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.training import TrainRequest


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one candidate of a training is fitted."""

    estimator: str
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    search: str = "none"
    scoring: str = "weighted_f1"
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    n_candidates: int = 16
    thresholds: str = "none"
    n_jobs: int = -1

    @classmethod
    def of(cls, request: TrainRequest, estimator: str) -> "Plan":
        """The plan of one estimator of a request."""
        return cls(
            estimator=estimator,
            hyperparameters=request.hyperparameters.get(estimator, {}),
            search=request.search,
            scoring=request.scoring,
            grid=request.grid.get(estimator) or ESTIMATOR_SPECS[estimator].grid,
            n_candidates=request.n_candidates,
            thresholds=request.thresholds,
        )

    def build(self, rows: Rows) -> "Planned":
        """A classifier that searches, fits and tunes when it is fitted."""
        return Planned(self, rows)

    def candidates(self, seed: int) -> list[Params]:
        """What a search tries; one where nothing is searched."""
        fixed = dict(self.hyperparameters)
        if self.search == "none" or not self.grid:
            return [fixed]
        drawn = drawn_from(self.grid, n=self.n_candidates, seed=seed) if self.search == "random" else grid_of(self.grid)
        return [{**fixed, **params} for params in drawn]


class Planned:
    """A classifier that finds its hyperparameters and thresholds in the rows that it is fitted to."""

    def __init__(self, plan: Plan, rows: Rows) -> None:
        self.plan = plan
        self.rows = rows
        self.classifier: Any = None
        """After `fit`: what answers."""
        self.hyperparameters: dict[str, Any] = {}
        """After `fit`: those in use, for the card."""

    @property
    def classes_(self) -> NDArray[np.intp]:
        """The targets seen."""
        seen: NDArray[np.intp] = self.classifier.classes_
        return seen

    def fit(self, x: NDArray[np.float32], y: NDArray[np.intp]) -> "Planned":
        """Search on inner folds, fit to all rows, tune thresholds on inner answers."""
        plan, rows = self.plan, self.rows
        params, found = self._searched(x)
        recipe = load_estimator(plan.estimator, **params)
        classifier = recipe.build(rows)
        classifier.fit(x, y)
        self.hyperparameters = dict(recipe.told(rows)) | found
        if isinstance(classifier, Network | Beside):
            self.hyperparameters |= classifier.as_card()
        self.classifier = classifier
        if plan.thresholds != "none":
            said = inner_answers(recipe.build, x, rows)[:, classifier.classes_]
            weights = tuned_weights(np.searchsorted(classifier.classes_, y), said, seed=rows.seed)
            self.classifier = Reweighted(classifier, weights)
            places = zip(classifier.classes_.tolist(), weights.tolist(), strict=True)
            self.hyperparameters["class_weights_of_the_answer"] = {str(c): round(w, 4) for c, w in places}
        return self

    def predict_proba(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """`(n, k)`."""
        answer: NDArray[np.floating] = self.classifier.predict_proba(x)
        return answer

    def _searched(self, x: NDArray[np.float32]) -> tuple[Params, dict[str, Any]]:
        plan = self.plan
        candidates = plan.candidates(self.rows.seed)
        if len(candidates) == 1:
            return candidates[0], {}
        found = search(
            partial(_answer, plan.estimator),
            candidates,
            x,
            self.rows,
            method=plan.search,
            scoring=plan.scoring,
            n_jobs=plan.n_jobs,
        )
        return found.params, {"search": found.as_card(method=plan.search, scoring=plan.scoring)}


def _answer(
    estimator: str, params: Params, x: NDArray[np.float32], rows: Rows, train: Indices, test: Indices
) -> NDArray[np.floating]:
    """At the top of the module, so that a cluster's workers find it."""
    return answer_others(load_estimator(estimator, **params).build, x, rows, train, test)
