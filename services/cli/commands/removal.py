"""`mer tracks … --delete`: remove tracks, or see what would go."""

import getpass
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.client import ApiClient
from services.cli.views.columns import format_count
from shared.json_objects import JsonObject

_SHOWN = 20
_COUNTED = {"n_features": "feature set", "n_arrays": "array", "n_predictions": "prediction"}


def remove(
    client: ApiClient, console: Console, named: list[str], *, missing: bool, dry_run: bool, labels: bool
) -> None:
    """Remove the tracks of these ids, or all missing ones, and say what went. Nothing is removed by a search."""
    if missing == bool(named):
        raise typer.BadParameter("name the ids of tracks, or --missing for all whose last file is gone")
    asked: JsonObject = {"dry_run": dry_run, "labels": labels, "who": getpass.getuser()}
    removed: list[JsonObject] = []
    kept: list[JsonObject] = []
    for document in _pages(client, console, named, missing=missing, **asked):
        removed += document["removed"]
        kept += document["kept"]
    _show(console, removed)
    verb = "would go" if dry_run else "removed"
    parts = [format_count(sum(one[name] for one in removed), noun) for name, noun in _COUNTED.items()]
    parts.append(format_count(sum(sum(one["annotations"].values()) for one in removed), "label"))
    console.print(
        f"{format_count(len(removed), 'track')} {verb}: {', '.join(parts)}. Files stay on the disk.", highlight=False
    )
    if kept:
        verb, them = ("stays", "it") if len(kept) == 1 else ("stay", "them")
        console.print(
            f"{format_count(len(kept), 'track')} {verb}: people labelled {them} (--labels removes {them} too)",
            highlight=False,
        )


def _pages(client: ApiClient, console: Console, named: list[str], *, missing: bool, **asked: Any) -> Any:
    for track_id in named:
        yield client.delete(f"/tracks/{track_id}", **asked)
    cursor, n_seen = None, 0
    while missing:
        document = client.delete("/tracks", missing=True, cursor=cursor, **asked)
        yield document
        n_seen += len(document["removed"]) + len(document["kept"])
        cursor = document["next"]
        if cursor is None:
            return
        console.print(f"{format_count(n_seen, 'track')} …", highlight=False)


def _show(console: Console, removed: list[JsonObject]) -> None:
    table = Table("track", "title", "artist", "labels", "files", box=None)
    for one in removed[:_SHOWN]:
        labels = ", ".join(f"{n} {kind}" for kind, n in one["annotations"].items())
        names = (escape(one["title"] or "–"), escape(one["artist"] or "–"))
        table.add_row(one["track_id"], *names, labels or "–", escape("; ".join(one["files"]) or "–"))
    if removed:
        console.print(table)
    if len(removed) > _SHOWN:
        console.print(f"… and {len(removed) - _SHOWN} more", highlight=False)
