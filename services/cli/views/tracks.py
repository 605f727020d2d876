"""Tracks, and what models say of them, as text."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.views.columns import format_count, id_column
from services.cli.views.emotions import format_emotion
from shared.errors import Reason
from shared.json_objects import JsonObject

_BAR = 30
NO_TRACKS_YET = "no tracks yet: `mer crawl FOLDER` for your own music, or `mer demo` for a tour"

BASES = {
    "out_of_fold": ": a training track, predicted by a model fitted without it",
    "in_sample": ": a training track, predicted by the model that learned from it",
}
"""What is said of a prediction that is not about a track new to the model."""


def show_tracks(console: Console, tracks: list[JsonObject], *, with_tags: bool = False) -> None:
    """Tracks with the emotion that stands for each, and with their labels; with their tags where they are asked for."""
    table = Table(id_column(), "title", "artist", "emotion", "labels", *(["tags"] if with_tags else []), box=None)
    for track in tracks:
        emotion = (
            f"{format_emotion(track['taxonomy'], track['emotion'])} ({_name_decider(track)})"
            if track["emotion"]
            else describe_content(track)
        )
        labels = ", ".join(
            f"{format_emotion(label['taxonomy'], label['emotion'])} ({label['annotator']['kind']})"
            for label in track["labels"]
        )
        title = (track["title"] or "–") + (" [synthetic]" if track["synthetic"] else "")
        cells = [title, track["artist"] or "–", emotion, labels]
        if with_tags:
            cells.append(", ".join(map(_format_tag, track["tags"])))
        table.add_row(track["id"], *map(escape, cells))
    console.print(table)


def _name_decider(track: JsonObject) -> str:
    """`person`, `model`, `starter`, `playlist` or `import`."""
    return "starter" if track["decided_by"] == "model" and track.get("starter") else str(track["decided_by"])


def _format_tag(given: JsonObject) -> str:
    """`mellow 1.8`, or `mellow (person)`."""
    return (
        f"{given['tag']} {given['score']:.1f}" if given["origin"] == "tagger" else f"{given['tag']} ({given['origin']})"
    )


def describe_content(answer: JsonObject) -> str:
    """What is said of a track without an emotion: that it is no music, or none of the emotions, or nothing."""
    kind = answer.get("content_kind")
    if kind:
        return f"no music ({kind})"
    return "none of these" if answer.get("reason") == Reason.NONE_OF_THESE.value else "–"


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


def show_emotion(console: Console, answer: JsonObject, *, track: JsonObject) -> None:
    """The emotion of a track with its probabilities."""
    console.print(f"{track['title']} – {track['artist'] or 'unknown artist'}", highlight=False, markup=False)
    taxonomy = answer["taxonomy"]
    emotion = format_emotion(taxonomy, answer["emotion"]) if answer["emotion"] else describe_content(answer)
    decision = f"[bold]{emotion}[/bold]"
    if answer["emotion"] is None:
        decision += ", so it has no emotion"
    elif answer["decided_by"] != "model":
        predicted = answer["predicted"]
        model_says = f"the model says {format_emotion(taxonomy, predicted)}" if predicted else "no model answers"
        decision += f" (says {escape(answer['label']['annotator']['name'])}; {model_says})"
    console.print(f"{taxonomy}: {decision}", highlight=False)
    if stale := (track.get("features") or {}).get("stale"):
        why = f"  of what the file held before: its new content cannot be decoded ({stale['detail']})"
        console.print(why, highlight=False, markup=False)
    for emotion, probability in sorted(answer["probabilities"].items(), key=lambda pair: -pair[1]):
        console.print(
            f"  {format_emotion(taxonomy, emotion):10} {probability:5.2f} {'█' * round(_BAR * probability)}",
            highlight=False,
        )
    if answer.get("sure"):
        where = " of the clips the starter was made from" if (answer["model"] or {}).get("starter") else ""
        console.print(f"  sure: such answers were right in 90 of 100 or more{where}", highlight=False)
    if words := answer.get("prediction_set"):
        console.print(
            f"  set: {' or '.join(format_emotion(taxonomy, word) for word in words)} ({answer['set_promise']})",
            highlight=False,
        )
    if place := answer.get("valence_arousal"):
        console.print(f"  {_format_valence_arousal(place)}, by the same model", highlight=False)
    _show_model(console, answer)
    if person := answer.get("personal"):
        console.print(f"  {_describe_person(person)}", highlight=False, markup=False)
    if answer["label"] and answer["decided_by"] == "model":
        label = answer["label"]
        labelled = format_emotion(taxonomy, label["emotion"])
        console.print(f"  labelled {labelled} by {label['annotator']['name']}", highlight=False, markup=False)


def _describe_person(person: JsonObject) -> str:
    """Whose answer it is, and whether their labels change it."""
    labels = format_count(person["n_labels"], "label")
    what = "the shared model, unchanged" if person["shared"] else f"as {labels} change the model"
    pending = "" if person["current"] else "; the latest labels are taken into account in a few seconds"
    return f"for {person['annotator']}: {what}{pending}"


def _show_model(console: Console, answer: JsonObject) -> None:
    """Which model predicted, on what the prediction rests, and how often such ones were right."""
    if model := answer["model"]:
        basis = BASES.get(answer.get("basis") or "", "")
        console.print(f"  by {_name_model(model)}, version {model['version']} ({model['id']}){basis}", highlight=False)
    if record := answer.get("track_record"):
        console.print(f"  {record['sentence']}", highlight=False)


def _name_model(model: JsonObject) -> str:
    if model.get("derived"):
        return "the starter that ships with mer, derived from tags and not measured"
    if model.get("starter"):
        return "the starter that ships with mer"
    return f"{model['estimator']} on {model['inputs']}"


def show_tags(console: Console, answer: JsonObject) -> None:
    """The tags of a track or a song, the likeliest first."""
    console.print(f"[bold]{', '.join(answer['tags']) or 'no tag is likely enough'}[/bold]", highlight=False)
    for tag, probability in sorted(answer["probabilities"].items(), key=lambda pair: -pair[1]):
        mark = "✓" if tag in (answer["predicted"] or ()) else " "
        console.print(f"  {mark} {tag:16} {probability:5.2f} {'█' * round(_BAR * probability)}", highlight=False)


def show_valence_arousal(console: Console, answer: JsonObject) -> None:
    """Valence and arousal of a track or a song."""
    console.print(
        f"[bold]{_format_valence_arousal(answer)}[/bold]  {answer['quadrant'] or 'on an axis'}", highlight=False
    )


def _format_valence_arousal(place: JsonObject) -> str:
    return f"valence {place['valence']:+.2f}, arousal {place['arousal']:+.2f}"
