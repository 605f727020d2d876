"""How a job starts: a row first, then, after its commit, a message."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import structlog
from fastapi import Response
from sqlalchemy.orm import Session

from services.api.deps import Ports
from services.api.errors import conflict
from services.api.live_settings.service import waits_for_quiet_hours
from services.api.schemas.common import JobDocument
from shared.bus.routes import Task
from shared.domain.job import JobKind, Stage
from shared.domain.messages import JobMessage
from shared.errors import RetryableError
from shared.store.jobs.repository import IdempotencyConflictError, Jobs, NewItem
from shared.worker.context import send

log = structlog.get_logger()
T = TypeVar("T")


def start_job(
    ports: Ports,
    kind: JobKind,
    params: dict[str, Any],
    *,
    task: Task,
    idempotency_key: str | None,
    response: Response,
    items: list[NewItem] | None = None,
) -> JobDocument:
    """Accept a request. `items` are given where everything to do is known already.

    The same idempotency key and request give the same job; another request under the key is a conflict.
    """

    def create(session: Session) -> tuple[UUID, bool]:
        jobs = Jobs(session)
        job, is_new = jobs.create(kind, params, idempotency_key=idempotency_key)
        if is_new and items:
            jobs.add_items(job.id, Stage.TRAIN, items)
        return job.id, is_new

    job_id, is_new = _created(ports, create)
    if is_new:
        hint(ports, task, job_id)
    response.headers["Location"] = f"/jobs/{job_id}"
    return job_document(ports, job_id)


def start_items(
    ports: Ports,
    kind: JobKind,
    params: dict[str, Any],
    *,
    stage: Stage,
    items: list[NewItem],
    idempotency_key: str | None,
    response: Response,
) -> JobDocument:
    """Accept a request whose items are all known: nothing is left to list."""

    def create(session: Session) -> tuple[UUID, list[int]]:
        jobs = Jobs(session)
        job, is_new = jobs.create(kind, params, idempotency_key=idempotency_key, listed=True)
        return job.id, jobs.add_items(job.id, stage, items) if is_new else []

    job_id, added = _created(ports, create)
    send(ports.bus, stage, added)
    response.headers["Location"] = f"/jobs/{job_id}"
    return job_document(ports, job_id)


def _created(ports: Ports, create: Callable[[Session], tuple[UUID, T]]) -> tuple[UUID, T]:
    try:
        return ports.store.transact("job.create", create)
    except IdempotencyConflictError:
        raise conflict(
            "idempotency_key_reused", "this Idempotency-Key started a job with another request: use a new key"
        ) from None


def hint(ports: Ports, task: Task, job_id: UUID) -> None:
    """Send the message of a committed job. If the queues are away, the sweep sends it later."""
    try:
        ports.bus.publish(task, JobMessage(str(job_id)))
    except RetryableError as error:
        log.warning("hint.not_sent", task=task.value, job_id=str(job_id), error=str(error))


def job_document(ports: Ports, job_id: UUID) -> JobDocument:
    """The document of a job that exists."""
    with ports.store.read() as session:
        jobs = Jobs(session)
        job = jobs.get(job_id)
        assert job is not None
        return JobDocument.of(
            job,
            jobs.counts([job_id])[job_id],
            reasons=jobs.failures([job_id])[job_id],
            parked=jobs.parked([job_id]).get(job_id),
            waits=waits_for_quiet_hours(ports, session, [job_id]).get(job_id),
        )
