"""How a job starts: a row first, then, after its commit, a message."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import structlog
from fastapi import Response

from services.api.deps import ApiPorts
from services.api.errors import conflict_error
from services.api.live_settings.service import waits_for_quiet_hours
from services.api.schemas.job import JobResponse
from shared.bus.routes import Task
from shared.domain.job import JobKind, Stage
from shared.domain.messages import JobMessage
from shared.errors import RetryableError
from shared.json_objects import JsonObject
from shared.store.jobs.repository import IdempotencyConflictError, NewItem
from shared.store.repositories import Repositories
from shared.worker.context import send_hints

log = structlog.get_logger()
T = TypeVar("T")


def start_job(
    ports: ApiPorts,
    kind: JobKind,
    params: JsonObject,
    *,
    task: Task,
    idempotency_key: str | None,
    response: Response,
    items: list[NewItem] | None = None,
) -> JobResponse:
    """Accept a request. `items` are given where everything to do is known already.

    The same idempotency key and request give the same job; another request under the key is a conflict.
    """

    def create(repositories: Repositories) -> tuple[UUID, bool]:
        jobs = repositories.jobs
        job, is_new = jobs.create_job(kind, params, idempotency_key=idempotency_key)
        if is_new and items:
            jobs.add_items(job.id, Stage.TRAIN, items)
        return job.id, is_new

    job_id, is_new = _create_job(ports, create)
    if is_new:
        send_hint(ports, task, job_id)
    response.headers["Location"] = f"/jobs/{job_id}"
    return job_response(ports, job_id)


def start_items(
    ports: ApiPorts,
    kind: JobKind,
    params: JsonObject,
    *,
    stage: Stage,
    items: list[NewItem],
    idempotency_key: str | None,
    response: Response,
) -> JobResponse:
    """Accept a request whose items are all known: nothing is left to list."""

    def create(repositories: Repositories) -> tuple[UUID, list[int]]:
        jobs = repositories.jobs
        job, is_new = jobs.create_job(kind, params, idempotency_key=idempotency_key, listed=True)
        return job.id, jobs.add_items(job.id, stage, items) if is_new else []

    job_id, added = _create_job(ports, create)
    send_hints(ports.bus, stage, added)
    response.headers["Location"] = f"/jobs/{job_id}"
    return job_response(ports, job_id)


def _create_job(ports: ApiPorts, create: Callable[[Repositories], tuple[UUID, T]]) -> tuple[UUID, T]:
    try:
        return ports.store.transact("job.create", create)
    except IdempotencyConflictError:
        raise conflict_error(
            "idempotency_key_reused", "this Idempotency-Key started a job with another request: use a new key"
        ) from None


def send_hint(ports: ApiPorts, task: Task, job_id: UUID) -> None:
    """Send the message of a committed job. If the queues are away, the sweep sends it later."""
    try:
        ports.bus.publish(task, JobMessage(str(job_id)))
    except RetryableError as error:
        log.warning("hint.not_sent", task=task.value, job_id=str(job_id), error=str(error))


def job_response(ports: ApiPorts, job_id: UUID) -> JobResponse:
    """The response for a job that exists."""
    with ports.store.read() as repositories:
        jobs = repositories.jobs
        job = jobs.get_by_id(job_id)
        assert job is not None
        return JobResponse.from_row(
            job,
            jobs.count_items([job_id])[job_id],
            reasons=jobs.count_failures([job_id])[job_id],
            parked=jobs.list_parked([job_id]).get(job_id),
            waits=waits_for_quiet_hours(ports, repositories, [job_id]).get(job_id),
        )
