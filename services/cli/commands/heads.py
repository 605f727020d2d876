"""`mer tags` and `mer place`: what is answered of a track or of a file besides its emotion."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.cli.client import ApiClient
from services.cli.commands.models import upload_and_wait
from services.cli.views.tracks import show_tags, show_valence_arousal
from shared.domain.head import PLANE, TAG_SET
from shared.json_objects import JsonObject

console = Console()
Asked = Annotated[str, typer.Argument(help="The id of a track, or a file: a song that mer does not know")]
Model = Annotated[str | None, typer.Option(help="The id of a model; default: the champion")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(tags)
    app.command()(place)


def tags(track: Asked, model: Model = None) -> None:
    """Show the tags of a track or of a file, with the probability of each."""
    show_tags(console, _fetch_answer(track, "tags", wanted="tags", taxonomy=TAG_SET, model=model))


def place(track: Asked, model: Model = None) -> None:
    """Show valence and arousal of a track or of a file, each from -1 to 1."""
    show_valence_arousal(
        console, _fetch_answer(track, "valence-arousal", wanted="valence", taxonomy=PLANE, model=model)
    )


def _fetch_answer(track: str, route: str, *, wanted: str, taxonomy: str, model: str | None) -> JsonObject:
    client = ApiClient()
    if Path(track).is_file():
        return upload_and_wait(client, Path(track), wanted=wanted, taxonomy=taxonomy, model=model)
    answer: JsonObject = client.get(f"/tracks/{track}/{route}", model=model)
    if wanted not in answer:
        console.print(answer["detail"])
        raise typer.Exit(2)
    return answer
