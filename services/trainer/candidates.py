"""From a training set to a candidate: cross-fitted, judged, fitted on all, exported, and checked against its export."""

import hashlib
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer import conformal
from services.trainer.assembly import TrainingSet
from services.trainer.estimators import load_estimator
from services.trainer.evaluation import evaluate
from services.trainer.export import export
from services.trainer.fitting import cross_fit, fit_final
from shared.domain.emotion import TAXONOMIES
from shared.domain.features import FeatureSpec
from shared.domain.model_card import ModelCard
from shared.domain.track import CATALOGUE_COLUMNS
from shared.registry.curves import reliability
from shared.registry.inputs import feature_names
from shared.registry.parity import enough_rows, require_parity

_LIBRARIES = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "numpy", "librosa")


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
    on_fold: Callable[[int, int, float], None],
) -> Candidate:
    """Fit one estimator on one input of a training set.

    `on_fold(done, total, macro F1 so far)` is called after each fold and may raise to cancel. Raises PermanentError:
    `not_enough_labels` or `export_mismatch`.
    """
    snapshot = data.snapshot
    emotions = TAXONOMIES[snapshot.taxonomy].emotions
    recipe = load_estimator(estimator)
    x = data.x[inputs]
    oof = cross_fit(recipe.build, x, data.items, emotions, seed=snapshot.seed, on_fold=on_fold)
    metrics = evaluate(oof, data.items, classes=emotions, taxonomy=snapshot.taxonomy, seed=snapshot.seed)
    y = np.array([emotions.index(item.example.target) for item in data.items], dtype=np.intp)
    metrics["reliability"] = reliability(y, oof)
    metrics["conformal"] = conformal.calibrate(oof, data.items, classes=emotions, seed=snapshot.seed)
    fitted = fit_final(recipe.build, x, data.items, emotions, seed=snapshot.seed)
    artefact = export(fitted)
    rows = enough_rows(x, seed=snapshot.seed)
    metrics["export_max_difference"] = require_parity(artefact, rows, fitted.probabilities(rows))
    metrics["export_rows"] = len(rows)
    card = ModelCard(
        name=f"{snapshot.taxonomy}-{estimator}-{inputs}",
        version="unpublished",
        estimator=estimator,
        hyperparameters=recipe.hyperparameters,
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
        split=f"{metrics['n_folds']} folds by hash of the artist; no artist, track or audio stands in two",
        metrics=metrics,
        leak_report=snapshot.leak_check,
        limits=_limits(snapshot.counts, emotions, synthetic=snapshot.synthetic, inputs=inputs),
        library_versions={name: version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
        created_at=datetime.now(UTC),
    )
    return Candidate(card=card, artefact=artefact, sha256=hashlib.sha256(artefact).hexdigest(), oof=oof)


def _limits(counts: dict[str, Any], emotions: tuple[str, ...], *, synthetic: bool, inputs: str) -> tuple[str, ...]:
    said = []
    if synthetic:
        said.append("Trained on the project's synthetic demo library: it answers synthetic tracks only.")
    unseen = [emotion for emotion in emotions if emotion not in counts["by_emotion"]]
    if unseen:
        said.append(f"Never answers {', '.join(unseen)}: no labelled track had it.")
    said += [f"{flag['tracks']} tracks: {flag['meaning']}." for flag in counts.get("terms", [])]
    if inputs == "catalogue":
        said.append(
            f"Reads {len(CATALOGUE_COLUMNS)} catalogue columns, and scores only the origins that it learned from."
        )
    if inputs == "mel":
        said.append("Hears five seconds of each track, and only the mean and deviation of each mel band.")
    return tuple(said)
