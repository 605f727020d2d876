"""Large, deep and wrongly typed bodies are refused before they are parsed."""

import json
import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.problem_answers import problem

MANY_KEYS = json.dumps({f"unknown_{number:07}": number for number in range(150_000)}).encode()
JSON = {"Content-Type": "application/json"}


def in_chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


@pytest.mark.parametrize("path", ["/crawl", "/train", "/hooks/library", "/nothing"])
def test_a_body_of_megabytes_is_refused_however_it_is_sent(
    web: httpx.Client, count_jobs: Callable[[], int], path: str
) -> None:
    n_jobs = count_jobs()
    assert len(MANY_KEYS) > 3_500_000
    assert "1 MB" in problem(web.post(path, content=MANY_KEYS, headers=JSON), 413, "too_large")
    assert "1 MB" in problem(web.post(path, content=in_chunks(MANY_KEYS), headers=JSON), 413, "too_large")
    assert count_jobs() == n_jobs


def test_a_promised_length_is_refused_before_a_byte_of_the_body_is_there(address: str) -> None:
    where = urlsplit(address)
    assert where.hostname
    with socket.create_connection((where.hostname, where.port or 80), timeout=1.5) as connection:
        head = f"POST /train HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: 3500000\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_what_is_just_within_a_megabyte_is_read(web: httpx.Client) -> None:
    body = json.dumps({"source": "folder", "path": "x" * 999_900}).encode()
    assert len(body) <= 1_000_000
    problem(web.post("/crawl", content=body, headers=JSON), 422, "invalid_request")


def test_at_most_twenty_mistakes_are_listed(web: httpx.Client) -> None:
    answer = web.post("/train", json={f"unknown_{number}": 1 for number in range(5000)})
    assert "and 4980 more" in problem(answer, 422, "invalid_request")
    assert len(answer.json()["errors"]) == 20
    assert len(answer.content) < 10_000
    assert "more" not in problem(web.post("/train", json={"unknown": 1}), 422, "invalid_request")


@pytest.mark.parametrize(
    "body", [b"[" * 100 + b"]" * 100, b'{"limit": ' + b"9" * 5000 + b"}"], ids=["nested", "long number"]
)
def test_a_body_that_is_built_to_take_long_is_refused(web: httpx.Client, body: bytes) -> None:
    problem(web.post("/crawl", content=body, headers=JSON), 400, "http_error")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/html", None],
)
def test_a_form_of_another_page_starts_nothing(
    web: httpx.Client, count_jobs: Callable[[], int], content_type: str | None
) -> None:
    n_jobs = count_jobs()
    headers = {"Content-Type": content_type} if content_type else {}
    answer = web.post("/crawl", content=b'{"source": "demo"}', headers=headers)
    assert "application/json" in problem(answer, 415, "unsupported_media_type")
    assert answer.headers["accept"] == "application/json"
    assert count_jobs() == n_jobs


def test_a_form_without_a_body_starts_nothing_either(web: httpx.Client) -> None:
    """Also where a route needs no body."""
    for content_type in ("text/plain;charset=UTF-8", "application/x-www-form-urlencoded"):
        answer = web.post("/models/rollback", headers={"Content-Type": content_type})
        problem(answer, 415, "unsupported_media_type")
    assert web.post("/models/rollback").status_code != 415


def test_webhooks_choose_their_content_type(web: httpx.Client) -> None:
    for content_type in ("application/x-www-form-urlencoded", "text/plain"):
        answer = web.post("/hooks/library", content=b'{"path": "rock"}', headers={"Content-Type": content_type})
        assert answer.status_code == 202


def test_uploads_keep_their_own_limit(web: httpx.Client) -> None:
    answer = web.post("/predict", files={"file": ("a.wav", b"\0" * 2_000_000)})
    problem(answer, 409, "no_model")
