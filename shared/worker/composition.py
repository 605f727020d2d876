"""Shared code of the workers' composition roots: settings are read once, and ports are created once per process."""

import warnings
from functools import cache

from celery import Celery
from celery.platforms import SecurityWarning

from shared.bus.celery_app import create_celery, worker_name
from shared.bus.celery_bus import CeleryBus
from shared.logs import configure_logs
from shared.settings import BusSettings, FixedLiveSettings, LogSettings, StoreSettings, WorkSettings
from shared.store import open_store
from shared.worker.context import WorkerContext


def create_worker_app(service: str) -> Celery:
    """The Celery app of a worker, with logs set up."""
    configure_logs(LogSettings(), service=service)
    FixedLiveSettings()  # one that cannot be read ends the worker at its start, not its first task
    # Messages are JSON, which carries no code: root, in a container or on a home server, risks nothing more here.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    return create_celery(BusSettings(), name=service)


@cache
def worker_context(app: Celery) -> WorkerContext:
    """The ports of this process. Made at the first task, which runs in the child: nothing is forked that holds a
    connection.
    """
    work = WorkSettings()
    worker = worker_name()
    store = open_store(
        StoreSettings(), commit_points_dir=work.commit_points_dir, pool_size=3, application=f"mer {app.main}"
    )
    return WorkerContext(store=store, bus=CeleryBus(app), work=work, worker=worker)
