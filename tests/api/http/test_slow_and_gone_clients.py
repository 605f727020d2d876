"""Clients that send slowly, and clients that go away before they are answered."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from services.api.deps import ApiPorts
from services.api.http import protocol
from services.trainer.candidates.training import TrainedCandidate
from tests.api.conftest import AddTrack
from tests.support.published_models import publish
from tests.support.served_api import serve_api

Eventually = Callable[..., None]
_CUT_WITHIN_S = 20.0


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=_CUT_WITHIN_S) as client:
        yield client


@pytest.fixture
def server_errors(monkeypatch: pytest.MonkeyPatch) -> list[logging.LogRecord]:
    """What uvicorn logs as an error, whether its loggers are silenced or not."""
    records: list[logging.LogRecord] = []

    def keep(message: str, *arguments: Any, **keywords: Any) -> None:
        records.append(logging.makeLogRecord({"msg": message, "args": arguments, **keywords}))

    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "error", keep)
    return records


@pytest.mark.parametrize("sent", [b"", b"GET /openapi.json HTT"], ids=["nothing", "half a head"])
def test_a_client_that_does_not_finish_its_head_is_cut(
    ports: ApiPorts, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(protocol, "HEAD_WITHIN_S", 0.3)
    with serve_api(ports) as address, connected(address) as client:
        client.sendall(sent)
        assert httpx.get(f"{address}/openapi.json").status_code == 200
        assert client.recv(1) == b""


def test_a_client_that_sends_a_byte_now_and_then_is_cut(ports: ApiPorts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_WITHIN_S", 0.3)
    with serve_api(ports) as address, connected(address) as client:
        ended = threading.Event()

        def send_slowly() -> None:
            client.sendall(b"GET /openapi.json HTTP/1.1\r\nX-Slow: ")
            while not ended.wait(0.05):
                try:
                    client.sendall(b"a")
                except OSError:
                    return

        sender = threading.Thread(target=send_slowly)
        sender.start()
        try:
            received = client.recv(1)
        except ConnectionResetError:
            received = b""
        ended.set()
        sender.join()
        assert received == b""


def test_a_kept_connection_is_answered_again_after_longer_than_a_head_may_take(
    ports: ApiPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_WITHIN_S", 0.3)
    with serve_api(ports) as address, closing(HTTPConnection(urlsplit(address).netloc)) as client:
        for pause_s in (0.6, 0.0):
            client.request("GET", "/crawl")
            answer = client.getresponse()
            assert (answer.status, answer.read()[:1]) == (405, b"{")
            threading.Event().wait(pause_s)


@pytest.mark.parametrize(
    "path_and_headers",
    [
        "/crawl HTTP/1.1\r\nContent-Type: application/json",
        "/hooks/library HTTP/1.1\r\nContent-Type: application/json",
    ],
    ids=["read by FastAPI", "read by the route"],
)
def test_a_client_that_goes_away_leaves_one_line(
    ports: ApiPorts, eventually: Eventually, server_errors: list[logging.LogRecord], path_and_headers: str
) -> None:
    with capture_logs() as events, serve_api(ports) as address:
        with connected(address) as client:
            head = f"POST {path_and_headers}\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"
            client.sendall(head.encode() + b"{")
            # another request is answered: this one is being read
            assert httpx.get(f"{address}/openapi.json").status_code == 200
        eventually(lambda: bool(events), "a line")
        assert httpx.get(f"{address}/openapi.json").status_code == 200
    path = path_and_headers.partition(" ")[0]
    assert [(event["event"], event["method"], event["path"]) for event in events] == [("client.left", "POST", path)]
    assert not server_errors


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/crawl", "application/json"), ("/hooks/library", "text/plain"), ("/predict", "multipart/form-data; boundary=b")],
)
def test_a_body_that_does_not_arrive_is_refused(
    ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate, path: str, content_type: str
) -> None:
    publish(ports, mood4, judged=add_track())
    settings = ports.settings.model_copy(update={"body_patience_s": 0.2})
    with serve_api(replace(ports, settings=settings)) as address, connected(address) as client:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\nContent-Length: 1000\r\n\r\n"
        )
        client.sendall(head.encode() + b"-")
        answer = b"".join(iter(lambda: client.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()
    assert b"body_too_slow" in answer
