"""The cells of a row as values: what the known columns may hold. Pure."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.crawler.tables.columns import TEXT_COLUMNS
from services.crawler.tables.keys import parse_key, parse_mode
from services.crawler.tables.tag_lists import parse_tags
from services.crawler.tables.valence_arousal import parse_valence_arousal
from services.crawler.text_cleaning import clean_isrc, clean_text, is_missing, parse_number
from shared.domain.catalogue_ranges import describe_range, is_in_range, is_placeholder
from shared.domain.emotion import BINARY_CODES, MULTICLASS_CODES, TAXONOMIES, project_emotion
from shared.domain.track import CATALOGUE_COLUMNS, SourceLabel
from shared.errors import PermanentError, Reason

_MOODIFY_CODES = MappingProxyType({0: "sad", 1: "happy", 2: "energetic", 3: "calm"})
_CODES = (
    ("multiclass_label", MULTICLASS_CODES, "mood4"),
    ("binary_label", BINARY_CODES, "binary"),
    ("moodify_label", _MOODIFY_CODES, "mood4"),
)
_METER = re.compile(r"\s*(\d+)\s*/\s*4\s*")
_CLOCK = re.compile(r"\s*(?:(\d+):)?(\d{1,4}):([0-5]?\d(?:[.,]\d+)?)\s*")
_NO_ID = frozenset({"0", "0.0"})
"""Where a program writes numbers only, 0 is no id."""


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
    label: SourceLabel | None
    valence_arousal: tuple[float, float] | None
    """Valence and arousal in [-1, 1], as somebody annotated them."""
    tags: tuple[str, ...]
    """Free words, as they are written."""


def parse_row(cells: Mapping[str, str], *, line: int, taxonomy: str | None) -> TableRow:
    """The row's values. `taxonomy` says which label counts where a row has several.

    Raises PermanentError: `unreadable_row`, `unknown_label` or `contradictory_labels`.
    """
    texts = {column: clean_text(cells.get(column)) for column in TEXT_COLUMNS}
    return TableRow(
        line=line,
        track_id=_track_id(texts.pop("id")),
        isrc=clean_isrc(texts.pop("isrc")),
        artist=_join_artists(texts.pop("artist")),
        path=_clean_path(cells.get("path", "")) if texts.pop("path") else None,
        **texts,
        catalogue=_parse_catalogue(cells, line=line),
        label=_parse_label(cells, line=line, taxonomy=taxonomy),
        valence_arousal=parse_valence_arousal(cells, line=line),
        tags=parse_tags(cells.get("tags", ""), line=line),
    )


def _catalogue_number(column: str, cell: str) -> float | None:
    """The number of a catalogue column: as `parse_number`, and what is written in words or as a clock shows it.

    Keys as `Am` or `8A`, modes as `minor`, meters as `3/4`, lengths as `3:45`. None for a missing value, and where a
    catalogue wrote that it found none. Raises ValueError for anything else that is no number.
    """
    number = _in_words(column, cell)
    if number is None:
        number = parse_number(cell)
    return None if number is None or is_placeholder(column, number) else number


def _parse_catalogue(cells: Mapping[str, str], *, line: int) -> dict[str, float]:
    catalogue = {}
    for column in CATALOGUE_COLUMNS:
        cell = cells.get(column, "")
        try:
            number = _catalogue_number(column, cell)
        except ValueError:
            raise PermanentError(
                Reason.UNREADABLE_ROW, f"line {line}: {column} is {cell[:60]!r}, which is not a number"
            ) from None
        if number is None:
            continue
        if not is_in_range(column, number):
            raise PermanentError(
                Reason.UNREADABLE_ROW,
                f"line {line}: {column} is {cell[:60]!r}, which is outside its range of {describe_range(column)}",
            )
        catalogue[column] = number
    key = parse_key(cells.get("key", ""))
    if key is not None and key.mode is not None:
        catalogue.setdefault("mode", float(key.mode))
    return catalogue


def _in_words(column: str, cell: str) -> float | None:
    match column:
        case "key":
            key = parse_key(cell)
            return None if key is None else float(key.pitch_class)
        case "mode":
            mode = parse_mode(cell)
            return None if mode is None else float(mode)
        case "time_signature":
            meter = _METER.fullmatch(cell)
            return float(meter[1]) if meter else None
        case "duration_ms":
            clock = _CLOCK.fullmatch(cell)
            if clock is None:
                return None
            hours, minutes, seconds = float(clock[1] or 0), float(clock[2]), float(clock[3].replace(",", "."))
            return (hours * 3600 + minutes * 60 + seconds) * 1000
    return None


def _track_id(text: str | None) -> str | None:
    return None if text is None or is_missing(text) or text in _NO_ID else text


def _clean_path(cell: str) -> str | None:
    """The path as it is written: a file's name may hold two spaces, which a title never means."""
    return None if is_missing(cell) else cell.strip().replace("\0", "")


def _join_artists(text: str | None) -> str | None:
    """Several artists as one line, also where a table wrote them as a Python list or between semicolons."""
    if text is None or not text.startswith("["):
        return text and clean_text(text.replace(";", ", "))
    try:
        names = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return clean_text(", ".join(map(str, names))) if isinstance(names, list) else text


def _parse_label(cells: Mapping[str, str], *, line: int, taxonomy: str | None) -> SourceLabel | None:
    """The row's label: the quadrant before the emotion before the codes, unless a taxonomy was asked for.

    A table of quadrants often carries an `emotion` column that renames Q2 as energetic, which it is not; so the
    quadrant is the label there.
    """
    labels = [
        label
        for label in (
            _parse_quadrant(cells.get("quadrant", ""), line),
            _parse_emotion(cells.get("emotion", ""), line, taxonomy),
            *(_parse_code(cells.get(column, ""), codes, words, line) for column, codes, words in _CODES),
        )
        if label is not None
    ]
    if not labels:
        return None
    if taxonomy is not None:
        return next((label for label in labels if label.taxonomy == taxonomy), None) or _project_label(labels, taxonomy)
    chosen = labels[0]
    for other in labels[1:]:
        if _are_contradictory(chosen, other) or _are_contradictory(other, chosen):
            raise PermanentError(
                Reason.CONTRADICTORY_LABELS, f"line {line}: {chosen.emotion} and {other.emotion} cannot both hold"
            )
    return chosen


def _project_label(labels: list[SourceLabel], taxonomy: str) -> SourceLabel | None:
    for label in labels:
        emotion = project_emotion(label.emotion, taxonomy=label.taxonomy, onto=taxonomy)
        if emotion is not None:
            return SourceLabel(taxonomy, emotion)
    return None


def _are_contradictory(one: SourceLabel, other: SourceLabel) -> bool:
    implied = project_emotion(one.emotion, taxonomy=one.taxonomy, onto=other.taxonomy)
    return implied is not None and implied != other.emotion


def _parse_quadrant(cell: str, line: int) -> SourceLabel | None:
    if is_missing(cell):
        return None
    quadrant = cell.strip().upper()
    if quadrant not in TAXONOMIES["quadrant4"].emotions:
        raise PermanentError(Reason.UNKNOWN_LABEL, f"line {line}: quadrant is {cell[:60]!r}, not Q1, Q2, Q3 or Q4")
    return SourceLabel("quadrant4", quadrant)


def _parse_emotion(cell: str, line: int, asked_for: str | None) -> SourceLabel | None:
    if is_missing(cell):
        return None
    word = cell.strip()
    # "sad" is a word of two taxonomies: the one asked for comes first
    for taxonomy in sorted(TAXONOMIES.values(), key=lambda t: t.name != asked_for):
        for emotion in taxonomy.emotions:
            if emotion.casefold() == word.casefold():
                return SourceLabel(taxonomy.name, emotion)
    emotions = (emotion for taxonomy in TAXONOMIES.values() for emotion in taxonomy.emotions)
    known = ", ".join(dict.fromkeys(emotions))  # some are words of two taxonomies
    raise PermanentError(Reason.UNKNOWN_LABEL, f"line {line}: emotion is {word[:60]!r}; known are {known}")


def _parse_code(cell: str, codes: Mapping[int, str], taxonomy: str, line: int) -> SourceLabel | None:
    try:
        number = parse_number(cell)
    except ValueError:
        number = float("nan")
    if number is None:
        return None
    if number not in codes:
        known = ", ".join(f"{code} {emotion}" for code, emotion in codes.items())
        raise PermanentError(Reason.UNKNOWN_LABEL, f"line {line}: a label of {cell[:60]!r}; known are {known}")
    return SourceLabel(taxonomy, codes[int(number)])
