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
    for estimator in ApiClient().get("/estimators"):
        reads = ", ".join(estimator["inputs"])
        console.print(
            f"[bold]{estimator['name']}[/bold]  {estimator['what']}; {estimator['cost']}; reads {reads}",
            highlight=False,
        )
        for name, hyperparameter in estimator["hyperparameters"].items():
            numbers = (
                [] if hyperparameter["low"] is None else [f"{hyperparameter['low']:g} … {hyperparameter['high']:g}"]
            )
            allowed = " or ".join([*numbers, *hyperparameter["words"]])
            console.print(
                f"  {name} = {hyperparameter['default']}  ({allowed}) {hyperparameter['meaning']}",
                highlight=False,
                markup=False,
            )


def leaderboard(job_id: Annotated[str, typer.Argument(help="A training")]) -> None:
    """Show the models of a training, the best first."""
    ranking = ApiClient().get(f"/jobs/{job_id}/leaderboard")
    measure = ranking["models"][0]["measure"] if ranking["models"] else "macro F1"
    is_tagged = any(row["without_taggers"] is not None for row in ranking["models"])
    columns = ["", "estimator", "input", measure, *(["without taggers"] if is_tagged else []), "weighted F1", "state"]
    table = Table(*columns, box=None)
    for row in ranking["models"]:
        score, weighted = row["score"], row["weighted_f1"]
        table.add_row(
            str(row["rank"]),
            row["estimator"],
            row["inputs"],
            f"{score['value']:.3f} ({score['low']:.3f}–{score['high']:.3f})",
            *([_format_untagged(row["without_taggers"])] if is_tagged else []),
            f"{weighted['value']:.3f}" if weighted else "–",
            row["state"],
        )
    console.print(table)
    if ranking["note"]:
        console.print(ranking["note"], highlight=False, markup=False)


def _format_untagged(score: float | None) -> str:
    """The figure without taggers; a dash for a model that reads none."""
    return "–" if score is None else f"{score:.3f}"
