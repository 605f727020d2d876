"""A worker is alive when the rows saw it work: by its pulse, or by a claim that it keeps renewing."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.beat.handlers import run_sweep
from shared.bus.routes import Queue
from shared.domain.job import ItemState, JobKind, Stage
from shared.domain.messages import ItemsMessage, TickMessage
from shared.settings import StoreSettings, WorkSettings
from shared.store import Store, open_store
from shared.store.jobs.items import ItemClaim, ItemOutcome, JobItemRepository
from shared.store.jobs.leases import JobLeases
from shared.store.jobs.pulses import PulseRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext, lease_job, process_items
from shared.worker.liveness import FRESH_S, WorkerHealth, examine_worker
from tests.support.buses import SilentBus

HOST = "worker-1"


@pytest.fixture
def pulsed(store: Store) -> Callable[..., None]:
    """Write a pulse of an age in seconds."""

    def write(queue: Queue, *, age_s: float, host: str = HOST) -> None:
        def pulse(session: Session) -> None:
            PulseRepository(session).record_pulse(queue, host=host)
            set_age = text(
                "update worker_pulses set pulsed_at = now() - make_interval(secs => :age_s) where host = :host"
            )
            session.execute(set_age, {"age_s": age_s, "host": host})

        store.transact_session("test", pulse)

    return write


def verdict(store: Store, queue: Queue = Queue.FEATURES) -> WorkerHealth:
    return examine_worker(store, queue=queue, host=HOST)


def test_a_worker_that_never_took_a_message_is_not_alive(store: Store) -> None:
    found = verdict(store)
    assert not found.alive
    assert "never took a message" in found.why


def test_a_fresh_pulse_is_enough(store: Store, pulsed: Callable[..., None]) -> None:
    pulsed("features", age_s=FRESH_S - 10)
    assert verdict(store).alive


@pytest.mark.parametrize(
    ("queue", "host", "age_s"), [("features", HOST, FRESH_S + 10), ("crawl", HOST, 1), ("features", "worker-10", 1)]
)
def test_an_old_pulse_or_one_of_another_queue_or_host_is_not(
    store: Store, pulsed: Callable[..., None], queue: str, host: str, age_s: float
) -> None:
    pulsed(queue, age_s=age_s, host=host)
    assert not verdict(store).alive


@pytest.mark.parametrize(
    ("worker", "lease_s", "alive"), [(f"{HOST}:7", 60, True), (f"{HOST}:7", -1, False), ("worker-10:7", 60, False)]
)
def test_a_worker_busy_with_an_item_is_alive_while_its_lease_runs(
    store: Store, worker: str, lease_s: int, alive: bool
) -> None:
    def claim(session: Session) -> None:
        job, _ = JobRepository(session).create_job(JobKind.CRAWL, {})
        ids = JobRepository(session).add_items(job.id, Stage.FEATURIZE, [NewItem("a", {})])
        JobItemRepository(session).claim_items(ids, stage=Stage.FEATURIZE, worker=worker, lease_s=lease_s)

    store.transact_session("test", claim)
    assert verdict(store).alive is alive


def test_a_worker_busy_with_a_training_is_alive(store: Store, pulsed: Callable[..., None]) -> None:
    pulsed("train", age_s=3600)

    def claim(session: Session) -> None:
        job, _ = JobRepository(session).create_job(JobKind.TRAIN, {})
        JobLeases(session).claim_job(job.id, worker=f"{HOST}:7", lease_s=60)

    store.transact_session("test", claim)
    found = verdict(store, Queue.TRAIN)
    assert found.alive
    assert "is at work" in found.why


def test_without_a_database_a_worker_is_not_alive_and_the_line_says_so(folder: Path) -> None:
    store = open_store(StoreSettings(database_url=f"postgresql+psycopg2:///mer?host={folder}&user=postgres"))
    found = verdict(store)
    store.close()
    assert not found.alive
    assert "database is away" in found.why


@pytest.mark.parametrize(("queue", "code"), [("crawl", 0), ("features", 1), ("nonsense", 2)])
def test_the_command_says_it_with_its_exit_code(
    store: Store, pulsed: Callable[..., None], database_url: str, queue: str, code: int
) -> None:
    pulsed("crawl", age_s=1, host=socket.gethostname())
    run = subprocess.run(
        [sys.executable, "-m", "shared.worker.liveness", queue],
        env={**os.environ, "MER_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code
    assert queue in run.stdout or "usage" in run.stderr


def test_a_worker_at_work_pulses_though_no_tick_reaches_it_behind_a_full_queue(store: Store) -> None:
    """A claim is as good a sign as a tick; `/health` and `mer doctor` look at pulses alone."""

    def queue_one(session: Session) -> list[int]:
        job, _ = JobRepository(session).create_job(JobKind.CRAWL, {})
        return JobRepository(session).add_items(job.id, Stage.FEATURIZE, [NewItem("a", {})])

    ids = store.transact_session("test", queue_one)
    bench = WorkerContext(store=store, bus=SilentBus(), work=WorkSettings(), worker=f"{HOST}:7")

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        return lambda _: [ItemOutcome(item_id=item.id, state=ItemState.DONE) for item in claim.items]

    process_items(bench, ItemsMessage(tuple(ids)), stage=Stage.FEATURIZE, handle=handle)
    with store.read_session() as session:
        assert [(queue, host) for queue, host, _ in PulseRepository(session).list_ages_s()] == [("features", HOST)]


@pytest.mark.parametrize("kind", [JobKind.TRAIN, JobKind.CRAWL])
def test_a_worker_that_holds_a_job_pulses_with_every_renewal(store: Store, kind: JobKind) -> None:
    job_id = store.transact_session("test", lambda session: JobRepository(session).create_job(kind, {})[0].id)
    bench = WorkerContext(store=store, bus=SilentBus(), work=WorkSettings(), worker=f"{HOST}:7")
    with lease_job(bench, job_id, name=kind.value) as lease:
        assert lease is not None
        assert lease.is_held()
    with store.read_session() as session:
        assert [(queue, host) for queue, host, _ in PulseRepository(session).list_ages_s()] == [(kind.value, HOST)]


def test_the_beat_pulses_with_every_sweep(store: Store) -> None:
    """Its container is judged by that, as the others are by theirs."""
    run_sweep(
        TickMessage(Queue.SWEEP.value),
        bench=WorkerContext(store=store, bus=SilentBus(), work=WorkSettings(), worker=f"{HOST}:7"),
    )
    assert verdict(store, Queue.SWEEP).alive
