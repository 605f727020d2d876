"""The API while PostgreSQL or Redis hangs: stopped processes, which hold their connections and answer nothing.

The limits are the clients' time-outs: a request that takes longer raises.
"""

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.api.deps import ApiPorts
from services.api.main import close_ports, open_ports
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.redis import EmbeddedRedis
from shared.bus.routes import Queue
from shared.domain.track import CollectedTrack, SourceRef
from shared.errors import RetryableError
from shared.store.repositories import RepositorySession
from shared.store.server import migrate_database
from shared.store.tracks.repository import TrackRepository
from tests.support.paused_processes import paused
from tests.support.served_api import serve_api

pytestmark = pytest.mark.slow

Eventually = Callable[..., None]
_HEALTH_S = 2.0
_ANSWER_S = 5.0
_CLIENTS = 60
"""More than the 40 threads that all synchronous routes share."""


@pytest.fixture(scope="module")
def own_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedPostgres, EmbeddedRedis]]:
    """Of this module: other tests' connections would hang too."""
    root = Path(tempfile.mkdtemp(prefix="mer-hung-", dir="/tmp"))
    root.chmod(0o755)
    postgres = EmbeddedPostgres(root / "postgres", root / "run" / "pg", durable=False)
    redis = EmbeddedRedis(root / "redis", root / "run" / "redis")
    try:
        postgres.start()
        redis.start()
        migrate_database(postgres.url)
        yield postgres, redis
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def ports(
    own_servers: tuple[EmbeddedPostgres, EmbeddedRedis], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ApiPorts]:
    """As the API opens them."""
    postgres, redis = own_servers
    (folder / "music" / "rock").mkdir(parents=True)
    monkeypatch.setenv("MER_DATABASE_URL", postgres.url)
    monkeypatch.setenv("MER_REDIS_URL", redis.celery_url)
    monkeypatch.setenv("MER_BLOB_URL", str(folder / "blobs"))
    monkeypatch.setenv("MER_LIBRARY_ROOTS", str(folder / "music"))
    opened = open_ports()
    yield opened
    close_ports(opened)


@pytest.fixture
def track_id(ports: ApiPorts) -> UUID:
    collected = CollectedTrack(refs=(SourceRef("table", "music/tracks.csv#1"),), title="Ode", artist="Vox")
    return ports.store.transact_session(
        "test.track", lambda session: TrackRepository(session).register_track(collected).track_id
    )


def test_what_needs_no_redis_answers_while_it_hangs_and_a_job_is_accepted(
    ports: ApiPorts, track_id: UUID, own_servers: tuple[EmbeddedPostgres, EmbeddedRedis], eventually: Eventually
) -> None:
    _, redis = own_servers
    with serve_api(ports) as address, httpx.Client(base_url=address, timeout=_ANSWER_S) as client:
        assert client.get("/health").json()["status"] == "ok"
        with paused(redis.pid):
            health = client.get("/health", timeout=_HEALTH_S)
            assert (health.status_code, health.json()["status"]) == (503, "the queues do not answer")
            assert health.json()["tracks"] == {"real": 1, "synthetic": 0}
            assert client.get("/tracks").status_code == 200
            assert client.get(f"/tracks/{track_id}/emotion").status_code in {200, 409}
            label = client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "sad"})
            assert label.status_code == 201, label.text
            crawls = [client.post("/crawl", json={"source": "folder", "path": "rock"}) for _ in range(3)]
            assert [crawl.status_code for crawl in crawls] == [202] * 3
        eventually(lambda: client.get("/health").json()["status"] == "ok", "the queues answer again", within_s=10)
        job = client.post("/crawl", json={"source": "folder", "path": "rock"})
        assert job.status_code == 202
        eventually(lambda: ports.bus.count_waiting(Queue.CRAWL) > 0, "a message is sent again", within_s=10)


def test_every_request_is_answered_while_postgres_hangs_and_as_before_afterwards(
    ports: ApiPorts, track_id: UUID, own_servers: tuple[EmbeddedPostgres, EmbeddedRedis], eventually: Eventually
) -> None:
    postgres, _ = own_servers
    requests = [
        ("GET", "/tracks"),
        ("GET", f"/tracks/{track_id}/emotion"),
        ("PUT", f"/tracks/{track_id}/annotations/ada"),
        ("POST", "/crawl"),
        ("GET", "/jobs"),
        ("GET", "/models"),
    ]
    bodies = {"PUT": {"emotion": "sad"}, "POST": {"source": "folder", "path": "rock"}}
    limits = httpx.Limits(max_connections=None)
    with (
        serve_api(ports) as address,
        httpx.Client(base_url=address, timeout=_ANSWER_S, limits=limits) as client,
        ThreadPoolExecutor(_CLIENTS) as clients,
    ):

        def ask(number: int) -> httpx.Response:
            method, path = requests[number % len(requests)]
            return client.request(method, path, json=bodies.get(method))

        assert {ask(number).status_code for number in range(len(requests))} <= {200, 201, 202, 409}
        # made once, which takes a second of computing: what is tested is that nothing holds the answer up
        assert client.get("/openapi.json").status_code == 200
        with paused(postgres.pid):
            asked = [clients.submit(ask, number) for number in range(_CLIENTS)]
            health = client.get("/health", timeout=_HEALTH_S)
            assert (health.status_code, health.json()["status"]) == (503, "the database does not answer")
            assert client.get("/openapi.json", timeout=_HEALTH_S).status_code == 200
            answers = [future.result() for future in asked]
            assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "unavailable")}
            assert ask(0).json()["code"] == "unavailable"
            assert client.get("/health", timeout=_HEALTH_S).json()["status"] == "the database does not answer"
        eventually(lambda: client.get("/tracks").status_code == 200, "the database answers again", within_s=10)
        eventually(lambda: client.get("/health").json()["status"] == "ok", "health is well", within_s=10)
        assert {ask(number).status_code for number in range(len(requests))} <= {200, 201, 202, 409}


def test_a_statement_that_takes_too_long_ends_and_a_server_that_answers_is_not_hung(
    own_servers: tuple[EmbeddedPostgres, EmbeddedRedis], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MER_DATABASE_URL", own_servers[0].url)
    monkeypatch.setenv("MER_STATEMENT_TIMEOUT_S", "2")
    ports = open_ports()
    try:
        with pytest.raises(RetryableError, match="MER_STATEMENT_TIMEOUT_S"):
            ports.store.transact_session("test.sleep", lambda session: session.execute(text("select pg_sleep(20)")))
        assert ports.store.transact_session("test", lambda session: session.scalar(text("select 1"))) == 1
    finally:
        close_ports(ports)


def test_scores_can_be_copied_through_a_limited_connection(ports: ApiPorts) -> None:
    def copy(session: RepositorySession) -> bytes:
        copied = io.BytesIO()
        cursor: Any = session.connection().connection.cursor()
        cursor.copy_expert("copy (select 7) to stdout", copied)
        return copied.getvalue()

    assert ports.store.transact_session("test.copy", copy) == b"7\n"
