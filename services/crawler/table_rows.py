"""The cells of a row as values: what the known columns may hold. Pure."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.crawler.cleaning import clean_isrc, clean_text, parse_number
from services.crawler.table_columns import TEXT_COLUMNS
from services.crawler.table_places import place_of
from services.crawler.table_tags import tags_of
from shared.domain.emotion import BINARY_CODES, MULTICLASS_CODES, TAXONOMIES, project
from shared.domain.track import CATALOGUE_COLUMNS, Judgement
from shared.errors import PermanentError, Reason

_MOODIFY_CODES = MappingProxyType({0: "sad", 1: "happy", 2: "energetic", 3: "calm"})
_CODES = (
    ("multiclass_label", MULTICLASS_CODES, "mood4"),
    ("binary_label", BINARY_CODES, "binary"),
    ("moodify_label", _MOODIFY_CODES, "mood4"),
)
_KEYS = MappingProxyType(
    {"c": 0, "c#": 1, "db": 1, "d": 2, "d#": 3, "eb": 3, "e": 4, "f": 5, "f#": 6, "gb": 6, "g": 7, "g#": 8, "ab": 8,
     "a": 9, "a#": 10, "bb": 10, "b": 11}
)  # fmt: skip
_WORDS = MappingProxyType({"key": _KEYS, "mode": {"minor": 0, "major": 1}})
"""Numbers that some tables write as words."""
_METER = re.compile(r"\s*(\d+)\s*/\s*4\s*")


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One row, understood."""

    line: int
    track_id: str | None
    title: str | None
    artist: str | None
    album: str | None
    isrc: str | None
    path: str | None
    catalogue: dict[str, float]
    judgement: Judgement | None
    place: tuple[float, float] | None
    """Valence and arousal in [-1, 1], as somebody annotated them."""
    tags: tuple[str, ...]
    """Free words, as they are written."""


def parse_row(cells: Mapping[str, str], *, line: int, taxonomy: str | None) -> TableRow:
    """The row's values. `taxonomy` says which label counts where a row has several.

    Raises PermanentError: `unreadable_row`, `unknown_label` or `contradictory_labels`.
    """
    catalogue = {}
    for column in CATALOGUE_COLUMNS:
        try:
            number = _number(column, cells.get(column, ""))
        except ValueError:
            raise PermanentError(
                Reason.UNREADABLE_ROW, f"line {line}: {column} is {cells[column][:60]!r}, which is not a number"
            ) from None
        if number is not None:
            catalogue[column] = number
    texts = {column: clean_text(cells.get(column)) for column in TEXT_COLUMNS}
    return TableRow(
        line=line,
        track_id=texts.pop("id"),
        isrc=clean_isrc(texts.pop("isrc")),
        artist=_artist(texts.pop("artist")),
        **texts,
        catalogue=catalogue,
        judgement=_judgement(cells, line=line, taxonomy=taxonomy),
        place=place_of(cells, line=line),
        tags=tags_of(cells.get("tags", ""), line=line),
    )


def _number(column: str, cell: str) -> float | None:
    """As `parse_number`, and a key, a mode or a meter that is written in words."""
    word = _WORDS.get(column, {}).get(cell.strip().casefold())
    if word is not None:
        return float(word)
    meter = _METER.fullmatch(cell) if column == "time_signature" else None
    return float(meter[1]) if meter else parse_number(cell)


def _artist(text: str | None) -> str | None:
    """Several artists as one line, also where a table wrote them as a Python list or between semicolons."""
    if text is None or not text.startswith("["):
        return text and clean_text(text.replace(";", ", "))
    try:
        names = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return clean_text(", ".join(map(str, names))) if isinstance(names, list) else text


def _judgement(cells: Mapping[str, str], *, line: int, taxonomy: str | None) -> Judgement | None:
    """The row's label: the quadrant before the emotion before the codes, unless a taxonomy was asked for.

    A table of quadrants often carries an `emotion` column that renames Q2 as energetic, which it is not; so the
    quadrant is the judgement there.
    """
    found = [
        judgement
        for judgement in (
            _quadrant(cells.get("quadrant", ""), line),
            _emotion(cells.get("emotion", ""), line, taxonomy),
            *(_code(cells.get(column, ""), codes, words, line) for column, codes, words in _CODES),
        )
        if judgement is not None
    ]
    if not found:
        return None
    if taxonomy is not None:
        return next((j for j in found if j.taxonomy == taxonomy), None) or _projected(found, taxonomy)
    chosen = found[0]
    for other in found[1:]:
        if _contradict(chosen, other) or _contradict(other, chosen):
            raise PermanentError(
                Reason.CONTRADICTORY_LABELS, f"line {line}: {chosen.emotion} and {other.emotion} cannot both hold"
            )
    return chosen


def _projected(found: list[Judgement], taxonomy: str) -> Judgement | None:
    for judgement in found:
        emotion = project(judgement.emotion, taxonomy=judgement.taxonomy, onto=taxonomy)
        if emotion is not None:
            return Judgement(taxonomy, emotion)
    return None


def _contradict(one: Judgement, other: Judgement) -> bool:
    implied = project(one.emotion, taxonomy=one.taxonomy, onto=other.taxonomy)
    return implied is not None and implied != other.emotion


def _quadrant(cell: str, line: int) -> Judgement | None:
    if not cell.strip():
        return None
    quadrant = cell.strip().upper()
    if quadrant not in TAXONOMIES["quadrant4"].emotions:
        raise PermanentError(Reason.UNKNOWN_LABEL, f"line {line}: quadrant is {cell[:60]!r}, not Q1, Q2, Q3 or Q4")
    return Judgement("quadrant4", quadrant)


def _emotion(cell: str, line: int, asked_for: str | None) -> Judgement | None:
    if not cell.strip():
        return None
    said = cell.strip()
    # "sad" is a word of two taxonomies: the one asked for comes first
    for taxonomy in sorted(TAXONOMIES.values(), key=lambda t: t.name != asked_for):
        for emotion in taxonomy.emotions:
            if emotion.casefold() == said.casefold():
                return Judgement(taxonomy.name, emotion)
    emotions = (emotion for taxonomy in TAXONOMIES.values() for emotion in taxonomy.emotions)
    known = ", ".join(dict.fromkeys(emotions))  # some are words of two taxonomies
    raise PermanentError(Reason.UNKNOWN_LABEL, f"line {line}: emotion is {said[:60]!r}; known are {known}")


def _code(cell: str, codes: Mapping[int, str], taxonomy: str, line: int) -> Judgement | None:
    try:
        number = parse_number(cell)
    except ValueError:
        number = float("nan")
    if number is None:
        return None
    if number not in codes:
        known = ", ".join(f"{code} {emotion}" for code, emotion in codes.items())
        raise PermanentError(Reason.UNKNOWN_LABEL, f"line {line}: a label of {cell[:60]!r}; known are {known}")
    return Judgement(taxonomy, codes[int(number)])
