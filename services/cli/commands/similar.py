"""`mer similar`: tracks that sound like a track, or like a file that mer does not know."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from services.api.export.formats import FORMATS
from services.cli.client import ApiClient
from services.cli.progress import FINAL, watch_job
from services.cli.views.emotions import format_emotion
from shared.domain.emotion import TAXONOMY_NAMES
from shared.json_objects import JsonObject

_POLL_S = 0.5


def similar(
    track: Annotated[str, typer.Argument(help="The id of a track, or a file: a song that mer does not know")],
    emotion: Annotated[
        str | None, typer.Option(help="Only tracks that are decided so, as `mer emotion` says it")
    ] = None,
    taxonomy: Annotated[str | None, typer.Option(help=f"Of `--emotion`: {TAXONOMY_NAMES}")] = None,
    limit: Annotated[int, typer.Option(help="Tracks")] = 20,
    per_artist: Annotated[int, typer.Option(help="Tracks of one artist at most")] = 1,
    other_artists: Annotated[
        bool, typer.Option("--other-artists", help="None by the artist of the track itself")
    ] = False,
    by: Annotated[
        str | None, typer.Option(help="taggers, descriptors, or the id of a network; default: what is best")
    ] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Also tracks whose last file is gone")] = False,
    m3u: Annotated[Path | None, typer.Option(help="Write them as a playlist, too")] = None,
) -> None:
    """List tracks that sound alike, the nearest first."""
    client, console = ApiClient(), Console()
    query = {
        "emotion": emotion,
        "taxonomy": taxonomy,
        "limit": limit,
        "per_artist": per_artist,
        "by": by,
        "other_artists": other_artists,
        "missing": "include" if missing else None,
    }
    neighbours = (
        _similar_to_file(client, Path(track), query)
        if Path(track).is_file()
        else _similar_to_track(client, console, track, query)
    )
    show_similar(console, neighbours)
    if m3u is not None:
        m3u.write_bytes(b"".join(FORMATS["m3u"].write([neighbours["items"]])))
        console.print(f"playlist written to {m3u}", highlight=False, markup=False)


def show_similar(console: Console, neighbours: JsonObject) -> None:
    """Similar tracks as a table, and by what they are."""
    table = Table(Column("id", no_wrap=True, min_width=36), "title", "artist", "emotion", "distance", box=None)
    for item in neighbours["items"]:
        emotion = (
            f"{format_emotion(neighbours['taxonomy'], item['emotion'])} ({item['decided_by']})"
            if item["emotion"]
            else "–"
        )
        row = (item["title"] or "–", item["artist"] or "–", emotion, f"{item['distance']:.3f}")
        table.add_row(item["track_id"], *map(escape, row))
    console.print(table)
    by = neighbours["by"]
    basis = f"standardised descriptors ({by['spec']})"
    if by["taggers"]:
        basis = f"what audio taggers hear ({', '.join(by['taggers'])})"
    if by["model"]:
        basis = f"{by['model']['estimator']} on {by['model']['inputs']}, version {by['model']['version']}"
    console.print(f"by {basis}, at most {neighbours['per_artist']} of an artist", highlight=False)


def _similar_to_track(client: ApiClient, console: Console, track_id: str, query: JsonObject) -> Any:
    """The answer; a library that is not placed yet, or a track that is still in work, is waited for."""
    while True:
        response = client.get(f"/tracks/{track_id}/similar", **query)
        if "by" in response:
            return response
        if "kind" in response:
            watch_job(client, response, console)
        else:
            console.print(response["detail"], highlight=False, markup=False)
            time.sleep(_POLL_S)


def _similar_to_file(client: ApiClient, path: Path, query: JsonObject) -> Any:
    """The answer for a song: first it is analysed, then, where there are many tracks, those are placed."""
    response = client.upload_file("/similar", path, wait_s=0, **query)
    job_id = response["id"]
    while "by" not in response:
        if response["state"] in FINAL:
            response = client.get(f"/similar/{job_id}", **query)
        else:
            time.sleep(_POLL_S)
            response = client.get(f"/jobs/{response['id']}")
    return response


def add_commands(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(similar)
