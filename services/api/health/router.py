"""`/health`: whether each part is there, and whether the workers really work."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.api.access.caller import find_caller
from services.api.deps import ApiPorts, PortsDep
from services.api.health.checks import DATABASE, FIGURES, QUEUES, WITHIN_S, PartAnswers
from services.api.health.schemas import FailingHealthResponse, HealthStatusResponse, WorkingHealthResponse
from services.api.pending_responses import RETRY_AFTER_S
from shared.bus.bounded_bus import BusTimeoutError
from shared.errors import RetryableError

router = APIRouter(tags=["health"])


@router.get("/health", responses={503: {"model": FailingHealthResponse}})
async def health(ports: PortsDep, request: Request) -> WorkingHealthResponse | HealthStatusResponse:
    """The database, the queues, and when each worker last took a message. 503 when the API itself cannot work.

    Answers within two seconds, also while PostgreSQL or Redis hangs: `status` names the part. Where a key is needed,
    requests without one get `status` alone.
    """
    is_known = find_caller(request.scope) is not None
    answer = await _check_parts(ports)
    if isinstance(answer, FailingHealthResponse):
        return _respond_failing(answer if is_known else FailingHealthResponse(status=answer.status))  # type: ignore[return-value]
    return answer if is_known else HealthStatusResponse(status=answer.status)


async def _check_parts(ports: ApiPorts) -> WorkingHealthResponse | FailingHealthResponse:
    store = ports.health_store or ports.store
    answers = await ports.health.ask(store=store, bus=ports.bus, champions=ports.health_champions or ports.champions)
    late = _list_late_parts(answers, is_store_hung=store.is_hung)
    for part in (DATABASE, FIGURES):
        if part in answers.errors and DATABASE not in late:
            raise answers.errors[part]
    workers: Any = answers.results.get(DATABASE)
    figures: Any = answers.results.get(FIGURES)
    queues: Any = answers.results.get(QUEUES)
    if late:
        detail = f"no answer within {WITHIN_S:g} s from {' and '.join(_PROGRAMS[part] for part in late)}"
        known: dict[str, Any] = {} if DATABASE in late else {"workers": workers, "tracks": figures["tracks"]}
        return FailingHealthResponse(status=_format_late_parts(late), detail=detail, queues=queues, **known)
    if (away := answers.errors.get(QUEUES)) is not None:
        if not isinstance(away, RetryableError):
            raise away
        return FailingHealthResponse(
            status="the queues are away", detail=str(away), workers=workers, tracks=figures["tracks"]
        )
    return WorkingHealthResponse(
        status="ok", queues=queues, workers=workers, roots=[str(root) for root in ports.library.roots], **figures
    )


def _respond_failing(failing: FailingHealthResponse) -> JSONResponse:
    known = {name: value for name, value in failing.model_dump(mode="json").items() if value is not None}
    return JSONResponse(known, 503, headers={"Retry-After": str(RETRY_AFTER_S)})


_PROGRAMS = {DATABASE: "PostgreSQL", QUEUES: "Redis"}


def _format_late_parts(late: list[str]) -> str:
    parts = " and ".join(f"the {part}" for part in late)
    return f"{parts} {'does' if late == [DATABASE] else 'do'} not answer"


def _list_late_parts(answers: PartAnswers, *, is_store_hung: bool) -> list[str]:
    """The parts that did not answer; figures are the database's."""
    ended = answers.results.keys() | answers.errors.keys()
    late = {
        DATABASE: is_store_hung or not ended >= {DATABASE, FIGURES},
        QUEUES: isinstance(answers.errors.get(QUEUES), BusTimeoutError) or QUEUES not in ended,
    }
    return [part for part, is_late in late.items() if is_late]
