"""From a training set to a candidate: cross-fitted, judged, fitted on all, exported, and checked against its export."""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.candidates.fold_assignment import judge_assignments, timed
from services.trainer.candidates.origin_holdout import judge_origins
from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.fitting.cross_validation import OnFold, Step
from services.trainer.heads import WAYS
from services.trainer.heads.strategy import Assignment, Way
from services.trainer.onnx.export import checked_parity, export
from services.trainer.protocols.training_hooks import ALONE, Supervision
from shared.domain.dataset import CATALOGUE_READERS
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.features import FeatureSpec
from shared.domain.leaks import LeakState, leak_state, unknown_artists
from shared.domain.model_card import ModelCard
from shared.domain.stages import stages_read
from shared.domain.track import CATALOGUE_COLUMNS
from shared.domain.training import TALK, TrainRequest
from shared.inference.model_inputs import feature_names
from shared.metrics.primary_metric import yardstick_of

_LIBRARIES = (
    "scikit-learn",
    "imbalanced-learn",
    "xgboost-cpu",
    "skl2onnx",
    "onnxmltools",
    "onnx",
    "onnxruntime",
    "numpy",
    "librosa",
)

_OF_NETWORKS = ("tensorflow-cpu", "tensorflow", "keras", "tf2onnx")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A model that is ready to be published."""

    card: ModelCard
    artefact: bytes
    sha256: str
    oof: NDArray[np.float64]
    """Out-of-fold answers `(n_items, n_outputs)`: probabilities, or numbers."""


def train_candidate(
    data: TrainingSet,
    *,
    estimator: str,
    inputs: str,
    on_fold: OnFold,
    request: TrainRequest | None = None,
    finished: Mapping[int, NDArray[np.float64]] | None = None,
    supervision: Supervision = ALONE,
    chosen: Mapping[int, Mapping[str, Any]] | None = None,
) -> Candidate:
    """Fit one estimator on one input of a training set.

    `on_fold` gets each finished fold and may raise to cancel; `finished` holds the folds of an attempt that was
    interrupted, `chosen` their hyperparameters, and `supervision` what a network needs while it trains.
    Raises PermanentError: `not_enough_labels` or `export_mismatch`.
    """
    request = request or TrainRequest(estimators=(estimator,), inputs=(inputs,), taxonomy=data.snapshot.taxonomy)
    snapshot, head, x = data.snapshot, data.head, data.x[inputs]
    way = WAYS[head.kind]
    of = Assignment(
        request=request,
        estimator=estimator,
        inputs=inputs,
        x=x,
        items=data.items,
        head=head,
        seed=snapshot.seed,
        n_catalogue=len(data.catalogue_columns(inputs)),
        supervision=supervision,
    )
    by_fold = dict(chosen or {})

    def heard(step: Step) -> None:
        if step.is_new:
            by_fold[step.fold] = step.chosen
        on_fold(step)

    oof, metrics = way.judge(way.cross_fit(of, on_fold=heard, finished=finished or {}), of)
    metrics |= {
        "protocol": request.protocol,
        "spec": snapshot.spec,
        "leak_check": leak_state(snapshot.leak_check).value,
    }
    if request.chooses and any(by_fold.values()):
        metrics["chosen_by_fold"] = [{"fold": fold, **by_fold[fold]} for fold in sorted(by_fold)]
    fitted, fit_s = timed(lambda: way.fit_final(of))
    metrics |= _further_figures(way, of, metrics, fit_s=fit_s)
    artefact = export(fitted, kind=head.kind)
    difference, n_rows = checked_parity(artefact, fitted, x, seed=snapshot.seed)
    metrics |= {"export_max_difference": difference, "export_rows": n_rows}
    card = ModelCard(
        name=f"{snapshot.taxonomy}-{estimator}-{inputs}",
        version="unpublished",
        estimator=estimator,
        hyperparameters=way.hyperparameters(fitted, of) | _asked(request),
        inputs=inputs,
        taxonomy=snapshot.taxonomy,
        classes=head.outputs,
        feature_fingerprint=snapshot.spec,
        feature_names=feature_names(
            inputs,
            descriptors=data.descriptor_names,
            n_mels=FeatureSpec().mel.n_mels,
            catalogue=data.catalogue_columns(inputs),
        ),
        n_features=x.shape[1],
        snapshot_id=str(snapshot.id),
        seed=snapshot.seed,
        synthetic=snapshot.synthetic,
        origins=data.origins[inputs],
        data_counts=snapshot.counts,
        split=_split(metrics["n_folds"], request.protocol, snapshot.leak_check),
        metrics=metrics,
        leak_report=snapshot.leak_check,
        limits=(
            *_limits_of_artists(snapshot.leak_check),
            *_limits(
                way.limits(head, snapshot.counts),
                snapshot.counts,
                request=request,
                inputs=inputs,
                catalogue=data.catalogue_columns(inputs),
            ),
        ),
        library_versions=_versions(estimator, inputs),
        created_at=datetime.now(UTC),
        stage_fingerprints={
            stage: data.stages[stage] for stage in stages_read(inputs, data.origins[inputs]) if stage in data.stages
        },
    )
    return Candidate(card=card, artefact=artefact, sha256=hashlib.sha256(artefact).hexdigest(), oof=oof)


def _further_figures(way: Way, of: Assignment, metrics: Mapping[str, Any], *, fit_s: float) -> dict[str, Any]:
    """How far the measure of the head depends on the folds, and on where the labels come from."""
    yardstick = yardstick_of(of.head.name)
    own = yardstick.of(metrics)
    assignments = judge_assignments(way, of, own=own, measure=yardstick.name, fit_s=fit_s)
    origins = judge_origins(way, of, pooled=own, measure=yardstick.name)
    figures: dict[str, Any] = {"fold_assignments": assignments.as_card()}
    return figures | ({"other_origins": origins} if origins else {})


def _versions(estimator: str, inputs: str) -> dict[str, str]:
    names = [*_LIBRARIES, *(_OF_NETWORKS if ESTIMATOR_SPECS[estimator].trains_network(inputs) else ())]
    found = {"python": platform.python_version()}
    for name in names:
        with suppress(PackageNotFoundError):  # TensorFlow comes in several builds
            found[name] = version(name)
    return found


def _asked(request: TrainRequest) -> dict[str, Any]:
    """What was asked of all candidates, where it was not the default."""
    asked = {"imbalance": request.imbalance, "thresholds": request.thresholds}
    return {name: value for name, value in asked.items() if value != "none"}


def _split(n_folds: int, protocol: str, leak_report: Mapping[str, Any]) -> str:
    if protocol == TALK:
        return f"{n_folds} random folds, as in the talk: artists and recordings stand on both sides"
    what = "known artist" if leak_state(leak_report) is LeakState.UNKNOWN else "artist"
    return f"{n_folds} folds by hash of the artist; no {what}, track or audio stands in two"


def _limits_of_artists(leak_report: Mapping[str, Any]) -> tuple[str, ...]:
    if leak_state(leak_report) is not LeakState.UNKNOWN:
        return ()
    return (
        f"{unknown_artists(leak_report)}: the same artist may stand in two folds, and the figures may be too high.",
    )


def _limits(
    of_the_head: Sequence[str],
    counts: dict[str, Any],
    *,
    request: TrainRequest,
    inputs: str,
    catalogue: Sequence[str],
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
    said += of_the_head
    said += [f"{flag['tracks']} tracks: {flag['meaning']}." for flag in counts.get("terms", [])]
    if inputs in CATALOGUE_READERS:
        left_out = [name for name in CATALOGUE_COLUMNS if name not in catalogue]
        without = f" without {', '.join(left_out)}, which are not computed for every track" if left_out else ""
        said.append(
            f"Reads {len(catalogue)} catalogue columns{without}, and scores only the origins that it learned from."
        )
    if inputs == "mel":
        said.append("Hears five seconds of each track, and only the mean and deviation of each mel band.")
    return tuple(said)
