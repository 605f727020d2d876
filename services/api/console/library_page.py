"""What the Library page shows, put together from the answers of API routes. No rule and no query of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from services.api.access.annotator_names import OWN_NAME
from services.api.tracks.schemas import TrackPage, TrackResponse
from services.api.wording.library_words import describe_failures
from services.api.wording.list_words import EITHER, UNSURE, join_moods
from services.api.wording.moods import MoodLook, find_mood_look
from shared.domain.emotion import TAXONOMIES, get_taxonomy, name_emotion
from shared.errors import Reason

PATH = "/console/library"
WINDOW = 100
"""Rows that are fetched at once."""
SORT_NAMES = {
    "title": "Title, A to Z",
    "-title": "Title, Z to A",
    "artist": "Artist, A to Z",
    "-artist": "Artist, Z to A",
    "-added": "Added last",
    "added": "Added first",
    "-certainty": "Surest first",
    "certainty": "Least sure first",
    "duration": "Shortest first",
    "-duration": "Longest first",
}
DEFAULT_SORT = "title"
Query = Mapping[str, str]


@dataclass(frozen=True)
class MoodChip:
    """How the mood of a row is shown."""

    words: str
    look: MoodLook
    style: str
    """`person` (solid), `model` (tint), or `unsure` (outline)."""
    is_struck: bool = False
    is_mixed: bool = False
    """Of two moods."""


@dataclass(frozen=True)
class LibraryRow:
    """A row of the table."""

    track: TrackResponse
    number: int
    """From 1 on, in the whole list."""
    chip: MoodChip | None
    certainty: str
    length: str
    problem: str
    """Why it could not be read, in the view that lists such tracks."""


@dataclass(frozen=True)
class FilterTag:
    """A filter that is on, and the address without it."""

    words: str
    address: str


@dataclass(frozen=True)
class LibraryView:
    """A tab of the page."""

    name: str
    address: str
    count: int | None
    is_current: bool


@dataclass(frozen=True)
class SortLink:
    """The head of a column: a link that sorts by it, or turns the order round."""

    name: str
    address: str
    direction: str | None
    """`ascending` or `descending`, where the list is sorted by it."""


def build_address(query: Query, **changes: str | None) -> str:
    """The page with other filters; None takes one away. Rows begin at the first again."""
    wanted = {**query, **changes}
    kept = {name: value for name, value in wanted.items() if value}
    return f"{PATH}?{urlencode(kept)}" if kept else PATH


def list_rows(page: TrackPage, *, first: int, own_name: str) -> list[LibraryRow]:
    """A row for each track; `first` is the number of the first one."""
    return [
        LibraryRow(
            track=track,
            number=first + at,
            chip=describe_chip(track),
            certainty=describe_row_certainty(track, own_name=own_name),
            length=format_length(track.duration_s),
            problem=_describe_problem(track),
        )
        for at, track in enumerate(page.items)
    ]


def describe_chip(track: TrackResponse) -> MoodChip | None:
    """None where nothing is known yet."""
    if track.emotion is None:
        if track.content_kind is None:
            return None
        return MoodChip("not music", find_mood_look(track.taxonomy, None), "unsure", is_struck=True)
    name = name_emotion(track.taxonomy, track.emotion) or track.emotion
    if track.decided_by == "model" and track.certainty in {EITHER, UNSURE}:
        two = track.prediction_set if track.certainty == EITHER and track.prediction_set else [track.emotion]
        names = [name_emotion(track.taxonomy, emotion) or emotion for emotion in two]
        quadrants = {quadrant for emotion in two for quadrant in find_mood_look(track.taxonomy, emotion).quadrants}
        look = find_mood_look(track.taxonomy, track.emotion)
        mixed = MoodLook(look.colour, tuple(sorted(quadrants)))
        return MoodChip(join_moods(names), mixed, "unsure", is_mixed=len(names) > 1)
    style = "model" if track.decided_by == "model" else "person"
    return MoodChip(name, find_mood_look(track.taxonomy, track.emotion), style)


def describe_row_certainty(track: TrackResponse, *, own_name: str) -> str:
    """As in `certainty`; the own name is *you*."""
    return "you" if track.decided_by == "person" and track.certainty == own_name else track.certainty or ""


def format_length(duration_s: float | None) -> str:
    """`4:52`; empty where it is not known."""
    if duration_s is None:
        return ""
    minutes, seconds = divmod(int(duration_s), 60)
    return f"{minutes}:{seconds:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"  # noqa: PLR2004


def _describe_problem(track: TrackResponse) -> str:
    if track.missing_since is not None:
        return f"Since {track.missing_since:%-d %b %Y}"
    return describe_problem(track.features.reason) if track.features and track.features.reason else ""


def describe_problem(reason: str) -> str:
    """`Is damaged`."""
    words = describe_failures({reason: 1}).removeprefix("1 ").rstrip(".")
    return words[:1].upper() + words[1:]


def describe_moods(taxonomy: str) -> list[dict[str, object]]:
    """The emotions of a taxonomy in its order: their words, colours and marks. The keys 1, 2, … label so."""
    moods: list[dict[str, object]] = []
    for emotion in get_taxonomy(taxonomy).emotions:
        look = find_mood_look(taxonomy, emotion)
        name = name_emotion(taxonomy, emotion) or emotion
        moods.append({"emotion": emotion, "name": name, "colour": look.colour, "quadrants": look.quadrants})
    return moods


def list_filter_tags(query: Query, moods: Sequence[Mapping[str, object]]) -> list[FilterTag]:
    """The filters that are on, but for the view and the words of the search field."""
    names = {str(mood["emotion"]): str(mood["name"]) for mood in moods}
    tags = []
    if emotion := query.get("emotion"):
        tags.append(FilterTag(names.get(emotion, emotion), build_address(query, emotion=None)))
    words = {
        ("sure", "true"): "mer is sure",
        ("sure", "false"): "mer is not sure",
        ("labelled", "true"): "Labelled",
        ("labelled", "false"): "Not labelled",
        ("analysis", "analysed"): "Analysed",
        ("analysis", "pending"): "Waiting",
        ("analysis", "stale"): "Analysed by an older version",
        ("analysis", "without_audio"): "Without audio",
    }
    tags += [
        FilterTag(phrase, build_address(query, **{name: None}))
        for (name, value), phrase in words.items()
        if query.get(name) == value
    ]
    for name, phrase in (
        ("artist", "Artist: {}"),
        ("tags", "Tags: {}"),
        ("labelled_by", "Labelled by {}"),
        ("year_from", "From {}"),
        ("year_to", "Up to {}"),
    ):
        if value := query.get(name):
            tags.append(FilterTag(phrase.format(value), build_address(query, **{name: None})))
    return tags


def list_views(query: Query, *, n_missing: int, n_failed: int) -> list[LibraryView]:
    """The tabs: all tracks, those whose file is missing, and those that could not be read."""
    plain = {name: query[name] for name in ("sort", "taxonomy", "synthetic") if name in query}
    is_missing, is_failed = query.get("missing") == "only", query.get("analysis") == "failed"
    return [
        LibraryView("All", build_address(plain), None, not is_missing and not is_failed),
        LibraryView("Missing files", build_address(plain, missing="only"), n_missing, is_missing),
        LibraryView("Could not be read", build_address(plain, analysis="failed"), n_failed, is_failed),
    ]


def list_sort_links(query: Query) -> dict[str, SortLink]:
    """By column. A second click turns the order round; the surest come first."""
    now = query.get("sort", DEFAULT_SORT)
    links = {}
    for name, title, first in (
        ("title", "Title", "title"),
        ("artist", "Artist", "artist"),
        ("certainty", "How sure", "-certainty"),
        ("duration", "Length", "duration"),
    ):
        other = first.removeprefix("-") if first.startswith("-") else f"-{first}"
        direction = None
        if now in {first, other}:
            direction = "descending" if now.startswith("-") else "ascending"
        links[name] = SortLink(title, build_address(query, sort=other if now == first else first), direction)
    return links


def describe_table(*, own_name: str, taxonomy: str, request: str, moods: Sequence[Mapping[str, object]]) -> str:
    """What the script of the page needs to know, as JSON: `request` asks for the rows."""
    known = {
        "request": request,
        "taxonomy": taxonomy,
        "annotator": OWN_NAME,
        "ownName": own_name,
        "moods": moods,
        "canLabel": taxonomy in TAXONOMIES,
        "window": WINDOW,
        "problems": {reason.value: describe_problem(reason.value) for reason in Reason},
    }
    return json.dumps(known)
