"""The watcher's composition root: `python -m services.crawler.watching`."""

import signal
import threading

from services.crawler.watching.watcher import Watcher
from shared.bus.celery_app import create_celery, worker_name
from shared.bus.celery_bus import CeleryBus
from shared.library import MusicLibrary
from shared.logs import configure_logs
from shared.settings import BusSettings, LibrarySettings, LogSettings, StoreSettings, WatchSettings, WorkSettings
from shared.store import open_store
from shared.worker.context import WorkerContext

_TURN_S = 1.0


def main() -> None:
    """Watch until SIGTERM or SIGINT."""
    configure_logs(LogSettings(), service="watcher")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work = WorkSettings()
    store = open_store(
        StoreSettings(), commit_points_dir=work.commit_points_dir, pool_size=1, application="mer watcher"
    )
    bus = CeleryBus(create_celery(BusSettings(), name="watcher"))
    bench = WorkerContext(store=store, bus=bus, work=work, worker=worker_name())
    watcher = Watcher(bench, MusicLibrary.from_settings(LibrarySettings()), WatchSettings())
    while not stop.is_set():
        watcher.run_once()
        stop.wait(_TURN_S)
    watcher.close()
    store.close()


if __name__ == "__main__":
    main()
