"""The sweep on real rows, with a bus that writes down what it is given."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, update

from services.beat.handlers import run_sweep
from shared.bus.routes import PULSES, Queue, Task
from shared.domain.job import ItemState, JobKind, JobState, Stage
from shared.domain.messages import ItemsMessage, JobMessage, TaskMessage, TickMessage
from shared.settings import WorkSettings
from shared.store import Store
from shared.store.jobs.items import JobItemRepository
from shared.store.jobs.leases import JobLeases
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.tables import Job, JobItem
from shared.store.tracks.uploads import UploadRepository, UploadRequest
from shared.worker.context import WorkerContext, record_pulse
from tests.support.buses import RecordingBus

TICK = TickMessage("sweep")


class SweepBus(RecordingBus):
    """Some queues are full before anything is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.full: set[Queue] = set()

    def count_waiting(self, queue: Queue) -> int:
        return int(queue in self.full) + super().count_waiting(queue)

    def work(self) -> list[tuple[Task, TaskMessage]]:
        """What was sent beside the pulses."""
        return [(task, message) for task, message in self.sent if task not in PULSES.values()]


@pytest.fixture
def bus() -> SweepBus:
    return SweepBus()


@pytest.fixture
def bench(store: Store, bus: SweepBus) -> WorkerContext:
    return WorkerContext(store=store, bus=bus, work=WorkSettings(max_attempts=3, dispatch_grace_s=10), worker="here:1")


@pytest.fixture
def job(bench: WorkerContext) -> Callable[..., tuple[UUID, list[int]]]:
    """`job(n_items)`: a crawl that is listed, its items waiting since a minute."""

    def make(n_items: int, *, kind: JobKind = JobKind.CRAWL, listed: bool = True) -> tuple[UUID, list[int]]:
        stage = Stage.TRAIN if kind is JobKind.TRAIN else Stage.COLLECT

        def create(session: Any) -> tuple[UUID, list[int]]:
            made, _ = JobRepository(session).create_job(kind, {"source": "demo"}, listed=listed)
            return made.id, JobRepository(session).add_items(
                made.id, stage, [NewItem(f"{n}", {}) for n in range(n_items)]
            )

        job_id, items = bench.store.transact("test.job", create)
        long_ago(bench, Job.dispatched_at)
        long_ago(bench, JobItem.dispatched_at)
        return job_id, items

    return make


def long_ago(bench: WorkerContext, column: Any) -> None:
    """Move a time column a minute back, where it is set."""
    earlier = update(column.class_).where(column.is_not(None)).values({column.key: column - timedelta(minutes=1)})
    bench.store.transact_session("test.long_ago", lambda session: session.execute(earlier))


def claim(bench: WorkerContext, items: list[int]) -> UUID:
    return bench.store.transact_session(
        "test.claim",
        lambda s: JobItemRepository(s).claim_items(items, stage=Stage.COLLECT, worker="dead:1", lease_s=30),
    ).token


def states(bench: WorkerContext, job_id: UUID) -> list[tuple[str, str | None]]:
    with bench.store.read_session() as session:
        return [(item.state, item.reason) for item in JobItemRepository(session).list_by_job(job_id)]


def state(bench: WorkerContext, job_id: UUID) -> tuple[str, str | None]:
    with bench.store.read_session() as session:
        found = session.get_one(Job, job_id)
        return found.state, found.reason


def test_items_whose_message_vanished_are_sent_again_in_batches_and_only_once(
    bench: WorkerContext, bus: SweepBus, job: Callable[..., Any]
) -> None:
    _, items = job(30)
    run_sweep(TICK, bench=bench)
    assert bus.work() == [
        (Task.COLLECT_ITEMS, ItemsMessage(tuple(items[:25]))),
        (Task.COLLECT_ITEMS, ItemsMessage(tuple(items[25:]))),
    ]
    bus.sent.clear()
    run_sweep(TICK, bench=bench)
    assert bus.work() == []


def test_items_that_wait_behind_a_full_queue_are_left_waiting(
    bench: WorkerContext, bus: SweepBus, job: Callable[..., Any]
) -> None:
    job(3)
    bus.full.add(Queue.CRAWL)
    run_sweep(TICK, bench=bench)
    assert bus.work() == []


def test_a_message_that_may_still_be_on_its_way_is_not_doubled(bench: WorkerContext, bus: SweepBus) -> None:
    def create(session: Any) -> None:
        made, _ = JobRepository(session).create_job(JobKind.CRAWL, {}, listed=True)
        JobRepository(session).add_items(made.id, Stage.COLLECT, [NewItem("0", {})])

    bench.store.transact("test.fresh", create)
    run_sweep(TICK, bench=bench)
    assert bus.work() == []


def test_items_of_a_dead_worker_are_sent_again_one_by_one_also_behind_a_full_queue(
    bench: WorkerContext, bus: SweepBus, job: Callable[..., Any]
) -> None:
    job_id, items = job(3)
    claim(bench, items)
    long_ago(bench, JobItem.lease_until)
    bus.full.add(Queue.CRAWL)
    run_sweep(TICK, bench=bench)
    assert bus.work() == [(Task.COLLECT_ITEMS, ItemsMessage((item,))) for item in items]
    assert states(bench, job_id) == 3 * [("queued", None)]


def test_items_of_a_living_worker_are_left_to_it(bench: WorkerContext, bus: SweepBus, job: Callable[..., Any]) -> None:
    job_id, items = job(3)
    claim(bench, items)
    run_sweep(TICK, bench=bench)
    assert bus.work() == []
    assert states(bench, job_id) == 3 * [("running", None)]


def test_an_item_that_killed_its_worker_three_times_is_given_up_and_its_job_ends(
    bench: WorkerContext, bus: SweepBus, job: Callable[..., Any]
) -> None:
    job_id, items = job(1)
    for _ in range(3):
        claim(bench, items)
        long_ago(bench, JobItem.lease_until)
        bus.sent.clear()
        run_sweep(TICK, bench=bench)
    assert bus.work() == []
    assert states(bench, job_id) == [(ItemState.FAILED, "worker_lost")]
    assert state(bench, job_id) == (JobState.DONE, None)


@pytest.mark.parametrize(
    ("kind", "n_items", "task"),
    [(JobKind.CRAWL, 0, Task.LIST_SOURCE), (JobKind.TRAIN, 1, Task.TRAIN_CANDIDATES)],
)
def test_a_job_that_nobody_took_is_sent_again(
    bench: WorkerContext, bus: SweepBus, job: Callable[..., Any], *, kind: JobKind, n_items: int, task: Task
) -> None:
    job_id, _ = job(n_items, kind=kind, listed=False)
    run_sweep(TICK, bench=bench)
    assert bus.work() == [(task, JobMessage(str(job_id)))]


def test_a_job_that_stopped_its_worker_three_times_is_given_up_with_its_items(
    bench: WorkerContext, bus: SweepBus, job: Callable[..., Any]
) -> None:
    job_id, _ = job(2, kind=JobKind.TRAIN, listed=False)
    for _ in range(3):
        token = bench.store.transact_session(
            "test.lease", lambda s: JobLeases(s).claim_job(job_id, worker="dead:1", lease_s=30)
        )
        assert token is not None
        long_ago(bench, Job.lease_until)
        bus.sent.clear()
        run_sweep(TICK, bench=bench)
    assert bus.work() == []
    assert state(bench, job_id) == (JobState.FAILED, "worker_lost")
    assert states(bench, job_id) == 2 * [("failed", "worker_lost")]


def test_a_training_ends_only_when_its_trainer_says_so(
    bench: WorkerContext, bus: SweepBus, job: Callable[..., Any]
) -> None:
    """Its candidates may all be published; who died before the promotion is called again."""
    job_id, items = job(2, kind=JobKind.TRAIN, listed=False)
    done = update(JobItem).where(JobItem.id.in_(items)).values(state=ItemState.DONE, finished_at=func.now())
    bench.store.transact_session("test.done", lambda session: session.execute(done))
    run_sweep(TICK, bench=bench)
    assert state(bench, job_id) != (JobState.DONE, None)
    assert bus.work() == [(Task.TRAIN_CANDIDATES, JobMessage(str(job_id)))]


def test_a_job_whose_completion_was_missed_is_completed(
    bench: WorkerContext, bus: SweepBus, job: Callable[..., Any]
) -> None:
    job_id, items = job(2)
    done = update(JobItem).where(JobItem.id.in_(items)).values(state=ItemState.DONE, finished_at=func.now())
    bench.store.transact_session("test.done", lambda session: session.execute(done))
    run_sweep(TICK, bench=bench)
    assert state(bench, job_id) == (JobState.DONE, None)


def test_each_worker_is_asked_for_one_pulse_unless_it_has_work_before_it(bench: WorkerContext, bus: SweepBus) -> None:
    bus.full.add(Queue.FEATURES)
    run_sweep(TICK, bench=bench)
    run_sweep(TICK, bench=bench)
    assert bus.sent == [
        (Task.PULSE_CRAWL, TickMessage("crawl")),
        (Task.PULSE_UPLOADS, TickMessage("uploads")),
        (Task.PULSE_TRAIN, TickMessage("train")),
        (Task.PULSE_SCORE, TickMessage("score")),
    ]


def test_a_featurizer_is_asked_once_to_delete_a_song_that_nobody_needs(bench: WorkerContext, bus: SweepBus) -> None:
    wish = UploadRequest(name="ode.mp3", keep=False, taxonomy=None, model_id=None)

    def cancelled(session: Any) -> None:
        uploads = UploadRepository(session)
        job_id, _ = uploads.start_analysis(uploads.announce_upload(wish))
        JobRepository(session).cancel_job(job_id)

    record_pulse(bench, queue="uploads")  # so that no pulse waits in front of it
    run_sweep(TICK, bench=bench)
    assert bus.work() == []
    bench.store.transact("test.cancelled", cancelled)
    run_sweep(TICK, bench=bench)
    run_sweep(TICK, bench=bench)
    assert bus.work() == [(Task.DROP_UPLOADS, TickMessage("uploads"))]
