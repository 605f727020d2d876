"""The watcher: tells the store of what changes below the library roots, while the live setting `watch` is on."""

import time
from collections.abc import Callable
from functools import partial

import structlog

from services.crawler.watching.watched_root import NoticedChange, RootWatch
from shared.errors import RetryableError
from shared.library import MusicLibrary
from shared.settings import WatchSettings
from shared.store.jobs.folder_changes import Watched
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext
from shared.worker.liveness import WATCH

log = structlog.get_logger()

_PULSE_EVERY_S = 10.0


class Watcher:
    """Watches all roots of people's own music. `turn` does a little of it; it is called about every second."""

    def __init__(
        self,
        bench: WorkerContext,
        library: MusicLibrary,
        settings: WatchSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bench, self._library, self._settings, self._clock = bench, library, settings, clock
        self._roots: dict[str, RootWatch] = {}
        self._unrecorded: dict[str, NoticedChange] = {}
        self._is_watching = False
        self._pulse_at = -float("inf")

    def run_once(self) -> None:
        """See whether to watch, look, and tell. A store that is away is told later."""
        try:
            is_on = self._bench.store.transact("watch.turn", self._is_on)
            if is_on and not self._is_watching:
                self._watch_roots()
            elif not is_on and self._is_watching:
                self.close()
            for name, root in self._roots.items():
                self._record_change(name, root.check_changes())
        except RetryableError as error:
            log.warning("watch.not_told", error=str(error))

    def close(self) -> None:
        """Watch nothing any more."""
        for root in self._roots.values():
            root.close()
        if self._is_watching:
            log.info("watch.off")
        self._roots, self._unrecorded, self._is_watching = {}, {}, False

    def _is_on(self, repositories: Repositories) -> bool:
        if self._clock() >= self._pulse_at:
            repositories.pulses.record_pulse(WATCH, host=self._bench.worker.partition(":")[0])
            self._pulse_at = self._clock() + _PULSE_EVERY_S
        return self._bench.live_settings(repositories).watch

    def _watch_roots(self) -> None:
        with self._bench.store.read() as repositories:
            known = repositories.watched_roots.list_by_name()
        self._roots = {
            name: RootWatch(
                name,
                root,
                signature=known[name].signature if name in known else None,
                rescan_s=self._settings.watch_rescan_s,
            )
            for name, root in self._library.music_roots.items()
        }
        self._is_watching = True
        log.info("watch.on", roots=[str(root) for root in self._library.music_roots.values()])

    def _record_change(self, name: str, noticed: NoticedChange | None) -> None:
        """In one transaction what changed and the signature that says so: a kill in between is made good by a look."""
        noticed = _join_changes(self._unrecorded.get(name), noticed)
        if noticed is None:
            return
        self._unrecorded[name] = noticed
        self._bench.store.transact("watch.tell", partial(_write_change, noticed=noticed))
        del self._unrecorded[name]
        if noticed.folder is not None:
            log.info("watch.changed", root=name, folder=noticed.folder or ".")


def _write_change(repositories: Repositories, *, noticed: NoticedChange) -> None:
    watched: Watched = noticed.watched
    repositories.watched_roots.save(watched)
    if noticed.folder is not None:
        repositories.folder_changes.record_change(watched.root, noticed.folder, noticed_by="watch")


def _join_changes(before: NoticedChange | None, now: NoticedChange | None) -> NoticedChange | None:
    """What could not be told and what came since: where both changed something, the whole root."""
    if before is None or now is None:
        return now or before
    folder = now.folder if before.folder is None else before.folder if now.folder is None else ""
    return NoticedChange(folder=folder, watched=now.watched)
