"""When each worker last took a message: a liveness that has seen work done."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from shared.store.base_repository import BaseRepository
from shared.store.tables import Job, JobItem, WorkerPulse


class PulseRepository(BaseRepository):
    """All SQL on pulses."""

    def record_pulse(self, queue: str, *, host: str) -> None:
        """Note that this host takes messages from `queue`."""
        self._session.execute(
            insert(WorkerPulse)
            .values(queue=queue, host=host, pulsed_at=func.now())
            .on_conflict_do_update(index_elements=["queue", "host"], set_={"pulsed_at": func.now()})
        )

    def list_ages_s(self) -> Sequence[tuple[str, str, float]]:
        """`(queue, host, seconds since the last pulse)`, for every worker ever seen, the freshest of a queue first."""
        age = func.extract("epoch", func.now() - WorkerPulse.pulsed_at)
        rows = self._session.execute(select(WorkerPulse.queue, WorkerPulse.host, age).order_by(WorkerPulse.queue, age))
        return [(queue, host, float(seconds)) for queue, host, seconds in rows]

    def holds_lease(self, host: str) -> bool:
        """Whether a process of this host holds a live lease on an item or a whole job: busy, not stuck."""
        queries = [
            select(rows.id).where(rows.worker.startswith(f"{host}:", autoescape=True), rows.lease_until > func.now())
            for rows in (JobItem, Job)
        ]
        return any(self._session.scalar(query.limit(1)) is not None for query in queries)
