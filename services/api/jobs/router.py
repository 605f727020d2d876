"""`/jobs`: watch, cancel, retry."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from services.api.deps import ApiPorts, Cursor, JobId, Limit, PortsDep
from services.api.errors import conflict_error, not_found
from services.api.jobs.events import END_ID, stream_events
from services.api.jobs.service import job_response, send_hint
from services.api.live_settings.service import waits_for_quiet_hours
from services.api.schemas.job import JobItemResponse, JobResponse
from services.api.schemas.page import PageResponse, next_cursor
from services.api.schemas.problem import ProblemDetails
from shared.bus.routes import Task
from shared.domain.job import ItemState, JobKind, JobState, Stage
from shared.store.repositories import Repositories
from shared.store.tables import Job
from shared.worker.context import JOB_TASKS, send_hints

router = APIRouter(prefix="/jobs", tags=["jobs"])

_LISTED_KINDS = {JobKind.CRAWL, JobKind.RECOMPUTE, JobKind.AUGMENT}
"""Jobs whose items are listed by a worker, which may fail as a whole."""

_EVENT = {
    "title": "JobEvent",
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": ["job", "end"]},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
        "data": {"type": "string", "description": "The job as `GET /jobs/{job_id}` shows it, as JSON"},
    },
    "required": ["event", "id", "data"],
}
_EVENTS = {"schema": {"anyOf": [{"type": "string", "description": "The text of the whole answer"}, _EVENT]}}
"""OpenAPI 3.1 leaves open whether the schema of server-sent events is that of the answer or of each event."""


@router.get("")
def list_jobs(ports: PortsDep, cursor: Cursor = None, limit: Limit = 50) -> PageResponse[JobResponse]:
    """All jobs, the newest first."""
    with ports.store.read() as repositories:
        jobs = repositories.jobs
        rows = jobs.list_page(before=cursor, limit=limit)
        counts = jobs.count_items([job.id for job in rows])
        reasons = jobs.count_failures([job.id for job in rows])
        parked = jobs.list_parked([job.id for job in rows])
        waits = waits_for_quiet_hours(ports, repositories, [job.id for job in rows])
    return PageResponse(
        items=[
            JobResponse.from_row(
                job, counts[job.id], reasons=reasons[job.id], parked=parked.get(job.id), waits=waits.get(job.id)
            )
            for job in rows
        ],
        next=next_cursor(rows, limit=limit),
    )


@router.get("/{job_id}")
def show_job(job_id: JobId, ports: PortsDep) -> JobResponse:
    """Progress in items, rate and time left."""
    _require_job(ports, job_id)
    return job_response(ports, job_id)


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": _EVENTS}, "description": "Server-sent events"},
        204: {"description": "The job has ended, and the client has seen its end: browsers stop here"},
    },
)
async def watch_job(
    job_id: JobId,
    ports: PortsDep,
    last_event_id: Annotated[
        str | None, Header(alias="Last-Event-ID", description="The id of the last event that was received")
    ] = None,
) -> Response:
    """The same as server-sent events: `job` at every change, comments while nothing changes, and `end`."""
    job = await run_in_threadpool(_require_job, ports, job_id)
    headers = {"Cache-Control": "no-store"}
    if last_event_id == END_ID and JobState(job.state).is_final:
        return Response(status_code=204, headers=headers)
    events = stream_events(partial(run_in_threadpool, job_response, ports, job_id), last_event_id=last_event_id)
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


@router.get("/{job_id}/items")
def list_items(
    job_id: JobId,
    ports: PortsDep,
    state: Annotated[list[ItemState] | None, Query(description="Only items in these states")] = None,
    cursor: Annotated[int, Query(ge=0, le=2**63 - 1, description="`next` of the page before")] = 0,
    limit: Limit = 100,
) -> PageResponse[JobItemResponse]:
    """The job's items with their reasons; `?state=failed` lists what went wrong."""
    _require_job(ports, job_id)
    with ports.store.read() as repositories:
        rows = repositories.job_items.list_by_job(job_id, states=state or (), after=cursor, limit=limit)
    return PageResponse(items=[JobItemResponse.from_row(item) for item in rows], next=next_cursor(rows, limit=limit))


@router.delete("/{job_id}")
def cancel_job(job_id: JobId, ports: PortsDep) -> JobResponse:
    """Cancel: what waits is skipped, what is being worked on is dropped. An ended job stays as it is."""
    _require_job(ports, job_id)
    ports.store.transact("job.cancel", lambda repositories: repositories.jobs.cancel_job(job_id))
    return job_response(ports, job_id)


@router.post("/{job_id}/retry", status_code=202, responses={409: {"model": ProblemDetails}})
def retry_job(job_id: JobId, ports: PortsDep, response: Response) -> JobResponse:
    """Try the failed items of an ended job again; a crawl whose source could not be listed is listed again."""
    job = _require_job(ports, job_id)
    if job.kind == JobKind.PREDICT:
        raise conflict_error(
            "song_deleted", "a song is deleted after its analysis, so it cannot be analysed again: send it once more"
        )
    response.headers["Location"] = f"/jobs/{job_id}"
    if not JobState(job.state).is_final:
        raise conflict_error("job_not_ended", "only an ended job can be retried: wait, or cancel it first")

    def retry(repositories: Repositories) -> dict[Stage, list[int]]:
        return repositories.job_items.retry_failed(job_id)

    by_stage = ports.store.transact("job.retry", retry)
    if not by_stage and job.kind in _LISTED_KINDS and job.state == JobState.FAILED:
        ports.store.transact("job.relist", lambda repositories: repositories.jobs.reopen_job(job_id, as_a_whole=True))
        send_hint(ports, JOB_TASKS[JobKind(job.kind)], job_id)
        return job_response(ports, job_id)
    if not by_stage:
        raise conflict_error("nothing_failed", "no item of this job failed: there is nothing to retry")
    for stage, item_ids in by_stage.items():
        if stage is Stage.TRAIN:
            send_hint(ports, Task.TRAIN_CANDIDATES, job_id)
        else:
            send_hints(ports.bus, stage, item_ids)
    return job_response(ports, job_id)


def _require_job(ports: ApiPorts, job_id: UUID) -> Job:
    with ports.store.read() as repositories:
        job = repositories.jobs.get_by_id(job_id)
    if job is None:
        raise not_found("job", job_id)
    return job
