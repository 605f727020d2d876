"""The trainer's tasks: messages in, use cases out.

What fits models is imported in the child that trains: the parent never holds a library that cannot bear a fork, and
the memory comes back when the child ends (`--max-tasks-per-child=1`).
"""

from functools import partial

from celery import Celery

from services.trainer.settings import TrainerSettings
from shared.blobs import open_blobs
from shared.bus.celery_app import bind
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.messages import JobMessage, TickMessage
from shared.settings import BlobSettings
from shared.worker.composition import workbench
from shared.worker.context import pulse


def _train(app: Celery, message: JobMessage) -> None:
    from services.trainer import handlers  # noqa: PLC0415 (see above)

    settings = TrainerSettings()
    handlers.train_candidates(
        message,
        bench=workbench(app),
        blobs=open_blobs(BlobSettings()),
        spec=FeatureSpec(),
        dask_scheduler=settings.dask_scheduler,
        n_threads=settings.network_threads,
    )


def _pulse(app: Celery, message: TickMessage) -> None:
    pulse(workbench(app), queue=message.queue)


def register(app: Celery) -> None:
    """Bind the trainer's tasks to its app."""
    bind(app, Task.TRAIN_CANDIDATES, partial(_train, app))
    bind(app, Task.PULSE_TRAIN, partial(_pulse, app))
