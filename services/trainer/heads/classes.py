"""One class of several: a taxonomy, or a merge of its labels."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from services.trainer.fitting import cross_validation
from services.trainer.fitting.cross_validation import FittedModel, OnFold
from services.trainer.fitting.fit_plan import FitPlan, TunedClassifier
from services.trainer.heads.strategy import CandidateSpec, PreparedTargets
from shared.arrays import Floats
from shared.domain.dataset import DatasetItem
from shared.domain.estimators import Hyperparameters
from shared.domain.head import CLASSES, ModelHead
from shared.domain.snapshot import HeadDescription, SnapshotCounts
from shared.domain.training import TrainRequest
from shared.metrics import conformal
from shared.metrics.curves import reliability_bins
from shared.metrics.prior_correction import correct_priors
from shared.metrics.report_schema import ClassMetrics, HeadMetrics
from shared.metrics.reports import calibration
from shared.metrics.reports.classification import classification_report, top_label_ece


class ClassHead:
    """Emotions of a taxonomy: one classifier for all of them."""

    def prepare_targets(
        self,
        items: Sequence[DatasetItem],
        request: TrainRequest,
        *,
        words: Mapping[str, Sequence[str]],  # noqa: ARG002 - a class is its own word
    ) -> PreparedTargets:
        """The taxonomy decides; each class that has labels needs two artist groups."""
        taxonomy = request.build_taxonomy()
        cross_validation.require_enough_artists(items, taxonomy.emotions)
        head = ModelHead(kind=CLASSES, name=taxonomy.name, outputs=taxonomy.emotions)
        by_emotion: dict[str, int] = {}
        for item in items:
            by_emotion[item.example.target] = by_emotion.get(item.example.target, 0) + 1
        head_card: HeadDescription = {"classes": list(taxonomy.emotions), "description": taxonomy.description}
        return PreparedTargets(head=head, items=tuple(items), counts={"by_emotion": by_emotion, "head": head_card})

    def cross_fit(self, candidate: CandidateSpec, *, on_fold: OnFold, finished: Mapping[int, Floats]) -> Floats:
        """Probabilities `(n, k)`."""
        build = FitPlan.from_request(candidate.request, candidate.estimator).build_classifier
        return cross_validation.cross_fit(
            build,
            candidate.x,
            candidate.items,
            candidate.head.outputs,
            on_fold=on_fold,
            finished=finished,
            **_fit_options(candidate),
        )

    def evaluate_predictions(self, predictions: Floats, candidate: CandidateSpec) -> tuple[Floats, HeadMetrics]:
        """Everything of `evaluation`, the reliability curve, and thresholds for prediction sets."""
        classes = candidate.head.outputs
        report = classification_report(
            predictions, candidate.items, classes=classes, taxonomy=candidate.head.name, seed=candidate.seed
        )
        y = np.array([classes.index(item.example.target) for item in candidate.items], dtype=np.intp)
        metrics = cast(
            "ClassMetrics",
            {
                **report,
                **calibration.measure_class_calibration(
                    predictions, y, np.array(candidate.artist_groups()), seed=candidate.seed
                ),
                "reliability": reliability_bins(y, predictions),
                "conformal": conformal.calibrate_prediction_sets(
                    predictions, candidate.items, classes=classes, seed=candidate.seed
                ),
            },
        )
        if candidate.request.imbalance != "none" or candidate.request.thresholds != "none":
            fold = np.array([item.fold for item in candidate.items], dtype=np.intp)
            metrics["ece_unweighted"] = top_label_ece(y, correct_priors(predictions, y, fold))
        return predictions, metrics

    def fit_final(self, candidate: CandidateSpec) -> FittedModel:
        """Fitted to all items."""
        build = FitPlan.from_request(candidate.request, candidate.estimator).build_classifier
        return cross_validation.fit_final(
            build, candidate.x, candidate.items, candidate.head.outputs, **_fit_options(candidate)
        )

    def list_hyperparameters(self, fitted: FittedModel, candidate: CandidateSpec) -> Hyperparameters:  # noqa: ARG002 - the fit knows them
        """Those that the plan found."""
        assert isinstance(fitted.classifier, TunedClassifier)
        return fitted.classifier.hyperparameters

    def describe_limits(self, head: ModelHead, counts: SnapshotCounts) -> Sequence[str]:
        """Which classes it never answers."""
        unseen = [emotion for emotion in head.outputs if emotion not in counts["by_emotion"]]
        return [f"Never answers {', '.join(unseen)}: no labelled track had it."] if unseen else []


def _fit_options(candidate: CandidateSpec) -> dict[str, Any]:
    return {
        "seed": candidate.seed,
        "inputs": candidate.inputs,
        "n_catalogue": candidate.n_catalogue,
        "blocks": candidate.blocks,
        "imbalance": candidate.request.imbalance,
        "taxonomy": candidate.head.name,
        "hooks": candidate.hooks,
        "added": candidate.added,
    }
