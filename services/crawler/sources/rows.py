"""What web sources say of a track, in one shape: read without trust, kept in an item, made a track. Pure."""

from collections.abc import Mapping
from typing import Any, Required, TypedDict

from services.crawler.exclusion import refuse_excluded
from services.crawler.sources.port import ListedItem
from services.crawler.text_cleaning import clean_isrc, clean_text, parse_number
from shared.domain.annotation import AnnotatorKind
from shared.domain.catalogue_ranges import is_in_range, is_placeholder
from shared.domain.crawl import CrawlRequest, CrawlTarget
from shared.domain.track import CATALOGUE_COLUMNS, CollectedTrack, SourceLabel, SourceRef
from shared.domain.web_sources import WebSource
from shared.errors import PermanentError, Reason


class WebTrackRow(TypedDict, total=False):
    """A track as the list of a web source gives it, and as an item's payload keeps it."""

    id: Required[str]
    title: str | None
    artist: str | None
    album: str | None
    isrc: str | None
    duration_s: float | None
    licence: str | None
    attribution: str
    tags: list[str]
    emotion: str | None
    """Of the track's own tags, where the crawl names none."""
    taxonomy: str
    annotator: str
    catalogue: dict[str, float]
    ask: bool
    """The list gave the id only: collecting asks for the rest."""


def to_listed_item(source: WebSource, target: CrawlTarget, row: WebTrackRow) -> ListedItem:
    """The item of a row with at least an `id`. The same track in two playlists has two labels, so it is two items."""
    is_playlist = target.kind == "playlist"
    label = {
        "emotion": target.emotion,
        "annotator": f"{source.name} {target.name}" if target.kind != "tracks" else f"{source.name} tracks",
        "kind": (AnnotatorKind.PLAYLIST if is_playlist else AnnotatorKind.IMPORT).value,
    }
    payload = {name: value for name, value in {**label, **row}.items() if value not in (None, [], {})}
    where = "" if target.kind in {"tracks", "all"} else f"{target.name} "
    mood = f" as {target.emotion}" if target.emotion else ""
    return ListedItem(f"{where}track {row['id']}{mood}"[:500], payload)


def to_collected(
    source: WebSource, payload: Mapping[str, Any], request: CrawlRequest, *, origin: str | None = None
) -> CollectedTrack:
    """The track of an item. Raises PermanentError with what the source refused when it was listed."""
    if "reason" in payload:
        raise PermanentError(Reason(payload["reason"]), payload["detail"])
    refuse_excluded(request, title=payload.get("title"), duration_s=payload.get("duration_s"))
    emotion = payload.get("emotion")
    taxonomy = (request.taxonomy or "mood4") if payload.get("taxonomy") is None else payload["taxonomy"]
    return CollectedTrack(
        refs=(SourceRef(payload.get("ref_source", source.name), payload["id"]),),
        title=payload.get("title"),
        artist=payload.get("artist"),
        album=payload.get("album"),
        isrc=payload.get("isrc"),
        duration_s=payload.get("duration_s"),
        licence=payload.get("licence") or source.licence,
        attribution=payload.get("attribution") or source.title,
        label=SourceLabel(taxonomy, emotion) if emotion else None,
        annotator_name=payload.get("annotator"),
        annotator_kind=AnnotatorKind(payload.get("kind", AnnotatorKind.IMPORT.value)),
        tags=(*request.tags, *payload.get("tags", ())),
        catalogue=dict(payload.get("catalogue", {})),
        catalogue_origin=origin or source.name,
    )


def text_at(row: Any, *path: str) -> str | None:
    """Clean text at a path of keys, or None where anything on the way is missing or of another kind."""
    value = _value_at(row, path)
    return clean_text(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def number_at(row: Any, *path: str) -> float | None:
    """A finite number at a path of keys, or None."""
    value = _value_at(row, path)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return parse_number(str(value))
    except ValueError:
        return None


def seconds_at(row: Any, *path: str, per_second: float = 1.0) -> float | None:
    """A length in seconds, None where it is missing or not above 0."""
    number = number_at(row, *path)
    return number / per_second if number and number > 0 else None


def isrc_at(row: Any, *path: str) -> str | None:
    """A recording code, or None."""
    return clean_isrc(text_at(row, *path))


def artist_names(row: Any, *path: str) -> str | None:
    """The names of a list of artists, as one text."""
    value = _value_at(row, path)
    artists = [text_at(artist, "name") for artist in value] if isinstance(value, list) else []
    return ", ".join(name for name in artists if name) or None


def rows_at(document: Any, *path: str) -> list[Any]:
    """The list at a path, or an empty one."""
    value = _value_at(document, path)
    return value if isinstance(value, list) else []


def catalogue_values(row: Any) -> dict[str, float]:
    """Those of the 13 numbers that a row has within their ranges."""
    values = {column: number_at(row, column) for column in CATALOGUE_COLUMNS}
    return {
        column: value
        for column, value in values.items()
        if value is not None and not is_placeholder(column, value) and is_in_range(column, value)
    }


def _value_at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
