"""One running system a test process, for the tests of this folder; each test crawls a folder of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import TEMPLATE, Servers
from tests.system import System


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
