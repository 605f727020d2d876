"""The repository of jobs: creating them, adding items, counting items, and ending them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.domain.job import ItemCounts, ItemState, JobKind, JobState, Stage
from shared.errors import Reason
from shared.json_objects import JsonObject
from shared.store.base_repository import RowRepository, page_before
from shared.store.tables import Job, JobItem
from shared.store.tracks.withdrawals import WithdrawalRepository

OPEN_ITEMS = (ItemState.QUEUED, ItemState.RUNNING)
OPEN_JOBS = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class NewItem:
    """An item before it has a row. `key` is unique within its job."""

    key: str
    payload: JsonObject
    track_id: UUID | None = None
    locator: str | None = None
    """The file of the library that it is about."""


@dataclass(frozen=True)
class ParkedWork:
    """What waits for a source: how many items (0: the listing itself), until when, and why."""

    n_items: int
    wake_at: datetime
    reason: str
    detail: str


class IdempotencyConflictError(Exception):
    """The key was used before, for another request."""


class JobRepository(RowRepository[Job, UUID]):
    """All SQL on jobs as a whole."""

    row_type = Job

    def create_job(
        self, kind: JobKind, params: JsonObject, *, idempotency_key: str | None = None, listed: bool = False
    ) -> tuple[Job, bool]:
        """`(job, is_new)`: the job of an idempotency key is made once. Raises IdempotencyConflictError."""
        if idempotency_key is not None:
            made = self._session.scalar(
                insert(Job)
                .values(
                    kind=kind,
                    params=params,
                    state=JobState.QUEUED,
                    listed=listed,
                    idempotency_key=idempotency_key,
                    dispatched_at=func.now(),
                    attempts=0,
                    ignored={},
                )
                .on_conflict_do_nothing(index_elements=["idempotency_key"])
                .returning(Job.id)
            )
            job = self._session.scalars(select(Job).where(Job.idempotency_key == idempotency_key)).one()
            if (job.kind, job.params) != (kind.value, params):
                raise IdempotencyConflictError(idempotency_key)
            return job, made is not None
        job = Job(kind=kind, params=params, listed=listed, dispatched_at=func.now())
        self._session.add(job)
        self._session.flush()
        return job, True

    def list_page(self, *, before: UUID | None, limit: int) -> Sequence[Job]:
        """The newest jobs first; ids are ordered by time, so the last id is the cursor."""
        return self._session.scalars(page_before(select(Job), Job.id, before, limit=limit)).all()

    def count_items(self, job_ids: Iterable[UUID]) -> dict[UUID, ItemCounts]:
        """The items of each job by state, counted now: no counter can drift."""
        tallies: dict[UUID, dict[str, int]] = {job_id: {} for job_id in job_ids}
        rows = self._session.execute(
            select(JobItem.job_id, JobItem.state, func.count())
            .where(JobItem.job_id.in_(tallies))
            .group_by(JobItem.job_id, JobItem.state)
        )
        for job_id, state, number in rows:
            tallies[job_id][state] = number
        return {
            job_id: ItemCounts(
                requested=sum(tally.values()), **{state.value: tally.get(state, 0) for state in ItemState}
            )
            for job_id, tally in tallies.items()
        }

    def count_failures(self, job_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
        """Reason code → items, for what failed or was skipped in each job, the commonest first."""
        counts: dict[UUID, dict[str, int]] = {job_id: {} for job_id in job_ids}
        rows = self._session.execute(
            select(JobItem.job_id, JobItem.reason, func.count())
            .where(JobItem.job_id.in_(counts), JobItem.reason.is_not(None), JobItem.state.not_in(OPEN_ITEMS))
            .group_by(JobItem.job_id, JobItem.reason)
            .order_by(func.count().desc())
        )
        for job_id, reason, number in rows:
            counts[job_id][str(reason)] = number
        return counts

    def list_parked(self, job_ids: Iterable[UUID]) -> dict[UUID, ParkedWork]:
        """What waits for a source, for each job in which something does."""
        ids = set(job_ids)
        items = (
            select(
                JobItem.job_id,
                func.count(),
                func.min(JobItem.wake_at),
                func.min(JobItem.reason),
                func.min(JobItem.detail),
            )
            .where(JobItem.job_id.in_(ids), JobItem.state == ItemState.QUEUED, JobItem.wake_at.is_not(None))
            .group_by(JobItem.job_id)
        )
        parked = {
            job_id: ParkedWork(n_items, wake_at, reason or "", detail or "")
            for job_id, n_items, wake_at, reason, detail in self._session.execute(items)
            if wake_at is not None
        }
        whole = select(Job).where(Job.id.in_(ids), Job.wake_at.is_not(None), Job.state.in_(OPEN_JOBS))
        for job in self._session.scalars(whole):
            there = parked.get(job.id)
            wakes = [moment for moment in (job.wake_at, there.wake_at if there else None) if moment]
            reason = (job.note or "").removeprefix("parked: ") or Reason.RATE_LIMITED.value
            parked[job.id] = ParkedWork(there.n_items if there else 0, min(wakes), reason, job.detail or "")
        return parked

    def fail_job(self, job_id: UUID, *, reason: str, detail: str) -> None:
        """Let the job end as failed when it is completed."""
        self._session.execute(update(Job).where(Job.id == job_id).values(reason=reason, detail=detail))

    def add_items(self, job_id: UUID, stage: Stage, items: Sequence[NewItem]) -> list[int]:
        """Ids of the items that are new: listing a source again adds only what was not there."""
        if not items:
            return []
        rows = [
            {
                "job_id": job_id,
                "stage": stage,
                "state": ItemState.QUEUED,
                "key": item.key,
                "payload": item.payload,
                "attempts": 0,
                "track_id": item.track_id,
                "locator": item.locator,
            }
            for item in items
        ]
        made = self._session.scalars(
            insert(JobItem).on_conflict_do_nothing(index_elements=["job_id", "key"]).returning(JobItem.id), rows
        )
        return sorted(made)

    def count_files(self, job_id: UUID, *, n_missing: int = 0, n_returned: int = 0) -> None:
        """Add to how many known files a crawl found gone, and how many that were missing it found again."""
        self._session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(n_missing=Job.n_missing + n_missing, n_returned=Job.n_returned + n_returned)
        )

    def set_note(self, job_id: UUID, note: str) -> None:
        """Say what the job is doing, in words for a person."""
        self._session.execute(update(Job).where(Job.id == job_id).values(note=note))

    def lock_jobs(self, job_ids: Iterable[UUID]) -> None:
        """Lock the rows in one order. Who finishes items does this first, so that the last one sees all others."""
        self._session.execute(select(Job.id).where(Job.id.in_(set(job_ids))).order_by(Job.id).with_for_update())

    def complete_jobs(self, job_ids: Iterable[UUID]) -> None:
        """End the jobs that are listed and have no open items; what the sources of crawls say no more is withdrawn."""
        ended = self._session.scalars(
            update(Job)
            .where(Job.id.in_(set(job_ids)), _can_be_completed())
            .values(
                state=case((Job.reason.is_(None), JobState.DONE.value), else_=JobState.FAILED.value),
                finished_at=func.now(),
                started_at=func.coalesce(Job.started_at, func.now()),
                note=None,
            )
            .returning(Job.id)
        ).all()
        if ended:
            WithdrawalRepository(self._session).withdraw_unsaid(ended)

    def note_unnamed(self, job_ids: Iterable[UUID]) -> None:
        """Pieces of these crawls could not be read so far that it would be known which tracks they name."""
        self._session.execute(update(Job).where(Job.id.in_(set(job_ids))).values(has_unnamed=True))

    def cancel_job(self, job_id: UUID) -> bool:
        """Stop the job; open items are counted as skipped. False: it had ended already."""
        cancelled = self._session.scalar(
            update(Job)
            .where(Job.id == job_id, Job.state.in_(OPEN_JOBS))
            .values(
                state=JobState.CANCELLED,
                listed=True,
                lease_token=None,
                lease_until=None,
                finished_at=func.now(),
                reason=Reason.CANCELLED,
                detail="cancelled by a person",
                note=None,
                wake_at=None,
            )
            .returning(Job.id)
        )
        if cancelled is None:
            return False
        self._session.execute(
            update(JobItem)
            .where(JobItem.job_id == job_id, JobItem.state.in_(OPEN_ITEMS))
            .values(
                state=ItemState.SKIPPED,
                reason=Reason.CANCELLED,
                lease_token=None,
                lease_until=None,
                wake_at=None,
                finished_at=func.now(),
            )
        )
        return True

    def reopen_job(self, job_id: UUID, *, as_a_whole: bool) -> None:
        """Let an ended job begin again: `as_a_whole`, listing or training anew, or only with its open items."""
        self._session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(
                state=JobState.QUEUED,
                listed=not as_a_whole,
                reason=None,
                detail=None,
                finished_at=None,
                started_at=None,
                attempts=0,
                wake_at=None,
                dispatched_at=func.now(),
            )
        )

    def give_up(self, job_id: UUID, *, reason: Reason, detail: str) -> None:
        """End a job that cannot be brought further; its open items fail with it."""
        self._session.execute(
            update(JobItem)
            .where(JobItem.job_id == job_id, JobItem.state.in_(OPEN_ITEMS))
            .values(
                state=ItemState.FAILED,
                reason=reason,
                detail=detail,
                lease_token=None,
                lease_until=None,
                finished_at=func.now(),
                wake_at=None,
            )
        )
        self._session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state.in_(OPEN_JOBS))
            .values(
                state=JobState.FAILED,
                listed=True,
                reason=reason,
                detail=detail,
                lease_token=None,
                lease_until=None,
                finished_at=func.now(),
                note=None,
            )
        )

    def list_completable(self) -> list[UUID]:
        """Jobs that could be completed now: the sweep asks, in case a completion was missed."""
        return list(self._session.scalars(select(Job.id).where(_can_be_completed())))


def _can_be_completed() -> ColumnElement[bool]:
    """A job that is listed, that nobody works on as a whole, and whose items have all ended."""
    is_open = exists().where(JobItem.job_id == Job.id, JobItem.state.in_(OPEN_ITEMS))
    return and_(Job.state.in_(OPEN_JOBS), Job.listed, ~is_open, Job.lease_token.is_(None))
