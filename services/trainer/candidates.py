"""From a training set to a candidate: cross-fitted, judged, fitted on all, exported, and checked against its export."""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer import conformal
from services.trainer.assembly import TrainingSet
from services.trainer.evaluation import ece, evaluate
from services.trainer.export import export
from services.trainer.fitting import OnFold, Step, cross_fit, fit_final
from services.trainer.planning import Plan, Planned
from services.trainer.unweighting import unweighted
from shared.domain.features import FeatureSpec
from shared.domain.model_card import ModelCard
from shared.domain.track import CATALOGUE_COLUMNS
from shared.domain.training import TALK, TrainRequest
from shared.registry.curves import reliability
from shared.registry.inputs import feature_names
from shared.registry.parity import enough_rows, require_parity

_LIBRARIES = (
    "scikit-learn", "imbalanced-learn", "xgboost-cpu", "skl2onnx", "onnxmltools", "onnx", "onnxruntime", "numpy",
    "librosa",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A model that is ready to be published."""

    card: ModelCard
    artefact: bytes
    sha256: str
    oof: NDArray[np.float64]
    """Out-of-fold probabilities `(n_items, n_classes)`."""


def train_candidate(
    data: TrainingSet,
    *,
    estimator: str,
    inputs: str,
    on_fold: OnFold,
    request: TrainRequest | None = None,
    finished: Mapping[int, NDArray[np.float64]] | None = None,
    chosen: Mapping[int, Mapping[str, Any]] | None = None,
) -> Candidate:
    """Fit one estimator on one input of a training set.

    `on_fold` gets each finished fold and may raise to cancel; `finished` holds the folds of an attempt that was
    interrupted, `chosen` their hyperparameters. Raises PermanentError: `not_enough_labels` or `export_mismatch`.
    """
    request = request or TrainRequest(estimators=(estimator,), inputs=(inputs,), taxonomy=data.snapshot.taxonomy)
    snapshot = data.snapshot
    emotions = request.head().emotions
    plan = Plan.of(request, estimator)
    x = data.x[inputs]
    how: dict[str, Any] = {"seed": snapshot.seed, "inputs": inputs, "imbalance": request.imbalance}
    by_fold = dict(chosen or {})

    def heard(step: Step) -> None:
        if step.is_new:
            by_fold[step.fold] = step.chosen
        on_fold(step)

    oof = cross_fit(plan.build, x, data.items, emotions, on_fold=heard, finished=finished or {}, **how)
    metrics = evaluate(oof, data.items, classes=emotions, taxonomy=snapshot.taxonomy, seed=snapshot.seed)
    metrics["protocol"] = request.protocol
    if plan.chooses:
        metrics["chosen_by_fold"] = [{"fold": fold, **by_fold[fold]} for fold in sorted(by_fold)]
    y = np.array([emotions.index(item.example.target) for item in data.items], dtype=np.intp)
    if request.imbalance != "none" or request.thresholds != "none":
        fold = np.array([item.fold for item in data.items], dtype=np.intp)
        metrics["ece_unweighted"] = ece(y, unweighted(oof, y, fold))
    metrics["reliability"] = reliability(y, oof)
    metrics["conformal"] = conformal.calibrate(oof, data.items, classes=emotions, seed=snapshot.seed)
    fitted = fit_final(plan.build, x, data.items, emotions, **how)
    artefact = export(fitted)
    rows = enough_rows(x, seed=snapshot.seed)
    metrics["export_max_difference"] = require_parity(artefact, rows, fitted.probabilities(rows))
    metrics["export_rows"] = len(rows)
    assert isinstance(fitted.classifier, Planned)
    card = ModelCard(
        name=f"{snapshot.taxonomy}-{estimator}-{inputs}",
        version="unpublished",
        estimator=estimator,
        hyperparameters=fitted.classifier.hyperparameters | _asked(request),
        inputs=inputs,
        taxonomy=snapshot.taxonomy,
        classes=emotions,
        feature_fingerprint=snapshot.spec,
        feature_names=feature_names(inputs, descriptors=data.descriptor_names, n_mels=FeatureSpec().mel.n_mels),
        n_features=x.shape[1],
        snapshot_id=str(snapshot.id),
        seed=snapshot.seed,
        synthetic=snapshot.synthetic,
        origins=data.origins[inputs],
        data_counts=snapshot.counts,
        split=_split(metrics["n_folds"], request.protocol),
        metrics=metrics,
        leak_report=snapshot.leak_check,
        limits=_limits(snapshot.counts, emotions, request=request, inputs=inputs),
        library_versions={name: version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
        created_at=datetime.now(UTC),
    )
    return Candidate(card=card, artefact=artefact, sha256=hashlib.sha256(artefact).hexdigest(), oof=oof)


def _asked(request: TrainRequest) -> dict[str, Any]:
    """What was asked of all candidates, where it was not the default."""
    asked = {"imbalance": request.imbalance, "thresholds": request.thresholds}
    return {name: value for name, value in asked.items() if value != "none"}


def _split(n_folds: int, protocol: str) -> str:
    if protocol == TALK:
        return f"{n_folds} random folds, as in the talk: artists and recordings stand on both sides"
    return f"{n_folds} folds by hash of the artist; no artist, track or audio stands in two"


def _limits(
    counts: dict[str, Any], emotions: tuple[str, ...], *, request: TrainRequest, inputs: str
) -> tuple[str, ...]:
    said = []
    if request.protocol == TALK:
        said.append("Judged by the talk's protocol, which leaks: its figures are partly memory. Never promoted.")
    if request.thresholds != "none" or request.imbalance != "none":
        said.append(
            "Rare classes were given more weight: probabilities are higher there than their shares in the data."
        )
    if request.synthetic:
        said.append("Trained on the project's synthetic demo library: it answers synthetic tracks only.")
    unseen = [emotion for emotion in emotions if emotion not in counts["by_emotion"]]
    if unseen:
        said.append(f"Never answers {', '.join(unseen)}: no labelled track had it.")
    said += [f"{flag['tracks']} tracks: {flag['meaning']}." for flag in counts.get("terms", [])]
    if inputs in {"catalogue", "fusion"}:
        said.append(
            f"Reads {len(CATALOGUE_COLUMNS)} catalogue columns, and scores only the origins that it learned from."
        )
    if inputs == "mel":
        said.append("Hears five seconds of each track, and only the mean and deviation of each mel band.")
    return tuple(said)
