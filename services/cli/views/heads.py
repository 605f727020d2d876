"""What a promotion would change, and how a model did on other tracks, as text: by the kind of the answer."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.views.emotions import format_emotion
from services.cli.views.models import MEASURES, primary_measure
from shared.domain.model_card import read_chance
from shared.json_objects import JsonObject


def show_flips(console: Console, diff: JsonObject) -> None:
    """Counts in a sentence, and the tracks of a page."""
    against = diff["against"]
    how = f" by {diff['moved']:g} or more" if "moved" in diff else ""
    console.print(
        f"{diff['flips']} of {diff['compared']} tracks would change{how} against {against['estimator']} on "
        f"{against['inputs']}, version {against['version']}; {diff['held']} more differ, but a person decided there",
        highlight=False,
    )
    if diff.get("lost"):
        console.print(f"no longer answered: {', '.join(diff['lost'])}", highlight=False, markup=False)
    headings, cells = _COLUMNS[diff["head"]]
    table = Table(*headings, "title", "artist", box=None)
    for flip in diff["items"]:
        row = (*cells({**flip, "taxonomy": against["taxonomy"]}), flip["title"] or "–", flip["artist"] or "–")
        table.add_row(*map(escape, row))
    console.print(table)


def show_evaluation(console: Console, evaluation: JsonObject) -> None:
    """The measure of the head beside chance, in a sentence."""
    metrics, counts = evaluation["metrics"], evaluation["counts"]
    name = primary_measure(metrics)
    score, chance = metrics[name], read_chance(metrics)
    console.print(
        f"{MEASURES[name]} {score['value']:.3f} ({score['low']:.2f}–{score['high']:.2f}), {chance.name} "
        f"{chance.figures[name]['value']:.3f}, on {counts['judged']} of {counts['labelled']} labelled tracks; the "
        "others are not new to it",
        highlight=False,
    )
    if left_out := metrics.get("tags_left_out"):
        console.print(
            f"tags that all or none of these tracks have: {', '.join(left_out)}", highlight=False, markup=False
        )


def _emotion_cells(flip: JsonObject) -> tuple[str, ...]:
    return tuple(format_emotion(flip["taxonomy"], flip[when]) for when in ("before", "after"))


def _tag_cells(flip: JsonObject) -> tuple[str, ...]:
    return ", ".join(flip["came"]), ", ".join(flip["went"])


def _valence_arousal_cells(flip: JsonObject) -> tuple[str, ...]:
    before, after = (
        f"{place['valence']:+.2f} {place['arousal']:+.2f} {place['quadrant'] or ''}"
        for place in (flip["before"], flip["after"])
    )
    return f"{flip['distance']:.2f}", before, after


_COLUMNS: Mapping[str, tuple[tuple[str, ...], Callable[[JsonObject], tuple[str, ...]]]] = MappingProxyType(
    {
        "classes": (("before", "after"), _emotion_cells),
        "tags": (("would get", "would lose"), _tag_cells),
        "dimensions": (("moves by", "valence, arousal before", "after"), _valence_arousal_cells),
    }
)
