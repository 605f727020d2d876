"""The trainer's use case: train the candidates of a job, publish each, promote the best.

A job is leased as a whole. Its snapshot, and each model that was published, are found again by a second attempt, so a
trainer that dies at any moment costs the candidate it was at, and nothing else.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from services.trainer.candidates.training import Candidate, train_candidate
from services.trainer.dataset import snapshot as assembly
from services.trainer.dataset.pack_loading import scratch_of
from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.fitting.cross_validation import Step
from services.trainer.model_selection.search import cluster
from services.trainer.networks.checkpoints import BlobCheckpoints
from services.trainer.progress import Progress
from services.trainer.protocols.training_hooks import EpochReport, Supervision, seldom
from shared.blobs import Blobs
from shared.blobs.port import content_key
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.leaks import LeakState, leak_sentence, leak_state
from shared.domain.messages import JobMessage
from shared.domain.model_card import SELECTION
from shared.domain.training import TrainRequest
from shared.errors import PermanentError
from shared.metrics.primary_metric import score_of, yardstick_of
from shared.registry import promotion
from shared.store.features.spec_stages import SpecStages
from shared.store.jobs.items import JobItems, Outcome
from shared.store.jobs.repository import OPEN_JOBS, Jobs
from shared.store.models.folds import FoldResults
from shared.store.models.repository import Models
from shared.store.tables import JobItem, Model, SnapshotRow
from shared.worker.context import Workbench, hold_job, send

log = structlog.get_logger()


class TrainingLostError(Exception):
    """The lease is gone: the job was cancelled, or another worker has it."""


class QuietHoursError(Exception):
    """Quiet hours have begun: the next candidate starts when they are over."""


def train_candidates(
    message: JobMessage,
    *,
    bench: Workbench,
    blobs: Blobs,
    spec: FeatureSpec,
    dask_scheduler: str | None = None,
    n_threads: int = 2,
) -> None:
    """Train what a job asks for. Does nothing if somebody is at it, or if it has ended."""
    job_id = UUID(message.job_id)
    with hold_job(bench, job_id, name="train", is_bulk=True) as lease:
        if lease is None:
            return
        token, is_held = lease.token, lease.is_held

        def check() -> None:
            if not is_held():
                raise TrainingLostError

        try:
            with cluster(dask_scheduler):
                _train(job_id, token, bench=bench, blobs=blobs, spec=spec, check=check, n_threads=n_threads)
        except PermanentError as error:
            reason, detail = error.reason, error.detail
            bench.store.transact("train.refuse", lambda s: Jobs(s).give_up(job_id, reason=reason, detail=detail))
            _clear_if_over(job_id, bench=bench, blobs=blobs)
            log.info("train.refused", job_id=str(job_id), reason=reason.value, detail=detail)
        except QuietHoursError:
            bench.store.transact("train.put_off", lambda session: Jobs(session).put_off(token))
            log.info("train.put_off", job_id=str(job_id))
        except TrainingLostError:
            _clear_if_over(job_id, bench=bench, blobs=blobs)
            log.info("train.stopped", job_id=str(job_id))


def _clear_if_over(job_id: UUID, *, bench: Workbench, blobs: Blobs) -> None:
    """A cancelled training is not gone on with; one that another trainer took over is."""
    with bench.store.read() as session:
        job = Jobs(session).get(job_id)
        owners = [str(item.id) for item in JobItems(session).of_job(job_id)]
    if job is None or job.state in OPEN_JOBS:
        return
    for owner in owners:
        BlobCheckpoints(blobs, owner=owner).forget()
    shutil.rmtree(scratch_of(blobs, job_id), ignore_errors=True)


def _train(
    job_id: UUID,
    token: UUID,
    *,
    bench: Workbench,
    blobs: Blobs,
    spec: FeatureSpec,
    check: Callable[[], None],
    n_threads: int,
) -> None:
    request, items = _request(bench, job_id)
    _say(bench, job_id, "freezing the training set")

    def freeze(session: Session) -> SnapshotRow:
        # the model goes by this spec for as long as it lives, also if nothing is ever analysed under it
        SpecStages(session).declare(spec.fingerprint, spec)
        return assembly.freeze(session, job_id, request, spec=spec.fingerprint, blobs=blobs)

    snapshot = bench.store.transact("train.snapshot", freeze)
    folder = scratch_of(blobs, job_id)
    with bench.store.read() as session:
        data = assembly.load(session, snapshot, blobs=blobs, folder=folder)
    for item in items:
        check()
        if ItemState(item.state) in {ItemState.QUEUED, ItemState.RUNNING}:
            _require_no_quiet_hours(bench)
            _train_item(job_id, item, data, request, bench=bench, blobs=blobs, check=check, n_threads=n_threads)
    check()
    scoring = bench.store.transact("train.promote", lambda session: _end(session, job_id, token, data))
    send(bench.bus, Stage.SCORE, scoring)
    shutil.rmtree(folder, ignore_errors=True)
    log.info("train.ended", job_id=str(job_id))


def _require_no_quiet_hours(bench: Workbench) -> None:
    """Raises QuietHoursError: a candidate is claimed work of its own, and what began before is finished."""
    with bench.store.read() as session:
        if bench.rests(session):
            raise QuietHoursError


def _train_item(
    job_id: UUID,
    item: JobItem,
    data: TrainingSet,
    request: TrainRequest,
    *,
    bench: Workbench,
    blobs: Blobs,
    check: Callable[[], None],
    n_threads: int,
) -> None:
    claim = bench.store.transact(
        "train.item", lambda s: JobItems(s).claim([item.id], stage=Stage.TRAIN, worker=bench.worker, lease_s=0.0)
    )
    estimator, inputs = item.payload["estimator"], item.payload["inputs"]
    name = f"{estimator} on {inputs}"
    with bench.store.read() as session:
        finished, chosen = FoldResults(session).of_item(item.id), FoldResults(session).chosen(item.id)
    watch = Progress(
        name,
        candidate=item.payload.get("number", 1),
        n_candidates=item.payload.get("of", 1),
        n_folds=data.snapshot.n_folds,
    )
    checkpoints = BlobCheckpoints(blobs, owner=str(item.id))

    def on_epoch(report: EpochReport) -> None:
        check()
        _say(bench, job_id, watch.epoch(report))

    def on_fold(step: Step) -> None:
        check()
        note = watch.note(step)

        def keep(session: Session) -> None:
            if step.is_new:
                FoldResults(session).keep(item.id, fold=step.fold, probabilities=step.probabilities, chosen=step.chosen)
            Jobs(session).annotate(job_id, note)

        bench.store.transact("train.fold", keep)

    supervision = Supervision(check=seldom(check), tell=seldom(on_epoch), checkpoints=checkpoints, n_threads=n_threads)
    try:
        candidate = train_candidate(
            data,
            estimator=estimator,
            inputs=inputs,
            request=request,
            on_fold=on_fold,
            finished=finished,
            chosen=chosen,
            supervision=supervision,
        )
        key, _ = content_key("models", candidate.artefact, suffix=".onnx")
        blobs.put(key, candidate.artefact)
    except PermanentError as error:
        failure = Outcome(item_id=item.id, state=ItemState.FAILED, reason=error.reason, detail=error.detail)
        bench.store.transact("train.item_failed", lambda session: JobItems(session).finish(claim.token, [failure]))
        checkpoints.forget()
        return
    bench.store.transact("train.publish", lambda s: _publish(s, item, claim.token, data, candidate, key))
    checkpoints.forget()
    log.info("model.published", job_id=str(job_id), model=name)


def _publish(session: Session, item: JobItem, token: UUID, data: TrainingSet, candidate: Candidate, key: str) -> None:
    """The model's row and its item's end, in one transaction: never one without the other."""
    if item.id not in JobItems(session).still_held(token):
        return
    models, snapshot = Models(session), data.snapshot
    version = models.next_version(taxonomy=snapshot.taxonomy, synthetic=snapshot.synthetic)
    card = replace(candidate.card, version=str(version))
    models.add(
        {
            "id": uuid7(),
            "job_item_id": item.id,
            "estimator": card.estimator,
            "inputs": card.inputs,
            "taxonomy": card.taxonomy,
            "synthetic": card.synthetic,
            "version": version,
            "spec": snapshot.spec,
            "snapshot_id": snapshot.id,
            "metrics": card.metrics,
            "card": card.to_document(),
            "artefact_key": key,
            "artefact_sha256": candidate.sha256,
        },
        oof={
            UUID(row.example.track_id): [float(p) for p in probabilities]
            for row, probabilities in zip(data.items, candidate.oof, strict=True)
        },
    )
    FoldResults(session).forget(item.id)
    yardstick = yardstick_of(card.taxonomy)
    found = card.metrics[yardstick.key]
    said = f"{yardstick.name} {found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f})"
    if leak_state(card.leak_report) is LeakState.UNKNOWN:
        said += f", leak check {leak_sentence(card.leak_report)}"
    JobItems(session).finish(token, [Outcome(item_id=item.id, state=ItemState.DONE, detail=said)])


def _end(session: Session, job_id: UUID, token: UUID, data: TrainingSet) -> list[int]:
    """For each input, promote the best of the job's models if it is better than the champion. Then end the job.

    Ids of the items that score the library anew, to be sent after the commit.
    """
    models = Models(session)
    published = [model for row in JobItems(session).of_job(job_id) if (model := models.of_item(row.id))]
    scoring: list[int] = []
    for inputs in data.x:
        of_its_kind = [model for model in published if model.inputs == inputs]
        if of_its_kind:
            best = max(of_its_kind, key=lambda model: score_of(model.taxonomy, model.metrics))
            _correct(session, best)
            scoring += _judge_best(session, best, job_id)
    jobs = Jobs(session)
    if not published:
        failed = next((row for row in JobItems(session).of_job(job_id) if row.reason), None)
        if failed is not None:
            jobs.fail(job_id, reason=failed.reason or "", detail=failed.detail or "")
    jobs.end_training(token)
    return scoring


def _judge_best(session: Session, best: Model, job_id: UUID) -> Sequence[int]:
    """Items of the scoring that a promotion makes necessary."""
    verdict = promotion.examine(session, best)
    best.metrics = {**best.metrics, "promotion": verdict.why}
    log.info("model.judged", model_id=str(best.id), promoted=verdict.promote, why=verdict.why)
    if not verdict.promote:
        return []
    change = promotion.promote(session, best, who=f"training {job_id}", why=verdict.why, n_tried=verdict.n_tried)
    return change.item_ids if change else []


def _correct(session: Session, best: Model) -> None:
    """Write the figure that is corrected for having been picked beside the raw one, and on the card too."""
    corrected = promotion.correct_winner(session, best)
    if corrected is not None:
        picked = {SELECTION: corrected.as_dict()}
        best.metrics = {**best.metrics, **picked}
        best.card = {**best.card, "metrics": {**best.card["metrics"], **picked}}


def _request(bench: Workbench, job_id: UUID) -> tuple[TrainRequest, list[JobItem]]:
    with bench.store.read() as session:
        job = Jobs(session).get(job_id)
        assert job is not None
        return TrainRequest.from_params(job.params), list(JobItems(session).of_job(job_id))


def _say(bench: Workbench, job_id: UUID, note: str) -> None:
    bench.store.transact("train.note", lambda session: Jobs(session).annotate(job_id, note))
