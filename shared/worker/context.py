"""The work that all workers do around a task: claim items, renew the claim, and return the items after an error.

Ports are passed in through `WorkerContext`, which is created once per process at the composition root.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import structlog

from shared.bus.port import Bus
from shared.bus.routes import ROUTES, Queue, Task
from shared.domain.job import BULK_STAGES, JobKind, Stage
from shared.domain.live_settings import LiveSettings
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason, RetryableError, describe_error
from shared.settings import FixedLiveSettings, WorkSettings
from shared.store import Store
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import Job

log = structlog.get_logger()

STAGE_TASKS = {
    Stage.COLLECT: Task.COLLECT_ITEMS,
    Stage.FEATURIZE: Task.FEATURIZE_ITEMS,
    Stage.AUGMENT: Task.AUGMENT_ITEMS,
    Stage.PACK: Task.PACK_ITEMS,
    Stage.SCORE: Task.SCORE_TRACKS,
    Stage.EVALUATE: Task.EVALUATE_MODEL,
    Stage.STANDARDISE: Task.STANDARDISE_TRACKS,
    Stage.UPLOAD: Task.ANALYSE_UPLOADS,
    Stage.WINDOWS: Task.MAKE_WINDOWS,
    Stage.EXCERPT_WINDOWS: Task.MAKE_EXCERPT_WINDOWS,
    Stage.CURVE: Task.FIT_CURVE,
    Stage.MEDIA: Task.MAKE_MEDIA,
}
"""Which task brings an item of a stage further. Training is driven by its job."""

JOB_TASKS = {
    JobKind.CRAWL: Task.LIST_SOURCE,
    JobKind.TRAIN: Task.TRAIN_CANDIDATES,
    JobKind.RECOMPUTE: Task.LIST_STALE,
    JobKind.AUGMENT: Task.LIST_VARIANTS,
}
"""Which task brings a job as a whole further. A pack has all its items from the start."""

BATCH_SIZES = {
    Stage.COLLECT: 25,
    Stage.FEATURIZE: 8,
    Stage.AUGMENT: 4,
    Stage.PACK: 1,
    Stage.SCORE: 1,
    Stage.EVALUATE: 1,
    Stage.STANDARDISE: 1,
    Stage.UPLOAD: 1,
    Stage.WINDOWS: 1,
    Stage.EXCERPT_WINDOWS: 8,
    Stage.CURVE: 1,
    Stage.MEDIA: 1,
}
"""Items a message: enough that claiming and committing do not count, few enough that workers share the work."""


@dataclass(frozen=True, kw_only=True)
class WorkerContext:
    """The ports that the handlers of all workers use."""

    store: Store
    bus: Bus
    work: WorkSettings
    worker: str
    fixed: FixedLiveSettings = field(default_factory=FixedLiveSettings)

    def live_settings(self, repositories: Repositories) -> LiveSettings:
        """The live settings as they are now."""
        return LiveSettings.from_values(stored=repositories.live_settings.get_values(), fixed=self.fixed.values_by_name)

    def rests(self, repositories: Repositories) -> bool:
        """Whether these are quiet hours, in which no bulk work starts."""
        return self.live_settings(repositories).quiet_hours.is_quiet(datetime.now(UTC), zone=self.fixed.zone)


def send_hints(bus: Bus, stage: Stage, item_ids: Sequence[int], *, singly: bool = False) -> None:
    """Send hints for items that are committed. One that cannot be sent is found by the sweep."""
    size = 1 if singly else BATCH_SIZES[stage]
    try:
        for batch in _split_batches(sorted(item_ids), size):
            bus.publish(STAGE_TASKS[stage], ItemsMessage(batch))
    except RetryableError as error:
        log.warning("hints.not_sent", stage=stage.value, n_items=len(item_ids), error=str(error))


def process_items(
    bench: WorkerContext,
    message: ItemsMessage,
    *,
    stage: Stage,
    handle: Callable[[ItemClaim], Callable[..., list[ItemOutcome]]],
    following: Stage | None = Stage.FEATURIZE,
) -> None:
    """Claim the items of a message, handle them, and write what became of them.

    `handle(claim)` does the slow part and returns `write(repositories) -> outcomes`, which runs in the finishing
    transaction. In quiet hours nothing of a bulk stage is claimed: its items stay queued, and the sweep sends them
    when the hours are over. Hints for the `following` stage leave after its commit; without one, items that go on wait
    for the sweep. When `handle` raises, the items are queued again one by one, until their attempts are used up.
    """
    queue = ROUTES[STAGE_TASKS[stage]].queue

    def take(repositories: Repositories) -> ItemClaim:
        waits = stage in BULK_STAGES and bench.rests(repositories)
        item_ids = () if waits else message.item_ids
        claimed = repositories.job_items.claim_items(
            item_ids, stage=stage, worker=bench.worker, lease_s=bench.work.lease_s
        )
        _renew_pulse(repositories, bench, queue)
        return claimed

    claim = bench.store.transact(f"{stage}.claim", take)
    if not claim.items:
        return
    renew = _item_renewal(bench, claim.token, queue=queue)
    try:
        with run_heartbeat(renew, every_s=bench.work.heartbeat_s):
            write = handle(claim)
            going_on = bench.store.transact(
                f"{stage}.finish",
                lambda repositories: repositories.job_items.finish_items(claim.token, write(repositories)),
            )
    except Exception as error:
        _give_back(bench, claim, stage=stage, error=error)
        raise
    if following is not None:
        send_hints(bench.bus, following, going_on)


@dataclass(frozen=True, kw_only=True)
class JobLease:
    """A job as a whole, held by this worker."""

    token: UUID
    is_held: Callable[[], bool]
    """Asks the row. False: the job was cancelled, or another worker has it; stop."""


def require_job(repositories: Repositories, job_id: UUID) -> Job:
    """The job that a message or an item names. Raises PermanentError(`not_found`)."""
    job = repositories.jobs.get_by_id(job_id)
    if job is None:
        raise PermanentError(Reason.NOT_FOUND, f"there is no job {job_id}")
    return job


@contextmanager
def lease_job(bench: WorkerContext, job_id: UUID, *, name: str, is_bulk: bool = False) -> Iterator[JobLease | None]:
    """Lease a job for the block, or give None: it has ended, somebody is at it, or it `is_bulk` and has to wait for
    the end of the quiet hours.

    When the block raises, the lease is given back with the error on the row, so that the sweep can try again soon.
    """
    lease_s = bench.work.lease_s

    def take(repositories: Repositories) -> UUID | None:
        if is_bulk and bench.rests(repositories):
            return None
        return repositories.job_leases.claim_job(job_id, worker=bench.worker, lease_s=lease_s)

    token = bench.store.transact(f"{name}.claim", take)
    if token is None:
        yield None
        return

    def renew() -> bool:
        def write(repositories: Repositories) -> bool:
            _renew_pulse(repositories, bench, Queue(name))
            return repositories.job_leases.renew_lease(token, lease_s=lease_s)

        return bench.store.transact("lease.renew", write, patience_s=lease_s / 2)

    with run_heartbeat(renew, every_s=bench.work.heartbeat_s):
        try:
            yield JobLease(token=token, is_held=renew)
        except Exception as error:
            problem = describe_error(error)
            bench.store.transact(
                f"{name}.give_back", lambda repositories: repositories.job_leases.release_lease(token, error=problem)
            )
            raise


@contextmanager
def run_heartbeat(renew: Callable[[], bool], *, every_s: float) -> Iterator[None]:
    """Call `renew` from a thread while the block runs, until it says that there is nothing left to renew."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(every_s):
            try:
                if not renew():
                    return
            except RetryableError as error:
                log.warning("lease.not_renewed", error=str(error))

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def record_pulse(bench: WorkerContext, *, queue: str) -> None:
    """Write down that this worker takes messages from `queue`."""
    bench.store.transact("pulse", lambda repositories: _renew_pulse(repositories, bench, Queue(queue)))


def _renew_pulse(repositories: Repositories, bench: WorkerContext, queue: Queue) -> None:
    # Also with every claim and renewal: no tick comes while the queue is full or a training runs.
    repositories.pulses.record_pulse(queue.value, host=bench.worker.partition(":")[0])


def _item_renewal(bench: WorkerContext, token: UUID, *, queue: Queue) -> Callable[[], bool]:
    def renew(repositories: Repositories) -> bool:
        _renew_pulse(repositories, bench, queue)
        return repositories.job_items.renew_lease(token, lease_s=bench.work.lease_s)

    return lambda: bench.store.transact("lease.renew", renew, patience_s=5.0)


def _give_back(bench: WorkerContext, claim: ItemClaim, *, stage: Stage, error: Exception) -> None:
    again = bench.store.transact(
        f"{stage}.give_back",
        lambda repositories: repositories.job_items.requeue_claim(
            claim.token, max_attempts=bench.work.max_attempts, detail=describe_error(error)
        ),
    )
    send_hints(bench.bus, stage, again, singly=True)


def _split_batches(item_ids: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(item_ids), size):
        yield tuple(item_ids[start : start + size])
