"""Valence and arousal: a regressor for each, on the same artists and folds."""

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
from services.trainer.heads import joint_network
from services.trainer.heads.strategy import CandidateSpec, PreparedTargets
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Floats, Indices, Mask
from shared.domain.dataset import DatasetItem
from shared.domain.estimators import Hyperparameters
from shared.domain.head import VALENCE_AROUSAL, ModelHead
from shared.domain.snapshot import DimensionSpread, HeadDescription, SnapshotCounts
from shared.domain.training import TrainRequest
from shared.metrics.primary_metric import mean_r2
from shared.metrics.report_schema import HeadMetrics
from shared.metrics.reports.regression import regression_report

_ENOUGH_ARTISTS = 10
"""Fewer say nothing about how numbers vary between artists."""


class DimensionHead:
    """Valence and arousal: a regressor for each, or a network for both."""

    def prepare_targets(
        self,
        items: Sequence[DatasetItem],
        request: TrainRequest,  # noqa: ARG002 - there is one plane
        *,
        words: Mapping[str, Sequence[str]],  # noqa: ARG002 - items have their numbers
    ) -> PreparedTargets:
        """Numbers by enough artists, which differ."""
        n_groups = len({item.group for item in items})
        if n_groups < _ENOUGH_ARTISTS:
            raise not_enough_labels(
                f"valence and arousal are known for tracks of {n_groups} artists; it takes {_ENOUGH_ARTISTS}: say both "
                "of tracks by other artists"
            )
        values = np.array([item.example.values for item in items])
        for name, column in zip(VALENCE_AROUSAL.outputs, values.T, strict=True):
            if column.min() == column.max():
                raise not_enough_labels(f"{name} is {column[0]:g} for every track: annotate tracks that differ")
        spread: dict[str, DimensionSpread] = {
            name: {
                "mean": float(column.mean()),
                "sd": float(column.std()),
                "low": float(column.min()),
                "high": float(column.max()),
            }
            for name, column in zip(VALENCE_AROUSAL.outputs, values.T, strict=True)
        }
        head_card: HeadDescription = {"classes": list(VALENCE_AROUSAL.outputs), "description": "numbers in [-1, 1]"}
        return PreparedTargets(
            head=VALENCE_AROUSAL, items=tuple(items), counts={"by_dimension": spread, "head": head_card}
        )

    def cross_fit(self, candidate: CandidateSpec, *, on_fold: OnFold, finished: Mapping[int, Floats]) -> Floats:
        """Numbers `(n, k)`."""
        x, y = validate_table(candidate.x, n_rows=len(candidate.items)), candidate.target_matrix()

        def predict_rows(test: Mask) -> tuple[Floats, Mapping[str, Any]]:
            if joint_network.is_network(candidate):
                return joint_network.predict_with_network(candidate, np.flatnonzero(~test), x[test]), {}
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

    def evaluate_predictions(self, predictions: Floats, candidate: CandidateSpec) -> tuple[Floats, HeadMetrics]:
        """The predictions, and their metrics next to those of the mean of the other folds."""
        folds = np.array([item.fold for item in candidate.items])
        return predictions, regression_report(
            predictions,
            candidate.target_matrix(),
            candidate.artist_groups(),
            folds,
            names=candidate.head.outputs,
            seed=candidate.seed,
        )

    def fit_final(self, candidate: CandidateSpec) -> FittedModel:
        """A regressor for each dimension, fitted to all items; or a network for both."""
        if joint_network.is_network(candidate):
            return joint_network.fit_final_network(candidate)
        x = validate_table(candidate.x, n_rows=len(candidate.items))
        fitted = _build_regressors(candidate, np.arange(len(x))).fit(x, candidate.target_matrix())
        return FittedModel(classifier=fitted, classes=candidate.head.outputs, n_features=x.shape[1])

    def list_hyperparameters(self, fitted: FittedModel, candidate: CandidateSpec) -> Hyperparameters:
        """Once, or by dimension where a search found others."""
        return joint_network.list_hyperparameters(fitted, candidate)

    def describe_limits(self, head: ModelHead, counts: SnapshotCounts) -> Sequence[str]:
        """Where the answers lie, and what was never measured."""
        sentences = [
            f"{name.capitalize()} was learned from {counts['by_dimension'][name]['low']:.2f} to "
            f"{counts['by_dimension'][name]['high']:.2f}: answers beyond are guesses."
            for name in head.outputs
        ]
        untested = (
            "This kind of head was tested on synthetic targets only: the project has no annotated set at hand, so how "
            "it does on people's judgements is known from this training alone."
        )
        return [*sentences, untested]


def _build_regressors(candidate: CandidateSpec, train: Indices) -> MultiOutputEstimator:
    rows = TrainingRows(
        y=np.zeros(len(train), dtype=np.intp),
        groups=np.array(candidate.artist_groups(), dtype=str)[train],
        n_features=candidate.x.shape[1],
        seed=candidate.seed,
        inputs=candidate.inputs,
        n_catalogue=candidate.n_catalogue,
        blocks=candidate.blocks,
    )
    plan = FitPlan.from_request(candidate.request, candidate.estimator)
    return MultiOutputEstimator(
        {name: TunedRegressor(plan, rows) for name in candidate.head.outputs}, bounds=(-1.0, 1.0)
    )
