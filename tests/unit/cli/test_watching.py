"""Watching a job goes on while the API or its database restarts, and ends with what will not pass."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import typer
from rich.console import Console

from services.cli.client import ApiClient, RefusedError
from services.cli.progress import start_and_follow, watch_job
from tests.support.job_progress import item_tally, job_progress

RUNNING, DONE = (job_progress(state=state, items=item_tally(requested=1, done=1)) for state in ("running", "done"))
ScriptedApi = tuple[ApiClient, list[tuple[int, Any]]]


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    """An API that gives scripted answers, `(status, document)`, one after the other."""
    answers: list[tuple[int, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            status, document = answers.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield ApiClient(f"http://127.0.0.1:{server.server_port}"), answers
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_a_database_that_is_away_for_a_moment_is_waited_for(api: ScriptedApi) -> None:
    client, answers = api
    answers += [(503, {"status": 503, "detail": "the database is away"}), (200, RUNNING), (200, DONE)]
    assert watch_job(client, RUNNING, Console(file=io.StringIO())) == DONE
    assert answers == []


def test_a_job_that_is_gone_ends_the_watching(api: ScriptedApi) -> None:
    client, answers = api
    answers += [(404, {"status": 404, "detail": "there is no job 1"})]
    with pytest.raises(RefusedError, match="no job 1"):
        watch_job(client, RUNNING, Console(file=io.StringIO()))


@pytest.mark.parametrize(
    ("counts", "reasons", "code"),
    [
        ({"requested": 1, "failed": 1}, {"undecodable": 1}, 1),
        ({"requested": 3, "failed": 1, "skipped": 2}, {"undecodable": 1, "excluded": 2}, 1),
        ({"requested": 3, "failed": 1, "done": 2}, {"undecodable": 1}, None),
        ({"requested": 3, "failed": 1, "skipped": 2}, {"undecodable": 1, "unchanged": 2}, None),
        ({"requested": 2, "skipped": 2}, {"excluded": 2}, None),
    ],
)
def test_a_job_that_did_nothing_because_something_failed_ends_with_exit_code_1(
    api: ScriptedApi, counts: dict[str, int], reasons: dict[str, int], code: int | None
) -> None:
    client, answers = api
    items = item_tally(**counts)
    answers += [(202, {**DONE, "items": items, "reasons": reasons, "ignored": {}, "detail": None})]
    printed = io.StringIO()
    out = Console(file=printed)
    if code is None:
        start_and_follow(client, "/crawl", {}, out, wait=True)
        return
    with pytest.raises(typer.Exit) as ended:
        start_and_follow(client, "/crawl", {}, out, wait=True)
    assert ended.value.exit_code == code
    assert "see which: mer jobs 1 --failed" in printed.getvalue()
