"""What `/health` asks of each part: in threads and on connections of its own, once at a time, for a bounded time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from shared.bus.port import Bus
from shared.bus.routes import PULSES, Queue
from shared.registry.champions import ChampionCache
from shared.store import Store

WITHIN_S = 1.5
"""A part that has not answered after so long does not answer."""
_FRESH_S = 60.0
DATABASE, QUEUES, FIGURES = "database", "queues", "figures"


@dataclass(frozen=True)
class PartAnswers:
    """What each part returned, or the error that it raised; parts that are missing did not answer in time."""

    results: dict[str, Any]
    errors: dict[str, BaseException] = field(default_factory=dict)


class HealthChecks:
    """The checks of one process.

    A part is asked again only when its last check is over, so that a part that hangs holds one thread however often
    `/health` is requested.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(3, thread_name_prefix="health")
        self._running: dict[str, Future[Any]] = {}
        self._figures: Any = None

    async def ask(self, *, store: Store, bus: Bus, champions: ChampionCache) -> PartAnswers:
        """Ask all parts at once. Figures that are late are those of the last time."""
        parts: dict[str, Callable[[], Any]] = {
            DATABASE: lambda: _read_workers(store),
            QUEUES: lambda: {queue.value: bus.count_waiting(queue) for queue in Queue},
            FIGURES: lambda: _read_figures(store, champions),
        }
        asked = {name: asyncio.wrap_future(self._start(name, work)) for name, work in parts.items()}
        done, late = await asyncio.wait(asked.values(), timeout=WITHIN_S)
        for future in late:
            # its error, if one comes, is nobody's any more
            future.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        errors = {name: error for name, f in asked.items() if f in done and (error := f.exception()) is not None}
        results = {name: f.result() for name, f in asked.items() if f in done and name not in errors}
        self._figures = results.get(FIGURES, self._figures)
        if FIGURES not in results and FIGURES not in errors and self._figures is not None:
            results[FIGURES] = self._figures
        return PartAnswers(results, errors)

    def close(self) -> None:
        """Wait for nothing: a part that hangs would never let go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start(self, name: str, work: Callable[[], Any]) -> Future[Any]:
        running = self._running.get(name)
        if running is None or running.done():
            running = self._running[name] = self._threads.submit(work)
        return running


def _read_workers(store: Store) -> dict[str, Any]:
    with store.read() as repositories:
        pulses = repositories.pulses.list_ages_s()
    return {queue.value: _worker_health([age_s for name, _, age_s in pulses if name == queue]) for queue in PULSES}


def _read_figures(store: Store, champions: ChampionCache) -> dict[str, Any]:
    with store.read() as repositories:
        tracks = repositories.tracks
        counts = {"real": tracks.count_tracks(synthetic=False), "synthetic": tracks.count_tracks(synthetic=True)}
    return {
        "tracks": counts,
        "default_taxonomy": champions.get_default_taxonomy(synthetic=False),
        "starter": _starter_health(champions),
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
