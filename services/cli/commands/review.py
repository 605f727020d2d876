"""`mer review`: the tracks to label next, or what the labels so far say of the model."""

import shlex
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from services.cli.annotator_name import AnnotatorName, find_annotator_name
from services.cli.client import ApiClient
from services.cli.views.emotions import format_emotion
from shared.domain.emotion import TAXONOMY_NAMES
from shared.json_objects import JsonObject


def review(
    n: Annotated[int, typer.Option("-n", help="Tracks")] = 20,
    taxonomy: Annotated[str | None, typer.Option(help=f"{TAXONOMY_NAMES}; the default one if not said")] = None,
    annotator: AnnotatorName = None,
    progress: Annotated[
        bool, typer.Option("--progress", help="Show what the labels say of the model, before and after it used them")
    ] = False,
) -> None:
    """List the tracks that are worth labelling next, each with a reason, and the command to type."""
    client, console = ApiClient(), Console()
    who = find_annotator_name(client, annotator)
    if progress:
        show_progress(console, client.get("/review/progress", annotator=who, taxonomy=taxonomy))
        return
    show_review(console, client.get("/review", n=n, annotator=who, taxonomy=taxonomy), as_named=annotator)


def show_review(console: Console, batch: JsonObject, *, as_named: str | None) -> None:
    """Tracks to label as a table, and how to label them."""
    if not batch["items"]:
        console.print(
            f"nothing to label: {batch['n_labelled']} tracks are labelled, and no other has a file and was analysed",
            highlight=False,
        )
        return
    table = Table(Column("id", no_wrap=True, min_width=36), "artist", "title", "why", box=None)
    for item in batch["items"]:
        table.add_row(item["track_id"], *(escape(item[name] or "–") for name in ("artist", "title", "reason_text")))
    console.print(table)
    words = ", ".join(format_emotion(batch["taxonomy"], emotion) for emotion in batch["emotions"])
    name = f" --as {shlex.quote(as_named)}" if as_named else ""
    counts = f"{len(batch['items'])} of {batch['n_tracks']} tracks that {batch['annotator']} has not labelled"
    lines = (
        f"{counts} ({batch['n_labelled']} labelled)",
        f"listen, then type: mer label ID EMOTION --taxonomy {batch['taxonomy']}{name}",
        f"EMOTION is one of {words} (or its word)",
    )
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def show_progress(console: Console, report: JsonObject) -> None:
    """Counts, and figures where there are enough labels."""
    counts = f"{report['n_labelled']} of {report['n_drawn']} drawn tracks labelled"
    lines = [f"{report['annotator']}, {report['taxonomy']}: {counts}"]
    comparison, before = report["comparison"], report["before"]
    if comparison:
        same = f"on the same {comparison['n_tracks']} tracks"
        lines += [
            f"before: agreed on {_percent(comparison['before']['accuracy'])} of the library's tracks",
            f"after:  agreed on {_percent(comparison['after']['accuracy'])}, held out, {same}",
            f"difference of macro F1: {_signed(comparison['difference']['macro_f1'])}",
        ]
    elif before:
        lines += [
            f"the model agreed on {_percent(before['accuracy'])} of the library's tracks ({report['n_before']} labels)",
            "train on your labels to see what they changed",
        ]
    else:
        lines.append(f"{report['n_before']} labels can be compared; figures are shown from {report['least_labels']}")
    agreement = report["own_agreement"]
    if agreement["share"]:
        lines.append(
            f"asked again after a week, you agreed with yourself {agreement['n_agreed']} of {agreement['n_labelled']} "
            f"times ({_percent(agreement['share'])}): no model can agree with you more often than that"
        )
    for line in lines:
        console.print(line, highlight=False, markup=False)


def _percent(figure: JsonObject) -> str:
    return f"{figure['value']:.0%} ({figure['low']:.0%} to {figure['high']:.0%})"


def _signed(figure: JsonObject) -> str:
    return f"{figure['value']:+.3f} ({figure['low']:+.3f} to {figure['high']:+.3f})"


def add_commands(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(review)
