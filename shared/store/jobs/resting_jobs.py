"""Jobs whose remaining work does not start in quiet hours."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, or_, select

from shared.domain.job import BULK_STAGES, ItemState
from shared.store.base_repository import BaseRepository
from shared.store.jobs.repository import OPEN_ITEMS, OPEN_JOBS
from shared.store.tables import Job, JobItem


class RestingJobs(BaseRepository):
    """All SQL on them."""

    def count_waiting_items(self, job_ids: Iterable[UUID]) -> dict[UUID, int]:
        """Job → items that wait for a bulk stage, of open jobs in which nothing is at work.

        A training waits as a whole: it is leased where it is at work.
        """
        is_bulk = JobItem.stage.in_(BULK_STAGES) & (JobItem.state == ItemState.QUEUED)
        is_at_work = (JobItem.state == ItemState.RUNNING) & (JobItem.lease_until > func.now())
        rows = self._session.execute(
            select(JobItem.job_id, func.count().filter(is_bulk))
            .join(Job, Job.id == JobItem.job_id)
            .where(
                Job.id.in_(set(job_ids)),
                Job.state.in_(OPEN_JOBS),
                JobItem.state.in_(OPEN_ITEMS),
                or_(Job.lease_until.is_(None), Job.lease_until < func.now()),
            )
            .group_by(JobItem.job_id)
            .having(func.count().filter(is_bulk) > 0, func.count().filter(is_at_work) == 0)
        )
        return dict(rows.all())
