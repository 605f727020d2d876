"""Web sources on their local servers, with real Redis and PostgreSQL, and a clock that only writes down who slept."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete

from services.crawler.clips import ClipFetcher
from services.crawler.sources.composition import build_web_sources
from services.crawler.sources.port import CrawlSource, ListedItem
from shared.blobs.folder import FolderBlobs
from shared.domain.crawl import CrawlRequest
from shared.settings import SourceSettings, StoreSettings
from shared.store import Store, open_store
from shared.store.tables import CoolDown
from tests.conftest import TEMPLATE, Servers
from tests.contract.web.cases import CASES, Case, settings_of
from tests.support.servers.http import LocalServer

ANSWER_S = 0.4


@dataclass
class Opened:
    """A source as a worker has it, and what it slept."""

    source: CrawlSource
    clips: ClipFetcher
    blobs: FolderBlobs
    slept: list[float]

    def rows(self, request: CrawlRequest) -> list[ListedItem]:
        return list(self.source.list_items(request).items)


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def resting_store(servers: Servers) -> Iterator[Store]:
    """One database for the whole suite: only the rests of sources are written there."""
    name = f"mer_web_{secrets.token_hex(6)}"
    servers.execute(f"create database {name} template {TEMPLATE}")
    opened = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
    yield opened
    opened.close()
    servers.execute(f"drop database if exists {name} with (force)")


@pytest.fixture
def open_source(resting_store: Store, celery_url: str, tmp_path: Path) -> Open:
    """`open_source(name, settings)`."""

    resting_store.transact_session("test.rested", lambda session: session.execute(delete(CoolDown)))

    def make(name: str, settings: SourceSettings) -> Opened:
        store = resting_store
        slept: list[float] = []
        blobs = FolderBlobs(tmp_path / "blobs")
        sources, clips = build_web_sources(
            settings, store=store, redis_url=celery_url, blobs=blobs, sleep=slept.append, max_answer_s=ANSWER_S
        )
        return Opened(sources[name], clips, blobs, slept)

    return make


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def server(case: Case) -> Iterator[LocalServer]:
    with case.make() as running:
        yield running


@pytest.fixture
def opened(case: Case, server: LocalServer, open_source: Open) -> Opened:
    return open_source(case.request.source, settings_of(case, server))
