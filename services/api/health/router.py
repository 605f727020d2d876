"""`/health`: whether each part is there, and whether the workers really work."""

from typing import Any

from fastapi import APIRouter, Response

from services.api.deps import PortsDep
from shared.bus.routes import PULSES, Queue
from shared.errors import RetryableError
from shared.registry.champions import ChampionCache

router = APIRouter(tags=["health"])

_FRESH_S = 60.0


@router.get("/health")
def health(ports: PortsDep, response: Response) -> dict[str, Any]:
    """The database, the queues, and when each worker last took a message. 503 when the API itself cannot work."""
    with ports.store.read() as repositories:
        pulses = repositories.pulses.list_ages_s()
        tracks = repositories.tracks
        counts = {"real": tracks.count_tracks(synthetic=False), "synthetic": tracks.count_tracks(synthetic=True)}
    workers = {queue.value: _worker_health([age_s for name, _, age_s in pulses if name == queue]) for queue in PULSES}
    try:
        queues: dict[str, Any] = {queue.value: ports.bus.count_waiting(queue) for queue in Queue}
    except RetryableError as error:
        response.status_code = 503
        return {"status": "the queues are away", "detail": str(error), "workers": workers, "tracks": counts}
    return {
        "status": "ok",
        "queues": queues,
        "workers": workers,
        "tracks": counts,
        "roots": [str(r) for r in ports.library.roots],
        "default_taxonomy": ports.champions.get_default_taxonomy(synthetic=False),
        "starter": _starter_health(ports.champions),
    }


def _starter_health(champions: ChampionCache) -> dict[str, Any]:
    """What the starter answers, and the taggers that it lacks where it does not."""
    lacking = champions.list_silent_starters()
    names = sorted({name for of_taxonomy in lacking.values() for name in of_taxonomy})
    return {
        "enabled": champions.rule.starter,
        "answers": champions.list_starter_taxonomies(),
        "lacks_taggers": names,
        "detail": f"MER_TAGGERS leaves out {', '.join(names)}, which the starter reads" if names else None,
    }


def _worker_health(ages_s: list[float]) -> dict[str, Any]:
    last_seen_s = round(min(ages_s), 1) if ages_s else None
    return {"alive": last_seen_s is not None and last_seen_s < _FRESH_S, "last_seen_s": last_seen_s}
