"""From a training set to a candidate: cross-fitted, judged, fitted on all, exported, and checked against its export."""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from services.trainer.candidates.fold_assignment import evaluate_assignments, measure_time
from services.trainer.candidates.later_songs import evaluate_later_songs
from services.trainer.candidates.origin_holdout import evaluate_origins
from services.trainer.candidates.starter_rows import count_learned_emotions, list_starter_limits, select_starter_rows
from services.trainer.candidates.without_taggers import (
    UNTAGGED,
    UntaggedFigures,
    compare_without_taggers,
    describe_taggers,
    list_tagger_limits,
)
from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.fitting.cross_validation import FoldResult, OnFold
from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.heads.strategy import CandidateSpec, HeadStrategy
from services.trainer.onnx.export import check_parity, export_model
from services.trainer.protocols.training_hooks import NO_HOOKS, TrainingHooks
from shared.arrays import Floats
from shared.domain.dataset import CATALOGUE_READERS
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.features import FeatureSpec
from shared.domain.leaks import LeakReportCard, LeakState, leak_state, unknown_artists
from shared.domain.model_card import ModelCard
from shared.domain.snapshot import SnapshotCounts
from shared.domain.stages import list_stages_read
from shared.domain.taggers import list_versions
from shared.domain.track import CATALOGUE_COLUMNS
from shared.domain.training import TALK, TrainRequest
from shared.inference.model_inputs import feature_names
from shared.json_objects import JsonObject
from shared.metrics.primary_metric import get_primary_metric

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

_NETWORK_LIBRARIES = ("tensorflow-cpu", "tensorflow", "keras", "tf2onnx")


@dataclass(frozen=True, kw_only=True)
class TrainedCandidate:
    """A model that is ready to be published."""

    card: ModelCard
    artefact: bytes
    sha256: str
    oof: Floats
    """Out-of-fold answers `(n_items, n_outputs)`: probabilities, or numbers."""


def train_candidate(
    data: TrainingSet,
    *,
    estimator: str,
    inputs: str,
    on_fold: OnFold,
    request: TrainRequest | None = None,
    finished: Mapping[int, Floats] | None = None,
    hooks: TrainingHooks = NO_HOOKS,
    chosen: Mapping[int, Mapping[str, Any]] | None = None,
    untagged: UntaggedFigures | None = None,
) -> TrainedCandidate:
    """Fit one estimator on one input of a training set.

    `on_fold` gets each finished fold and may raise to cancel; `finished` holds the folds of an attempt that was
    interrupted, `chosen` their hyperparameters, and `hooks` what a network needs while it trains. `untagged` is how the
    estimator did without audio taggers, where that is known already.
    Raises PermanentError: `not_enough_labels` or `export_mismatch`.
    """
    request = request or TrainRequest(estimators=(estimator,), inputs=(inputs,), taxonomy=data.snapshot.taxonomy)
    snapshot, head, x = data.snapshot, data.model_head, data.x[inputs]
    strategy = HEAD_STRATEGIES[head.kind]
    starter = select_starter_rows(data, request, estimator=estimator, inputs=inputs)
    candidate = CandidateSpec(
        request=request,
        estimator=estimator,
        inputs=inputs,
        x=x,
        items=data.items,
        head=head,
        seed=snapshot.seed,
        n_catalogue=len(data.catalogue_columns(inputs)),
        blocks=data.list_blocks(inputs),
        hooks=hooks,
        added=starter.rows,
    )
    by_fold = dict(chosen or {})

    def keep_choice(step: FoldResult) -> None:
        if step.is_new:
            by_fold[step.fold] = step.chosen
        on_fold(step)

    oof, figures = strategy.evaluate_predictions(
        strategy.cross_fit(candidate, on_fold=keep_choice, finished=finished or {}), candidate
    )
    metrics: JsonObject = {
        **figures,
        "protocol": request.protocol,
        "spec": snapshot.spec,
        "leak_check": leak_state(snapshot.leak_check).value,
    }
    if (request.is_tuned or starter.rows is not None) and any(by_fold.values()):
        metrics["chosen_by_fold"] = [{"fold": fold, **by_fold[fold]} for fold in sorted(by_fold)]
    without = compare_without_taggers(
        strategy,
        candidate,
        oof,
        descriptors=data.descriptors,
        added=select_starter_rows(data, request, estimator=estimator, inputs=UNTAGGED).rows,
        known=untagged,
    )
    if without is not None:
        metrics["without_taggers"] = without
    if data.years is not None:
        later = evaluate_later_songs(candidate, oof, taggers=data.taggers_read(inputs), years=data.years)
        metrics |= {"later_songs": later} if later else {}
    fitted, fit_s = measure_time(lambda: strategy.fit_final(candidate))
    metrics |= _assess_robustness(strategy, candidate, metrics, fit_s=fit_s)
    artefact = export_model(fitted, kind=head.kind)
    difference, n_rows = check_parity(artefact, fitted, x, seed=snapshot.seed)
    metrics |= {"export_max_difference": difference, "export_rows": n_rows}
    hyperparameters = strategy.list_hyperparameters(fitted, candidate)
    card = ModelCard(
        name=f"{snapshot.taxonomy}-{estimator}-{inputs}",
        version="unpublished",
        estimator=estimator,
        hyperparameters=hyperparameters | _list_request_options(request),
        inputs=inputs,
        taxonomy=snapshot.taxonomy,
        classes=head.outputs,
        feature_fingerprint=snapshot.spec,
        feature_names=feature_names(
            inputs,
            descriptors=data.descriptor_names,
            n_mels=FeatureSpec().mel.n_mels,
            catalogue=data.catalogue_columns(inputs),
            taggers=data.taggers_read(inputs),
        ),
        n_features=x.shape[1],
        snapshot_id=str(snapshot.id),
        seed=snapshot.seed,
        synthetic=snapshot.synthetic,
        origins=data.origins[inputs],
        data_counts=snapshot.counts,
        split=_describe_split(metrics["n_folds"], request.protocol, snapshot.leak_check),
        metrics=metrics,
        leak_report=snapshot.leak_check,
        limits=(
            *_describe_artist_limits(snapshot.leak_check),
            *list_tagger_limits(data.taggers_read(inputs)),
            *list_starter_limits(starter, hyperparameters),
            *_describe_limits(
                strategy.describe_limits(head, count_learned_emotions(snapshot.counts, hyperparameters)),
                snapshot.counts,
                request=request,
                inputs=inputs,
                catalogue=data.catalogue_columns(inputs),
            ),
        ),
        library_versions=_list_versions(estimator, inputs),
        created_at=datetime.now(UTC),
        stage_fingerprints={
            stage: data.stages[stage]
            for stage in list_stages_read(inputs, data.origins[inputs])
            if stage in data.stages
        }
        | list_versions(data.taggers_read(inputs)),
        taggers=describe_taggers(data.taggers_read(inputs)),
    )
    return TrainedCandidate(card=card, artefact=artefact, sha256=hashlib.sha256(artefact).hexdigest(), oof=oof)


def _assess_robustness(
    strategy: HeadStrategy, candidate: CandidateSpec, metrics: Mapping[str, Any], *, fit_s: float
) -> dict[str, Any]:
    """How far the measure of the head depends on the folds, and on where the labels come from."""
    primary_metric = get_primary_metric(candidate.head.name)
    own = primary_metric.read_value(metrics)
    assignments = evaluate_assignments(strategy, candidate, own=own, measure=primary_metric.name, fit_s=fit_s)
    origins = evaluate_origins(strategy, candidate, pooled=own, measure=primary_metric.name)
    figures: JsonObject = {"fold_assignments": assignments.as_card()}
    return figures | ({"other_origins": origins} if origins else {})


def _list_versions(estimator: str, inputs: str) -> dict[str, str]:
    names = [*_LIBRARIES, *(_NETWORK_LIBRARIES if ESTIMATOR_SPECS[estimator].trains_network(inputs) else ())]
    versions = {"python": platform.python_version()}
    for name in names:
        with suppress(PackageNotFoundError):  # TensorFlow comes in several builds
            versions[name] = version(name)
    return versions


def _list_request_options(request: TrainRequest) -> dict[str, Any]:
    """What was asked of all candidates, where it was not the default."""
    asked = {"imbalance": request.imbalance, "thresholds": request.thresholds}
    return {name: value for name, value in asked.items() if value != "none"}


def _describe_split(n_folds: int, protocol: str, leak_report: LeakReportCard) -> str:
    if protocol == TALK:
        return f"{n_folds} random folds, as in the talk: artists and recordings stand on both sides"
    what = "known artist" if leak_state(leak_report) is LeakState.UNKNOWN else "artist"
    return f"{n_folds} folds by hash of the artist; no {what}, track or audio stands in two"


def _describe_artist_limits(leak_report: LeakReportCard) -> tuple[str, ...]:
    if leak_state(leak_report) is not LeakState.UNKNOWN:
        return ()
    return (
        f"{unknown_artists(leak_report)}: the same artist may stand in two folds, and the figures may be too high.",
    )


def _describe_limits(
    of_the_head: Sequence[str],
    counts: SnapshotCounts,
    *,
    request: TrainRequest,
    inputs: str,
    catalogue: Sequence[str],
) -> tuple[str, ...]:
    sentences = []
    if request.protocol == TALK:
        sentences.append("Judged by the talk's protocol, which leaks: its figures are partly memory. Never promoted.")
    if request.thresholds != "none" or request.imbalance != "none":
        sentences.append(
            "Rare classes were given more weight: probabilities are higher there than their shares in the data."
        )
    if request.synthetic:
        sentences.append("Trained on the project's synthetic demo library: it answers synthetic tracks only.")
    sentences += of_the_head
    sentences += [f"{flag['tracks']} tracks: {flag['meaning']}." for flag in counts.get("terms", [])]
    if inputs in CATALOGUE_READERS:
        left_out = [name for name in CATALOGUE_COLUMNS if name not in catalogue]
        without = f" without {', '.join(left_out)}, which are not computed for every track" if left_out else ""
        sentences.append(
            f"Reads {len(catalogue)} catalogue columns{without}, and scores only the origins that it learned from."
        )
    if inputs == "mel":
        sentences.append("Hears five seconds of each track, and only the mean and deviation of each mel band.")
    return tuple(sentences)
