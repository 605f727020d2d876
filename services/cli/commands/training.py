"""`mer estimators` and `mer leaderboard`: what can be trained, and how a training's candidates did."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.cli.client import ApiClient

console = Console()


def add_commands(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(estimators)
    app.command()(leaderboard)


def estimators() -> None:
    """List the estimators, what they read, and what they can be told."""
    for found in ApiClient().get("/estimators"):
        reads = ", ".join(found["inputs"])
        console.print(f"[bold]{found['name']}[/bold]  {found['what']}; {found['cost']}; reads {reads}", highlight=False)
        for name, told in found["hyperparameters"].items():
            numbers = [] if told["low"] is None else [f"{told['low']:g} … {told['high']:g}"]
            allowed = " or ".join([*numbers, *told["words"]])
            console.print(f"  {name} = {told['default']}  ({allowed}) {told['meaning']}", highlight=False, markup=False)


def leaderboard(job_id: Annotated[str, typer.Argument(help="A training")]) -> None:
    """Show the models of a training, the best first."""
    found = ApiClient().get(f"/jobs/{job_id}/leaderboard")
    measure = found["models"][0]["measure"] if found["models"] else "macro F1"
    table = Table("", "estimator", "input", measure, "weighted F1", "state", box=None)
    for row in found["models"]:
        score, weighted = row["score"], row["weighted_f1"]
        table.add_row(
            str(row["rank"]),
            row["estimator"],
            row["inputs"],
            f"{score['value']:.3f} ({score['low']:.3f}–{score['high']:.3f})",
            f"{weighted['value']:.3f}" if weighted else "–",
            row["state"],
        )
    console.print(table)
    if found["note"]:
        console.print(found["note"], highlight=False, markup=False)
