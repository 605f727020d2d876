"""The trainer's tasks: messages in, use cases out.

What fits models is imported in the child that trains: the parent never holds a library that cannot bear a fork, and
the memory comes back when the child ends (`--max-tasks-per-child=1`). What scores and evaluates has a worker of its
own, on the queue `score`, so that it never waits for a training and never loads what trains.
"""

from functools import cache, partial
from typing import TYPE_CHECKING

from celery import Celery

from services.trainer.settings import TrainerSettings
from shared.blobs import open_blobs
from shared.bus.celery_app import bind
from shared.bus.routes import Task
from shared.composition import workbench
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage, JobMessage, TickMessage
from shared.settings import BlobSettings
from shared.work import pulse

if TYPE_CHECKING:
    from shared.registry.champions import Champions


def _train(app: Celery, message: JobMessage) -> None:
    from services.trainer import handlers  # noqa: PLC0415 (see above)

    settings = TrainerSettings()
    handlers.train_candidates(
        message, bench=workbench(app), blobs=open_blobs(BlobSettings()), spec=FeatureSpec(),
        dask_scheduler=settings.dask_scheduler, n_threads=settings.network_threads,
    )  # fmt: skip


def _score(app: Celery, message: ItemsMessage) -> None:
    from services.trainer import rescoring  # noqa: PLC0415 (see above)

    rescoring.score_tracks(message, bench=workbench(app), blobs=open_blobs(BlobSettings()), champions=_champions(app))


def _evaluate(app: Celery, message: ItemsMessage) -> None:
    from services.trainer import judging  # noqa: PLC0415 (see above)

    judging.evaluate_model(message, bench=workbench(app), blobs=open_blobs(BlobSettings()), champions=_champions(app))


def _standardise(app: Celery, message: ItemsMessage) -> None:
    from services.trainer import standardising  # noqa: PLC0415 (see above)

    standardising.standardise_tracks(message, bench=workbench(app))


@cache
def _champions(app: Celery) -> "Champions":
    """Models that this child has loaded."""
    from shared.registry.champions import Champions  # noqa: PLC0415 (see above)

    return Champions(workbench(app).store, open_blobs(BlobSettings()), cache_s=0.0)


def _pulse(app: Celery, message: TickMessage) -> None:
    pulse(workbench(app), queue=message.queue)


def register(app: Celery) -> None:
    """Bind the trainer's tasks to its app."""
    bind(app, Task.TRAIN_CANDIDATES, partial(_train, app))
    bind(app, Task.SCORE_TRACKS, partial(_score, app))
    bind(app, Task.EVALUATE_MODEL, partial(_evaluate, app))
    bind(app, Task.STANDARDISE_TRACKS, partial(_standardise, app))
    bind(app, Task.PULSE_TRAIN, partial(_pulse, app))
    bind(app, Task.PULSE_SCORE, partial(_pulse, app))
