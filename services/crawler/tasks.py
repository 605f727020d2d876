"""The crawler's tasks: messages in, use cases out."""

from functools import cache, partial

from celery import Celery

from services.crawler.clips import ClipFetcher
from services.crawler.collection import collect_items
from services.crawler.files.kinds import is_named_as_audio
from services.crawler.settings import CrawlerSettings
from services.crawler.source_listing import list_source
from services.crawler.sources import SOURCES
from services.crawler.sources.composition import build_web_sources
from services.crawler.sources.port import CrawlSource
from shared.blobs import Blobs, open_blobs
from shared.bus.celery_app import bind_task
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage, JobMessage, TickMessage
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.settings import BlobSettings, BusSettings, LibrarySettings, SourceSettings
from shared.worker.composition import worker_context
from shared.worker.context import record_pulse


@cache
def _library() -> MusicLibrary:
    return MusicLibrary.from_settings(LibrarySettings())


@cache
def _health(app: Celery) -> LibraryHealth:
    return LibraryHealth(_library(), worker_context(app).store, is_wanted=is_named_as_audio)


@cache
def _local_sources() -> dict[str, CrawlSource]:
    settings = CrawlerSettings()
    return {name: make(_library(), settings) for name, make in SOURCES.items()}


@cache
def _web_sources(app: Celery) -> tuple[dict[str, CrawlSource], ClipFetcher]:
    return build_web_sources(
        SourceSettings(), store=worker_context(app).store, redis_url=BusSettings().redis_url, blobs=_blob_store()
    )


@cache
def _blob_store() -> Blobs:
    return open_blobs(BlobSettings())


def _list_source(app: Celery, message: JobMessage) -> None:
    list_source(
        message,
        bench=worker_context(app),
        sources={**_local_sources(), **_web_sources(app)[0]},
        spec=FeatureSpec().fingerprint,
        health=_health(app),
    )


def _collect_items(app: Celery, message: ItemsMessage) -> None:
    web, clips = _web_sources(app)
    collect_items(
        message,
        bench=worker_context(app),
        sources={**_local_sources(), **web},
        spec=FeatureSpec().fingerprint,
        clips=clips,
        health=_health(app),
    )


def _send_pulse(app: Celery, message: TickMessage) -> None:
    record_pulse(worker_context(app), queue=message.queue)


def register_tasks(app: Celery) -> None:
    """Bind the crawler's tasks to its app."""
    bind_task(app, Task.LIST_SOURCE, partial(_list_source, app))
    bind_task(app, Task.COLLECT_ITEMS, partial(_collect_items, app))
    bind_task(app, Task.PULSE_CRAWL, partial(_send_pulse, app))
