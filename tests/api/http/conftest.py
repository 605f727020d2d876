"""A client of a served API: headers, chunks and refusals as they go over a socket."""

import secrets
from collections.abc import Callable, Iterator

import httpx
import pytest

from shared.settings import StoreSettings
from shared.store import open_store
from tests.api.conftest import ports_of
from tests.conftest import TEMPLATE, Servers
from tests.support.served_api import serve_api


@pytest.fixture(scope="module")
def address(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One API for the tests of a module."""
    name = f"mer_test_{secrets.token_hex(6)}"
    servers.execute(f"create database {name} template {TEMPLATE}")
    store = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
    with serve_api(ports_of(store, servers.celery_url, tmp_path_factory.mktemp("api"))) as address:
        yield address
    store.close()
    servers.execute(f"drop database if exists {name} with (force)")


@pytest.fixture
def web(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def count_jobs(web: httpx.Client) -> Callable[[], int]:
    return lambda: len(web.get("/jobs", params={"limit": 500}).json()["items"])
