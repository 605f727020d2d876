"""One running system for all tests of this folder; each test crawls a folder of its own in its library."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import TEMPLATE, Servers
from tests.system import System


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder runs in one process, one test after the other: they share workers, and kill them."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("system"))
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="session")
def system(servers: Servers) -> Iterator[System]:
    root = Path(tempfile.mkdtemp(prefix="mer-system-", dir="/tmp"))
    name = root.name.replace("-", "_").lower()
    servers.execute(f'create database "{name}" template "{TEMPLATE}"')
    servers.redis_client().flushall()
    running = System(root=root, database_url=servers.url_of(name), celery_url=servers.celery_url)
    running.start("crawler", "featurizer", "trainer", "beat")
    yield running
    running.stop()
    servers.execute(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(root, ignore_errors=True)
