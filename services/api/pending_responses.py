"""Responses to requests whose result is still being computed."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from services.api.schemas.job import JobResponse, PendingResponse
from services.api.schemas.problem import ResponsesByStatus
from shared.domain.job import ItemState, Stage

RETRY_AFTER_S = 2
PENDING: ResponsesByStatus = {
    202: {"model": PendingResponse, "description": "Still in work: ask again after `Retry-After` seconds"}
}
"""What an endpoint declares that may answer with `pending_response`."""
_POLL_S, _LATER_S = 0.01, 0.05
"""Between two looks at a result; the longer one after the first second, when it no longer counts."""
_SOON_S = 1.0
T = TypeVar("T")


def pending_response(track_id: UUID, stage: Stage, state: ItemState) -> JSONResponse:
    """202 with `Retry-After`."""
    waiting = PendingResponse(
        track_id=track_id,
        stage=stage,
        state=state,
        detail=f"the track waits for {stage} ({state}); ask again in {RETRY_AFTER_S} s",
    )
    return JSONResponse(waiting.model_dump(mode="json"), 202, headers={"Retry-After": str(RETRY_AFTER_S)})


def pending_job_response(job: JobResponse, *, location: str) -> JSONResponse:
    """202 with the job that has to end first, `Retry-After`, and where to ask again."""
    headers = {"Retry-After": str(RETRY_AFTER_S), "Location": location}
    return JSONResponse(job.model_dump(mode="json"), 202, headers=headers)


async def wait_for_result(
    wait_s: float, poll: Callable[[], T | None], *, is_ready: Callable[[], bool] = lambda: True
) -> T | None:
    """What `poll` returns as soon as it is not None; None after `wait_s`. It is called at least once, and otherwise
    when `is_ready`, which is quicker.
    """
    started = time.monotonic()
    result = await run_in_threadpool(poll)
    while result is None and (waited_s := time.monotonic() - started) < wait_s:
        await asyncio.sleep(_POLL_S if waited_s < _SOON_S else _LATER_S)
        if await run_in_threadpool(is_ready):
            result = await run_in_threadpool(poll)
    return result
