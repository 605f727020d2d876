"""`mer duplicates`, `mer merges`, `mer annotators`: which tracks are one, and how far those who judge agree."""

import getpass
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from services.cli.client import ApiClient
from shared.domain.emotion import TAXONOMY_NAMES

console = Console(width=None if sys.stdout.isatty() else 160)


def duplicates(
    merge: Annotated[int | None, typer.Option(help="These two are one: the number of the pair")] = None,
    dismiss: Annotated[int | None, typer.Option(help="These two are two")] = None,
    limit: int = 20,
) -> None:
    """Show pairs of tracks that are likely one recording; say whether they are."""
    client = ApiClient()
    who = {"who": getpass.getuser()}
    if merge is not None:
        client.post(f"/duplicates/{merge}/merge", who)
    if dismiss is not None:
        client.post(f"/duplicates/{dismiss}/dismiss", who)
    table = Table("pair", "score", "title", "artist", "length", "why", box=None)
    for pair in client.list_rows("/duplicates", limit=limit):
        for n, track in enumerate(pair["tracks"]):
            length = f"{track['duration_s']:.1f} s" if track["duration_s"] is not None else "–"
            named = (escape(track["title"] or "–"), escape(track["artist"] or "–"), length)
            lead, why = ((str(pair["id"]), f"{pair['score']:.2f}"), pair["why"]) if n == 0 else (("", ""), "")
            table.add_row(*lead, *named, escape(why))
    console.print(table)


def rename(
    track_id: str,
    title: Annotated[str | None, typer.Option(help="What it is called")] = None,
    artist: Annotated[str | None, typer.Option(help="Whose it is")] = None,
    album: Annotated[str | None, typer.Option(help="The record that it is on")] = None,
    undo: Annotated[
        list[str] | None, typer.Option(help="title, artist or album: take the correction back; may be repeated")
    ] = None,
) -> None:
    """Correct what a track is called. That stands over tables and over the tags of its file."""
    names = {"title": title, "artist": artist, "album": album}
    body: dict[str, str | None] = {name: value for name, value in names.items() if value is not None}
    body |= dict.fromkeys(undo or ())
    track = ApiClient().patch(f"/tracks/{track_id}", body)
    shown = ", ".join(f"{name} {track[name] or '–'}" for name in names)
    corrected = f" (corrected: {', '.join(track['corrected'])})" if track["corrected"] else ""
    console.print(f"{shown}{corrected}", highlight=False, markup=False)


def merges(
    undo: Annotated[int | None, typer.Option(help="Part what this merge joined")] = None,
    limit: int = 20,
) -> None:
    """Show which tracks were taken for one, and why; undo a merge."""
    client = ApiClient()
    if undo is not None:
        client.post(f"/merges/{undo}/undo", {"who": getpass.getuser()})
    table = Table("merge", Column("track", no_wrap=True), Column("into", no_wrap=True), "reason", "by", "", box=None)
    for merge in client.list_rows("/merges", limit=limit):
        undone = f"undone by {escape(merge['undone_by'])}" if merge["undone_at"] else ""
        row = (str(merge["id"]), merge["from_id"], merge["to_id"], merge["reason"], escape(merge["who"]), undone)
        table.add_row(*row)
    console.print(table)


def annotators(
    taxonomy: Annotated[str | None, typer.Option(help=f"{TAXONOMY_NAMES} or a merge's name")] = None,
) -> None:
    """Show who judged, how much, and how far the others agree."""
    table = Table(
        "annotator", "kind", "judgements", "tracks", "shared", "agreement", "chance", "kappa", "weight", box=None
    )
    for one in ApiClient().get("/annotators", taxonomy=taxonomy)["items"]:
        figures = [f"{one[name]:.2f}" if one[name] is not None else "–" for name in ("agreement", "chance", "kappa")]
        counts = [str(one[name]) for name in ("n_annotations", "n_tracks", "n_shared")]
        who = one["annotator"]
        table.add_row(escape(who["name"]), who["kind"], *counts, *figures, f"{one['weight']:.2f}")
    console.print(table)


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (duplicates, rename, merges, annotators):
        app.command()(command)
