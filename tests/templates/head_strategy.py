"""A head of several numbers, with a regressor for each. Copy to `services/trainer/heads/<name>.py`."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from services.trainer.estimators.multi_output import MultiOutputEstimator
from services.trainer.fitting.cross_validation import (
    FittedModel,
    OnFold,
    not_enough_labels,
    predict_over_folds,
    validate_table,
)
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.fitting.regression_fit_plan import TunedRegressor
from services.trainer.heads.strategy import CandidateSpec, PreparedTargets
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Floats, Indices, Mask
from shared.domain.dataset import DatasetItem
from shared.domain.estimators import Hyperparameters
from shared.domain.head import DIMENSIONS, ModelHead
from shared.domain.snapshot import HeadDescription, SnapshotCounts
from shared.domain.training import TrainRequest
from shared.metrics.primary_metric import mean_r2
from shared.metrics.report_schema import RegressionReport
from shared.metrics.reports.regression import regression_report

TEMPLATE_HEAD = ModelHead(kind=DIMENSIONS, name="template", outputs=("tension", "warmth"))
"""A kind of its own has a word in `HEAD_KINDS` instead."""

_MIN_ARTISTS = 10
"""Fewer say nothing about how numbers vary between artists."""


class TemplateHead:
    """A `HeadStrategy`: targets in, out-of-fold numbers, a report and a fitted model out."""

    def prepare_targets(
        self,
        items: Sequence[DatasetItem],
        request: TrainRequest,  # noqa: ARG002 - the head is always the same
        *,
        words: Mapping[str, Sequence[str]],  # noqa: ARG002 - items have their numbers
    ) -> PreparedTargets:
        """The items as they are. Raises PermanentError where there are too few artists."""
        n_artists = len({item.group for item in items})
        if n_artists < _MIN_ARTISTS:
            raise not_enough_labels(f"{n_artists} artists have numbers; it takes {_MIN_ARTISTS}: annotate more")
        description = HeadDescription(classes=list(TEMPLATE_HEAD.outputs), description="numbers in [-1, 1]")
        return PreparedTargets(head=TEMPLATE_HEAD, items=tuple(items), counts={"head": description})

    def cross_fit(self, candidate: CandidateSpec, *, on_fold: OnFold, finished: Mapping[int, Floats]) -> Floats:
        """Out-of-fold predictions `(n, k)`: no regressor has seen an artist of the fold that it predicts."""
        x, y = validate_table(candidate.x, n_rows=len(candidate.items)), candidate.target_matrix()

        def predict_rows(test: Mask) -> tuple[Floats, Mapping[str, Any]]:
            fitted = _build_regressors(candidate, np.flatnonzero(~test)).fit(x[~test], y[~test])
            return fitted.predict_proba(x[test]), fitted.hyperparameters

        def score_rows(judged: Mask, predicted: Floats) -> float:
            return float(mean_r2(y[judged], predicted, np.ones((1, len(predicted))))[0])

        return predict_over_folds(
            predict_rows,
            candidate.items,
            width=y.shape[1],
            score=score_rows,
            on_fold=on_fold,
            finished=finished,
            measure="mean R2",
        )

    def evaluate_predictions(self, predictions: Floats, candidate: CandidateSpec) -> tuple[Floats, RegressionReport]:
        """The predictions, and their metrics next to those of the mean of the other folds."""
        folds = np.array([item.fold for item in candidate.items])
        names, groups = candidate.head.outputs, candidate.artist_groups()
        y = candidate.target_matrix()
        return predictions, regression_report(predictions, y, groups, folds, names=names, seed=candidate.seed)

    def fit_final(self, candidate: CandidateSpec) -> FittedModel:
        """A model fitted to all items. `onnx/converters.py` needs a converter for each of its parts."""
        x = validate_table(candidate.x, n_rows=len(candidate.items))
        fitted = _build_regressors(candidate, np.arange(len(x))).fit(x, candidate.target_matrix())
        return FittedModel(classifier=fitted, classes=candidate.head.outputs, n_features=x.shape[1])

    def list_hyperparameters(self, fitted: FittedModel, candidate: CandidateSpec) -> Hyperparameters:  # noqa: ARG002 - the fit knows them
        """The values in use, for the card."""
        assert isinstance(fitted.classifier, MultiOutputEstimator)
        return fitted.classifier.hyperparameters

    def describe_limits(self, head: ModelHead, counts: SnapshotCounts) -> Sequence[str]:  # noqa: ARG002 - the same for all
        """What a model of this head cannot do, for its card."""
        return [f"Says nothing but {' and '.join(head.outputs)}."]


def _build_regressors(candidate: CandidateSpec, train: Indices) -> MultiOutputEstimator:
    rows = TrainingRows(
        y=np.zeros(len(train), dtype=np.intp),
        groups=np.array(candidate.artist_groups(), dtype=str)[train],
        n_features=candidate.x.shape[1],
        seed=candidate.seed,
        inputs=candidate.inputs,
        n_catalogue=candidate.n_catalogue,
    )
    plan = FitPlan.from_request(candidate.request, candidate.estimator)
    parts = {name: TunedRegressor(plan, rows) for name in candidate.head.outputs}
    return MultiOutputEstimator(parts, bounds=(-1.0, 1.0))
