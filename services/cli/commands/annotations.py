"""`mer label`: say what you hear, take it back, or see what everybody said."""

import sys
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.annotator_name import AnnotatorName, find_annotator_name
from services.cli.client import ApiClient
from services.cli.views.emotions import format_emotion
from shared.domain.emotion import TAXONOMY_NAMES

console = Console(width=None if sys.stdout.isatty() else 160)

Taxonomy = Annotated[str | None, typer.Option(help=f"{TAXONOMY_NAMES}; that of the answer shown if not said")]


def label(
    track_id: str,
    emotion: Annotated[
        str | None, typer.Argument(help="Or its word; without one: show what was said of the track")
    ] = None,
    taxonomy: Taxonomy = None,
    annotator: AnnotatorName = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back what you said: all of it, or in one taxonomy")
    ] = False,
    kind: Annotated[str, typer.Option(help="With --withdraw and --as: person, playlist or import")] = "person",
) -> None:
    """Say what you hear. From now on this stands over every model."""
    client = ApiClient()
    path = f"/tracks/{track_id}/annotations"
    if withdraw:
        if emotion is not None:
            raise typer.BadParameter("name no emotion: all that was said is taken back, or --taxonomy of it")
        who = find_annotator_name(client, annotator)
        answer = client.delete(f"{path}/{quote(who, safe='')}", taxonomy=taxonomy, kind=kind)
        console.print(f"{who} took back: {'; '.join(map(_words, answer['withdrawn']))}", highlight=False, markup=False)
        return
    if emotion is None:
        _show(client.get(path)["items"])
        return
    taxonomy = taxonomy or client.get(f"/tracks/{track_id}")["taxonomy"]
    who = find_annotator_name(client, annotator)
    annotation = client.put(f"{path}/{quote(who, safe='')}", {"emotion": emotion, "taxonomy": taxonomy})
    words = format_emotion(annotation["taxonomy"], annotation["emotion"])
    console.print(f"{annotation['annotator']['name']} says {words} ({annotation['taxonomy']})", highlight=False)


def _show(annotations: list[dict[str, object]]) -> None:
    table = Table("annotator", "kind", "says", "state", "at", box=None)
    for one in annotations:
        who: dict[str, str] = one["annotator"]  # type: ignore[assignment]
        table.add_row(escape(who["name"]), who["kind"], escape(_words(one)), str(one["state"]), str(one["at"])[:19])
    console.print(table)


def _words(annotation: dict[str, object]) -> str:
    taxonomy, emotion = annotation["taxonomy"], annotation["emotion"]
    words = [f"{format_emotion(str(taxonomy), str(emotion))} ({taxonomy})"] if emotion else []
    words += [str(tag) for tag in annotation["tags"]]  # type: ignore[attr-defined]
    words += [f"{name} {annotation[name]:.2f}" for name in ("valence", "arousal") if annotation[name] is not None]
    return ", ".join(words)


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(label)
