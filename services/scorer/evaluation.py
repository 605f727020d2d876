"""A published model on labelled tracks that it has not learned from: the same metrics, by its artefact.

A recording is left out if it was in the training, if its artist was, or if its audio was, in this encoding or another,
under whatever name and however many tracks it is now: what is left is new to the model. Only ONNX Runtime answers;
nothing is fitted.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import structlog

from services.scorer.evaluators import EvaluationTarget, evaluator_for
from services.scorer.scoring import require_model
from shared.blobs import Blobs
from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.domain.exposure import EvaluationCounts, RecordingTraces, TrainingExposure, find_exposures
from shared.domain.grouping import group_sort_key
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.subset import TrackSubset
from shared.errors import PermanentError, Reason
from shared.inference.batch import may_answer
from shared.inference.model_inputs import ModelReading, read_inputs
from shared.json_objects import JsonObject
from shared.registry.champions import ChampionCache
from shared.starter.overlaps import find_overlaps
from shared.starter.rows import load_starter_rows
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import JobItem, Model
from shared.store.tracks.annotations import LabelResolver
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()

_N_FOLDS = 5
"""For the baselines of classes and of dimensions only, which predict each fold from the others."""


@dataclass(frozen=True, kw_only=True)
class EvaluationResult:
    """What came out, ready to be kept."""

    model_id: UUID
    subset: JsonObject
    """Of the request: `TrackSubset.to_params`."""
    counts: EvaluationCounts
    metrics: JsonObject
    """Those of the head, and the `spec` that the model reads."""


def evaluate_model(message: ItemsMessage, *, bench: WorkerContext, blobs: Blobs, champions: ChampionCache) -> None:
    """Judge the models of a message on their subsets."""

    def handle_claim(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        results = [(item, _evaluate_item(item, bench=bench, blobs=blobs, champions=champions)) for item in claim.items]
        return lambda repositories: [_write_outcome(repositories, item, result) for item, result in results]

    process_items(bench, message, stage=Stage.EVALUATE, handle=handle_claim)


def _evaluate_item(
    item: JobItem, *, bench: WorkerContext, blobs: Blobs, champions: ChampionCache
) -> EvaluationResult | PermanentError:
    try:
        bench.store.transact("evaluate.artist_groups", lambda repositories: repositories.artist_groups.refresh_groups())
        with bench.store.read() as repositories:
            model = require_model(repositories, item)
            return _evaluate_on_subset(repositories, model, item.payload["subset"], blobs=blobs, champions=champions)
    except PermanentError as error:
        log.info("evaluation.refused", item=item.key, reason=error.reason.value, detail=error.detail)
        return error


def _evaluate_on_subset(
    repositories: Repositories, model: Model, subset: dict[str, Any], *, blobs: Blobs, champions: ChampionCache
) -> EvaluationResult:
    evaluations = repositories.evaluations
    evaluator = evaluator_for(model)
    annotations = evaluations.list_annotations(TrackSubset.from_params(subset), synthetic=model.synthetic)
    weights = LabelResolver(model.taxonomy).get_vote_weights(repositories.annotations, annotations)
    targets = {track_id: evaluator.target(judged, model, weights) for track_id, judged in annotations.items()}
    labels = {track_id: target for track_id, target in targets.items() if target is not None}
    scorer = champions.get_predictor(model)
    fingerprints = repositories.fingerprints
    training = evaluations.list_training_traces(model)
    traces = evaluations.list_traces(list(labels))
    known = find_exposures(training, traces, alike=fingerprints.list_alike(training.recordings))
    if model.card.get("starter") is not None:
        known |= _find_starter_exposures(repositories, traces)
    new = sorted(labels.keys() - known.keys())
    reading = ModelReading.from_card(model.card)
    read = read_inputs(repositories, new, kind=model.inputs, spec=model.spec, blobs=blobs, reading=reading)
    may = np.array([may_answer(scorer.card, origin) for origin in read.origins], dtype=bool)
    rows = [track_id for track_id, allowed in zip(read.track_ids, may.tolist(), strict=True) if allowed]
    by = Counter(known.values())
    counts: EvaluationCounts = {
        "labelled": len(labels),
        "in_training": by[TrainingExposure.RECORDING],
        "artist_in_training": by[TrainingExposure.ARTIST],
        "fingerprint_in_training": by[TrainingExposure.FINGERPRINT],
        "audio_in_training_or_not_scorable": by[TrainingExposure.AUDIO] + len(new) - len(rows),
        "judged": len(rows),
        "not_compared": fingerprints.count_not_compared(rows),
    }
    items = [
        _build_item(track_id, labels[track_id], min(traces[track_id].artist_groups, key=group_sort_key))
        for track_id in rows
    ]
    if len({item.fold for item in items}) < 2:  # noqa: PLR2004 - a fold and the others
        raise PermanentError(
            Reason.NOTHING_TO_JUDGE, f"too few labelled tracks of several artists are new to this model: {counts}"
        )
    predictions = scorer.predict_probabilities(read.x[may]).astype(np.float64)
    metrics = {**evaluator.judge(predictions, items, model), "spec": model.spec}
    return EvaluationResult(model_id=model.id, subset=subset, counts=counts, metrics=metrics)


def _find_starter_exposures(
    repositories: Repositories, traces: Mapping[UUID, RecordingTraces]
) -> dict[UUID, TrainingExposure]:
    """Tracks whose recording or artist a starter was trained on: no track here stands for its training set."""
    rows = load_starter_rows()
    if rows is None:
        return {}
    track_ids = list(traces)
    groups = [min(traces[track_id].artist_groups, key=group_sort_key) for track_id in track_ids]
    return dict.fromkeys(find_overlaps(repositories, track_ids, groups, rows), TrainingExposure.ARTIST)


def _build_item(track_id: UUID, target: EvaluationTarget, group: str) -> DatasetItem:
    example = LabelledTrack(
        track_id=str(track_id), target=target.word, artist_group=group, audio_sha256=None, values=target.values
    )
    return DatasetItem(example=example, group=group, fold=assign_fold(group, _N_FOLDS))


def _write_outcome(repositories: Repositories, item: JobItem, result: EvaluationResult | PermanentError) -> ItemOutcome:
    if isinstance(result, PermanentError):
        return ItemOutcome(item_id=item.id, state=ItemState.FAILED, reason=result.reason, detail=result.detail)
    repositories.evaluations.save_evaluation(
        result.model_id, job_id=item.job_id, subset=result.subset, counts=result.counts, metrics=result.metrics
    )
    return ItemOutcome(item_id=item.id, state=ItemState.DONE)
