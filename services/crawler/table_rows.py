"""The cells of a row as values: which columns are known, by which spellings, and what they may hold. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.crawler.cleaning import clean_isrc, clean_text, parse_number
from shared.domain.emotion import BINARY_CODES, MULTICLASS_CODES, TAXONOMIES, project
from shared.domain.track import CATALOGUE_COLUMNS, Judgement
from shared.errors import PermanentError, Reason

_SPELLINGS = MappingProxyType(
    {
        "track_id": "id",
        "spotify_id": "id",
        "track_name": "title",
        "track": "title",
        "name": "title",
        "song": "title",
        "artist_name": "artist",
        "artists": "artist",
        "album_name": "album",
        "mood": "emotion",
        "label": "emotion",
        "file": "path",
        "filename": "path",
        "audio_path": "path",
    }
)
_TEXT_COLUMNS = ("id", "title", "artist", "album", "isrc", "path")
_LABEL_COLUMNS = ("emotion", "multiclass_label", "binary_label", "quadrant")
KNOWN_COLUMNS = (*_TEXT_COLUMNS, *CATALOGUE_COLUMNS, *_LABEL_COLUMNS)


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


def canonical(column: str) -> str:
    """A column's own name, whatever its spelling."""
    plain = column.strip().casefold().replace(" ", "_").replace("-", "_")
    return _SPELLINGS.get(plain, plain)


def parse_row(cells: Mapping[str, str], *, line: int, taxonomy: str | None) -> TableRow:
    """The row's values. `taxonomy` says which label counts where a row has several.

    Raises PermanentError: `unreadable_row`, `unknown_label` or `contradictory_labels`.
    """
    catalogue = {}
    for column in CATALOGUE_COLUMNS:
        try:
            number = parse_number(cells.get(column, ""))
        except ValueError:
            raise PermanentError(
                Reason.UNREADABLE_ROW, f"line {line}: {column} is {cells[column][:60]!r}, which is not a number"
            ) from None
        if number is not None:
            catalogue[column] = number
    texts = {column: clean_text(cells.get(column)) for column in _TEXT_COLUMNS}
    return TableRow(
        line=line,
        track_id=texts.pop("id"),
        isrc=clean_isrc(texts.pop("isrc")),
        **texts,
        catalogue=catalogue,
        judgement=_judgement(cells, line=line, taxonomy=taxonomy),
    )


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
            _code(cells.get("multiclass_label", ""), MULTICLASS_CODES, "mood4", line),
            _code(cells.get("binary_label", ""), BINARY_CODES, "binary", line),
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
    known = ", ".join(emotion for taxonomy in TAXONOMIES.values() for emotion in taxonomy.emotions)
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
