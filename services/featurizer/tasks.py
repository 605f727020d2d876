"""The featurizer's tasks: messages in, use cases out."""

from functools import cache, partial

from celery import Celery
from celery.signals import worker_init
from threadpoolctl import threadpool_limits

from services.featurizer import handlers, uploads
from services.featurizer.analysis import analyse, warm_up
from shared.blobs import Blobs, open_blobs
from shared.bus.celery_app import bind
from shared.bus.routes import Task
from shared.composition import workbench
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage, TickMessage
from shared.library import Library
from shared.settings import BlobSettings, LibrarySettings
from shared.work import pulse

SPEC = FeatureSpec()


@cache
def _library() -> Library:
    return Library.from_settings(LibrarySettings())


@cache
def _blobs() -> Blobs:
    return open_blobs(BlobSettings())


def _featurize(app: Celery, message: ItemsMessage) -> None:
    handlers.featurize_items(
        message,
        bench=workbench(app),
        library=_library(),
        blobs=_blobs(),
        spec=SPEC,
        analyse=partial(analyse, spec=SPEC),
    )


def _analyse_uploads(app: Celery, message: ItemsMessage) -> None:
    uploads.analyse_uploads(
        message, bench=workbench(app), blobs=_blobs(), spec=SPEC, analyse=partial(analyse, spec=SPEC)
    )


def _drop_uploads(app: Celery, _: TickMessage) -> None:
    uploads.drop_uploads(bench=workbench(app), blobs=_blobs())


def _pulse(app: Celery, message: TickMessage) -> None:
    pulse(workbench(app), queue=message.queue)


@worker_init.connect  # type: ignore[untyped-decorator]  # celery has no types
def _warm_parent(**_: object) -> None:
    """Before the children are forked: one thread each, so that they do not fight, and all first-call costs paid once.

    Children that compile at the same time would take three times as long and write one cache over each other.
    """
    threadpool_limits(limits=1)
    warm_up(SPEC)


def register(app: Celery) -> None:
    """Bind the featurizer's tasks to its app."""
    bind(app, Task.FEATURIZE_ITEMS, partial(_featurize, app))
    bind(app, Task.ANALYSE_UPLOADS, partial(_analyse_uploads, app))
    bind(app, Task.DROP_UPLOADS, partial(_drop_uploads, app))
    bind(app, Task.PULSE_FEATURES, partial(_pulse, app))
