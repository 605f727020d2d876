"""One class of several: a taxonomy, or a merge of its labels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from services.trainer.fitting import cross_validation
from services.trainer.fitting.cross_validation import Fitted, OnFold
from services.trainer.fitting.fit_plan import Plan, Planned
from services.trainer.heads.strategy import Assignment, Floats, Settled
from shared.domain.dataset import Item
from shared.domain.head import CLASSES, Head
from shared.domain.training import TrainRequest
from shared.metrics import conformal
from shared.metrics.curves import reliability
from shared.metrics.prior_correction import unweighted
from shared.metrics.reports import calibration
from shared.metrics.reports.classification import ece, evaluate


class Classes:
    """The way of classes."""

    def settle(
        self,
        items: Sequence[Item],
        request: TrainRequest,
        *,
        words: Mapping[str, Sequence[str]],  # noqa: ARG002 - a class is its own word
    ) -> Settled:
        """The taxonomy decides; each class that has labels needs two artist groups."""
        taxonomy = request.head()
        cross_validation.require_enough(items, taxonomy.emotions)
        head = Head(kind=CLASSES, name=taxonomy.name, outputs=taxonomy.emotions)
        by_emotion: dict[str, int] = {}
        for item in items:
            by_emotion[item.example.target] = by_emotion.get(item.example.target, 0) + 1
        said = {"classes": list(taxonomy.emotions), "description": taxonomy.description}
        return Settled(head=head, items=tuple(items), counts={"by_emotion": by_emotion, "head": said})

    def cross_fit(self, of: Assignment, *, on_fold: OnFold, finished: Mapping[int, Floats]) -> Floats:
        """Probabilities `(n, k)`."""
        build = Plan.of(of.request, of.estimator).build
        return cross_validation.cross_fit(
            build, of.x, of.items, of.head.outputs, on_fold=on_fold, finished=finished, **_how(of)
        )

    def judge(self, said: Floats, of: Assignment) -> tuple[Floats, dict[str, Any]]:
        """Everything of `evaluation`, the reliability curve, and thresholds for prediction sets."""
        classes = of.head.outputs
        metrics = evaluate(said, of.items, classes=classes, taxonomy=of.head.name, seed=of.seed)
        y = np.array([classes.index(item.example.target) for item in of.items], dtype=np.intp)
        if of.request.imbalance != "none" or of.request.thresholds != "none":
            fold = np.array([item.fold for item in of.items], dtype=np.intp)
            metrics["ece_unweighted"] = ece(y, unweighted(said, y, fold))
        metrics |= calibration.of_classes(said, y, np.array(of.groups()), seed=of.seed)
        metrics["reliability"] = reliability(y, said)
        metrics["conformal"] = conformal.calibrate(said, of.items, classes=classes, seed=of.seed)
        return said, metrics

    def fit_final(self, of: Assignment) -> Fitted:
        """Fitted to all items."""
        build = Plan.of(of.request, of.estimator).build
        return cross_validation.fit_final(build, of.x, of.items, of.head.outputs, **_how(of))

    def hyperparameters(self, fitted: Fitted, of: Assignment) -> dict[str, Any]:  # noqa: ARG002 - the fit knows them
        """Those that the plan found."""
        assert isinstance(fitted.classifier, Planned)
        return fitted.classifier.hyperparameters

    def limits(self, head: Head, counts: Mapping[str, Any]) -> Sequence[str]:
        """Which classes it never answers."""
        unseen = [emotion for emotion in head.outputs if emotion not in counts["by_emotion"]]
        return [f"Never answers {', '.join(unseen)}: no labelled track had it."] if unseen else []


def _how(of: Assignment) -> dict[str, Any]:
    return {
        "seed": of.seed,
        "inputs": of.inputs,
        "n_catalogue": of.n_catalogue,
        "imbalance": of.request.imbalance,
        "taxonomy": of.head.name,
        "supervision": of.supervision,
    }
