"""`mer tags` and `mer place`: what is answered of a track besides its emotion."""

from typing import Annotated

import typer
from rich.console import Console

from services.standalone import showing
from services.standalone.client import Client

console = Console()


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(tags)
    app.command()(place)


def tags(
    track_id: Annotated[str, typer.Argument(help="The id of a track")],
    model: Annotated[str | None, typer.Option(help="The id of a model; default: the champion")] = None,
) -> None:
    """Show the tags of a track, with the probability of each."""
    answer = Client().get(f"/tracks/{track_id}/tags", model=model)
    if "tags" not in answer:
        console.print(answer["detail"])
        raise typer.Exit(2)
    showing.show_tags(console, answer)


def place(
    track_id: Annotated[str, typer.Argument(help="The id of a track")],
    model: Annotated[str | None, typer.Option(help="The id of a model; default: the champion")] = None,
) -> None:
    """Show valence and arousal of a track, each from -1 to 1."""
    answer = Client().get(f"/tracks/{track_id}/valence-arousal", model=model)
    if "valence" not in answer:
        console.print(answer["detail"])
        raise typer.Exit(2)
    showing.show_place(console, answer)
