"""Jobs held as a whole: a worker leases one while its source is listed or its candidates are trained."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from uuid_utils.compat import uuid4

from shared.domain.job import JobKind, JobState
from shared.errors import Reason
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository
from shared.store.jobs.repository import OPEN_JOBS, JobRepository
from shared.store.tables import Job


class JobLeases(BaseRepository):
    """All SQL on the lease of a job: taken, held, given back, and found again where its worker was lost."""

    def claim_job(self, job_id: UUID, *, worker: str, lease_s: float) -> UUID | None:
        """A lease token on the job as a whole, or None: done, cancelled, or somebody is at it."""
        token = uuid4()
        claimed = self._session.scalar(
            update(Job)
            .where(Job.id == job_id, Job.state.in_(OPEN_JOBS), _is_unleased(Job.lease_until), _is_awake())
            .values(
                state=JobState.RUNNING,
                lease_token=token,
                lease_until=_from_now(lease_s),
                worker=worker,
                attempts=Job.attempts + 1,
                started_at=func.coalesce(Job.started_at, func.now()),
                wake_at=None,
            )
            .returning(Job.id)
        )
        return token if claimed else None

    def renew_lease(self, token: UUID, *, lease_s: float) -> bool:
        """Hold the lease longer. False: it was lost, or the job was cancelled, so stop."""
        renewed = self._session.scalar(
            update(Job)
            .where(Job.lease_token == token, Job.state == JobState.RUNNING)
            .values(lease_until=_from_now(lease_s))
            .returning(Job.id)
        )
        return renewed is not None

    def release_lease(self, token: UUID, *, error: str | None = None) -> None:
        """Give the lease back, so that the next message may claim the job at once. `error` is kept for the person."""
        self._session.execute(
            update(Job)
            .where(Job.lease_token == token)
            .values(lease_token=None, lease_until=None, dispatched_at=None, detail=error)
        )

    def advance_cursor(self, token: UUID, cursor: JsonObject) -> bool:
        """Remember how far the source is listed. False: the lease was lost, so this page is not ours to add."""
        return (
            self._session.scalar(
                update(Job)
                .where(Job.lease_token == token, Job.state == JobState.RUNNING)
                .values(cursor=cursor, attempts=1)
                .returning(Job.id)
            )
            is not None
        )

    def park_job(self, token: UUID, *, wait_s: float, reason: Reason, detail: str, counts_as_attempt: bool) -> None:
        """Give the lease back until `wait_s` seconds have passed; the sweep calls the job then."""
        self._session.execute(
            update(Job)
            .where(Job.lease_token == token)
            .values(
                lease_token=None,
                lease_until=None,
                dispatched_at=None,
                wake_at=_from_now(wait_s),
                detail=detail,
                note=f"parked: {reason.value}",
                attempts=Job.attempts if counts_as_attempt else func.greatest(Job.attempts - 1, 0),
            )
        )

    def put_off(self, token: UUID) -> None:
        """Give the lease back without an attempt: the job goes on when it is its time again."""
        self._session.execute(
            update(Job)
            .where(Job.lease_token == token)
            .values(
                lease_token=None,
                lease_until=None,
                dispatched_at=None,
                note=None,
                attempts=func.greatest(Job.attempts - 1, 0),
            )
        )

    def end_listing(
        self,
        token: UUID,
        *,
        ignored: dict[str, int] | None = None,
        read_whole: list[JsonObject] | None = None,
        reason: Reason | None = None,
        detail: str | None = None,
    ) -> None:
        """Everything to do is known now, or will never be (`reason`). Gives the lease back.

        `read_whole`: whose lists were read to their ends, as `WithdrawalRepository.withdraw_unsaid` reads it.
        """
        job_id = self._session.scalar(
            update(Job)
            .where(Job.lease_token == token)
            .values(
                listed=True,
                ignored=ignored or {},
                read_whole=read_whole,
                reason=reason,
                detail=detail,
                lease_token=None,
                lease_until=None,
                note=None,
            )
            .returning(Job.id)
        )
        if job_id is not None:
            JobRepository(self._session).complete_jobs([job_id])

    def end_training(self, token: UUID) -> None:
        """The candidates are judged: nothing is left to do. Gives the lease back and completes the job."""
        job_id = self._session.scalar(
            update(Job)
            .where(Job.lease_token == token)
            .values(listed=True, lease_token=None, lease_until=None)
            .returning(Job.id)
        )
        if job_id is not None:
            JobRepository(self._session).complete_jobs([job_id])

    def list_lost(self, *, grace_s: float, without: Collection[JobKind] = (), limit: int = 50) -> Sequence[Job]:
        """Jobs that should be worked on as a whole and are not, locked. Those of kinds in `without` may wait."""
        waits = or_(Job.dispatched_at.is_(None), Job.dispatched_at < _from_now(-grace_s))
        never_taken = (Job.lease_until.is_(None)) & waits
        abandoned = Job.lease_until < func.now()
        query = (
            select(Job)
            .where(
                Job.state.in_(OPEN_JOBS),
                ~Job.listed,
                _is_awake(),
                or_(never_taken, abandoned),
                Job.kind.not_in(without),
            )
            .order_by(Job.id)
        )
        return self._session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()

    def mark_redispatched(self, job_ids: Iterable[UUID]) -> None:
        """A message for these jobs is about to be sent again."""
        self._session.execute(
            update(Job)
            .where(Job.id.in_(set(job_ids)))
            .values(dispatched_at=func.now(), lease_token=None, lease_until=None, wake_at=None)
        )


def _is_unleased(lease_until: Any) -> ColumnElement[bool]:
    return or_(lease_until.is_(None), lease_until < func.now())


def _is_awake() -> ColumnElement[bool]:
    return or_(Job.wake_at.is_(None), Job.wake_at <= func.now())


def _from_now(seconds: float) -> ColumnElement[Any]:
    return func.now() + timedelta(seconds=seconds)
