"""One running system a test process, for the tests of this folder; each test crawls a folder of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.standalone.redis import EmbeddedRedis
from tests.conftest import TEMPLATE, Servers
from tests.system import System, compile_loops


@pytest.fixture(scope="session")
def servers(servers: Servers) -> Iterator[Servers]:
    """The same PostgreSQL, and a Redis that no other test sends to: the workers here would take its messages."""
    if servers.redis is None:
        yield servers
        return
    root = Path(tempfile.mkdtemp(prefix="mer-redis-", dir="/tmp"))
    own = EmbeddedRedis(root / "redis", root / "run")
    try:
        own.start()
        yield replace(servers, redis=own, redis_url=own.url, celery_url=own.celery_url)
    finally:
        own.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def system(servers: Servers) -> Iterator[System]:
    compile_loops()
    root = Path(tempfile.mkdtemp(prefix="mer-system-", dir="/tmp"))
    name = root.name.replace("-", "_").lower()
    servers.execute(f'create database "{name}" template "{TEMPLATE}"')
    servers.redis_client().flushall()
    running = System(root=root, database_url=servers.url_of(name), celery_url=servers.celery_url)
    running.start("crawler", "featurizer", "trainer", "scorer", "beat")
    try:
        running.await_ready("crawler", "featurizer", "trainer", "scorer", "beat")
        yield running
    finally:
        running.stop()
    servers.execute(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(root, ignore_errors=True)
