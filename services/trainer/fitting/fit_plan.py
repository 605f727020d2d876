"""The steps on the training rows of a fold: search, fit, thresholds. The same for each fold and for all rows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.estimators import load_estimator
from services.trainer.estimators.composition import ThresholdedClassifier
from services.trainer.fitting.added_row_weight import JoinedClassifier, choose_added_weight, join_builder
from services.trainer.model_selection.cross_prediction import cross_val_predict, predict_held_out
from services.trainer.model_selection.search import Params, expand_grid, sample_grid, search
from services.trainer.model_selection.thresholds import tune_class_weights
from services.trainer.networks.late_fusion import LateFusion
from services.trainer.networks.network import NetworkClassifier
from services.trainer.protocols.classifier import ClassifierBuilder
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Indices
from shared.domain.estimators import ESTIMATOR_SPECS, Hyperparameters
from shared.domain.training import TrainRequest

ADDED_ROWS = "starter_rows"
"""Among the hyperparameters on a card: how many rows of the starter it was fitted to as well, and their weight."""


@dataclass(frozen=True, kw_only=True)
class FitPlan:
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
    def from_request(cls, request: TrainRequest, estimator: str) -> "FitPlan":
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

    def build_classifier(self, rows: TrainingRows) -> "TunedClassifier":
        """A classifier that searches, fits and tunes when it is fitted."""
        return TunedClassifier(self, rows)

    def list_candidates(self, seed: int) -> list[Params]:
        """What a search tries; one where nothing is searched."""
        fixed = dict(self.hyperparameters)
        if self.search == "none" or not self.grid:
            return [fixed]
        drawn = (
            sample_grid(self.grid, n=self.n_candidates, seed=seed)
            if self.search == "random"
            else expand_grid(self.grid)
        )
        return [{**fixed, **params} for params in drawn]


class TunedClassifier:
    """A classifier that finds its hyperparameters and thresholds in the rows that it is fitted to."""

    def __init__(self, plan: FitPlan, rows: TrainingRows) -> None:
        self.plan = plan
        self.rows = rows
        self.classifier: Any = None
        """After `fit`: what answers."""
        self.hyperparameters: Hyperparameters = {}
        """After `fit`: those in use, for the card."""
        self.added_rows: Hyperparameters = {}
        """After `fit` with added rows: how many there were, and how much each counts."""

    @property
    def classes_(self) -> NDArray[np.intp]:
        """The targets seen."""
        seen: NDArray[np.intp] = self.classifier.classes_
        return seen

    def fit(self, x: NDArray[np.float32], y: NDArray[np.intp]) -> "TunedClassifier":
        """Search on inner folds, fit to all rows, tune thresholds on inner answers.

        Where there are added rows, their weight is chosen on inner folds after a search, which is made with them.
        """
        plan, rows = self.plan, self.rows
        params, search_card = self._search_params(x)
        estimator = load_estimator(plan.estimator, **params)
        build: ClassifierBuilder = estimator.build_classifier
        if rows.added is not None:
            weight, scores = choose_added_weight(estimator, x, rows)
            build = join_builder(estimator, weight)
            self.added_rows = {
                "n": len(rows.added.y),
                "weight": weight,
                "by_weight": {f"{tried:g}": asdict(score) for tried, score in scores.items()},
            }
        classifier: Any = build(rows)
        classifier.fit(x, y)
        if isinstance(classifier, JoinedClassifier):
            rows, classifier = classifier.fitted_rows, classifier.classifier
        self.hyperparameters = dict(estimator.effective_hyperparameters(rows)) | search_card
        if self.added_rows:
            self.hyperparameters[ADDED_ROWS] = self.added_rows
        if isinstance(classifier, NetworkClassifier | LateFusion):
            self.hyperparameters |= classifier.as_card()
        self.classifier = classifier
        if plan.thresholds != "none":
            probabilities = cross_val_predict(build, x, self.rows)[:, classifier.classes_]
            weights = tune_class_weights(np.searchsorted(classifier.classes_, y), probabilities, seed=self.rows.seed)
            self.classifier = ThresholdedClassifier(classifier, weights)
            places = zip(classifier.classes_.tolist(), weights.tolist(), strict=True)
            self.hyperparameters["class_weights_of_the_answer"] = {str(c): round(w, 4) for c, w in places}
        return self

    def predict_proba(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """`(n, k)`."""
        answer: NDArray[np.floating] = self.classifier.predict_proba(x)
        return answer

    def _search_params(self, x: NDArray[np.float32]) -> tuple[Params, Hyperparameters]:
        plan, rows = self.plan, self.rows
        candidates = plan.list_candidates(rows.seed)
        if len(candidates) == 1:
            return candidates[0], {}
        if rows.added is not None:
            x, rows = rows.join_added_rows(x, weight=1.0)
        result = search(
            partial(_predict_with_params, plan.estimator),
            candidates,
            x,
            rows,
            method=plan.search,
            scoring=plan.scoring,
            n_jobs=plan.n_jobs,
        )
        return result.params, {"search": result.as_card(method=plan.search, scoring=plan.scoring)}


def _predict_with_params(
    estimator: str, params: Params, x: NDArray[np.float32], rows: TrainingRows, train: Indices, test: Indices
) -> NDArray[np.floating]:
    """At the top of the module, so that a cluster's workers find it."""
    return predict_held_out(load_estimator(estimator, **params).build_classifier, x, rows, train, test)
