"""In quiet hours no bulk work is claimed or sent, nothing counts as an attempt, and all goes on when they end."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.beat.handlers import run_sweep
from services.trainer.handlers import train_candidates
from shared.blobs import open_blobs
from shared.bus.routes import PULSES, Task
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, JobKind, Stage
from shared.domain.messages import ItemsMessage, JobMessage, TickMessage
from shared.settings import BlobSettings, FixedLiveSettings, WorkSettings
from shared.store import Store
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.jobs.leases import JobLeases
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.live_settings import LiveSettingRows
from shared.store.repositories import Repositories
from shared.store.tables import Job, JobItem
from shared.worker.context import WorkerContext, process_items
from tests.support.buses import RecordingBus
from tests.support.quiet_hours import hours_around_now

STAGES = {
    Stage.FEATURIZE: True,
    Stage.SCORE: True,
    Stage.AUGMENT: True,
    Stage.COLLECT: False,
    Stage.UPLOAD: False,
    Stage.EVALUATE: False,
}


class BusWithoutPulses(RecordingBus):
    def tasks(self) -> list[Task]:
        return [task for task in super().tasks() if task not in PULSES.values()]


@pytest.fixture
def bus() -> BusWithoutPulses:
    return BusWithoutPulses()


@pytest.fixture
def bench(store: Store, bus: BusWithoutPulses) -> WorkerContext:
    fixed = FixedLiveSettings(quiet_hours=None, cpu_share=None, watch=None, time_zone="UTC")
    return WorkerContext(store=store, bus=bus, work=WorkSettings(dispatch_grace_s=1), worker="here:1", fixed=fixed)


def set_quiet(bench: WorkerContext, value: str | None) -> None:
    bench.store.transact_session(
        "test.quiet", lambda session: LiveSettingRows(session).save("quiet_hours", value, by="test")
    )


def make_job(
    bench: WorkerContext, stage: Stage, *, kind: JobKind = JobKind.CRAWL, listed: bool = True
) -> tuple[UUID, Sequence[int]]:
    def create(session: Session) -> tuple[UUID, Sequence[int]]:
        job, _ = JobRepository(session).create_job(kind, {"source": "demo"}, listed=listed)
        return job.id, JobRepository(session).add_items(
            job.id, stage, [NewItem("0", {"estimator": "svm", "inputs": "mel"})]
        )

    def age(session: Session) -> None:
        for column in (Job.dispatched_at, JobItem.dispatched_at):
            session.execute(update(column.class_).values({column.key: column - timedelta(minutes=1)}))

    job_id, items = bench.store.transact_session("test.job", create)
    bench.store.transact_session("test.long_ago", age)
    return job_id, items


def work(bench: WorkerContext, stage: Stage, items: Sequence[int]) -> list[int]:
    handled: list[int] = []

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        handled.extend(item.id for item in claim.items)
        return lambda _: [ItemOutcome(item_id=item.id, state=ItemState.DONE) for item in claim.items]

    process_items(bench, ItemsMessage(tuple(items)), stage=stage, handle=handle)
    return handled


def row(bench: WorkerContext, item_id: int) -> tuple[str, int]:
    with bench.store.read_session() as session:
        return session.execute(select(JobItem.state, JobItem.attempts).where(JobItem.id == item_id)).tuples().one()


@pytest.mark.parametrize(("stage", "is_bulk"), STAGES.items())
def test_bulk_work_waits_without_an_attempt_and_what_somebody_waits_for_goes_on(
    bench: WorkerContext, stage: Stage, is_bulk: bool
) -> None:
    _, items = make_job(bench, stage)
    set_quiet(bench, hours_around_now())
    assert work(bench, stage, items) == ([] if is_bulk else items)
    assert row(bench, items[0]) == (("queued", 0) if is_bulk else ("done", 1))
    set_quiet(bench, None)
    assert work(bench, stage, items) == (items if is_bulk else [])


def test_the_sweep_sends_nothing_to_bulk_stages_until_the_hours_are_over(
    bench: WorkerContext, bus: BusWithoutPulses
) -> None:
    make_job(bench, Stage.FEATURIZE)
    make_job(bench, Stage.SCORE)
    make_job(bench, Stage.COLLECT)
    make_job(bench, Stage.TRAIN, kind=JobKind.TRAIN, listed=False)
    set_quiet(bench, hours_around_now())
    for _ in range(3):
        run_sweep(TickMessage("sweep"), bench=bench)
    assert bus.tasks() == [Task.COLLECT_ITEMS]
    set_quiet(bench, None)
    run_sweep(TickMessage("sweep"), bench=bench)
    assert set(bus.tasks()) == {
        Task.COLLECT_ITEMS,
        Task.FEATURIZE_ITEMS,
        Task.SCORE_TRACKS,
        Task.TRAIN_CANDIDATES,
    }


def test_trainings_that_wait_do_not_keep_a_lost_crawl_from_being_brought_back(
    bench: WorkerContext, bus: BusWithoutPulses
) -> None:
    def create(session: Session) -> None:
        for kind in [*[JobKind.TRAIN] * 60, JobKind.CRAWL]:
            job, _ = JobRepository(session).create_job(kind, {"source": "demo"})
            job.dispatched_at = None

    bench.store.transact_session("test.jobs", create)
    set_quiet(bench, hours_around_now())
    run_sweep(TickMessage("sweep"), bench=bench)
    assert Task.LIST_SOURCE in bus.tasks()
    assert Task.TRAIN_CANDIDATES not in bus.tasks()


def train(bench: WorkerContext, job_id: UUID, tmp_path: Path) -> Job:
    blobs = open_blobs(BlobSettings(blob_url=str(tmp_path)))
    train_candidates(JobMessage(str(job_id)), bench=bench, blobs=blobs, spec=FeatureSpec())
    with bench.store.read_session() as session:
        return session.get_one(Job, job_id)


def test_a_training_does_not_start_in_quiet_hours_and_has_lost_no_attempt(bench: WorkerContext, tmp_path: Path) -> None:
    job_id, _ = make_job(bench, Stage.TRAIN, kind=JobKind.TRAIN, listed=False)
    set_quiet(bench, hours_around_now())
    job = train(bench, job_id, tmp_path)
    assert (job.state, job.attempts, job.lease_token) == ("queued", 0, None)


def test_a_job_that_is_put_off_is_free_at_once_and_has_lost_no_attempt(bench: WorkerContext) -> None:
    job_id, _ = make_job(bench, Stage.TRAIN, kind=JobKind.TRAIN, listed=False)

    def claim_and_put_off(session: Session) -> tuple[int, UUID | None]:
        token = JobLeases(session).claim_job(job_id, worker="here:1", lease_s=60)
        assert token is not None
        JobLeases(session).put_off(token)
        return session.get_one(Job, job_id).attempts, JobLeases(session).claim_job(job_id, worker="here:2", lease_s=60)

    attempts, token = bench.store.transact_session("test.put_off", claim_and_put_off)
    assert attempts == 0
    assert token is not None
