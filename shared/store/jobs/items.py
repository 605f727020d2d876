"""The repository of job items: claiming, renewing, finishing and counting them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Text, column, exists, func, or_, select, update
from sqlalchemy import values as sql_values
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid4

from shared.domain.job import BACKGROUND, ItemState, JobState, Stage
from shared.errors import LaterError, PermanentError, Reason
from shared.store.base_repository import BaseRepository, page_after
from shared.store.jobs.repository import OPEN_ITEMS, JobRepository
from shared.store.tables import Job, JobItem, Track
from shared.store.tables.base import ColumnValues

_BACKGROUND_AT_ONCE = 200
"""Items of background jobs in the queue: what comes after them waits for less than a minute."""


@dataclass(frozen=True)
class ItemClaim:
    """A batch that this worker may work on, and the token that proves it."""

    token: UUID
    items: Sequence[JobItem]


@dataclass(frozen=True, kw_only=True)
class ItemOutcome:
    """What became of an item: it ended, or it goes on to the next stage."""

    item_id: int
    state: ItemState
    reason: Reason | None = None
    detail: str | None = None
    track_id: UUID | None = None
    annotation_id: int | None = None
    """What the item says of its track."""
    next_stage: Stage | None = None
    wake_in_s: float | None = None
    """Parked: it waits at its stage, and nobody takes it before so many seconds have passed."""
    counts_as_attempt: bool = True
    """False: what stopped it was no fault (a rate limit), so the attempt is given back."""
    locator: str | None = None
    """The file that the item turned out to be about."""
    payload: Mapping[str, Any] | None = None
    """Of an item that goes on: what its next stage needs, in place of what it had."""

    @classmethod
    def from_error(
        cls,
        item: JobItem,
        error: PermanentError | LaterError,
        *,
        max_attempts: int,
        is_skipped: bool = False,
        track_id: UUID | None = None,
    ) -> "ItemOutcome":
        """What an error makes of its item. It is parked where the same call may work later and attempts are left (what
        was no fault takes none); otherwise it failed, or was skipped.
        """
        if isinstance(error, LaterError) and not (error.is_fault and item.attempts >= max_attempts):
            return cls(
                item_id=item.id,
                state=ItemState.QUEUED,
                reason=error.reason,
                detail=error.detail,
                wake_in_s=error.wait_s,
                counts_as_attempt=error.is_fault,
            )
        state = ItemState.SKIPPED if is_skipped else ItemState.FAILED
        return cls(item_id=item.id, state=state, reason=error.reason, detail=error.detail, track_id=track_id)


class JobItemRepository(BaseRepository):
    """All SQL on items."""

    def claim_items(self, item_ids: Iterable[int], *, stage: Stage, worker: str, lease_s: float) -> ItemClaim:
        """Those of the items that wait at `stage`, or whose worker died. One transaction for the whole batch."""
        token = uuid4()
        free = (
            select(JobItem.id)
            .where(
                JobItem.id.in_(set(item_ids)),
                JobItem.stage == stage,
                or_(
                    (JobItem.state == ItemState.QUEUED) & _is_awake(),
                    (JobItem.state == ItemState.RUNNING) & (JobItem.lease_until < func.now()),
                ),
            )
            .order_by(JobItem.id)
            .with_for_update(skip_locked=True)
        )
        claimed = self._session.scalars(
            update(JobItem)
            .where(JobItem.id.in_(free))
            .values(
                state=ItemState.RUNNING,
                attempts=JobItem.attempts + 1,
                lease_token=token,
                worker=worker,
                wake_at=None,
                lease_until=func.now() + timedelta(seconds=lease_s),
            )
            .returning(JobItem)
        ).all()
        jobs = {item.job_id for item in claimed}
        if jobs:
            self._session.execute(
                update(Job)
                .where(Job.id.in_(jobs), Job.state == JobState.QUEUED)
                .values(state=JobState.RUNNING, started_at=func.now())
            )
        return ItemClaim(token, sorted(claimed, key=lambda item: item.id))

    def have_ended(self, job_id: UUID) -> bool:
        """Whether all items of a job have ended."""
        is_open = exists().where(JobItem.job_id == job_id, JobItem.state.in_(OPEN_ITEMS))
        return not self._session.scalar(select(is_open))

    def renew_lease(self, token: UUID, *, lease_s: float) -> bool:
        """Hold the lease longer. False: nothing is held any more."""
        held = self._session.scalars(
            update(JobItem)
            .where(JobItem.lease_token == token, JobItem.state == ItemState.RUNNING)
            .values(lease_until=func.now() + timedelta(seconds=lease_s))
            .returning(JobItem.id)
        )
        return bool(held.all())

    def list_held(self, token: UUID) -> dict[int, UUID]:
        """`{item id: job id}` of what this claim still holds, locked; jobs are locked first, always in this order."""
        held = select(JobItem.id, JobItem.job_id).where(
            JobItem.lease_token == token, JobItem.state == ItemState.RUNNING
        )
        JobRepository(self._session).lock_jobs({job_id for _, job_id in self._session.execute(held)})
        return dict(self._session.execute(held.with_for_update()).all())

    def finish_items(self, token: UUID, outcomes: Iterable[ItemOutcome]) -> list[int]:
        """Write the outcomes of a claim and complete its jobs. Ids of the items that go on to a next stage.

        What the claim no longer holds (cancelled, or taken over by another worker) is left as it is, so a second call
        changes nothing.
        """
        held = self.list_held(token)
        outcomes = [outcome for outcome in outcomes if outcome.item_id in held]
        going_on: list[int] = []
        alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for outcome in outcomes:
            how = (
                outcome.state,
                outcome.reason,
                outcome.detail,
                outcome.track_id,
                outcome.annotation_id,
                outcome.next_stage,
                outcome.wake_in_s,
                outcome.counts_as_attempt,
            )
            alike[how].append(outcome.item_id)
        for (state, reason, detail, track_id, annotation_id, next_stage, wake_in_s, counts), item_ids in alike.items():
            values: ColumnValues = {"state": state, "reason": reason, "detail": detail, "finished_at": func.now()}
            if next_stage is not None:
                going_on += item_ids
                values |= {"stage": next_stage, "state": ItemState.QUEUED, "attempts": 0, "finished_at": None}
                values["dispatched_at"] = func.now()
            if wake_in_s is not None:
                values |= {"wake_at": func.now() + timedelta(seconds=wake_in_s), "finished_at": None}
                values["attempts"] = JobItem.attempts if counts else func.greatest(JobItem.attempts - 1, 0)
            if track_id is not None:
                values["track_id"] = track_id
            if annotation_id is not None:
                values["annotation_id"] = annotation_id
            self._session.execute(
                update(JobItem)
                .where(JobItem.id.in_(item_ids))
                .values(lease_token=None, lease_until=None, **values)
                .execution_options(synchronize_session=False)
            )
        self._hand_on(outcomes)
        JobRepository(self._session).complete_jobs(held.values())
        return going_on

    def _hand_on(self, outcomes: Iterable[ItemOutcome]) -> None:
        """Write which files the items are about, and what their next stage needs."""
        for name, kind in (("locator", Text), ("payload", JSONB)):
            rows = [(o.item_id, value) for o in outcomes if (value := getattr(o, name)) is not None]
            if rows:
                handed = sql_values(column("id", BigInteger), column(name, kind), name="handed").data(rows)
                self._session.execute(
                    update(JobItem)
                    .where(JobItem.id == handed.c["id"])
                    .values({name: handed.c[name]})
                    .execution_options(synchronize_session=False)
                )

    def requeue_claim(self, token: UUID, *, max_attempts: int, detail: str) -> list[int]:
        """After an error of ours: queue the claim's items again, but fail those that used up their attempts.

        Ids of the items to send again, one by one, so that a bad one cannot take its neighbours with it.
        """
        held = self.list_held(token)
        rows = self._session.scalars(select(JobItem).where(JobItem.id.in_(held))).all()
        again = self._requeue_or_fail(rows, max_attempts=max_attempts, reason=Reason.INTERNAL, detail=detail)
        JobRepository(self._session).complete_jobs(held.values())
        return again

    def requeue_abandoned(self, *, max_attempts: int, limit: int = 500) -> dict[Stage, list[int]]:
        """Take back items whose worker died. Ids to send again by stage; a sweep calls this."""
        rows = self._session.scalars(
            select(JobItem)
            .where(JobItem.state == ItemState.RUNNING, JobItem.lease_until < func.now(), JobItem.stage != Stage.TRAIN)
            .order_by(JobItem.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        stages = {row.id: Stage(row.stage) for row in rows}
        jobs = {row.job_id for row in rows}
        again = self._requeue_or_fail(
            rows,
            max_attempts=max_attempts,
            reason=Reason.WORKER_LOST,
            detail=f"the worker died {max_attempts} times over this item",
        )
        JobRepository(self._session).complete_jobs(jobs)
        return {stage: [i for i in again if stages[i] is stage] for stage in set(stages.values())}

    def take_unsent(self, stage: Stage, *, grace_s: float, limit: int = 2000) -> list[int]:
        """Items that wait although their queue is empty: their message was lost. Marks them as sent again.

        Where there are none, a few items of background jobs, which were not sent before.
        """
        return self._take_unsent(stage, grace_s=grace_s, limit=limit, is_background=False) or self._take_unsent(
            stage, grace_s=grace_s, limit=min(limit, _BACKGROUND_AT_ONCE), is_background=True
        )

    def _take_unsent(self, stage: Stage, *, grace_s: float, limit: int, is_background: bool) -> list[int]:
        waiting = (
            select(JobItem.id)
            .join(Job, Job.id == JobItem.job_id)
            .where(
                JobItem.stage == stage,
                JobItem.state == ItemState.QUEUED,
                _is_awake(),
                Job.state.in_(("queued", "running")),
                Job.params.has_key(BACKGROUND) == is_background,
                or_(
                    JobItem.dispatched_at.is_(None),
                    JobItem.dispatched_at < func.now() - timedelta(seconds=grace_s),
                ),
            )
            .order_by(JobItem.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=JobItem)
        )
        sent = self._session.scalars(
            update(JobItem).where(JobItem.id.in_(waiting)).values(dispatched_at=func.now()).returning(JobItem.id)
        )
        return sorted(sent)

    def wake_parked(self, stage: Stage, *, limit: int = 500) -> list[int]:
        """Parked items whose time has come. Marks them as sent; a sweep calls this."""
        due = (
            select(JobItem.id)
            .where(JobItem.stage == stage, JobItem.state == ItemState.QUEUED, JobItem.wake_at <= func.now())
            .order_by(JobItem.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        woken = self._session.scalars(
            update(JobItem)
            .where(JobItem.id.in_(due))
            .values(wake_at=None, reason=None, detail=None, dispatched_at=func.now())
            .returning(JobItem.id)
        )
        return sorted(woken)

    def list_by_job(
        self, job_id: UUID, *, states: Sequence[ItemState] = (), after: int = 0, limit: int = 100
    ) -> Sequence[JobItem]:
        """A page of a job's items, in order of their ids."""
        query = select(JobItem).where(JobItem.job_id == job_id)
        if states:
            query = query.where(JobItem.state.in_(states))
        return self._session.scalars(page_after(query, JobItem.id, after, limit=limit)).all()

    def retry_failed(self, job_id: UUID) -> dict[Stage, list[int]]:
        """Queue the failed items of an ended job again, with their attempts forgotten. Ids by stage."""
        JobRepository(self._session).lock_jobs([job_id])
        rows = self._session.execute(
            update(JobItem)
            .where(JobItem.job_id == job_id, JobItem.state == ItemState.FAILED)
            .values(
                state=ItemState.QUEUED,
                attempts=0,
                reason=None,
                detail=None,
                finished_at=None,
                wake_at=None,
                dispatched_at=func.now(),
            )
            .returning(JobItem.id, JobItem.stage)
        ).all()
        by_stage: dict[Stage, list[int]] = {}
        for item_id, stage in rows:
            by_stage.setdefault(Stage(stage), []).append(item_id)
        if rows:
            JobRepository(self._session).reopen_job(job_id, as_a_whole=Stage.TRAIN in by_stage)
        return by_stage

    def get_open_stage(self, track_id: UUID) -> tuple[Stage, ItemState] | None:
        """Where a surviving track, or one that it stands for, is in work, or None."""
        row = self._session.execute(
            select(JobItem.stage, JobItem.state)
            .join(Track, Track.id == JobItem.track_id)
            .where(Track.survivor_id == track_id, JobItem.state.in_(OPEN_ITEMS))
            .limit(1)
        ).first()
        return (Stage(row[0]), ItemState(row[1])) if row else None

    def _requeue_or_fail(self, rows: Sequence[JobItem], *, max_attempts: int, reason: Reason, detail: str) -> list[int]:
        again = [row.id for row in rows if row.attempts < max_attempts]
        spent = [row.id for row in rows if row.attempts >= max_attempts]
        for ids, values in (
            (again, {"state": ItemState.QUEUED, "dispatched_at": func.now()}),
            (spent, {"state": ItemState.FAILED, "reason": reason, "detail": detail, "finished_at": func.now()}),
        ):
            if ids:
                self._session.execute(
                    update(JobItem).where(JobItem.id.in_(ids)).values(lease_token=None, lease_until=None, **values)
                )
        return again


def _is_awake() -> ColumnElement[bool]:
    return or_(JobItem.wake_at.is_(None), JobItem.wake_at <= func.now())
