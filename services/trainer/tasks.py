"""The trainer's tasks: messages in, use cases out.

The parent imports what every training needs before it forks, so that a training begins at once. A child ends when it
has needed more memory than a fresh one does (`--max-memory-per-child`), so that the memory of a training comes back. It
does not end after every task (`--max-tasks-per-child`): a sign of life is one too, and Celery takes two seconds to
replace a child. TensorFlow cannot bear a fork once it was used, and is imported in the children that train networks.
"""

import gc
from functools import partial

from celery import Celery
from celery.signals import worker_init

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
    from services.trainer import handlers  # noqa: PLC0415 (as in `_warm_parent`)

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


@worker_init.connect  # type: ignore[untyped-decorator]  # celery has no types
def _warm_parent(**_: object) -> None:
    """Before the children are forked. Modules are imported, and nothing of them is called: no thread is forked."""
    import services.trainer.handlers  # noqa: F401, PLC0415 (not by whoever only needs the app)

    gc.collect()
    gc.freeze()  # children share the memory of what is there now until they change it, and looking at it is a change


def _send_pulse(app: Celery, message: TickMessage) -> None:
    record_pulse(worker_context(app), queue=message.queue)


def register_tasks(app: Celery) -> None:
    """Bind the trainer's tasks to its app."""
    bind_task(app, Task.TRAIN_CANDIDATES, partial(_run_training, app))
    bind_task(app, Task.PULSE_TRAIN, partial(_send_pulse, app))
