"""`mer models` and `mer emotion FILE`: reports, roll-backs, flips, evaluations, and songs that mer does not know."""

import getpass
import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from services.cli.client import ApiClient
from services.cli.progress import FINAL, watch_job
from services.cli.views import heads
from services.cli.views.jobs import show_items
from services.cli.views.tracks import show_emotion
from shared.domain.emotion import TAXONOMY_NAMES
from shared.errors import MerError
from shared.json_objects import JsonObject

_POLL_S = 0.5


class NoAnswerError(MerError):
    """A song was taken in, and no answer came."""


def show_file_emotion(
    client: ApiClient, console: Console, path: Path, *, keep: bool = False, **query: Any
) -> JsonObject:
    """Send a song and show its emotion, which is returned; a busy system is waited for."""
    answer = upload_and_wait(client, path, wanted="emotion", keep=keep or None, **query)
    show_emotion(
        console, {"decided_by": "model", "label": None, **answer}, track={"title": answer["name"], "artist": None}
    )
    if answer["track_id"]:
        console.print(f"  kept as track {answer['track_id']}", highlight=False)
    return answer


def upload_and_wait(client: ApiClient, path: Path, *, wanted: str, **query: Any) -> JsonObject:
    """The answer for a song, which has the key `wanted`, however long that takes."""
    answer: JsonObject = client.upload_file("/predict", path, **query)
    if wanted not in answer:
        job = answer
        while job["state"] not in FINAL:
            time.sleep(_POLL_S)
            job = client.get(f"/jobs/{job['id']}")
        answer = client.get(f"/predict/{job['id']}", coverage=query.get("coverage"), sets=query.get("sets"))
    if wanted not in answer:
        raise NoAnswerError(f"no answer came for {_printable_name(path)}: see mer jobs {answer['id']} --failed")
    return answer


def _printable_name(path: Path) -> str:
    """The file's name as it can be printed."""
    return os.fsencode(path.name).decode(errors="replace")


def save_report(client: ApiClient, console: Console, model_id: str, to: Path) -> None:
    """Write the report of a model as .html, .png or .json, by the file's suffix."""
    suffix = to.suffix.lower()
    if suffix not in {".html", ".png", ".json"}:
        raise typer.BadParameter(f"{to.name}: a report is written as .html, .png or .json")
    path = f"/models/{model_id}/report" + ("" if suffix == ".json" else suffix)
    to.write_bytes(client.download_bytes(path))
    console.print(f"report written to {to}", highlight=False, markup=False)


def show_flips(client: ApiClient, console: Console, model_id: str, *, limit: int = 20) -> None:
    """What a promotion would change; a large library is scored first."""
    diff = client.get(f"/models/{model_id}/flips", limit=limit)
    while "kind" in diff:
        watch_job(client, diff, console)
        diff = client.get(f"/models/{model_id}/flips", limit=limit)
    heads.show_flips(console, diff)


def promote_model(client: ApiClient, console: Console, model_id: str, *, force: bool) -> None:
    """Let a model answer, if the gate lets it."""
    promotion = client.post(
        f"/models/{model_id}/promote", {"who": getpass.getuser(), "why": "mer models --promote", "force": force}
    )
    console.print(f"promoted: {promotion['why']}", highlight=False, markup=False)


def parse_merge(words: list[str] | None) -> dict[str, list[str]] | None:
    """The merge that `loud=energetic,happy` and others say. Raises BadParameter for one without a sign."""
    if not words:
        return None
    if odd := [word for word in words if "=" not in word]:
        raise typer.BadParameter(f"{odd[0]!r}: write an emotion of your own as loud=energetic,happy")
    pairs = [word.split("=", 1) for word in words]
    return {name.strip(): [one.strip() for one in merged.split(",") if one.strip()] for name, merged in pairs}


def rollback(
    taxonomy: Annotated[str, typer.Option(help=f"{TAXONOMY_NAMES} or a merge's name")] = "mood4",
    inputs: Annotated[str, typer.Option("--input", help="descriptors, catalogue, mel, audio_tags …")] = "descriptors",
    why: Annotated[str, typer.Option(help="Written into the history")] = "mer rollback",
) -> None:
    """Bring back the champion before the present one."""
    console, client = Console(), ApiClient()
    body = {"taxonomy": taxonomy, "inputs": inputs, "who": getpass.getuser(), "why": why}
    champion = client.post("/models/rollback", body)
    console.print(
        f"{champion['estimator']} on {champion['inputs']}, version {champion['version']} answers again", highlight=False
    )


def evaluate(
    model_id: str,
    source: Annotated[str | None, typer.Option(help="Only tracks from this source")] = None,
    annotator: Annotated[str | None, typer.Option(help="Only what this person or playlist said")] = None,
    since: Annotated[str | None, typer.Option(help="Only what was said then or later, e.g. 2026-01-31T00:00Z")] = None,
    until: Annotated[str | None, typer.Option(help="Only what was said before")] = None,
) -> None:
    """Judge a model on labelled tracks that it has not learned from."""
    console, client = Console(), ApiClient()
    subset = {"source": source, "annotator": annotator, "since": since, "until": until}
    body = {name: value for name, value in subset.items() if value is not None}
    job = watch_job(client, client.post(f"/models/{model_id}/evaluate", body), console)
    if job["items"]["failed"]:
        show_items(console, client.list_rows(f"/jobs/{job['id']}/items", limit=1))
        raise typer.Exit(1)
    heads.show_evaluation(console, client.get(f"/models/{model_id}/evaluations", limit=1)["items"][0])


def add_model_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(rollback)
    app.command()(evaluate)
