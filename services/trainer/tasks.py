"""The trainer's tasks: messages in, use cases out.

What fits models is imported in the child that trains: the parent never holds a library that cannot bear a fork, and
the memory comes back when the child ends (`--max-tasks-per-child=1`).
"""

from functools import partial

from celery import Celery

from services.trainer.settings import TrainerSettings
from shared.blobs import open_blobs
from shared.bus.celery_app import bind_task
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.messages import JobMessage, TickMessage
from shared.settings import BlobSettings, FeatureSettings, StarterSettings
from shared.starter.rows import load_starter_rows
from shared.worker.composition import worker_context
from shared.worker.context import record_pulse


def _run_training(app: Celery, message: JobMessage) -> None:
    from services.trainer import handlers  # noqa: PLC0415 (see above)

    settings = TrainerSettings()
    handlers.train_candidates(
        message,
        bench=worker_context(app),
        blobs=open_blobs(BlobSettings()),
        spec=FeatureSpec(),
        taggers=FeatureSettings().tagger_specs,
        starter_rows=load_starter_rows() if StarterSettings().starter else None,
        dask_scheduler=settings.dask_scheduler,
        n_threads=settings.network_threads,
    )


def _send_pulse(app: Celery, message: TickMessage) -> None:
    record_pulse(worker_context(app), queue=message.queue)


def register_tasks(app: Celery) -> None:
    """Bind the trainer's tasks to its app."""
    bind_task(app, Task.TRAIN_CANDIDATES, partial(_run_training, app))
    bind_task(app, Task.PULSE_TRAIN, partial(_send_pulse, app))
