import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery
from redis import Redis

from services.standalone.data_dir import DataDirectory, SetupError
from services.standalone.redis import EmbeddedRedis, find_redis


@pytest.fixture
def server(home: DataDirectory) -> Iterator[EmbeddedRedis]:
    server = EmbeddedRedis(home.root / "redis data", home.run / "redis", log_file=home.log / "redis.log")
    server.start()
    yield server
    server.stop()


def test_it_keeps_and_forgets_what_it_is_told(server: EmbeddedRedis) -> None:
    with Redis.from_url(server.url, decode_responses=True) as client:
        client.set("hint", "work")
        assert client.get("hint") == "work"
        client.flushall()
        assert client.get("hint") is None


def test_a_restart_with_a_client_connected_leaves_no_orphan_and_nothing_on_disk(
    server: EmbeddedRedis, home: DataDirectory, lives: Callable[[int], bool]
) -> None:
    first = server.pid
    assert first is not None
    with Redis.from_url(server.url) as client:
        client.set("hint", "work")
        server.restart()
        assert not lives(first)
    with Redis.from_url(server.url, decode_responses=True) as client:
        assert client.get("hint") is None
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert list((home.root / "redis data").iterdir()) == []


def test_celery_s_address_carries_a_message(server: EmbeddedRedis) -> None:
    with Celery(broker=server.celery_url).connection_for_write() as connection:
        queue = connection.SimpleQueue("hints")
        queue.put({"ids": [1, 2]})
        message = queue.get(timeout=10)
        message.ack()
        queue.close()
    assert message.payload == {"ids": [1, 2]}


def test_it_starts_again_after_its_process_was_killed(server: EmbeddedRedis) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.restart()
    with Redis.from_url(server.url) as client:
        assert client.ping()


def test_a_server_that_a_lost_run_left_behind_is_replaced(server: EmbeddedRedis, home: DataDirectory) -> None:
    next_run = EmbeddedRedis(home.root / "redis data", home.run / "redis")
    next_run.start()
    try:
        assert not server.is_running
        with Redis.from_url(next_run.url) as client:
            assert client.info("server")["process_id"] == next_run.pid
    finally:
        next_run.stop()


def test_a_server_on_path_comes_before_the_wheel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = folder / "valkey-server"
    monkeypatch.setenv("PATH", str(folder))
    assert find_redis().name == "redis-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    assert find_redis() == own


def test_a_failed_start_shows_the_end_of_the_log(folder: Path, home: DataDirectory) -> None:
    broken = folder / "redis-server"
    broken.write_text("#!/bin/sh\necho no memory left\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(SetupError, match="no memory left"):
        EmbeddedRedis(home.root / "redis", home.run / "redis", binary=broken).start()
