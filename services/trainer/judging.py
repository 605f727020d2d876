"""A published model on labelled tracks that it has not learned from: the same metrics, by its artefact.

A track is left out if it was in the training, if its artist was, or if its very audio was: what is left is new to the
model. Only ONNX Runtime answers; nothing is fitted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from services.trainer import conformal
from services.trainer.evaluation import evaluate
from services.trainer.rescoring import required
from shared.blobs import Blobs
from shared.domain.annotation import Label
from shared.domain.dataset import Example, Item, fold_of
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.subset import Subset
from shared.errors import PermanentError, Reason
from shared.registry import prediction_sets
from shared.registry.bulk import may_answer
from shared.registry.champions import Champions
from shared.registry.curves import reliability
from shared.registry.inputs import read_inputs
from shared.store.evaluations import Evaluations
from shared.store.items import Claim, Outcome
from shared.store.tables import JobItem, Model
from shared.work import Workbench, work_on

log = structlog.get_logger()

_N_FOLDS = 5
"""For the majority baseline only, which answers each fold with the shares of the others."""


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
    labels = evaluations.labels(Subset.from_params(subset), taxonomy=model.taxonomy, synthetic=model.synthetic)
    groups = evaluations.artist_groups(labels.keys())
    scorer = champions.scorer(model)
    tracks, artists, audio = evaluations.heard(model)
    others = sorted(labels.keys() - tracks)
    kept = [track_id for track_id in others if groups[track_id] not in artists]
    read = read_inputs(session, kept, kind=model.inputs, spec=model.spec, blobs=blobs)
    may = np.array(
        [may_answer(scorer.card, origin) and sha not in audio
         for origin, sha in zip(read.origins, read.audio_sha256, strict=True)], dtype=bool,
    )  # fmt: skip
    rows = [track_id for track_id, allowed in zip(read.track_ids, may.tolist(), strict=True) if allowed]
    counts = {
        "labelled": len(labels), "in_training": len(labels) - len(others),
        "artist_in_training": len(others) - len(kept), "audio_in_training_or_not_scorable": len(kept) - len(rows),
        "judged": len(rows),
    }  # fmt: skip
    items = [_item(track_id, labels[track_id], groups[track_id]) for track_id in rows]
    if len({item.fold for item in items}) < 2:  # noqa: PLR2004 - a fold and the others
        raise PermanentError(
            Reason.NOTHING_TO_JUDGE, f"too few labelled tracks of several artists are new to this model: {counts}"
        )
    said = scorer.score(read.x[may]).astype(np.float64)
    return Judgement(model_id=model.id, subset=subset, counts=counts, metrics=_metrics(model, said, items))


def _metrics(model: Model, said: NDArray[np.float64], items: list[Item]) -> dict[str, Any]:
    classes = list(model.card["classes"])
    seed = int(model.card["seed"])
    said /= said.sum(axis=1, keepdims=True)  # float32 sums to 1 within 1e-7 only
    metrics = evaluate(said, items, classes=classes, taxonomy=model.taxonomy, seed=seed)
    y = np.array([classes.index(item.example.target) for item in items], dtype=np.intp)
    metrics["reliability"] = reliability(y, said)
    if kept := model.metrics.get("conformal"):
        _, groups = np.unique([item.group for item in items], return_inverse=True)
        metrics["conformal"] = {"judged": [
            conformal.judge(
                prediction_sets.members(said, kept["thresholds"][f"{coverage:.2f}"]), y, groups, classes=classes,
                coverage=coverage, seed=seed,
            )
            for coverage in conformal.JUDGED
        ]}  # fmt: skip
    return metrics


def _item(track_id: UUID, label: Label, group: str) -> Item:
    example = Example(track_id=str(track_id), target=label.emotion, artist_group=group, audio_sha256=None)
    return Item(example=example, group=group, fold=fold_of(group, _N_FOLDS))


def _write(session: Session, item: JobItem, result: Judgement | PermanentError) -> Outcome:
    if isinstance(result, PermanentError):
        return Outcome(item_id=item.id, state=ItemState.FAILED, reason=result.reason, detail=result.detail)
    Evaluations(session).save(
        result.model_id, job_id=item.job_id, subset=result.subset, counts=result.counts, metrics=result.metrics
    )
    return Outcome(item_id=item.id, state=ItemState.DONE)
