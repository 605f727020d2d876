"""`/health`: whether each part is there, and whether the workers really work."""

from typing import Any

from fastapi import APIRouter, Response

from services.api.deps import PortsDep
from services.api.health.checks import DATABASE, FIGURES, QUEUES, WITHIN_S, PartAnswers
from services.api.pending_responses import RETRY_AFTER_S
from shared.bus.bounded_bus import BusTimeoutError
from shared.errors import RetryableError

router = APIRouter(tags=["health"])


@router.get("/health")
async def health(ports: PortsDep, response: Response) -> dict[str, Any]:
    """The database, the queues, and when each worker last took a message. 503 when the API itself cannot work.

    Answers within two seconds, also while PostgreSQL or Redis hangs: `status` names the part.
    """
    store = ports.health_store or ports.store
    answers = await ports.health.ask(store=store, bus=ports.bus, champions=ports.health_champions or ports.champions)
    late = _list_late_parts(answers, is_store_hung=store.is_hung)
    for part in (DATABASE, FIGURES):
        if part in answers.errors and DATABASE not in late:
            raise answers.errors[part]
    workers: Any = answers.results.get(DATABASE)
    figures: Any = answers.results.get(FIGURES)
    if late:
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        known: dict[str, Any] = {} if DATABASE in late else {"workers": workers, "tracks": figures["tracks"]}
        return {
            "status": _format_late_parts(late),
            "detail": f"no answer within {WITHIN_S:g} s from {' and '.join(_PROGRAMS[part] for part in late)}",
            **({"queues": answers.results[QUEUES]} if QUEUES in answers.results else {}),
            **known,
        }
    if (away := answers.errors.get(QUEUES)) is not None:
        if not isinstance(away, RetryableError):
            raise away
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return {
            "status": "the queues are away",
            "detail": str(away),
            "workers": workers,
            "tracks": figures["tracks"],
        }
    return {
        "status": "ok",
        "queues": answers.results[QUEUES],
        "workers": workers,
        "tracks": figures["tracks"],
        "roots": [str(root) for root in ports.library.roots],
        "default_taxonomy": figures["default_taxonomy"],
        "starter": figures["starter"],
    }


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
