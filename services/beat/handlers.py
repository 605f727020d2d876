"""The sweep sends again what a queue lost: the rows hold all of it.

Two things go wrong with hints. A worker dies with a claim: its lease runs out, and its items are sent again one by
one. Or a message vanishes: rows wait although their queue is empty. While a queue still holds messages, waiting rows
are simply waiting for their turn, and sending them again would only make the queue longer.
"""

import math
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog

from services.beat.curves import prepare_curves
from services.beat.folder_changes import crawl_changes
from services.beat.scoring import DutyCycle, score_new_tracks
from shared.bus.routes import PULSES, ROUTES, Queue, Task
from shared.domain.job import BULK_STAGES, JobKind, Stage
from shared.domain.messages import JobMessage, TickMessage
from shared.errors import Reason
from shared.library import MusicLibrary
from shared.settings import WatchSettings
from shared.store.repositories import Repositories
from shared.worker.context import JOB_TASKS, STAGE_TASKS, WorkerContext, record_pulse, send_hints

log = structlog.get_logger()

_PULSE_INTERVAL_S = 10.0


def run_sweep(
    _: TickMessage,
    *,
    bench: WorkerContext,
    scoring: DutyCycle | None = None,
    library: MusicLibrary | None = None,
    watch: WatchSettings | None = None,
) -> None:
    """Bring back what was lost, complete what can be completed, let changed folders be crawled and new tracks be
    scored, and ask every worker for a sign of life.

    In quiet hours nothing is sent to bulk stages: their items wait where they are.
    """
    with bench.store.read() as repositories:
        rests = bench.rests(repositories)
    stages = [stage for stage in STAGE_TASKS if not (rests and stage in BULK_STAGES)]
    _take_back_abandoned_items(bench)
    _wake_parked_items(bench, stages)
    for stage in stages:
        if bench.bus.count_waiting(ROUTES[STAGE_TASKS[stage]].queue) == 0:
            _send_again(bench, stage)
    _bring_back_jobs(bench, without=(JobKind.TRAIN,) if rests else ())
    crawl_changes(bench, library=library, watch=watch)
    finished = bench.store.transact("sweep.complete", _complete_jobs)
    if finished:
        log.info("sweep.completed", n_jobs=finished)
    if not rests:
        (scoring or DutyCycle()).run(partial(score_new_tracks, bench))
        prepare_curves(bench)
    _drop_uploads(bench)
    request_pulses(bench)
    # The sweep is this worker's own work: its container's health check looks here.
    record_pulse(bench, queue=Queue.SWEEP.value)


def request_pulses(bench: WorkerContext) -> None:
    """Send a small message to every queue without a recent pulse; the worker that takes it records the time."""
    with bench.store.read() as repositories:
        ages_s = {queue: age_s for queue, _, age_s in reversed(repositories.pulses.list_ages_s())}
    for queue, task in PULSES.items():
        if ages_s.get(queue.value, math.inf) > _PULSE_INTERVAL_S and bench.bus.count_waiting(queue) == 0:
            bench.bus.publish(task, TickMessage(queue.value))


def _take_back_abandoned_items(bench: WorkerContext) -> None:
    abandoned = bench.store.transact(
        "sweep.abandoned",
        lambda repositories: repositories.job_items.requeue_abandoned(max_attempts=bench.work.max_attempts),
    )
    for stage, item_ids in abandoned.items():
        log.warning("sweep.abandoned", stage=stage.value, n_items=len(item_ids))
        send_hints(bench.bus, stage, item_ids, singly=True)


def _wake_parked_items(bench: WorkerContext, stages: Sequence[Stage]) -> None:
    """Items that waited for a source until now. A parked job wakes among the lost ones."""
    for stage in stages:
        woken = bench.store.transact("sweep.wake", partial(_wake_stage, stage=stage))
        if woken:
            log.info("sweep.woken", stage=stage.value, n_items=len(woken))
            send_hints(bench.bus, stage, woken)


def _wake_stage(repositories: Repositories, *, stage: Stage) -> list[int]:
    return repositories.job_items.wake_parked(stage)


def _send_again(bench: WorkerContext, stage: Stage) -> None:
    unsent = bench.store.transact(
        "sweep.unsent",
        lambda repositories: repositories.job_items.take_unsent(stage, grace_s=bench.work.dispatch_grace_s),
    )
    if unsent:
        log.warning("sweep.sent_again", stage=stage.value, n_items=len(unsent))
        send_hints(bench.bus, stage, unsent)


def _drop_uploads(bench: WorkerContext) -> None:
    """Ask a featurizer, which can reach the blobs, to delete the songs and arrays that nobody needs any more."""
    with bench.store.read() as repositories:
        left_over = repositories.uploads.has_left_over() or repositories.unused_blobs.has_unused()
    if left_over and bench.bus.count_waiting(Queue.UPLOADS) == 0:
        bench.bus.publish(Task.DROP_UPLOADS, TickMessage(Queue.UPLOADS.value))


def _bring_back_jobs(bench: WorkerContext, *, without: Sequence[JobKind]) -> None:
    def take_lost(repositories: Repositories) -> list[tuple[UUID, str]]:
        leases = repositories.job_leases
        again = []
        for job in leases.list_lost(grace_s=bench.work.dispatch_grace_s, without=without):
            if job.attempts >= bench.work.max_attempts:
                died = f"the worker stopped {job.attempts} times over this job"
                repositories.jobs.give_up(
                    job.id, reason=Reason.WORKER_LOST, detail=f"{died}; {job.detail or 'see its log'}"
                )
            else:
                again.append((job.id, job.kind))
        leases.mark_redispatched([job_id for job_id, _ in again])
        return again

    for job_id, kind in bench.store.transact("sweep.jobs", take_lost):
        task = JOB_TASKS[JobKind(kind)]
        if bench.bus.count_waiting(ROUTES[task].queue) == 0:
            log.info("sweep.job_sent_again", job_id=str(job_id), kind=kind)
            bench.bus.publish(task, JobMessage(str(job_id)))


def _complete_jobs(repositories: Repositories) -> int:
    jobs = repositories.jobs
    ready = jobs.list_completable()
    jobs.lock_jobs(ready)
    jobs.complete_jobs(ready)
    return len(ready)
