"""Jobs as a whole: one holder at a time, ended when they are counted out, and taken up again when they are lost."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from shared.domain.job import ItemState, JobKind, JobState, Stage
from shared.errors import Reason
from shared.store import Store
from shared.store.jobs.items import ItemOutcome, JobItemRepository
from shared.store.jobs.leases import JobLeases
from shared.store.jobs.repository import IdempotencyConflictError, JobRepository, NewItem
from shared.store.tables import Job

STAGE = Stage.COLLECT


def create(store: Store, *, listed: bool = False, keys: tuple[str, ...] = ()) -> tuple[UUID, list[int]]:
    def write(session: Session) -> tuple[UUID, list[int]]:
        job, _ = JobRepository(session).create_job(JobKind.CRAWL, {}, listed=listed)
        return job.id, JobRepository(session).add_items(job.id, STAGE, [NewItem(key, {}) for key in keys])

    return store.transact_session("test.create", write)


def claim(store: Store, job_id: UUID, *, worker: str = "one:1", lease_s: float = 60) -> UUID | None:
    return store.transact_session(
        "test.claim", lambda session: JobLeases(session).claim_job(job_id, worker=worker, lease_s=lease_s)
    )


def row_of(store: Store, job_id: UUID) -> Job:
    with store.read_session() as session:
        return session.get_one(Job, job_id)


def set_job(store: Store, job_id: UUID, **values: object) -> None:
    store.transact_session(
        "test.set", lambda session: session.execute(update(Job).where(Job.id == job_id).values(**values))
    )


def lost(store: Store, *, grace_s: float = 60) -> list[UUID]:
    return store.transact_session(
        "test.lost", lambda session: [job.id for job in JobLeases(session).list_lost(grace_s=grace_s)]
    )


def test_an_idempotency_key_is_one_job_and_refuses_another_request(store: Store) -> None:
    def ask(kind: JobKind, params: dict[str, Any], key: str | None = "k") -> tuple[UUID, bool]:
        job, is_new = store.transact_session(
            "t", lambda s: JobRepository(s).create_job(kind, params, idempotency_key=key)
        )
        return job.id, is_new

    job_id, is_new = ask(JobKind.CRAWL, {"source": "demo"})
    assert is_new
    assert ask(JobKind.CRAWL, {"source": "demo"}) == (job_id, False)
    for kind, params in ((JobKind.CRAWL, {"source": "folder"}), (JobKind.TRAIN, {"source": "demo"})):
        with pytest.raises(IdempotencyConflictError):
            ask(kind, params)
    assert ask(JobKind.CRAWL, {"source": "demo"}, key=None)[0] != job_id


def test_a_job_under_a_live_lease_is_not_claimed_by_another_worker(store: Store) -> None:
    job_id, _ = create(store)
    token = claim(store, job_id)
    assert claim(store, job_id, worker="two:1") is None
    job = row_of(store, job_id)
    assert (job.worker, job.lease_token, job.attempts, job.state) == ("one:1", token, 1, "running")


def test_a_job_whose_lease_is_over_or_was_released_is_claimed_again(store: Store) -> None:
    job_id, _ = create(store)
    claim(store, job_id, lease_s=-1)
    token = claim(store, job_id, worker="two:1")
    assert token is not None
    store.transact_session("test.release", lambda session: JobLeases(session).release_lease(token, error="broken"))
    assert row_of(store, job_id).detail == "broken"
    assert lost(store) == [job_id], "the sweep does not wait for the grace of its message"
    assert claim(store, job_id) is not None
    assert row_of(store, job_id).attempts == 3


def test_a_job_that_has_ended_is_not_claimed(store: Store) -> None:
    job_id, _ = create(store)
    store.transact_session("test.cancel", lambda session: JobRepository(session).cancel_job(job_id))
    assert claim(store, job_id) is None


def test_a_worker_that_lost_its_job_neither_renews_advances_nor_ends_it(store: Store) -> None:
    job_id, _ = create(store)
    lost_token = claim(store, job_id, lease_s=-1)
    token = claim(store, job_id, worker="two:1")
    assert lost_token is not None

    def write(session: Session) -> None:
        leases = JobLeases(session)
        assert not leases.renew_lease(lost_token, lease_s=60)
        assert not leases.advance_cursor(lost_token, {"page": 2})
        leases.release_lease(lost_token, error="broken")
        leases.park_job(lost_token, wait_s=60, reason=Reason.RATE_LIMITED, detail="busy", counts_as_attempt=True)
        leases.end_listing(lost_token)
        leases.end_training(lost_token)

    store.transact_session("test.lost", write)
    job = row_of(store, job_id)
    assert (job.lease_token, job.state, job.listed, job.cursor, job.wake_at) == (token, "running", False, None, None)


def test_a_page_that_was_listed_is_remembered_and_forgets_the_attempts_before(store: Store) -> None:
    job_id, _ = create(store)
    claim(store, job_id, lease_s=-1)
    token = claim(store, job_id)
    assert token is not None
    assert store.transact_session("test.advance", lambda session: JobLeases(session).advance_cursor(token, {"page": 2}))
    job = row_of(store, job_id)
    assert (job.cursor, job.attempts) == ({"page": 2}, 1)


def test_a_job_ends_only_when_it_is_listed_and_none_of_its_items_is_open(store: Store) -> None:
    job_id, ids = create(store, keys=("a", "b"))
    token = claim(store, job_id)
    assert token is not None
    held = store.transact_session(
        "t", lambda s: JobItemRepository(s).claim_items(ids, stage=STAGE, worker="w:1", lease_s=60)
    )

    def finish(item_id: int) -> None:
        outcome = ItemOutcome(item_id=item_id, state=ItemState.DONE)
        store.transact_session(
            "test.finish", lambda session: JobItemRepository(session).finish_items(held.token, [outcome])
        )

    finish(ids[0])
    store.transact_session("test.listed", lambda session: JobLeases(session).end_listing(token, ignored={".jpg": 3}))
    job = row_of(store, job_id)
    assert (job.state, job.listed, job.ignored, job.lease_token) == ("running", True, {".jpg": 3}, None)
    finish(ids[1])
    job = row_of(store, job_id)
    assert job.state == JobState.DONE
    assert job.finished_at is not None


def test_a_job_with_all_items_done_does_not_end_while_it_is_still_being_listed(store: Store) -> None:
    job_id, _ = create(store)
    store.transact_session("test.complete", lambda session: JobRepository(session).complete_jobs([job_id]))
    assert row_of(store, job_id).state == JobState.QUEUED
    token = claim(store, job_id)
    assert token is not None
    set_job(store, job_id, listed=True)
    store.transact_session("test.complete", lambda session: JobRepository(session).complete_jobs([job_id]))
    assert row_of(store, job_id).state == JobState.RUNNING, "who lists it has not let go"
    store.transact_session("test.listed", lambda session: JobLeases(session).end_listing(token))
    assert row_of(store, job_id).state == JobState.DONE


def test_a_listing_that_failed_ends_the_job_as_failed(store: Store) -> None:
    job_id, _ = create(store)
    token = claim(store, job_id)
    assert token is not None
    store.transact_session(
        "test.listed", lambda s: JobLeases(s).end_listing(token, reason=Reason.NOT_FOUND, detail="no such folder")
    )
    job = row_of(store, job_id)
    assert (job.state, job.reason, job.detail) == ("failed", "not_found", "no such folder")


def test_listing_a_source_again_adds_only_what_was_not_there(store: Store) -> None:
    job_id, ids = create(store, keys=("a", "b"))
    add = lambda session: JobRepository(session).add_items(job_id, STAGE, [NewItem(key, {}) for key in "abc"])  # noqa: E731
    (new,) = store.transact("test.add", add)
    assert new not in ids
    with store.read_session() as session:
        assert [item.key for item in JobItemRepository(session).list_by_job(job_id)] == ["a", "b", "c"]


def test_a_cancelled_job_skips_its_open_items_and_keeps_those_that_ended(store: Store) -> None:
    job_id, ids = create(store, keys=("done", "running", "queued"))
    held = store.transact_session(
        "t", lambda s: JobItemRepository(s).claim_items(ids[:2], stage=STAGE, worker="w:1", lease_s=60)
    )
    finish = lambda s: JobItemRepository(s).finish_items(  # noqa: E731
        held.token, [ItemOutcome(item_id=ids[0], state=ItemState.DONE)]
    )
    store.transact("test.finish", finish)
    cancel = lambda session: JobRepository(session).cancel_job(job_id)  # noqa: E731
    assert store.transact("test.cancel", cancel)
    assert not store.transact("test.cancel", cancel)
    with store.read_session() as session:
        items = JobItemRepository(session).list_by_job(job_id)
    assert [item.state for item in items] == ["done", "skipped", "skipped"]
    assert [item.reason for item in items] == [None, "cancelled", "cancelled"]
    job = row_of(store, job_id)
    assert (job.state, job.reason, job.listed) == ("cancelled", "cancelled", True)


def test_a_job_that_is_given_up_fails_with_its_open_items(store: Store) -> None:
    job_id, ids = create(store, keys=("done", "queued"))
    held = store.transact_session(
        "t", lambda s: JobItemRepository(s).claim_items(ids[:1], stage=STAGE, worker="w:1", lease_s=60)
    )
    finish = lambda s: JobItemRepository(s).finish_items(  # noqa: E731
        held.token, [ItemOutcome(item_id=ids[0], state=ItemState.DONE)]
    )
    store.transact("test.finish", finish)
    store.transact_session(
        "test.up", lambda s: JobRepository(s).give_up(job_id, reason=Reason.WORKER_LOST, detail="thrice")
    )
    with store.read_session() as session:
        assert [item.state for item in JobItemRepository(session).list_by_job(job_id)] == ["done", "failed"]
    job = row_of(store, job_id)
    assert (job.state, job.reason, job.detail) == ("failed", "worker_lost", "thrice")


@pytest.mark.parametrize(
    ("values", "is_lost"),
    [
        ({"dispatched_at": None}, True),
        ({"dispatched_at": func.now()}, False),
        ({"dispatched_at": func.now() - func.make_interval(0, 0, 0, 0, 1)}, True),
        ({"dispatched_at": None, "listed": True}, False),
        ({"dispatched_at": None, "state": "done"}, False),
        ({"dispatched_at": None, "wake_at": func.now() + func.make_interval(0, 0, 0, 0, 1)}, False),
        ({"dispatched_at": None, "lease_until": func.now() + func.make_interval(0, 0, 0, 0, 1)}, False),
        ({"dispatched_at": func.now(), "lease_until": func.now() - func.make_interval(0, 0, 0, 0, 1)}, True),
    ],
    ids=["never sent", "just sent", "sent long ago", "listed", "ended", "parked", "held", "worker died"],
)
def test_a_job_is_lost_when_nobody_works_on_it_and_no_message_is_on_its_way(
    store: Store, values: dict[str, Any], is_lost: bool
) -> None:
    job_id, _ = create(store)
    set_job(store, job_id, **values)
    assert lost(store) == ([job_id] if is_lost else [])


def park(store: Store, token: UUID, *, counts_as_attempt: bool) -> None:
    store.transact_session(
        "test.park",
        lambda session: JobLeases(session).park_job(
            token, wait_s=60, reason=Reason.RATE_LIMITED, detail="busy", counts_as_attempt=counts_as_attempt
        ),
    )


def test_a_parked_job_waits_and_keeps_its_attempt_only_where_it_counts(store: Store) -> None:
    for counts, attempts in ((True, 1), (False, 0)):
        job_id, _ = create(store)
        token = claim(store, job_id)
        assert token is not None
        park(store, token, counts_as_attempt=counts)
        job = row_of(store, job_id)
        assert (job.attempts, job.lease_token, job.detail) == (attempts, None, "busy")
        assert claim(store, job_id) is None, "before its time"
        with store.read_session() as session:
            parked = JobRepository(session).list_parked([job_id])[job_id]
        assert (parked.n_items, parked.reason, parked.detail) == (0, "rate_limited", "busy")


def test_a_job_that_waits_as_a_whole_and_in_its_items_goes_on_when_the_first_of_them_wakes(store: Store) -> None:
    job_id, ids = create(store, keys=("a",))
    token = claim(store, job_id)
    assert token is not None
    held = store.transact_session(
        "t", lambda s: JobItemRepository(s).claim_items(ids, stage=STAGE, worker="w:1", lease_s=60)
    )

    def park(session: Session) -> None:
        parked = ItemOutcome(
            item_id=ids[0], state=ItemState.QUEUED, reason=Reason.RATE_LIMITED, detail="busy", wake_in_s=60
        )
        JobItemRepository(session).finish_items(held.token, [parked])
        JobLeases(session).park_job(
            token, wait_s=600, reason=Reason.RATE_LIMITED, detail="busy", counts_as_attempt=True
        )

    store.transact_session("test.park", park)
    with store.read_session() as session:
        parked = JobRepository(session).list_parked([job_id])[job_id]
        (item,) = JobItemRepository(session).list_by_job(job_id)
    assert (parked.n_items, parked.wake_at) == (1, item.wake_at)


@pytest.mark.parametrize("as_a_whole", [True, False])
def test_a_job_that_begins_again_is_listed_anew_only_where_that_is_asked(store: Store, as_a_whole: bool) -> None:
    job_id, _ = create(store, listed=True)
    store.transact_session("test.complete", lambda session: JobRepository(session).complete_jobs([job_id]))
    assert row_of(store, job_id).state == JobState.DONE
    store.transact_session(
        "test.reopen", lambda session: JobRepository(session).reopen_job(job_id, as_a_whole=as_a_whole)
    )
    job = row_of(store, job_id)
    assert (job.state, job.listed, job.attempts, job.finished_at) == ("queued", not as_a_whole, 0, None)


def test_a_training_ends_when_its_candidates_are_judged(store: Store) -> None:
    job_id, _ = create(store)
    token = claim(store, job_id)
    assert token is not None
    store.transact_session("test.end", lambda session: JobLeases(session).end_training(token))
    job = row_of(store, job_id)
    assert (job.state, job.listed, job.lease_token) == ("done", True, None)


def test_a_sweep_finds_jobs_that_could_be_completed_and_no_others(store: Store) -> None:
    (missed, _), (held, _), (_, _), (_, _) = (
        create(store, listed=True),
        create(store, listed=True),
        create(store),
        create(store, listed=True, keys=("a",)),
    )
    claim(store, held)
    with store.read_session() as session:
        assert JobRepository(session).list_completable() == [missed]


def test_items_are_counted_by_state_and_failures_by_reason(store: Store) -> None:
    job_id, ids = create(store, keys=("a", "b", "c", "d"))
    other_id, _ = create(store)
    held = store.transact_session(
        "t", lambda s: JobItemRepository(s).claim_items(ids[:3], stage=STAGE, worker="w:1", lease_s=60)
    )
    outcomes = [
        ItemOutcome(item_id=ids[0], state=ItemState.DONE),
        ItemOutcome(item_id=ids[1], state=ItemState.FAILED, reason=Reason.NOT_FOUND),
        ItemOutcome(item_id=ids[2], state=ItemState.QUEUED, reason=Reason.RATE_LIMITED, wake_in_s=60),
    ]
    store.transact_session("test.finish", lambda session: JobItemRepository(session).finish_items(held.token, outcomes))
    with store.read_session() as session:
        counts = JobRepository(session).count_items([job_id, other_id])
        failures = JobRepository(session).count_failures([job_id, other_id])
    tally = counts[job_id]
    assert (tally.requested, tally.done, tally.failed, tally.queued, tally.running) == (4, 1, 1, 2, 0)
    assert counts[other_id].requested == 0
    assert failures == {job_id: {"not_found": 1}, other_id: {}}
