"""Items under their leases: who may claim, who may finish, and what happens to those that nobody finishes."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.domain.job import BACKGROUND, ItemState, JobKind, JobState, Stage
from shared.domain.track import CollectedTrack, SourceRef
from shared.errors import Reason
from shared.store import Store
from shared.store.jobs.items import ItemClaim, ItemOutcome, JobItemRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.tables import Job, JobItem
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository

STAGE = Stage.FEATURIZE


def job_of(store: Store, *keys: str, stage: Stage = STAGE) -> tuple[UUID, list[int]]:
    """A job whose items are all known, and their ids."""

    def write(session: Session) -> tuple[UUID, list[int]]:
        job, _ = JobRepository(session).create_job(JobKind.CRAWL, {}, listed=True)
        return job.id, JobRepository(session).add_items(job.id, stage, [NewItem(key, {}) for key in keys])

    return store.transact_session("test.job", write)


def claim(
    store: Store, ids: list[int], *, worker: str = "one:1", lease_s: float = 60, stage: Stage = STAGE
) -> ItemClaim:
    return store.transact_session(
        "test.claim",
        lambda session: JobItemRepository(session).claim_items(ids, stage=stage, worker=worker, lease_s=lease_s),
    )


def finish(store: Store, held: ItemClaim, *outcomes: ItemOutcome) -> list[int]:
    return store.transact_session(
        "test.finish", lambda session: JobItemRepository(session).finish_items(held.token, outcomes)
    )


def items_in(store: Store, job_id: UUID) -> list[JobItem]:
    with store.read_session() as session:
        return list(JobItemRepository(session).list_by_job(job_id))


def state_of(store: Store, job_id: UUID) -> str:
    with store.read_session() as session:
        return session.get_one(Job, job_id).state


def set_item(store: Store, item_id: int, **values: object) -> None:
    query = update(JobItem).where(JobItem.id == item_id).values(**values)
    store.transact_session("test.set", lambda session: session.execute(query))


def set_all(store: Store, **values: object) -> None:
    store.transact_session("test.set", lambda session: session.execute(update(JobItem).values(**values)))


def now(store: Store) -> datetime:
    with store.read_session() as session:
        moment: datetime = session.scalars(select(func.now())).one()
    return moment.astimezone(UTC)


def done(item_id: int) -> ItemOutcome:
    return ItemOutcome(item_id=item_id, state=ItemState.DONE)


def test_an_item_under_a_live_lease_is_not_claimed_by_another_worker(store: Store) -> None:
    job_id, ids = job_of(store, "a", "b")
    first = claim(store, ids[:1])
    second = claim(store, ids, worker="two:1")
    assert [item.id for item in first.items] == ids[:1]
    assert [item.id for item in second.items] == ids[1:]
    held, _ = items_in(store, job_id)
    assert (held.worker, held.lease_token, held.attempts) == ("one:1", first.token, 1)


def test_an_item_whose_lease_is_over_is_claimed_by_another_worker(store: Store) -> None:
    job_id, ids = job_of(store, "a")
    claim(store, ids, lease_s=-1)
    taken_over = claim(store, ids, worker="two:1")
    assert [item.id for item in taken_over.items] == ids
    (item,) = items_in(store, job_id)
    assert (item.worker, item.lease_token, item.attempts) == ("two:1", taken_over.token, 2)


def test_an_item_is_claimed_only_at_its_stage_and_not_before_it_wakes(store: Store) -> None:
    _, ids = job_of(store, "a", "b")
    assert claim(store, ids, stage=Stage.COLLECT).items == []
    first = claim(store, ids[:1])
    finish(store, first, ItemOutcome(item_id=ids[0], state=ItemState.QUEUED, wake_in_s=60))
    assert [item.id for item in claim(store, ids).items] == ids[1:]


def test_a_claim_lasts_as_long_as_was_asked_and_sets_the_job_to_work_once(store: Store) -> None:
    job_id, ids = job_of(store, "a", "b")
    assert state_of(store, job_id) == JobState.QUEUED
    before = now(store)
    (item,) = claim(store, ids[:1], lease_s=100).items
    assert item.lease_until is not None
    assert 100 <= (item.lease_until.astimezone(UTC) - before).total_seconds() < 160
    with store.read_session() as session:
        started = session.get_one(Job, job_id).started_at
    assert state_of(store, job_id) == JobState.RUNNING
    claim(store, ids[1:])
    with store.read_session() as session:
        assert session.get_one(Job, job_id).started_at == started


def test_a_worker_that_lost_its_claim_finishes_nothing(store: Store) -> None:
    job_id, ids = job_of(store, "a")
    lost = claim(store, ids, lease_s=-1)
    taken_over = claim(store, ids, worker="two:1")
    failed = ItemOutcome(item_id=ids[0], state=ItemState.FAILED, reason=Reason.UNDECODABLE, next_stage=Stage.PACK)
    assert finish(store, lost, failed) == []
    (item,) = items_in(store, job_id)
    assert (item.state, item.stage, item.reason, item.lease_token) == ("running", STAGE, None, taken_over.token)
    finish(store, taken_over, done(ids[0]))
    (item,) = items_in(store, job_id)
    assert (item.state, item.lease_token, item.lease_until) == ("done", None, None)
    assert state_of(store, job_id) == JobState.DONE


def test_a_claim_finishes_no_items_that_it_does_not_hold(store: Store) -> None:
    job_id, ids = job_of(store, "a", "b")
    mine = claim(store, ids[:1])
    theirs = claim(store, ids[1:], worker="two:1")
    finish(store, mine, done(ids[0]), done(ids[1]))
    assert [item.state for item in items_in(store, job_id)] == ["done", "running"]
    assert state_of(store, job_id) == JobState.RUNNING
    finish(store, theirs, done(ids[1]))
    assert state_of(store, job_id) == JobState.DONE


def test_what_was_finished_is_not_finished_again(store: Store) -> None:
    job_id, ids = job_of(store, "a")
    held = claim(store, ids)
    finish(store, held, done(ids[0]))
    finish(store, held, ItemOutcome(item_id=ids[0], state=ItemState.FAILED, reason=Reason.UNDECODABLE))
    (item,) = items_in(store, job_id)
    assert (item.state, item.reason) == ("done", None)


def test_an_item_that_goes_on_waits_at_its_next_stage_with_its_attempts_forgotten(store: Store) -> None:
    job_id, ids = job_of(store, "a")
    outcome = ItemOutcome(item_id=ids[0], state=ItemState.DONE, next_stage=Stage.PACK)
    assert finish(store, claim(store, ids), outcome) == ids
    (item,) = items_in(store, job_id)
    assert (item.state, item.stage, item.attempts, item.finished_at) == ("queued", Stage.PACK, 0, None)
    assert item.dispatched_at is not None
    assert state_of(store, job_id) == JobState.RUNNING


@pytest.mark.parametrize(("counts", "attempts"), [(True, 1), (False, 0)])
def test_a_parked_item_keeps_its_attempt_only_where_it_counts(store: Store, counts: bool, attempts: int) -> None:
    job_id, ids = job_of(store, "a")
    before = now(store)
    parked = ItemOutcome(
        item_id=ids[0], state=ItemState.QUEUED, reason=Reason.RATE_LIMITED, wake_in_s=100, counts_as_attempt=counts
    )
    assert finish(store, claim(store, ids), parked) == []
    (item,) = items_in(store, job_id)
    assert (item.state, item.reason, item.attempts, item.finished_at) == ("queued", "rate_limited", attempts, None)
    assert item.wake_at is not None
    assert 100 <= (item.wake_at.astimezone(UTC) - before).total_seconds() < 160


def test_only_a_claim_that_is_held_is_renewed(store: Store) -> None:
    job_id, ids = job_of(store, "a")
    held = claim(store, ids, lease_s=1)

    def renew(token: UUID) -> bool:
        return store.transact_session(
            "test.renew", lambda session: JobItemRepository(session).renew_lease(token, lease_s=600)
        )

    before = now(store)
    assert renew(held.token)
    (item,) = items_in(store, job_id)
    assert item.lease_until is not None
    assert (item.lease_until.astimezone(UTC) - before).total_seconds() >= 600
    assert not renew(job_id), "a token that holds nothing"
    finish(store, held, done(ids[0]))
    assert not renew(held.token), "its item has ended"


def test_what_a_claim_gives_back_is_queued_until_its_attempts_are_used_up(store: Store) -> None:
    job_id, ids = job_of(store, "a", "b")

    def give_back(held: ItemClaim) -> list[int]:
        return store.transact_session(
            "test.back",
            lambda session: JobItemRepository(session).requeue_claim(held.token, max_attempts=2, detail="broken"),
        )

    assert give_back(claim(store, ids)) == ids
    assert [(item.state, item.lease_token) for item in items_in(store, job_id)] == [("queued", None)] * 2
    assert give_back(claim(store, ids[:1])) == []
    first, second = items_in(store, job_id)
    assert (first.state, first.reason, first.detail, first.attempts) == ("failed", "internal", "broken", 2)
    assert first.finished_at is not None
    assert second.state == "queued"
    assert state_of(store, job_id) == JobState.RUNNING
    give_back(claim(store, ids[1:]))
    assert state_of(store, job_id) == JobState.DONE


def test_a_sweep_takes_back_what_a_dead_worker_held_and_leaves_the_living_alone(store: Store) -> None:
    job_id, ids = job_of(store, "a", "b", "c")
    claim(store, ids[:1], lease_s=-1)
    claim(store, ids[1:2], lease_s=60)

    def sweep(max_attempts: int) -> dict[Stage, list[int]]:
        return store.transact_session(
            "test.sweep", lambda session: JobItemRepository(session).requeue_abandoned(max_attempts=max_attempts)
        )

    assert sweep(2) == {STAGE: ids[:1]}
    assert [item.state for item in items_in(store, job_id)] == ["queued", "running", "queued"]
    claim(store, ids[:1], lease_s=-1)
    assert sweep(2) == {STAGE: []}
    lost = items_in(store, job_id)[0]
    assert (lost.state, lost.reason) == ("failed", "worker_lost")


def test_a_sweep_leaves_candidates_of_a_training_to_their_job(store: Store) -> None:
    job_id, ids = job_of(store, "svm", stage=Stage.TRAIN)
    claim(store, ids, lease_s=-1, stage=Stage.TRAIN)
    assert (
        store.transact_session(
            "test.sweep", lambda session: JobItemRepository(session).requeue_abandoned(max_attempts=1)
        )
        == {}
    )
    assert [item.state for item in items_in(store, job_id)] == ["running"]


def test_items_whose_message_was_lost_are_sent_once_more_and_not_before_the_grace_is_over(store: Store) -> None:
    _, ids = job_of(store, "never sent", "sent long ago", "just sent", "at another stage")
    a_minute_ago = func.now() - func.make_interval(0, 0, 0, 0, 0, 1)
    set_item(store, ids[0], dispatched_at=None)
    set_item(store, ids[1], dispatched_at=a_minute_ago)
    set_item(store, ids[3], dispatched_at=None, stage=Stage.PACK)

    def unsent(grace_s: float) -> list[int]:
        return store.transact_session(
            "test.unsent", lambda session: JobItemRepository(session).take_unsent(STAGE, grace_s=grace_s)
        )

    assert unsent(30) == ids[:2]
    assert unsent(30) == []
    assert unsent(-1) == ids[:3]


def test_items_of_background_jobs_are_sent_a_few_at_a_time_where_no_others_wait(store: Store) -> None:
    background, ids = job_of(store, *(f"background {n}" for n in range(250)))
    store.transact_session(
        "test.mark", lambda s: s.execute(update(Job).where(Job.id == background).values(params={BACKGROUND: True}))
    )
    _, asked_for = job_of(store, "asked for")
    set_all(store, dispatched_at=None)

    def unsent() -> list[int]:
        return store.transact_session(
            "test.unsent", lambda session: JobItemRepository(session).take_unsent(STAGE, grace_s=30)
        )

    assert [unsent(), unsent(), unsent(), unsent()] == [asked_for, ids[:200], ids[200:], []]


@pytest.mark.parametrize("state", ["running", "done"])
def test_items_that_do_not_wait_are_never_sent(store: Store, state: str) -> None:
    _, _ = job_of(store, "a")
    set_all(store, state=state)
    assert (
        store.transact_session("test.unsent", lambda session: JobItemRepository(session).take_unsent(STAGE, grace_s=-1))
        == []
    )


def test_parked_items_and_those_of_an_ended_job_are_never_sent(store: Store) -> None:
    job_id, _ = job_of(store, "a")
    unsent = lambda session: JobItemRepository(session).take_unsent(STAGE, grace_s=-1)  # noqa: E731
    set_all(store, wake_at=func.now() + func.make_interval(0, 0, 0, 0, 1))
    assert store.transact("test.unsent", unsent) == []
    set_all(store, wake_at=None)
    store.transact_session(
        "test.end", lambda s: s.execute(update(Job).where(Job.id == job_id).values(state="cancelled"))
    )
    assert store.transact("test.unsent", unsent) == []


def test_parked_items_wake_when_their_time_has_come(store: Store) -> None:
    job_id, ids = job_of(store, "due", "not yet", "not parked")
    held = claim(store, ids[:2])
    due_now = ItemOutcome(
        item_id=ids[0], state=ItemState.QUEUED, reason=Reason.RATE_LIMITED, detail="busy", wake_in_s=-1
    )
    finish(store, held, due_now, replace(due_now, item_id=ids[1], wake_in_s=60))
    woken = store.transact_session("test.wake", lambda session: JobItemRepository(session).wake_parked(STAGE))
    assert woken == ids[:1]
    due, not_yet, _ = items_in(store, job_id)
    assert (due.wake_at, due.reason, due.detail) == (None, None, None)
    assert not_yet.wake_at is not None


def test_a_page_of_items_begins_behind_the_last_one_and_holds_the_states_asked_for(store: Store) -> None:
    job_id, ids = job_of(store, "a", "b", "c")
    finish(store, claim(store, ids[:1]), done(ids[0]))
    with store.read_session() as session:
        items = JobItemRepository(session)
        assert [item.id for item in items.list_by_job(job_id, after=ids[0])] == ids[1:]
        assert [item.id for item in items.list_by_job(job_id, limit=2)] == ids[:2]
        assert [item.id for item in items.list_by_job(job_id, states=[ItemState.DONE])] == ids[:1]


def test_a_recording_is_in_work_where_any_of_its_tracks_is(store: Store) -> None:
    def write(session: Session) -> tuple[UUID, UUID]:
        names = ("old", "new", "alone")
        old, new, alone = (
            TrackRepository(session).register_track(CollectedTrack(refs=(SourceRef("table", name),))).track_id
            for name in names
        )
        MergeRepository(session).unite_pairs(
            [MergePair(one=old, other=new, reason=MergeReason.PERSON, who="the tests")]
        )
        job, _ = JobRepository(session).create_job(JobKind.CRAWL, {}, listed=True)
        ids = JobRepository(session).add_items(job.id, STAGE, [NewItem("new", {}, new), NewItem("done", {}, alone)])
        held = JobItemRepository(session).claim_items(ids[1:], stage=STAGE, worker="w:1", lease_s=60)
        JobItemRepository(session).finish_items(held.token, [done(ids[1])])
        return old, alone

    old, alone = store.transact_session("test.work", write)
    with store.read_session() as session:
        assert JobItemRepository(session).get_open_stage(old) == (STAGE, ItemState.QUEUED)
        assert JobItemRepository(session).get_open_stage(alone) is None


def test_only_failed_items_are_tried_again_from_the_beginning(store: Store) -> None:
    job_id, ids = job_of(store, "failed", "done")
    held = claim(store, ids)
    finish(store, held, ItemOutcome(item_id=ids[0], state=ItemState.FAILED, reason=Reason.INTERNAL), done(ids[1]))
    assert state_of(store, job_id) == JobState.DONE
    again = store.transact_session("test.again", lambda session: JobItemRepository(session).retry_failed(job_id))
    assert again == {STAGE: ids[:1]}
    failed, ended = items_in(store, job_id)
    assert (failed.state, failed.attempts, failed.reason, failed.finished_at) == ("queued", 0, None, None)
    assert ended.state == "done"
    assert state_of(store, job_id) == JobState.QUEUED
    assert [item.id for item in claim(store, ids).items] == ids[:1]
