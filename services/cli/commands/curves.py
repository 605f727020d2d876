"""`mer emotion --curve`: how the emotion of a track or of a file changes."""

import time
from typing import Any

import typer
from rich.console import Console

from services.cli.client import ApiClient
from services.cli.views.curves import show_curve
from shared.json_objects import JsonObject

_POLL_S = 1.0
_PATIENCE_S = 600.0


def ask_curve(client: ApiClient, console: Console, path: str, **query: Any) -> JsonObject:
    """The curve at `path`; one that is still being made is waited for. Exits with 2 after ten minutes."""
    answer: JsonObject = client.get(path, **query)
    deadline = time.monotonic() + _PATIENCE_S
    while "windows" not in answer:
        if time.monotonic() > deadline:
            console.print(answer.get("detail") or "still in work: ask again", highlight=False)
            raise typer.Exit(2)
        time.sleep(_POLL_S)
        answer = client.get(path, **query)
    return answer


def show_track_curve(client: ApiClient, console: Console, track_id: str, **query: Any) -> None:
    """Show the curve of a track of the library."""
    show_curve(console, ask_curve(client, console, f"/tracks/{track_id}/emotion/curve", **query))


def show_upload_curve(client: ApiClient, console: Console, sent: JsonObject, **query: Any) -> None:
    """Show the curve of a song that was sent in with `curve`, of its answer."""
    job_id = str(sent["job_href"]).rpartition("/")[2]
    show_curve(console, ask_curve(client, console, f"/predict/{job_id}/curve", **query))
