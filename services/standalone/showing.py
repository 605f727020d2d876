"""Documents of the API as text for a person."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

_BAR = 30


def show_job(console: Console, job: dict[str, Any]) -> None:
    """A job, and why items failed."""
    items = job["items"]
    counts = ", ".join(f"{items[name]} {name}" for name in ("requested", "done", "failed", "skipped"))
    console.print(f"{job['kind']} [bold]{job['state']}[/bold]  {counts}  ({job['id']})", highlight=False)
    for reason, number in job["reasons"].items():
        console.print(f"  {number} × {reason}", highlight=False)
    for suffix, number in job["ignored"].items():
        console.print(f"  passed over: {number} × {suffix}", highlight=False)
    if parked := job.get("parked"):
        what = f"{parked['n_items']} items wait" if parked["n_items"] else "the list waits"
        console.print(f"  {what} until {parked['wake_at']}: {parked['detail']}", highlight=False, markup=False)
    elif job["detail"]:
        console.print(f"  {job['detail']}", highlight=False, markup=False)


def show_items(console: Console, items: list[dict[str, Any]]) -> None:
    """Items with their reasons."""
    for item in items:
        said = f"{item['reason']}: {item['detail']}" if item["detail"] else item["reason"] or ""
        console.print(f"{item['state']:8} {item['key']}  {said}", highlight=False, markup=False)


def show_tracks(console: Console, tracks: list[dict[str, Any]]) -> None:
    """Tracks with their labels."""
    table = Table(_id_column(), "title", "artist", "labels", box=None)
    for track in tracks:
        labels = ", ".join(f"{label['emotion']} ({label['annotator']['kind']})" for label in track["labels"])
        title = (track["title"] or "–") + (" [synthetic]" if track["synthetic"] else "")
        table.add_row(track["id"], *(escape(text) for text in (title, track["artist"] or "–", labels)))
    console.print(table)


def show_emotion(console: Console, answer: dict[str, Any], *, track: dict[str, Any]) -> None:
    """The emotion of a track with its probabilities."""
    console.print(f"{track['title']} – {track['artist'] or 'unknown artist'}", highlight=False, markup=False)
    said = f"[bold]{answer['emotion']}[/bold]"
    if answer["decided_by"] == "person":
        said += f" (says {answer['label']['annotator']['name']}; the model says {answer['predicted']})"
    console.print(f"{answer['taxonomy']}: {said}", highlight=False)
    for emotion, probability in sorted(answer["probabilities"].items(), key=lambda pair: -pair[1]):
        console.print(f"  {emotion:10} {probability:5.2f} {'█' * round(_BAR * probability)}", highlight=False)
    said_set = answer.get("prediction_set")
    if said_set:
        console.print(f"  {answer['coverage']:.0%} sure: {' or '.join(said_set)}", highlight=False)
    model = answer["model"]
    console.print(
        f"  by {model['estimator']} on {model['inputs']}, version {model['version']} ({model['id']})", highlight=False
    )
    if answer["label"] and answer["decided_by"] != "person":
        label = answer["label"]
        console.print(f"  labelled {label['emotion']} by {label['annotator']['name']}", highlight=False, markup=False)


def show_models(console: Console, models: list[dict[str, Any]]) -> None:
    """Models with their scores beside the majority baseline."""
    table = Table(
        _id_column(), "model", "taxonomy", "version", "state", "macro F1", "95 %", "accuracy", "majority F1 / accuracy",
        box=None,
    )  # fmt: skip
    for model in models:
        metrics = model["metrics"]
        macro = metrics["macro_f1"]
        table.add_row(
            model["id"],
            f"{model['estimator']} on {model['inputs']}" + (" (synthetic)" if model["synthetic"] else ""),
            model["taxonomy"],
            str(model["version"]),
            model["state"] + (", asked first" if model["is_default"] else ""),
            f"{macro['value']:.3f}",
            f"{macro['low']:.2f}–{macro['high']:.2f}",
            f"{metrics['accuracy']['value']:.3f}",
            f"{metrics['baseline']['macro_f1']['value']:.3f} / {metrics['baseline']['accuracy']['value']:.3f}",
        )
    console.print(table)


def show_model(console: Console, model: dict[str, Any]) -> None:
    """One model, class by class."""
    show_models(console, [model])
    metrics = model["metrics"]
    table = Table("emotion", "precision", "recall", "F1", "support", box=None)
    for emotion in model["card"]["classes"]:
        row = metrics["per_class"][emotion]
        figures = (f"{row[name]:.2f}" for name in ("precision", "recall", "f1"))
        table.add_row(emotion, *figures, str(row["support"]))
    console.print(table)
    card = model["card"]
    console.print(
        f"{metrics['n_items']} tracks of {metrics['n_groups']} artists, {card['split']}; "
        f"leak check {'clean' if card['leak_report']['clean'] else 'NOT CLEAN'}",
        highlight=False,
    )
    if "promotion" in metrics:
        console.print(f"promotion: {metrics['promotion']}", highlight=False, markup=False)
    for limit in card["limits"]:
        console.print(f"limit: {limit}", highlight=False, markup=False)


def _id_column() -> Column:
    """Ids are copied, so they are never cut."""
    return Column("id", no_wrap=True, min_width=36)
