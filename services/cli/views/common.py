"""Documents of the API as text for a person."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from services.cli.views.figures import show_further_figures
from shared.domain.leaks import LeakState, leak_sentence
from shared.domain.model_card import SELECTION, read_chance

_BAR = 30
NO_TRACKS_YET = "no tracks yet: `mer crawl FOLDER` for your own music, or `mer demo` for a tour"

BASES = {
    "out_of_fold": ": a training track, predicted by a model fitted without it",
    "in_sample": ": a training track, predicted by the model that learned from it",
}
"""What is said of a prediction that is not about a track new to the model."""


def format_count(number: int, noun: str) -> str:
    """`1 track`, `2 tracks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def show_job(console: Console, job: dict[str, Any]) -> None:
    """A job, and why items failed."""
    items = job["items"]
    counts = ", ".join(f"{items[name]} {name}" for name in ("requested", "done", "failed", "skipped"))
    console.print(f"{job['kind']} [bold]{job['state']}[/bold]  {counts}  ({job['id']})", highlight=False)
    for reason, number in job["reasons"].items():
        console.print(f"  {number} × {reason}", highlight=False)
    for kind, number in job["ignored"].items():
        said = f"{kind}: {number}" if kind.startswith("read ") else f"passed over: {number} × {kind}"
        console.print(f"  {said}", highlight=False, markup=False)
    if waits := job.get("waits"):
        console.print(f"  {waits['detail']}", highlight=False, markup=False)
    for number, what in ((job.get("missing"), "gone"), (job.get("returned"), "there again")):
        if number:
            console.print(f"  {format_count(number, 'file')} {'is' if number == 1 else 'are'} {what}", highlight=False)
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
    """Tracks with the emotion that stands for each, and with their labels."""
    table = Table(_id_column(), "title", "artist", "emotion", "labels", box=None)
    for track in tracks:
        emotion = f"{track['emotion']} ({track['decided_by']})" if track["emotion"] else "–"
        labels = ", ".join(f"{label['emotion']} ({label['annotator']['kind']})" for label in track["labels"])
        title = (track["title"] or "–") + (" [synthetic]" if track["synthetic"] else "")
        table.add_row(track["id"], *(escape(text) for text in (title, track["artist"] or "–", emotion, labels)))
    console.print(table)


def show_not_scored(console: Console, n_tracks: int) -> None:
    """How many tracks wait for their prediction; nothing where none does."""
    if n_tracks:
        verb = "is" if n_tracks == 1 else "are"
        console.print(
            f"{format_count(n_tracks, 'track')} {verb} not scored yet: that is done by itself, soon", highlight=False
        )


def show_missing(console: Console, n_tracks: int) -> None:
    """How many tracks are left out because their last file is gone; nothing where none is."""
    if n_tracks:
        console.print(f"{n_tracks} missing: mer tracks --missing", highlight=False)


def show_emotion(console: Console, answer: dict[str, Any], *, track: dict[str, Any]) -> None:
    """The emotion of a track with its probabilities."""
    console.print(f"{track['title']} – {track['artist'] or 'unknown artist'}", highlight=False, markup=False)
    said = f"[bold]{answer['emotion']}[/bold]"
    if answer["decided_by"] != "model":
        model_says = f"the model says {answer['predicted']}" if answer["predicted"] else "no model answers"
        said += f" (says {escape(answer['label']['annotator']['name'])}; {model_says})"
    console.print(f"{answer['taxonomy']}: {said}", highlight=False)
    if stale := (track.get("features") or {}).get("stale"):
        why = f"  of what the file held before: its new content cannot be decoded ({stale['detail']})"
        console.print(why, highlight=False, markup=False)
    for emotion, probability in sorted(answer["probabilities"].items(), key=lambda pair: -pair[1]):
        console.print(f"  {emotion:10} {probability:5.2f} {'█' * round(_BAR * probability)}", highlight=False)
    if answer.get("sure"):
        console.print("  sure: such answers were right in 90 of 100 or more", highlight=False)
    if words := answer.get("prediction_set"):
        console.print(f"  set: {' or '.join(words)} ({answer['set_promise']})", highlight=False)
    if place := answer.get("valence_arousal"):
        console.print(f"  {_format_valence_arousal(place)}, by the same model", highlight=False)
    if model := answer["model"]:
        console.print(
            f"  by {model['estimator']} on {model['inputs']}, version {model['version']} ({model['id']})"
            f"{BASES.get(answer.get('basis') or '', '')}",
            highlight=False,
        )
    if answer["label"] and answer["decided_by"] == "model":
        label = answer["label"]
        console.print(f"  labelled {label['emotion']} by {label['annotator']['name']}", highlight=False, markup=False)


def show_models(console: Console, models: list[dict[str, Any]]) -> None:
    """Models with their scores beside chance."""
    table = Table(
        _id_column(),
        "model",
        "taxonomy",
        "version",
        "state",
        "score",
        "95 %",
        "accuracy",
        "chance / accuracy",
        box=None,
    )
    for model in models:
        metrics, name = model["metrics"], primary_measure(model["metrics"])
        score, floor = metrics[name], read_chance(metrics).figures
        table.add_row(
            model["id"],
            f"{model['estimator']} on {model['inputs']}" + (" (synthetic)" if model["synthetic"] else ""),
            model["taxonomy"],
            str(model["version"]),
            model["state"] + (", default" if model["is_default"] else ""),
            f"{MEASURES[name]} {score['value']:.3f}" + _leak_word(metrics),
            f"{score['low']:.2f}–{score['high']:.2f}",
            f"{metrics['accuracy']['value']:.3f}" if "accuracy" in metrics else "–",
            f"{floor[name]['value']:.3f}" + (f" / {floor['accuracy']['value']:.3f}" if "accuracy" in floor else ""),
        )
    console.print(table)


def show_model(console: Console, model: dict[str, Any]) -> None:
    """One model, class by class."""
    show_models(console, [model])
    metrics = model["metrics"]
    console.print(_each_output(model["card"]["classes"], metrics))
    card = model["card"]
    console.print(
        f"{metrics['n_items']} tracks of {metrics['n_groups']} artists, {card['split']}; "
        f"leak check {leak_sentence(card['leak_report'])}",
        highlight=False,
    )
    if isinstance(area := metrics.get("roc_auc"), dict):  # older cards have a number, over all folds
        console.print(
            f"ROC AUC within folds {area['value']:.3f} ({area['low']:.2f}–{area['high']:.2f}), chance 0.5",
            highlight=False,
        )
    if picked := metrics.get(SELECTION):
        console.print(
            f"picked among {picked['n_candidates']}: corrected "
            f"{MEASURES[primary_measure(metrics)]} {picked['value']:.3f} "
            f"({picked['low']:.2f}–{picked['high']:.2f})",
            highlight=False,
        )
    show_further_figures(console, metrics, card["classes"])
    if "promotion" in metrics:
        console.print(f"promotion: {metrics['promotion']}", highlight=False, markup=False)
    for limit in card["limits"]:
        console.print(f"limit: {limit}", highlight=False, markup=False)


def _leak_word(metrics: dict[str, Any]) -> str:
    """The word that a figure carries whose artists are not known."""
    return ", artists unknown" if metrics.get("leak_check") == LeakState.UNKNOWN else ""


MEASURES = {"macro_f1": "macro F1", "pr_auc": "PR-AUC", "r2": "R²"}


def primary_measure(metrics: dict[str, Any]) -> str:
    """The name of what decides between models of this head."""
    return next(name for name in MEASURES if name in metrics)


def _each_output(outputs: list[str], metrics: dict[str, Any]) -> Table:
    """Emotion by emotion, tag by tag, or both dimensions."""
    if primary_measure(metrics) == "r2":
        table = Table("dimension", "R²", "RMSE", "Pearson", "CCC", box=None)
        for name in outputs:
            row = metrics["per_class"][name]
            table.add_row(name, *(f"{row[key]['value']:.3f}" for key in ("r2", "rmse", "pearson", "ccc")))
        return table
    ranked = primary_measure(metrics) == "pr_auc"
    extra = ("PR-AUC", "ROC-AUC") if ranked else ()
    table = Table("tag" if ranked else "emotion", "precision", "recall", "F1", *extra, "support", box=None)
    for name in outputs:
        row = metrics["per_class"][name]
        figures = [f"{row[key]:.2f}" for key in ("precision", "recall", "f1")]
        figures += [f"{row[key]['value']:.2f}" for key in ("pr_auc", "roc_auc")] if ranked else []
        table.add_row(name, *figures, str(row["support"]))
    return table


def show_tags(console: Console, answer: dict[str, Any]) -> None:
    """The tags of a track or a song, the likeliest first."""
    console.print(f"[bold]{', '.join(answer['tags']) or 'no tag is likely enough'}[/bold]", highlight=False)
    for tag, probability in sorted(answer["probabilities"].items(), key=lambda pair: -pair[1]):
        mark = "✓" if tag in (answer["predicted"] or ()) else " "
        console.print(f"  {mark} {tag:16} {probability:5.2f} {'█' * round(_BAR * probability)}", highlight=False)


def show_valence_arousal(console: Console, answer: dict[str, Any]) -> None:
    """Valence and arousal of a track or a song."""
    console.print(
        f"[bold]{_format_valence_arousal(answer)}[/bold]  {answer['quadrant'] or 'on an axis'}", highlight=False
    )


def _format_valence_arousal(place: dict[str, Any]) -> str:
    return f"valence {place['valence']:+.2f}, arousal {place['arousal']:+.2f}"


def _id_column() -> Column:
    """Ids are copied, so they are never cut."""
    return Column("id", no_wrap=True, min_width=36)
