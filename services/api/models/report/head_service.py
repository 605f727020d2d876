"""The part of a report that tags or dimensions have: their metrics, and the values of their figures."""

from typing import Any

import numpy as np

from services.api.models.report.schema import ModelReport, PrecisionRecallCurve
from shared.domain.head import DIMENSIONS, TAGS, get_head_kind
from shared.domain.model_card import read_chance
from shared.metrics.primary_metric import get_primary_metric
from shared.metrics.ranking import precision_recall_curve
from shared.store.repositories import Repositories
from shared.store.tables import Model

_METRICS_OF_HEAD = {TAGS: ("pr_auc", "roc_auc")}
_OLD_FLOORS = {TAGS: "prevalence", DIMENSIONS: "mean of the other artists"}
"""What cards have that were made before it was called chance."""
_DIMENSION_METRICS = ("r2", "rmse", "pearson", "ccc")
_MOST_POINTS = 200
_MOST_TRACKS = 2000
"""Drawn in a scatter."""


def build_head_part(repositories: Repositories, model: Model) -> ModelReport:
    """The part of a report that fits the head of `model`, as JSON values."""
    metrics, outputs = model.metrics, list(model.card["classes"])
    measures = _METRICS_OF_HEAD.get(get_head_kind(model.taxonomy), _DIMENSION_METRICS)
    targets, predictions = _out_of_fold(repositories, model, n_outputs=len(outputs))
    chance = read_chance(metrics, of_old=_OLD_FLOORS[get_head_kind(model.taxonomy)])
    floors = {name: chance.figures[name] for name in measures}
    part: ModelReport = {
        "measure": {"key": get_primary_metric(model.taxonomy).key, "name": get_primary_metric(model.taxonomy).name},
        "headlines": {name: metrics[name] for name in measures},
        "chance": floors,
        "baseline": floors,
        "chance_name": chance.name,
        "per_class": {name: metrics["per_class"][name] for name in outputs},
    }
    if get_head_kind(model.taxonomy) == TAGS:
        of_tags = chance.figures["per_class"]
        part["calibration"] = {
            "ece": metrics["ece"],
            "brier": metrics["brier"],
            "ece_under_perfect_calibration": metrics.get("ece_under_perfect_calibration"),
            "brier_interval": metrics.get("brier_interval"),
        }
        part["thresholds"] = {name: metrics["thresholds"][name] for name in outputs}
        part["curves"] = {
            name: {**_thinned_curve(predictions[:, j], targets[:, j] > 0), "floor": of_tags[name]["pr_auc"]}
            for j, name in enumerate(outputs)
        }
        return part
    n_rows = len(predictions)
    shown = np.unique(np.linspace(0, max(n_rows - 1, 0), _MOST_TRACKS).round().astype(np.intp))[:n_rows]
    part["scatter"] = {
        name: {"annotated": targets[shown, j].tolist(), "predicted": predictions[shown, j].tolist()}
        for j, name in enumerate(outputs)
    }
    return part


def _out_of_fold(repositories: Repositories, model: Model, *, n_outputs: int) -> tuple[Any, Any]:
    """Targets and out-of-fold predictions `(n, k)` of the rows that the model was evaluated on."""
    predictions = repositories.models.list_out_of_fold(model.id)
    rows = [
        item
        for item in repositories.snapshots.list_items(model.snapshot_id)
        if item.track_id in predictions and item.numbers
    ]
    shape = (len(rows), n_outputs)
    targets = np.array([item.numbers for item in rows], dtype=np.float64).reshape(shape)
    return targets, np.array([predictions[item.track_id] for item in rows], dtype=np.float64).reshape(shape)


def _thinned_curve(probabilities: Any, is_positive: Any) -> PrecisionRecallCurve:
    if not is_positive.any():
        return {"recall": [], "precision": []}
    recall, precision = precision_recall_curve(probabilities, is_positive)
    shown = np.unique(np.linspace(0, len(recall) - 1, _MOST_POINTS).round().astype(np.intp))
    return {"recall": recall[shown].tolist(), "precision": precision[shown].tolist()}
