"""One running system for the fault tests of a module; each test crawls a folder of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import System


@pytest.fixture(scope="module")
def system(servers) -> Iterator[System]:
    root = Path(tempfile.mkdtemp(prefix="mer-faults-", dir="/tmp"))
    name = root.name.replace("-", "_").lower()
    servers.execute(f'create database "{name}" template "{_template()}"')
    servers.redis_client().flushall()
    running = System(root=root, database_url=servers.url_of(name), celery_url=servers.celery_url)
    running.start("crawler", "featurizer", "trainer", "beat")
    yield running
    running.stop()
    servers.execute(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(root, ignore_errors=True)


def _template() -> str:
    from tests.conftest import TEMPLATE

    return TEMPLATE
