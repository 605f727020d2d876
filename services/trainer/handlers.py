"""The trainer's use case: train the candidates of a job, publish each, promote the best.

A job is leased as a whole. Its snapshot, and each model that was published, are found again by a second attempt, so a
trainer that dies at any moment costs the candidate it was at, and nothing else.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from uuid_utils.compat import uuid7

from services.trainer.candidates.training import TrainedCandidate, train_candidate
from services.trainer.candidates.without_taggers import find_untagged_figures
from services.trainer.dataset.pack_loading import scratch_folder
from services.trainer.dataset.snapshot import TrainingSet, freeze_snapshot, load_training_set
from services.trainer.fitting.cross_validation import FoldResult
from services.trainer.model_selection.search import connect_cluster
from services.trainer.networks.checkpoints import BlobCheckpoints
from services.trainer.progress import TrainingProgress
from services.trainer.protocols.training_hooks import EpochReport, TrainingHooks, limit_rate
from shared.blobs import Blobs
from shared.blobs.port import content_key
from shared.domain.dataset import TAGGER_INPUTS
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.leaks import LeakState, leak_sentence, leak_state
from shared.domain.messages import JobMessage
from shared.domain.model_card import SELECTION
from shared.domain.taggers import TaggerSpec
from shared.domain.training import TrainRequest
from shared.errors import PermanentError
from shared.metrics.primary_metric import get_primary_metric, read_primary_score
from shared.registry import promotion
from shared.starter.rows import StarterRows
from shared.store.jobs.items import ItemOutcome
from shared.store.jobs.repository import OPEN_JOBS
from shared.store.repositories import Repositories
from shared.store.tables import JobItem, Model, SnapshotRow
from shared.worker.context import WorkerContext, lease_job, send_hints

log = structlog.get_logger()


class TrainingLostError(Exception):
    """The lease is gone: the job was cancelled, or another worker has it."""


class QuietHoursError(Exception):
    """Quiet hours have begun: the next candidate starts when they are over."""


def train_candidates(
    message: JobMessage,
    *,
    bench: WorkerContext,
    blobs: Blobs,
    spec: FeatureSpec,
    taggers: Sequence[TaggerSpec] = (),
    starter_rows: StarterRows | None = None,
    dask_scheduler: str | None = None,
    n_threads: int = 2,
) -> None:
    """Train what a job asks for. Does nothing if somebody is at it, or if it has ended.

    `taggers` are the audio taggers that are on, which inputs of audio tags read; `starter_rows` what the starter was
    trained on, None where there is none or it is off.
    """
    job_id = UUID(message.job_id)
    with lease_job(bench, job_id, name="train", is_bulk=True) as lease:
        if lease is None:
            return
        token, is_held = lease.token, lease.is_held

        def check_lease() -> None:
            if not is_held():
                raise TrainingLostError

        try:
            with connect_cluster(dask_scheduler):
                _train_job(
                    job_id,
                    token,
                    bench=bench,
                    blobs=blobs,
                    spec=spec,
                    taggers=taggers,
                    starter_rows=starter_rows,
                    check_lease=check_lease,
                    n_threads=n_threads,
                )
        except PermanentError as error:
            reason, detail = error.reason, error.detail
            bench.store.transact(
                "train.refuse", lambda repositories: repositories.jobs.give_up(job_id, reason=reason, detail=detail)
            )
            _clear_if_over(job_id, bench=bench, blobs=blobs)
            log.info("train.refused", job_id=str(job_id), reason=reason.value, detail=detail)
        except QuietHoursError:
            bench.store.transact("train.put_off", lambda repositories: repositories.job_leases.put_off(token))
            log.info("train.put_off", job_id=str(job_id))
        except TrainingLostError:
            _clear_if_over(job_id, bench=bench, blobs=blobs)
            log.info("train.stopped", job_id=str(job_id))


def _clear_if_over(job_id: UUID, *, bench: WorkerContext, blobs: Blobs) -> None:
    """A cancelled training is not gone on with; one that another trainer took over is."""
    with bench.store.read() as repositories:
        job = repositories.jobs.get_by_id(job_id)
        owners = [str(item.id) for item in repositories.job_items.list_by_job(job_id)]
    if job is None or job.state in OPEN_JOBS:
        return
    for owner in owners:
        BlobCheckpoints(blobs, owner=owner).delete_all()
    shutil.rmtree(scratch_folder(blobs, job_id), ignore_errors=True)


def _train_job(
    job_id: UUID,
    token: UUID,
    *,
    bench: WorkerContext,
    blobs: Blobs,
    spec: FeatureSpec,
    taggers: Sequence[TaggerSpec],
    starter_rows: StarterRows | None,
    check_lease: Callable[[], None],
    n_threads: int,
) -> None:
    request, items = _read_request(bench, job_id)
    _annotate_job(bench, job_id, "freezing the training set")

    def declare_and_freeze(repositories: Repositories) -> SnapshotRow:
        # the model goes by this spec for as long as it lives, also if nothing is ever analysed under it
        repositories.spec_stages.declare_stages(spec.fingerprint, spec)
        return freeze_snapshot(repositories, job_id, request, spec=spec.fingerprint, blobs=blobs, taggers=taggers)

    snapshot = bench.store.transact("train.snapshot", declare_and_freeze)
    folder = scratch_folder(blobs, job_id)
    with bench.store.read() as repositories:
        data = load_training_set(
            repositories, snapshot, blobs=blobs, folder=folder, taggers=taggers, starter_rows=starter_rows
        )
    for item in items:
        check_lease()
        if ItemState(item.state) in {ItemState.QUEUED, ItemState.RUNNING}:
            _require_no_quiet_hours(bench)
            _train_item(
                job_id, item, data, request, bench=bench, blobs=blobs, check_lease=check_lease, n_threads=n_threads
            )
    check_lease()
    scoring = bench.store.transact(
        "train.promote", lambda repositories: _end_training(repositories, job_id, token, data, blobs, starter_rows)
    )
    send_hints(bench.bus, Stage.SCORE, scoring)
    shutil.rmtree(folder, ignore_errors=True)
    log.info("train.ended", job_id=str(job_id))


def _require_no_quiet_hours(bench: WorkerContext) -> None:
    """Raises QuietHoursError: a candidate is claimed work of its own, and what began before is finished."""
    with bench.store.read() as repositories:
        if bench.rests(repositories):
            raise QuietHoursError


def _train_item(
    job_id: UUID,
    item: JobItem,
    data: TrainingSet,
    request: TrainRequest,
    *,
    bench: WorkerContext,
    blobs: Blobs,
    check_lease: Callable[[], None],
    n_threads: int,
) -> None:
    claim = bench.store.transact(
        "train.item",
        lambda repositories: repositories.job_items.claim_items(
            [item.id], stage=Stage.TRAIN, worker=bench.worker, lease_s=0.0
        ),
    )
    estimator, inputs = item.payload["estimator"], item.payload["inputs"]
    name = f"{estimator} on {inputs}"
    with bench.store.read() as repositories:
        finished, chosen = repositories.fold_results.get_by_item(item.id), repositories.fold_results.get_chosen(item.id)
        untagged = (
            find_untagged_figures(repositories, job_id, data, estimator=estimator) if inputs in TAGGER_INPUTS else None
        )
    watch = TrainingProgress(
        name,
        candidate=item.payload.get("number", 1),
        n_candidates=item.payload.get("of", 1),
        n_folds=data.snapshot.n_folds,
    )
    checkpoints = BlobCheckpoints(blobs, owner=str(item.id))

    def on_epoch(report: EpochReport) -> None:
        check_lease()
        _annotate_job(bench, job_id, watch.describe_epoch(report))

    def on_fold(step: FoldResult) -> None:
        check_lease()
        note = watch.describe_fold(step)

        def keep_fold(repositories: Repositories) -> None:
            if step.is_new:
                repositories.fold_results.save_fold(
                    item.id, fold=step.fold, probabilities=step.probabilities, chosen=step.chosen
                )
            repositories.jobs.set_note(job_id, note)

        bench.store.transact("train.fold", keep_fold)

    hooks = TrainingHooks(
        check_cancelled=limit_rate(check_lease),
        on_epoch=limit_rate(on_epoch),
        checkpoints=checkpoints,
        n_threads=n_threads,
    )
    try:
        candidate = train_candidate(
            data,
            estimator=estimator,
            inputs=inputs,
            request=request,
            on_fold=on_fold,
            finished=finished,
            chosen=chosen,
            hooks=hooks,
            untagged=untagged,
        )
        key, _ = content_key("models", candidate.artefact, suffix=".onnx")
        blobs.put(key, candidate.artefact)
    except PermanentError as error:
        failure = ItemOutcome(item_id=item.id, state=ItemState.FAILED, reason=error.reason, detail=error.detail)
        bench.store.transact(
            "train.item_failed", lambda repositories: repositories.job_items.finish_items(claim.token, [failure])
        )
        checkpoints.delete_all()
        return
    bench.store.transact("train.publish", lambda s: _publish_model(s, item, claim.token, data, candidate, key))
    checkpoints.delete_all()
    log.info("model.published", job_id=str(job_id), model=name)


def _publish_model(
    repositories: Repositories, item: JobItem, token: UUID, data: TrainingSet, candidate: TrainedCandidate, key: str
) -> None:
    """The model's row and its item's end, in one transaction: never one without the other."""
    if item.id not in repositories.job_items.list_held(token):
        return
    models, snapshot = repositories.models, data.snapshot
    version = models.lock_next_version(taxonomy=snapshot.taxonomy, synthetic=snapshot.synthetic)
    card = replace(candidate.card, version=str(version))
    models.add_model(
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
    repositories.fold_results.forget_item(item.id)
    primary_metric = get_primary_metric(card.taxonomy)
    figure = card.metrics[primary_metric.key]
    summary = f"{primary_metric.name} {figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
    if leak_state(card.leak_report) is LeakState.UNKNOWN:
        summary += f", leak check {leak_sentence(card.leak_report)}"
    repositories.job_items.finish_items(token, [ItemOutcome(item_id=item.id, state=ItemState.DONE, detail=summary)])


def _end_training(
    repositories: Repositories,
    job_id: UUID,
    token: UUID,
    data: TrainingSet,
    blobs: Blobs,
    starter_rows: StarterRows | None,
) -> list[int]:
    """For each input, promote the best of the job's models if it is better than the champion. Then end the job.

    Ids of the items that score the library anew, to be sent after the commit.
    """
    models = repositories.models
    published = [model for row in repositories.job_items.list_by_job(job_id) if (model := models.get_by_item(row.id))]
    scoring: list[int] = []
    for inputs in data.x:
        of_its_kind = [model for model in published if model.inputs == inputs]
        if of_its_kind:
            best = max(of_its_kind, key=lambda model: read_primary_score(model.taxonomy, model.metrics))
            _correct_winner(repositories, best)
            scoring += _promote_best(repositories, best, job_id, blobs=blobs, starter_rows=starter_rows)
    if not published:
        failed = next((row for row in repositories.job_items.list_by_job(job_id) if row.reason), None)
        if failed is not None:
            repositories.jobs.fail_job(job_id, reason=failed.reason or "", detail=failed.detail or "")
    repositories.job_leases.end_training(token)
    return scoring


def _promote_best(
    repositories: Repositories, best: Model, job_id: UUID, *, blobs: Blobs, starter_rows: StarterRows | None
) -> Sequence[int]:
    """Items of the scoring that a promotion makes necessary."""
    verdict = promotion.examine_model(repositories, best, blobs=blobs, load_rows=lambda: starter_rows)
    best.metrics = {**best.metrics, "promotion": verdict.why}
    log.info("model.judged", model_id=str(best.id), promoted=verdict.promote, why=verdict.why)
    if not verdict.promote:
        return []
    change = promotion.promote_model(
        repositories, best, who=f"training {job_id}", why=verdict.why, n_tried=verdict.n_tried
    )
    return change.item_ids if change else []


def _correct_winner(repositories: Repositories, best: Model) -> None:
    """Write the figure that is corrected for having been picked beside the raw one, and on the card too."""
    corrected = promotion.correct_winner(repositories, best)
    if corrected is not None:
        picked = {SELECTION: corrected.as_dict()}
        best.metrics = {**best.metrics, **picked}
        best.card = {**best.card, "metrics": {**best.card["metrics"], **picked}}


def _read_request(bench: WorkerContext, job_id: UUID) -> tuple[TrainRequest, list[JobItem]]:
    with bench.store.read() as repositories:
        job = repositories.jobs.get_by_id(job_id)
        assert job is not None
        return TrainRequest.from_params(job.params), list(repositories.job_items.list_by_job(job_id))


def _annotate_job(bench: WorkerContext, job_id: UUID, note: str) -> None:
    bench.store.transact("train.note", lambda repositories: repositories.jobs.set_note(job_id, note))
