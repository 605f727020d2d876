"""The console in Chromium, on real servers: one browser, one full library and one empty one for a session."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from services.api.deps import ApiPorts
from shared.settings import StoreSettings
from shared.store import open_store
from tests.api.conftest import ports_of
from tests.conftest import TEMPLATE, Servers
from tests.support.browser_pages import CHROMIUM_FLAGS, WatchedPage, watch_page
from tests.support.console_library import fill_library, write_song
from tests.support.served_api import serve_api

expect.set_options(timeout=20_000)  # waits no longer than needed; a machine may be busy
OpenSite = Callable[..., AbstractContextManager[WatchedPage]]


@dataclass(frozen=True)
class Site:
    """A served console."""

    address: str
    ports: ApiPorts
    music: Path
    track_ids: list[UUID]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("there is no chromium on PATH: on Debian, apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@contextmanager
def serve_site(servers: Servers, folder: Path, *, is_full: bool) -> Iterator[Site]:
    """A console on a database of its own."""
    name = f"mer_test_{secrets.token_hex(6)}"
    servers.execute(f"create database {name} template {TEMPLATE}")
    store = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
    ports = ports_of(store, servers.celery_url, folder)
    track_ids = fill_library(ports, folder / "music") if is_full else []
    if not is_full:
        write_song(folder / "music" / "rock" / "song.wav")
    with serve_api(ports) as address:
        yield Site(address, ports, folder / "music", track_ids)
    ports.summaries.close()
    store.close()
    servers.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def full_site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For tests that change nothing in it."""
    with serve_site(servers, tmp_path_factory.mktemp("full"), is_full=True) as site:
        yield site


@pytest.fixture(scope="session")
def empty_site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For tests that leave it empty."""
    with serve_site(servers, tmp_path_factory.mktemp("empty"), is_full=False) as site:
        yield site


@pytest.fixture
def full(chromium: Browser, full_site: Site) -> OpenSite:
    """`full(width=360, scheme="dark")`: a page of the full library."""
    return partial(watch_page, chromium, full_site.address)


@pytest.fixture
def empty(chromium: Browser, empty_site: Site) -> OpenSite:
    """The same of the empty one."""
    return partial(watch_page, chromium, empty_site.address)
