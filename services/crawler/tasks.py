"""The crawler's tasks: messages in, use cases out."""

from functools import cache, partial

from celery import Celery

from services.crawler import handlers
from services.crawler.clips import ClipFetcher
from services.crawler.files.kinds import is_named_as_audio
from services.crawler.settings import CrawlerSettings
from services.crawler.sources import SOURCES
from services.crawler.sources.composition import open_web
from services.crawler.sources.port import Source
from shared.blobs import Blobs, open_blobs
from shared.bus.celery_app import bind
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage, JobMessage, TickMessage
from shared.library import Library
from shared.library_health import LibraryHealth
from shared.settings import BlobSettings, BusSettings, LibrarySettings, SourceSettings
from shared.worker.composition import workbench
from shared.worker.context import pulse


@cache
def _library() -> Library:
    return Library.from_settings(LibrarySettings())


@cache
def _health(app: Celery) -> LibraryHealth:
    return LibraryHealth(_library(), workbench(app).store, is_wanted=is_named_as_audio)


@cache
def _sources() -> dict[str, Source]:
    settings = CrawlerSettings()
    return {name: make(_library(), settings) for name, make in SOURCES.items()}


@cache
def _web(app: Celery) -> tuple[dict[str, Source], ClipFetcher]:
    return open_web(SourceSettings(), store=workbench(app).store, redis_url=BusSettings().redis_url, blobs=_blobs())


@cache
def _blobs() -> Blobs:
    return open_blobs(BlobSettings())


def _list(app: Celery, message: JobMessage) -> None:
    handlers.list_source(
        message,
        bench=workbench(app),
        sources={**_sources(), **_web(app)[0]},
        spec=FeatureSpec().fingerprint,
        health=_health(app),
    )


def _collect(app: Celery, message: ItemsMessage) -> None:
    web, clips = _web(app)
    handlers.collect_items(
        message,
        bench=workbench(app),
        sources={**_sources(), **web},
        spec=FeatureSpec().fingerprint,
        clips=clips,
        health=_health(app),
    )


def _pulse(app: Celery, message: TickMessage) -> None:
    pulse(workbench(app), queue=message.queue)


def register(app: Celery) -> None:
    """Bind the crawler's tasks to its app."""
    bind(app, Task.LIST_SOURCE, partial(_list, app))
    bind(app, Task.COLLECT_ITEMS, partial(_collect, app))
    bind(app, Task.PULSE_CRAWL, partial(_pulse, app))
