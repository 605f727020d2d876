"""The report of a model as JSON values, from which the page and its figures are made."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np

from services.api.deps import require_model
from services.api.models.report.head_service import build_head_part
from services.api.models.report.schema import ChampionComparison, ModelReport
from services.api.models.report.starter_service import build_starter_part
from services.api.models.schemas import EvaluationResponse
from services.api.schemas.model import ModelReference
from shared.domain.head import CLASSES, get_head_kind
from shared.domain.leaks import leak_state
from shared.domain.model_card import SELECTION, read_chance
from shared.json_objects import JsonObject
from shared.metrics.curves import reliability_bins, roc_curve
from shared.metrics.prediction_sets import BY_CLASS
from shared.metrics.primary_metric import get_primary_metric
from shared.metrics.report_schema import EmpiricalCoverage, RocCurve
from shared.registry import promotion
from shared.store.repositories import Repositories
from shared.store.tables import Model

HEADLINES = (
    "macro_f1",
    "weighted_f1",
    "accuracy",
    "balanced_accuracy",
    "roc_auc",
    "arousal_macro_f1",
    "valence_macro_f1",
)
_N_EVALUATIONS = 10


def build_report(repositories: Repositories, model_id: UUID) -> ModelReport:
    """The report of a model, as JSON values. Raises ProblemError for one that there is not."""
    model = require_model(repositories, model_id)
    common = _build_common_part(repositories, model)
    if get_primary_metric(model.taxonomy).key not in model.metrics:
        return common | build_starter_part(model)
    if get_head_kind(model.taxonomy) != CLASSES:
        return common | build_head_part(repositories, model)
    return common | _build_class_part(repositories, model)


def _build_common_part(repositories: Repositories, model: Model) -> ModelReport:
    """The part that every report has."""
    metrics, card = model.metrics, model.card
    return {
        "kind": get_head_kind(model.taxonomy),
        "model": {
            **ModelReference.from_row(model).model_dump(mode="json"),
            "state": model.state,
            "is_default": model.is_default,
            "synthetic": model.synthetic,
            "created_at": model.created_at.isoformat(),
            "artefact_sha256": model.artefact_sha256,
            "hyperparameters": card["hyperparameters"],
        },
        "classes": list(card["classes"]),
        "promotion": metrics.get("promotion"),
        "selection": metrics.get(SELECTION),
        "comparison": _compare_with_champion(repositories, model),
        "evaluations": [
            EvaluationResponse.from_row(row).model_dump(mode="json")
            for row in repositories.evaluations.list_by_model(model.id, limit=_N_EVALUATIONS)
        ],
        "data": {**card["data_counts"], "n_items": metrics["n_items"], "n_groups": metrics["n_groups"]},
        "spec": metrics.get("spec", card["feature_fingerprint"]),
        "fold_assignments": metrics.get("fold_assignments"),
        "other_origins": metrics.get("other_origins"),
        "taggers": card.get("taggers", {}),
        "without_taggers": metrics.get("without_taggers"),
        "later_songs": metrics.get("later_songs"),
        "chosen_by_fold": metrics.get("chosen_by_fold", []),
        "split": card["split"],
        "interval": metrics.get("interval"),
        "starter": card.get("starter"),
        "leak_report": {**card["leak_report"], "state": leak_state(card["leak_report"]).value},
        "export": {"max_difference": metrics.get("export_max_difference"), "rows": metrics.get("export_rows")},
        "limits": card["limits"],
        "library_versions": card["library_versions"],
        "seed": card["seed"],
        "snapshot_id": card["snapshot_id"],
        "feature_fingerprint": card["feature_fingerprint"],
    }


def _build_class_part(repositories: Repositories, model: Model) -> ModelReport:
    """The part of a report that classes have."""
    metrics, classes = model.metrics, list(model.card["classes"])
    y, probabilities = _out_of_fold(repositories, model, classes)
    chance = read_chance(metrics)
    floors = {name: chance.figures[name] for name in HEADLINES if isinstance(chance.figures.get(name), dict)}
    conformal = metrics.get("conformal", {})
    return {
        # older cards have the area as a number, without an interval
        "headlines": {name: metrics[name] for name in HEADLINES if isinstance(metrics.get(name), dict)},
        "chance": floors,
        "baseline": floors,
        "chance_name": chance.name,
        "per_class": _order_by_class(metrics["per_class"], classes),
        "confusion": metrics["confusion"],
        "roc": _roc_curves(y, probabilities, classes),
        "calibration": {
            "ece": metrics["ece"],
            "ece_unweighted": metrics.get("ece_unweighted"),
            "ece_under_perfect_calibration": metrics.get("ece_under_perfect_calibration"),
            "brier": metrics["brier"],
            "chance_brier": chance.figures["brier"],
            "baseline_brier": chance.figures["brier"],
            "brier_interval": metrics.get("brier_interval"),
            "reliability": reliability_bins(y, probabilities) if len(y) else [],
        },
        "prediction_sets": _evaluated_sets(conformal, classes),
        "prediction_sets_by_class": _evaluated_sets(conformal.get(BY_CLASS, {}), classes),
        "sure": _evaluated_sure_predictions(conformal.get("sure"), classes),
    }


def _evaluated_sets(conformal: JsonObject, classes: Sequence[str]) -> list[EmpiricalCoverage]:
    evaluated: list[EmpiricalCoverage] = conformal.get("judged", [])
    return [{**row, "per_class": _order_by_class(row["per_class"], classes)} for row in evaluated]


def _evaluated_sure_predictions(metrics: JsonObject | None, classes: Sequence[str]) -> JsonObject | None:
    """How often predictions that were called sure were right; None for a model from before that was measured."""
    if metrics is None:
        return None
    ordered = {name: _order_by_class(metrics[name], classes) for name in ("thresholds", "by_answer")}
    return {**metrics, **ordered}


def _order_by_class(by_class: dict[str, Any], classes: Sequence[str]) -> dict[str, Any]:
    """The values by class in the taxonomy's order, which a JSON column does not keep."""
    return {name: by_class[name] for name in classes if name in by_class}


def _out_of_fold(repositories: Repositories, model: Model, classes: Sequence[str]) -> tuple[Any, Any]:
    """Targets `(n,)` and probabilities `(n, k)` of the rows that the model was evaluated on."""
    probabilities = repositories.models.list_out_of_fold(model.id)
    rows = [item for item in repositories.snapshots.list_items(model.snapshot_id) if item.track_id in probabilities]
    y = np.array([classes.index(item.target) for item in rows], dtype=np.intp)
    return y, np.array([probabilities[item.track_id] for item in rows], dtype=np.float64).reshape(
        len(rows), len(classes)
    )


def _roc_curves(y: Any, probabilities: Any, classes: Sequence[str]) -> dict[str, RocCurve]:
    curves = {name: roc_curve(y == c, probabilities[:, c]) for c, name in enumerate(classes)}
    return {name: curve for name, curve in curves.items() if curve is not None}


def _compare_with_champion(repositories: Repositories, model: Model) -> ChampionComparison | None:
    """With the champion of the slot; None where the model is that itself, or there is none."""
    champion = repositories.models.get_champion(taxonomy=model.taxonomy, inputs=model.inputs, synthetic=model.synthetic)
    if champion is None or champion.id == model.id:
        return None
    n_tried = promotion.count_tried(repositories, model, champion=champion)
    comparison = promotion.compare_models(repositories, model, champion, n_tried=n_tried)
    reference = ModelReference.from_row(champion).model_dump(mode="json")
    return {"champion": reference, "difference": comparison.as_dict() if comparison else None}
