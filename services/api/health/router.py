"""`/health`: whether each part is there, and whether the workers really work."""

from typing import Any

from fastapi import APIRouter, Response

from services.api.deps import PortsDep
from services.api.health.checks import DATABASE, FIGURES, QUEUES, WITHIN_S, PartAnswers
from shared.bus.bounded_bus import BusTimeoutError
from shared.errors import RetryableError

router = APIRouter(tags=["health"])


@router.get("/health")
async def health(ports: PortsDep, response: Response) -> dict[str, Any]:
    """The database, the queues, and when each worker last took a message. 503 when the API itself cannot work.

    Answers within two seconds, also while PostgreSQL or Redis hangs: `status` names the part.
    """
    answers = await ports.health.ask(
        store=ports.health_store or ports.store, bus=ports.bus, champions=ports.health_champions or ports.champions
    )
    for part in (DATABASE, FIGURES):
        if part in answers.errors:
            raise answers.errors[part]
    late = _list_late_parts(answers)
    workers = answers.results.get(DATABASE)
    figures = answers.results.get(FIGURES) or {}
    if late:
        response.status_code = 503
        return {
            "status": f"{' and '.join(f'the {part}' for part in late)} {'does' if late == ['database'] else 'do'} "
            "not answer",
            "detail": f"no answer within {WITHIN_S:g} s from {' and '.join(_PROGRAMS[part] for part in late)}",
            "queues": answers.results.get(QUEUES),
            "workers": workers,
            "tracks": figures.get("tracks"),
        }
    if (away := answers.errors.get(QUEUES)) is not None:
        if not isinstance(away, RetryableError):
            raise away
        response.status_code = 503
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


def _list_late_parts(answers: PartAnswers) -> list[str]:
    """The parts that did not answer; figures are the database's."""
    ended = answers.results.keys() | answers.errors.keys()
    late = [DATABASE] if not ended >= {DATABASE, FIGURES} else []
    hung = isinstance(answers.errors.get(QUEUES), BusTimeoutError)
    return [*late, QUEUES] if hung or QUEUES not in ended else late
