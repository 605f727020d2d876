"""`mer crawl`: a path, or a source on the web with what to fetch from it. `mer login`: what one source needs before."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from services.cli.client import ApiClient
from services.cli.commands.dataset import source_for_path
from shared.domain.crawl import CRAWL_SOURCES, PATHLESS_SOURCES
from shared.errors import MerError
from shared.json_objects import JsonObject
from shared.settings import SourceSettings


class BadNameError(MerError):
    """A file or a folder whose name cannot be sent."""


_TOKEN_LINE = "MER_SPOTIFY_REFRESH_TOKEN="  # noqa: S105 - a variable's name

What = Annotated[
    str,
    typer.Argument(
        help="A folder, a table (.csv, .tsv, .parquet), a playlist (.m3u, .xspf, .pls, .asx, .wpl, .jspf), "
        "or a source: " + ", ".join(PATHLESS_SOURCES)
    ),
]
Source = Annotated[str | None, typer.Option(help="What the path is; found out from it: " + ", ".join(CRAWL_SOURCES))]
Playlists = Annotated[list[str] | None, typer.Option("--playlist", help="Id or link; may be repeated")]
Searches = Annotated[list[str] | None, typer.Option("--search", help="Words (for Jamendo: tags); may be repeated")]
Tracks = Annotated[list[str] | None, typer.Option("--track", help="The source's own id of a track; may be repeated")]
Moods = Annotated[
    list[str] | None, typer.Option("--moods", help="MOOD=PLAYLIST, may be repeated: several moods in one job")
]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="A free word for everything found; may be repeated")]
Audio = Annotated[
    list[str] | None, typer.Option("--audio", help="Where audio may come from: deezer, itunes, …; none for nowhere")
]
MinS = Annotated[float | None, typer.Option("--min-s", help="Pass over what is shorter, seconds")]
MaxS = Annotated[float | None, typer.Option("--max-s", help="Pass over what is longer, seconds: DJ sets, audiobooks")]
Exclude = Annotated[
    list[str] | None, typer.Option("--exclude", help="Pass over names with these words, or like *.live.*; repeatable")
]
AcceptEmpty = Annotated[
    bool, typer.Option("--accept-empty", help="A library folder that holds no file any more is meant so: all is gone")
]
Reread = Annotated[bool, typer.Option("--reread", help="Also files whose size and date did not change")]
RestoreDeleted = Annotated[
    bool, typer.Option("--restore-deleted", help="Take in again what was removed; else it is passed over")
]
Preview = Annotated[bool, typer.Option("--preview", help="Only say what would be fetched, with what calls")]

login = typer.Typer(no_args_is_help=True, help="Log in to a source, once, for what only its user may read.")


@login.callback()
def _login_group() -> None:
    """Sources are commands of their own, also while there is one."""


@login.command("spotify")
def login_spotify() -> None:
    """Get the refresh token with which the playlists of a Spotify user can be read in development mode."""
    from services.crawler.spotify.login import sign_in  # noqa: PLC0415 - spotipy takes a moment to load

    def ask(url: str) -> str:
        typer.echo(f"Open this address in a browser, on any machine, and agree:\n\n{url}\n")
        typer.echo("The browser then ends at a page that cannot be shown. Its address holds what is needed.")
        return str(typer.prompt("Paste that address here"))

    token = sign_in(SourceSettings(), ask=ask)
    typer.echo(f"\nPut this line into .env and start mer again. It ends after six months.\n\n{_TOKEN_LINE}{token}")


def crawl_body(
    what: str,
    *,
    source: str | None,
    playlists: list[str] | None,
    searches: list[str] | None,
    tracks: list[str] | None,
    moods: list[str] | None,
    audio: list[str] | None,
    **rest: Any,
) -> JsonObject:
    """The request of a command line. A folder that has the name of a source is meant by `./name`."""
    body: JsonObject = {"source": source, **rest}
    if source is None and what in PATHLESS_SOURCES:
        body["source"] = what
    else:
        here = Path(what).expanduser()
        body["source"] = source or source_for_path(here)
        if body["source"] not in PATHLESS_SOURCES:
            body["path"] = _require_text_path(str(here.resolve()) if here.exists() else what)
    body |= {"playlists": playlists, "searches": searches, "tracks": tracks, "moods": _parse_moods(moods)}
    if audio:
        body["audio"] = [name for name in audio if name != "none"]
    return {name: value for name, value in body.items() if value not in (None, [], {}) or name == "audio"}


def _require_text_path(path: str) -> str:
    """The path, which travels as text. Raises BadNameError where it is none."""
    shown = os.fsencode(path).decode(errors="backslashreplace")
    if shown != path:
        raise BadNameError(f"{shown}: this name is not valid UTF-8: rename it (`convmv` does that for whole folders)")
    return path


def show_preview(console: Console, body: JsonObject) -> None:
    """Ask what a crawl would do, and say it."""
    plan = ApiClient().post("/crawl/preview", body)
    console.print(f"[bold]{plan['source']}[/bold] would fetch:", highlight=False)
    for fetch in plan["fetches"]:
        console.print(f"  {fetch}", highlight=False, markup=False)
    for calls in plan["calls"]:
        most = "and more" if calls["at_most"] is None else f"to {calls['at_most']}"
        line = f"  {calls['call']}: {calls['at_least']} {most} calls ({calls['each']})  {calls['what']}"
        console.print(line, highlight=False, markup=False)
    for limit in plan["limits"]:
        console.print(f"  {limit}", highlight=False)
    console.print(f"terms: {plan['terms']}", highlight=False, markup=False)
    if not plan["may_start"]:
        console.print(f"it would be refused: {plan['refusal']}", style="red", highlight=False, markup=False)


def _parse_moods(pairs: list[str] | None) -> dict[str, list[str]]:
    moods: dict[str, list[str]] = {}
    for pair in pairs or []:
        mood, sign, playlist = pair.partition("=")
        if not sign or not playlist:
            raise typer.BadParameter(f"{pair!r}: write MOOD=PLAYLIST, as in calm=37i9dQZF1DX3Ogo9pFvBkY")
        moods.setdefault(mood, []).append(playlist)
    return moods
