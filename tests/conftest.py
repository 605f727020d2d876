"""Real servers for all tests: embedded ones, or those that MER_TEST_DATABASE_URL and MER_TEST_REDIS_URL name.

Every pytest process has its own PostgreSQL and Redis on unix sockets, so that several run side by side. A test gets a
fresh, migrated database, copied from a template, and an empty Redis. On outside servers run one process
(`make test TESTERS=1`): the tests empty that Redis.
"""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from redis import Redis
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.redis import EmbeddedRedis
from shared.settings import StoreSettings
from shared.store import Store, open_store
from shared.store.migrate import run_migrations

pytest_plugins = ["tests.support.slow_tests"]

# Seeded like everything else: a change is judged by the same examples on every machine.
hypothesis.settings.register_profile("seeded", derandomize=True)
hypothesis.settings.load_profile("seeded")

# Tests that are not about audio taggers run without them: they would double the time of every analysis.
os.environ["MER_TAGGERS"] = ""
# Nor do they have a starter, which would answer where they say what is missing.
os.environ["MER_STARTER"] = "off"
# the name under which the test client of FastAPI asks
os.environ["MER_ALLOWED_HOSTS"] = "testserver"

TEMPLATE = f"mer_template_{os.getpid()}"


@dataclass(frozen=True)
class Servers:
    """Where the tests' servers are, and the servers themselves where they are ours to stop."""

    database_url: str
    redis_url: str
    celery_url: str
    postgres: EmbeddedPostgres | None
    redis: EmbeddedRedis | None

    def redis_client(self) -> Redis:
        return Redis.from_url(self.redis_url)

    def url_for_database(self, database: str) -> str:
        return make_url(self.database_url).set(database=database).render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        engine = create_engine(self.database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    root = Path(tempfile.mkdtemp(prefix="mer-servers-", dir="/tmp"))
    root.chmod(0o755)
    home = DataDirectory(root / "home").create()
    outside_database, outside_redis = os.environ.get("MER_TEST_DATABASE_URL"), os.environ.get("MER_TEST_REDIS_URL")
    postgres = None if outside_database else EmbeddedPostgres(home.postgres, home.run / "pg", durable=False)
    own_redis = None if outside_redis else EmbeddedRedis(home.root / "redis", home.run / "redis")
    try:
        for server in (postgres, own_redis):
            if server is not None:
                server.start()
        found = Servers(
            database_url=outside_database or (postgres.url if postgres else ""),
            redis_url=outside_redis or (own_redis.url if own_redis else ""),
            celery_url=outside_redis or (own_redis.celery_url if own_redis else ""),
            postgres=postgres,
            redis=own_redis,
        )
        found.execute(f"create database {TEMPLATE}")
        run_migrations(create_engine(found.url_for_database(TEMPLATE), poolclass=NullPool))
        yield found
        found.execute(f"drop database if exists {TEMPLATE} with (force)")
    finally:
        for server in (own_redis, postgres):
            if server is not None:
                server.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def database_url(servers: Servers) -> Iterator[str]:
    """A fresh database with all tables."""
    name = f"mer_test_{secrets.token_hex(6)}"
    servers.execute(f"create database {name} template {TEMPLATE}")
    yield servers.url_for_database(name)
    servers.execute(f"drop database if exists {name} with (force)")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(StoreSettings(database_url=database_url), application="mer tests")
    yield opened
    opened.close()


@pytest.fixture
def celery_url(servers: Servers) -> str:
    """An empty Redis."""
    servers.redis_client().flushall()
    return servers.celery_url


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder outside pytest's own, which is closed to the user that PostgreSQL runs as."""
    path = Path(tempfile.mkdtemp(prefix="mer-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait for a condition; fail with its words when it does not come."""

    def wait(condition: Callable[[], bool], words: str, *, within_s: float = 60.0) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"never happened: {words}")
            time.sleep(0.02)

    return wait
