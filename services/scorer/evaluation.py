"""A published model on labelled tracks that it has not learned from: the same metrics, by its artefact.

A recording is left out if it was in the training, if its artist was, or if its audio was, in this encoding or another,
under whatever name and however many tracks it is now: what is left is new to the model. Only ONNX Runtime answers;
nothing is fitted.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy.orm import Session

from services.scorer.evaluators import Target, exam_of
from services.scorer.scoring import required
from shared.blobs import Blobs
from shared.domain.dataset import Example, Item, fold_of
from shared.domain.exposure import Exposure, recordings_in_training
from shared.domain.grouping import sureness
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.subset import Subset
from shared.errors import PermanentError, Reason
from shared.inference.batch import may_answer
from shared.inference.model_inputs import CatalogueReading, read_inputs
from shared.registry.champions import Champions
from shared.store.features.fingerprints import Fingerprints
from shared.store.jobs.items import Claim, Outcome
from shared.store.models.evaluations import Evaluations
from shared.store.tables import JobItem, Model
from shared.store.tracks.annotations import LabelResolver
from shared.store.tracks.artist_groups import ArtistGroups
from shared.worker.context import Workbench, work_on

log = structlog.get_logger()

_N_FOLDS = 5
"""For the floors of classes and of places only, which answer each fold from the others."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What came out, ready to be kept."""

    model_id: UUID
    subset: dict[str, Any]
    counts: dict[str, int]
    metrics: dict[str, Any]


def evaluate_model(message: ItemsMessage, *, bench: Workbench, blobs: Blobs, champions: Champions) -> None:
    """Judge the models of a message on their subsets."""

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        results = [(item, _judge(item, bench=bench, blobs=blobs, champions=champions)) for item in claim.items]
        return lambda session: [_write(session, item, result) for item, result in results]

    work_on(bench, message, stage=Stage.EVALUATE, handle=handle)


def _judge(item: JobItem, *, bench: Workbench, blobs: Blobs, champions: Champions) -> Judgement | PermanentError:
    try:
        bench.store.transact("evaluate.artist_groups", lambda session: ArtistGroups(session).refresh())
        with bench.store.read() as session:
            model = required(session, item)
            return _on_subset(session, model, item.payload["subset"], blobs=blobs, champions=champions)
    except PermanentError as error:
        log.info("evaluation.refused", item=item.key, reason=error.reason.value, detail=error.detail)
        return error


def _on_subset(
    session: Session, model: Model, subset: dict[str, Any], *, blobs: Blobs, champions: Champions
) -> Judgement:
    evaluations = Evaluations(session)
    exam = exam_of(model)
    said_of = evaluations.judgements(Subset.from_params(subset), synthetic=model.synthetic)
    weights = LabelResolver(model.taxonomy).weights(session, said_of)
    heard = {track_id: exam.target(judged, model, weights) for track_id, judged in said_of.items()}
    labels = {track_id: target for track_id, target in heard.items() if target is not None}
    scorer = champions.scorer(model)
    fingerprints = Fingerprints(session)
    training = evaluations.training_traces(model)
    traces = evaluations.traces_of(list(labels))
    known = recordings_in_training(training, traces, alike=fingerprints.alike(training.recordings))
    new = sorted(labels.keys() - known.keys())
    reading = CatalogueReading.of_card(model.card)
    read = read_inputs(session, new, kind=model.inputs, spec=model.spec, blobs=blobs, reading=reading)
    may = np.array([may_answer(scorer.card, origin) for origin in read.origins], dtype=bool)
    rows = [track_id for track_id, allowed in zip(read.track_ids, may.tolist(), strict=True) if allowed]
    by = Counter(known.values())
    counts = {
        "labelled": len(labels),
        "in_training": by[Exposure.RECORDING],
        "artist_in_training": by[Exposure.ARTIST],
        "fingerprint_in_training": by[Exposure.FINGERPRINT],
        "audio_in_training_or_not_scorable": by[Exposure.AUDIO] + len(new) - len(rows),
        "judged": len(rows),
        "not_compared": fingerprints.n_not_compared(rows),
    }
    items = [_item(track_id, labels[track_id], min(traces[track_id].artist_groups, key=sureness)) for track_id in rows]
    if len({item.fold for item in items}) < 2:  # noqa: PLR2004 - a fold and the others
        raise PermanentError(
            Reason.NOTHING_TO_JUDGE, f"too few labelled tracks of several artists are new to this model: {counts}"
        )
    said = scorer.score(read.x[may]).astype(np.float64)
    return Judgement(model_id=model.id, subset=subset, counts=counts, metrics=exam.judge(said, items, model))


def _item(track_id: UUID, target: Target, group: str) -> Item:
    example = Example(
        track_id=str(track_id), target=target.word, artist_group=group, audio_sha256=None, values=target.values
    )
    return Item(example=example, group=group, fold=fold_of(group, _N_FOLDS))


def _write(session: Session, item: JobItem, result: Judgement | PermanentError) -> Outcome:
    if isinstance(result, PermanentError):
        return Outcome(item_id=item.id, state=ItemState.FAILED, reason=result.reason, detail=result.detail)
    Evaluations(session).save(
        result.model_id, job_id=item.job_id, subset=result.subset, counts=result.counts, metrics=result.metrics
    )
    return Outcome(item_id=item.id, state=ItemState.DONE)
