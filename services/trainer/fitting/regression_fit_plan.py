"""What is done with the training rows of a fold where the answer is a number: search by R² on inner folds, then fit."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from services.trainer.estimators import load_estimator
from services.trainer.estimators.regressors import as_regressor
from services.trainer.fitting.fit_plan import TunedClassifier
from services.trainer.model_selection.search import Params, search_by_score
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Floats, Indices
from shared.domain.estimators import Hyperparameters
from shared.metrics.regression import regression_metrics

SCORING = "r2"
"""What a search of numbers maximises: the measure that decides between their models."""


class TunedRegressor(TunedClassifier):
    """A regressor of one dimension that finds its hyperparameters in the rows that it is fitted to.

    The classes of `rows` mean nothing: its folds are by artist alone.
    """

    def fit(self, x: NDArray[np.float32], y: Floats) -> "TunedRegressor":  # type: ignore[override]
        """Search on inner folds, and fit to all rows; `y: (n,)` in [-1, 1]."""
        params, search_card = self._search_regressor_params(x, y)
        estimator = load_estimator(self.plan.estimator, **params)
        self.classifier = as_regressor(estimator, self.rows)
        self.classifier.fit(x, y)
        self.hyperparameters = dict(estimator.effective_hyperparameters(self.rows)) | search_card
        return self

    def _search_regressor_params(self, x: NDArray[np.float32], y: Floats) -> tuple[Params, Hyperparameters]:
        plan = self.plan
        candidates = plan.list_candidates(self.rows.seed)
        if len(candidates) == 1:
            return candidates[0], {}
        result = search_by_score(
            partial(_score_r2, y),
            partial(_predict_with_params, plan.estimator, y),
            candidates,
            x,
            self.rows,
            method=plan.search,
            n_jobs=plan.n_jobs,
        )
        return result.params, {"search": result.as_card(method=plan.search, scoring=SCORING)}


def _predict_with_params(
    estimator: str, y: Floats, params: Params, x: NDArray[np.float32], rows: TrainingRows, train: Indices, test: Indices
) -> Floats:
    """`(len(test), 1)`, cut to what can be annotated, as the model will be."""
    regressor = as_regressor(load_estimator(estimator, **params), rows.take_rows(train))
    regressor.fit(x[train], y[train])
    answers: Floats = np.clip(regressor.predict_proba(x[test]), -1.0, 1.0)
    return answers


def _score_r2(y: Floats, test: Indices, predicted: Floats) -> float:
    return float(regression_metrics(predicted[:, 0], y[test], np.ones(len(test)))["r2"])
