"""A CSV, TSV or Parquet table with any of the talk's columns, a path to audio, or labels, in the usual spellings.

The annotation files of well-known sets are read as they are published (`annotation_sets`), with the audio beside them.
What a row does not say of its file, the file's own tags do.

Terms: the user's own file; rows that were derived from Spotify stay under Spotify's terms. Every row is an item of its
own: a bad one fails with its line and its reason, and the rest goes on. A table as a whole is refused only when none of
its columns is known, or it is no text.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from services.crawler.exclusion import refuse_excluded, refuse_excluded_path
from services.crawler.files.locations import locate_file, locators_named
from services.crawler.sources.folder import require_sound, stat_audio, tags_of
from services.crawler.sources.mtg_jamendo import MtgJamendoSource
from services.crawler.sources.port import ListedItem, ReadList, SourceListing
from services.crawler.tables import emotify
from services.crawler.tables.annotation_set_audio import SetAudio
from services.crawler.tables.annotation_sets import EMOTIFY, FOUR_Q, MTG_JAMENDO, AnnotationSet
from services.crawler.tables.columns import LABEL_COLUMNS, TEXT_COLUMNS, resolve_columns, unknown_columns
from services.crawler.tables.parquet import SUFFIXES, parquet_names, parquet_rows
from services.crawler.tables.raw_row import RawTableRow
from services.crawler.tables.reader import TableHeader, find_header, read_rows
from services.crawler.tables.rows import TableRow, parse_row
from services.crawler.tables.survey import TableReading, survey_columns
from services.crawler.text_cleaning import clean_text, is_missing
from shared.domain.annotation import AnnotatorKind
from shared.domain.crawl import CrawlRequest
from shared.domain.track import AudioFile, CollectedTrack, SourceLabel, SourceRef
from shared.domain.track_names import NAME_FIELDS, resolve_names
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject
from shared.library import MusicLibrary

_SPOTIFY_TRACK = re.compile(
    r"(?:spotify:track:|https?://open\.spotify\.com/(?:intl-[a-z]+/)?track/)?([0-9A-Za-z]{22})(?:[?#].*)?"
)
_ALLMUSIC_ID = re.compile(r"MT\d{10}")


class TableSource:
    """The rows of one table."""

    def __init__(self, library: MusicLibrary) -> None:
        self._library = library
        self._mtg_jamendo = MtgJamendoSource(library)

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """One entry a row, in the order of the file. Raises PermanentError(`unreadable_table`)."""
        path = self._admit_table(request)
        if path.suffix.lower() in SUFFIXES:
            written = parquet_names(path)
            columns = resolve_columns(written)
            reading = survey_columns(_until_damaged(parquet_rows(path, columns)), written, columns)
            rows = map(reading.apply, parquet_rows(path, columns))
            notes = _count_notes(unknown_columns(columns), reading)
            return SourceListing(_list_rows(rows), notes, self._read_lists(path, columns, request))
        header = find_header(path)
        if header.published_set is not None:
            return self._list_published(path, header, header.published_set, request)
        reading = survey_columns(read_rows(path, header), header.written, header.columns)
        notes = _count_notes(unknown_columns(header.columns), reading)
        rows = map(reading.apply, read_rows(path, header))
        return SourceListing(_list_rows(rows), notes, self._read_lists(path, header.columns, request))

    def _list_published(
        self, path: Path, header: TableHeader, published: AnnotationSet, request: CrawlRequest
    ) -> SourceListing:
        """The rows of a well-known set's file, each with its audio where that lies beside it."""
        if published.instead:
            raise PermanentError(
                Reason.UNREADABLE_TABLE, f"{path.name} is a file of {published.name}, but {published.instead}"
            )
        if published.name == MTG_JAMENDO:
            listing = self._mtg_jamendo.list_items(request)
            listing.items = (ListedItem(piece.key, {MTG_JAMENDO: piece.payload}) for piece in listing.items)
            return listing
        reading = survey_columns(read_rows(path, header), header.written, header.columns)
        ignored = _count_notes(unknown_columns(header.columns, kept=header.kept_columns), reading)
        audio_path = self._library.admit_path(request.audio_path) if request.audio_path else None
        audio = SetAudio(published, table=path, library=self._library, audio_path=audio_path)
        rows: Iterator[RawTableRow] = map(reading.apply, read_rows(path, header))
        if published.name == EMOTIFY:
            rows = emotify.list_tracks(rows)
        read_lists = self._read_lists(path, header.columns, request)
        return SourceListing(_list_rows(_with_audio(rows, published, audio, ignored)), ignored, read_lists)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one row. Raises PermanentError with what is wrong in it."""
        if "problem" in payload:
            raise PermanentError(Reason(payload["reason"]), f"line {payload['line']}: {payload['problem']}")
        if MTG_JAMENDO in payload:
            return self._mtg_jamendo.collect_track(payload[MTG_JAMENDO], request)
        row = parse_row(payload["cells"], line=payload["line"], taxonomy=request.taxonomy)
        published = payload.get("set")
        table = self._admit_table(request)
        file = self._find_file(row, table, payload.get("audio"))
        audio = stat_audio(file, self._library) if file else None
        tags = tags_of(file) if file else None
        label = row.label
        if label is None and request.emotion:
            label = SourceLabel(request.taxonomy or "mood4", request.emotion)
        length_ms = row.catalogue.get("duration_ms")
        duration_s = (tags or {}).get("duration_s") if length_ms is None else length_ms / 1000
        given = {name: value for name in NAME_FIELDS if (value := getattr(row, name))}
        names = resolve_names(given=given, tags=tags, file_name=_fallback_title(row, file, published))
        if file is not None:
            refuse_excluded_path(request, file)
        refuse_excluded(request, title=names.title, duration_s=duration_s)
        return CollectedTrack(
            refs=self._source_refs(row, table, audio),
            **asdict(names),
            tags_of_file=tags,
            given_names=given,
            duration_s=duration_s,
            attribution=published,
            audio=audio,
            label=label,
            valence_arousal=row.valence_arousal,
            tags=(*request.tags, *row.tags),
            annotator_name=f"table {self._library.locate_file(table)}",
            catalogue=row.catalogue,
        )

    def list_refs(self, payload: JsonObject, request: CrawlRequest) -> tuple[SourceRef, ...]:
        """The ids and the file that a row names, as far as they can be told without reading the rest of it."""
        if "cells" not in payload:
            return ()
        cells = {column: cell for column, cell in payload["cells"].items() if column in TEXT_COLUMNS}
        row = parse_row(cells, line=payload["line"], taxonomy=None)
        table = self._library.resolve_locator(self._library.named(request.path or ""))
        locators = locators_named(row.path, folder=table.parent, library=self._library) if row.path else ()
        if audio := payload.get("audio"):
            locators = (self._library.named(audio), *locators)
        named = self._source_refs(row, table, None)
        return (*(SourceRef("folder", locator) for locator in locators), *named)

    def _read_lists(self, path: Path, columns: Sequence[str], request: CrawlRequest) -> tuple[ReadList, ...]:
        """A table without a column of labels, and crawled for no emotion, names tracks and takes no label back."""
        labels = request.emotion or not set(LABEL_COLUMNS).isdisjoint(columns)
        name = f"table {self._library.locate_file(path)}"
        return (ReadList(kind=AnnotatorKind.IMPORT, name=name, taxonomies=None if labels else ()),)

    def _admit_table(self, request: CrawlRequest) -> Path:
        path = self._library.admit_path(request.path or "")
        if not path.is_file():
            raise PermanentError(Reason.UNREADABLE_TABLE, f"{request.path} is a folder: name the table in it")
        return path

    def _find_file(self, row: TableRow, table: Path, audio: str | None) -> Path | None:
        """The file that the row names, or the one that its set's folder has for it."""
        if audio is not None:
            return Path(audio)
        if row.path is None:
            return None
        path = locate_file(row.path, folder=table.parent, library=self._library, named=f"line {row.line}")
        require_sound(path)
        return path

    def _source_refs(self, row: TableRow, table: Path, audio: AudioFile | None) -> tuple[SourceRef, ...]:
        refs = []
        name = self._library.locate_file(table)
        spotify_id = spotify_track_id(row.track_id or "")
        if spotify_id:
            refs.append(SourceRef("spotify", spotify_id))
        elif row.track_id and not row.track_id.startswith("spotify:"):
            # A number in one table is not the same track as that number in another.
            refs.append(SourceRef("table", f"{name}#{row.track_id}"))
        if audio is not None:
            refs.insert(0, SourceRef("folder", audio.locator))
        if not refs:
            joined_names = "\x1f".join(filter(None, (row.title, row.artist, row.album)))
            identity = hashlib.sha256(joined_names.encode()).hexdigest()[:16] if joined_names else f"line {row.line}"
            refs.append(SourceRef("table", f"{name}#{identity}"))
        return tuple(refs)


def spotify_track_id(text: str) -> str | None:
    """The id in an id, a URI or a link of a Spotify track; None for anything else, a local file's URI among it."""
    match = _SPOTIFY_TRACK.fullmatch(text.strip())
    return match[1] if match else None


def _fallback_title(row: TableRow, file: Path | None, published: str | None) -> str | None:
    if file is not None:
        return clean_text(file.stem)
    return f"{published} {row.track_id}" if published and row.track_id else None


def _with_audio(
    rows: Iterator[RawTableRow], published: AnnotationSet, audio: SetAudio, ignored: Counter[str]
) -> Iterator[RawTableRow]:
    for row in rows:
        if "problem" in row:
            yield row
            continue
        cells = row["cells"]
        if is_missing(cells.get("id", "")):
            problem = f"it names no track of {published.name}"
            yield {"line": row["line"], "reason": Reason.UNREADABLE_ROW.value, "problem": problem}
            continue
        if published.name == FOUR_Q and not _ALLMUSIC_ID.fullmatch(cells.get("id", "").strip()):
            # a table of somebody's own: its songs are titles
            yield {**row, "cells": {("title" if name == "id" else name): cell for name, cell in cells.items()}}
            continue
        file = audio.find_file(cells.get("id", ""), genre=cells.get("genre", ""))
        ignored["track without its audio file"] += file is None
        named: RawTableRow = {**row, "set": published.name}
        if file is not None:
            named["audio"] = str(file)
        yield named


def _until_damaged(rows: Iterator[RawTableRow]) -> Iterator[RawTableRow]:
    """What can be counted. Collecting the rows says what is wrong behind them, and keeps those before."""
    with suppress(PermanentError):
        yield from rows


def _list_rows(rows: Iterator[RawTableRow]) -> Iterator[ListedItem]:
    for row in rows:
        yield ListedItem(f"line {row['line']}", dict(row))


def _count_notes(columns: Sequence[str], reading: TableReading) -> Counter[str]:
    return Counter(f"column {column[:80]}" for column in columns) + Counter(dict(reading.notes))
