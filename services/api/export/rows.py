"""One row a track: the columns of CSV, JSON Lines and Parquet. Pure."""

import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from services.api.access.shown_paths import show_path
from shared.domain.emotion import name_emotion
from shared.domain.learned_columns import VALENCE_SPOTIFY_SCALE
from shared.domain.text import clean_text
from shared.domain.track import CATALOGUE_COLUMNS
from shared.library import MusicLibrary
from shared.store.tracks.track_records import TrackRecord

TEXT_COLUMNS = (
    "id",
    "title",
    "artist",
    "album",
    "isrc",
    "emotion",
    "taxonomy",
    "decided_by",
    "annotator",
    "label",
    "predicted",
    "basis",
    "model_id",
    "spotify_id",
    "path",
    "sources",
    "licence",
    "attribution",
)
NUMBER_COLUMNS = ("duration_s", "probability", *CATALOGUE_COLUMNS)
TAG_TEXT_COLUMNS = ("artists", "album_artist", "genres", "moods")
TAG_NUMBER_COLUMNS = ("track_number", "disc_number", "year")
EMOTION_NAME = "emotion_name"
PERSONAL_ANNOTATOR = "personal_annotator"
COLUMNS = (
    *TEXT_COLUMNS,
    *NUMBER_COLUMNS,
    *TAG_TEXT_COLUMNS,
    *TAG_NUMBER_COLUMNS,
    VALENCE_SPOTIFY_SCALE,
    EMOTION_NAME,
    PERSONAL_ANNOTATOR,
)
"""Later ones are added at the end: tables may be read by position."""
ALL_TEXT_COLUMNS = frozenset((*TEXT_COLUMNS, *TAG_TEXT_COLUMNS, EMOTION_NAME, PERSONAL_ANNOTATOR))
_BREAKING = frozenset({"Cc", "Zl", "Zp"})
"""Categories of line breaks and control signs."""


def to_row(record: TrackRecord, *, library: MusicLibrary, personal_annotator: str | None = None) -> dict[str, Any]:
    """The row of a track; what is not known is None. `personal_annotator` is the person whose answers are asked for."""
    track, predicted, decision = record.track, record.stored_prediction, record.decision
    return {
        "id": str(track.id),
        "title": clean_text(track.title),
        "artist": clean_text(track.artist),
        "album": clean_text(track.album),
        "isrc": track.isrc,
        "emotion": decision.answer,
        "taxonomy": record.decided.taxonomy if decision.answer else None,
        "decided_by": decision.decided_by.value if decision.decided_by else None,
        "annotator": record.decided.annotator,
        "label": record.label.emotion if record.label else None,
        "predicted": predicted.emotion if predicted else None,
        "basis": predicted.basis.value if predicted else None,
        "model_id": str(predicted.model_id) if predicted else None,
        "spotify_id": spotify_id(record),
        "path": one_line_path(show_path(library.host_path(record.locator))) if record.locator else None,
        "sources": " ".join(sorted({source.source for source in record.sources})) or None,
        "licence": next((source.licence for source in record.sources if source.licence), None),
        "attribution": next((source.attribution for source in record.sources if source.attribution), None),
        "duration_s": track.duration_s,
        "probability": round(predicted.probability, 6) if predicted else None,
        **{column: record.catalogue.get(column) for column in CATALOGUE_COLUMNS},
        "artists": _joined(track.artists),
        "album_artist": clean_text(track.album_artist),
        "genres": _joined(track.genres),
        "moods": _joined(track.moods),
        **{column: getattr(track, column) for column in TAG_NUMBER_COLUMNS},
        VALENCE_SPOTIFY_SCALE: record.catalogue.get(VALENCE_SPOTIFY_SCALE),
        EMOTION_NAME: name_emotion(record.decided.taxonomy, decision.answer),
        PERSONAL_ANNOTATOR: clean_text(personal_annotator),
    }


def one_line_path(path: str) -> str:
    """The path; as a `file:` URI where line breaks or control signs in it would break a list or a table."""
    if path.isprintable() or not any(unicodedata.category(sign) in _BREAKING for sign in path):
        return path
    return uri_of(path)


def uri_of(path: str) -> str:
    """A `file://` URI of an absolute path, a relative reference of any other."""
    return f"file://{quote(path)}" if path.startswith("/") else quote(path)


def _joined(values: Sequence[str] | None) -> str | None:
    return "; ".join(filter(None, map(clean_text, values or ()))) or None


def spotify_id(record: TrackRecord) -> str | None:
    """Its id at Spotify, None where it has none."""
    return next((source.source_id for source in record.sources if source.source == "spotify"), None)
