"""Crawls of web sources through the real handlers on real rows; a bus that writes down, and a local Spotify."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from services.beat.handlers import run_sweep
from services.crawler.collection import collect_items
from services.crawler.source_listing import list_source
from services.crawler.sources.composition import build_web_sources
from shared.blobs.folder import FolderBlobs
from shared.bus.routes import Queue, Task
from shared.domain.crawl import CrawlRequest
from shared.domain.features import FeatureSpec
from shared.domain.job import JobKind
from shared.domain.messages import ItemsMessage, JobMessage, TaskMessage, TickMessage
from shared.settings import SourceSettings, WorkSettings
from shared.store import Store
from shared.store.jobs.repository import JobRepository
from shared.store.tables import CoolDown, Job, JobItem
from shared.worker.context import WorkerContext
from tests.support.servers.deezer import DeezerServer
from tests.support.servers.reccobeats import ReccoBeatsServer
from tests.support.servers.spotify import CLIENT, SpotifyServer

SPEC = FeatureSpec().fingerprint


class ListBus:
    """A Bus that keeps what is sent until somebody works on it."""

    def __init__(self) -> None:
        self.sent: list[tuple[Task, TaskMessage]] = []
        self.for_features: list[ItemsMessage] = []

    def publish(self, task: Task, message: TaskMessage) -> None:
        if task is Task.FEATURIZE_ITEMS:
            assert isinstance(message, ItemsMessage)
            self.for_features.append(message)
        else:
            self.sent.append((task, message))

    def count_waiting(self, _: Queue) -> int:
        return 0


@dataclass
class Crawler:
    """The crawler's handlers, called by hand."""

    store: Store
    bench: WorkerContext
    bus: ListBus
    blobs: FolderBlobs
    settings: SourceSettings
    redis_url: str
    slept: list[float] = field(default_factory=list)

    def start(self, request: CrawlRequest) -> UUID:
        """A job, with its message in the bus."""
        job_id = self.store.transact_session(
            "test.job", lambda session: JobRepository(session).create_job(JobKind.CRAWL, request.to_params())[0].id
        )
        self.bus.publish(Task.LIST_SOURCE, JobMessage(str(job_id)))
        return job_id

    def work(self) -> None:
        """Take every message that there is, as a fresh worker process would."""
        sources, clips = build_web_sources(
            self.settings, store=self.store, redis_url=self.redis_url, blobs=self.blobs, sleep=self.slept.append
        )
        while self.bus.sent:
            task, message = self.bus.sent.pop(0)
            if task is Task.LIST_SOURCE:
                assert isinstance(message, JobMessage)
                list_source(message, bench=self.bench, sources=sources, spec=SPEC)
            elif task is Task.COLLECT_ITEMS:
                assert isinstance(message, ItemsMessage)
                collect_items(message, bench=self.bench, sources=sources, spec=SPEC, clips=clips)

    def run_sweep(self) -> None:
        run_sweep(TickMessage("sweep"), bench=self.bench)

    def later(self, hours: float) -> None:
        """Time passes for all that is parked."""

        def write(session: Session) -> None:
            for column in (Job.wake_at, JobItem.wake_at, CoolDown.until):
                earlier = update(column.class_).values({column.key: column - timedelta(hours=hours)})
                session.execute(earlier.execution_options(synchronize_session=False))

        self.store.transact_session("test.later", write)

    def job(self, job_id: UUID) -> Job:
        with self.store.read_session() as session:
            return session.get_one(Job, job_id)

    def counts(self, job_id: UUID) -> tuple[int, int, int, int]:
        """Requested, done, failed, skipped."""
        with self.store.read_session() as session:
            found = JobRepository(session).count_items([job_id])[job_id]
        return found.requested, found.done, found.failed, found.skipped


@pytest.fixture
def spotify() -> Iterator[SpotifyServer]:
    with SpotifyServer(n_songs=250, extended=True) as running:
        yield running


@pytest.fixture
def deezer() -> Iterator[DeezerServer]:
    with DeezerServer(n_songs=250, sound=b"ID3\x03" + bytes(2000)) as running:
        yield running


@pytest.fixture
def reccobeats() -> Iterator[ReccoBeatsServer]:
    with ReccoBeatsServer(n_songs=100) as running:
        yield running


@pytest.fixture
def make_crawler(
    store: Store,
    celery_url: str,
    tmp_path: Path,
    spotify: SpotifyServer,
    deezer: DeezerServer,
    reccobeats: ReccoBeatsServer,
) -> Callable[..., Crawler]:
    def make(**more: Any) -> Crawler:
        bus = ListBus()
        settings: dict[str, Any] = {
            "acknowledge_spotify_terms": True,
            "spotify_client_id": CLIENT[0],
            "spotify_client_secret": CLIENT[1],
            "acknowledge_deezer_terms": True,
            "spotify_extended": True,
            "source_urls": (
                ("spotify", f"{spotify.url}/v1"),
                ("spotify_tokens", f"{spotify.url}/api/token"),
                ("deezer", deezer.url),
                ("reccobeats", reccobeats.url),
            ),
            "insecure_hosts": (deezer.host, reccobeats.host),
        }
        return Crawler(
            store=store,
            bench=WorkerContext(store=store, bus=bus, work=WorkSettings(max_attempts=3), worker="here:1"),
            bus=bus,
            blobs=FolderBlobs(tmp_path / "blobs"),
            settings=SourceSettings(**{**settings, **more}),
            redis_url=celery_url,
        )

    return make


@pytest.fixture
def crawler(make_crawler: Callable[..., Crawler]) -> Crawler:
    return make_crawler()
