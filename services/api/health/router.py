"""`/health`: whether each part is there, and whether the workers really work."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.api.deps import PortsDep
from services.api.health.schemas import (
    FailingHealthResponse,
    StarterHealthResponse,
    TrackCountsResponse,
    WorkerHealthResponse,
    WorkingHealthResponse,
)
from services.api.pending_responses import RETRY_AFTER_S
from shared.bus.routes import PULSES, Queue
from shared.errors import RetryableError
from shared.registry.champions import ChampionCache

router = APIRouter(tags=["health"])

_FRESH_S = 60.0


@router.get("/health", responses={503: {"model": FailingHealthResponse}})
def health(ports: PortsDep) -> WorkingHealthResponse:
    """The database, the queues, and when each worker last took a message. 503 when the API itself cannot work."""
    with ports.store.read() as repositories:
        pulses = repositories.pulses.list_ages_s()
        tracks = repositories.tracks
        counts = TrackCountsResponse(
            real=tracks.count_tracks(synthetic=False), synthetic=tracks.count_tracks(synthetic=True)
        )
    workers = {queue.value: _worker_health([age_s for name, _, age_s in pulses if name == queue]) for queue in PULSES}
    try:
        queues = {queue.value: ports.bus.count_waiting(queue) for queue in Queue}
    except RetryableError as error:
        failing = FailingHealthResponse(status="the queues are away", detail=str(error), workers=workers, tracks=counts)
        headers = {"Retry-After": str(RETRY_AFTER_S)}
        return JSONResponse(failing.model_dump(mode="json"), 503, headers=headers)  # type: ignore[return-value]
    return WorkingHealthResponse(
        status="ok",
        queues=queues,
        workers=workers,
        tracks=counts,
        roots=[str(root) for root in ports.library.roots],
        default_taxonomy=ports.champions.get_default_taxonomy(synthetic=False),
        starter=_starter_health(ports.champions),
    )


def _starter_health(champions: ChampionCache) -> StarterHealthResponse:
    """What the starter answers, and the taggers that it lacks where it does not."""
    lacking = champions.list_silent_starters()
    names = sorted({name for of_taxonomy in lacking.values() for name in of_taxonomy})
    return StarterHealthResponse(
        enabled=champions.rule.starter,
        answers=list(champions.list_starter_taxonomies()),
        lacks_taggers=names,
        detail=f"MER_TAGGERS leaves out {', '.join(names)}, which the starter reads" if names else None,
    )


def _worker_health(ages_s: list[float]) -> WorkerHealthResponse:
    last_seen_s = round(min(ages_s), 1) if ages_s else None
    return WorkerHealthResponse(alive=last_seen_s is not None and last_seen_s < _FRESH_S, last_seen_s=last_seen_s)
