"""A CSV, TSV or Parquet table with any of the talk's columns, a path to audio, or labels, in the usual spellings.

Terms: the user's own file; rows that were derived from Spotify stay under Spotify's terms. Every row is an item of its
own: a bad one fails with its line and its reason, and the rest goes on. A table as a whole is refused only when none of
its columns is known, or it is no text.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from services.crawler.exclusion import refuse_excluded, refuse_excluded_path
from services.crawler.parquet_reading import SUFFIXES, parquet_columns, parquet_rows
from services.crawler.sources.folder import read_tags, require_sound, stat_audio
from services.crawler.sources.port import Listed, Listing
from services.crawler.table_columns import unknown
from services.crawler.table_reading import find_header, read_rows
from services.crawler.table_rows import TableRow, parse_row
from shared.domain.crawl import CrawlRequest
from shared.domain.track import AudioFile, Collected, Judgement, SourceRef
from shared.errors import PermanentError, Reason
from shared.library import Library

_SPOTIFY_TRACK = re.compile(
    r"(?:spotify:track:|https?://open\.spotify\.com/(?:intl-[a-z]+/)?track/)?([0-9A-Za-z]{22})(?:[?#].*)?"
)


class TableSource:
    """The rows of one table."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def list(self, request: CrawlRequest) -> Listing:
        """One entry a row, in the order of the file. Raises PermanentError(`unreadable_table`)."""
        path = self._table(request)
        if path.suffix.lower() in SUFFIXES:
            columns = parquet_columns(path)
            return Listing(_listed(parquet_rows(path, columns)), _passed_over(columns))
        header = find_header(path)
        return Listing(_listed(read_rows(path, header)), _passed_over(header.columns))

    def collect(self, payload: dict[str, Any], request: CrawlRequest) -> Collected:
        """The track of one row. Raises PermanentError with what is wrong in it."""
        if "problem" in payload:
            raise PermanentError(Reason(payload["reason"]), f"line {payload['line']}: {payload['problem']}")
        row = parse_row(payload["cells"], line=payload["line"], taxonomy=request.taxonomy)
        table = self._table(request)
        audio = self._audio(row, table)
        judgement = row.judgement
        if judgement is None and request.emotion:
            judgement = Judgement(request.taxonomy or "mood4", request.emotion)
        title = row.title or (Path(row.path).stem if row.path else None)
        duration_s = row.catalogue["duration_ms"] / 1000 if "duration_ms" in row.catalogue else None
        refuse_excluded_path(request, row.path or "")
        named_s = duration_s
        if named_s is None and row.path and (request.min_s or request.max_s):
            named_s = read_tags(table.parent / row.path).get("duration_s")
        refuse_excluded(request, title=title, duration_s=named_s)
        return Collected(
            refs=self._refs(row, table, audio),
            title=title,
            artist=row.artist,
            album=row.album,
            isrc=row.isrc,
            duration_s=duration_s,
            audio=audio,
            judgement=judgement,
            place=row.place,
            tags=(*request.tags, *row.tags),
            annotator_name=f"table {self._library.locator(table)}",
            catalogue=row.catalogue,
        )

    def _table(self, request: CrawlRequest) -> Path:
        path = self._library.admit(request.path or "")
        if not path.is_file():
            raise PermanentError(Reason.UNREADABLE_TABLE, f"{request.path} is a folder: name the table in it")
        return path

    def _audio(self, row: TableRow, table: Path) -> AudioFile | None:
        if not row.path:
            return None
        path = table.parent / row.path
        audio = stat_audio(path, self._library)
        require_sound(path)
        return audio

    def _refs(self, row: TableRow, table: Path, audio: AudioFile | None) -> tuple[SourceRef, ...]:
        refs = []
        name = self._library.locator(table)
        spotify_id = spotify_track_id(row.track_id or "")
        if spotify_id:
            refs.append(SourceRef("spotify", spotify_id))
        elif row.track_id and not row.track_id.startswith("spotify:"):
            # A number in one table is not the same track as that number in another.
            refs.append(SourceRef("table", f"{name}#{row.track_id}"))
        if audio is not None:
            refs.insert(0, SourceRef("folder", audio.locator))
        if not refs:
            said = "\x1f".join(filter(None, (row.title, row.artist, row.album)))
            identity = hashlib.sha256(said.encode()).hexdigest()[:16] if said else f"line {row.line}"
            refs.append(SourceRef("table", f"{name}#{identity}"))
        return tuple(refs)


def spotify_track_id(text: str) -> str | None:
    """The id in an id, a URI or a link of a Spotify track; None for anything else, a local file's URI among it."""
    found = _SPOTIFY_TRACK.fullmatch(text.strip())
    return found[1] if found else None


def _listed(rows: Iterator[dict[str, Any]]) -> Iterator[Listed]:
    for row in rows:
        yield Listed(f"line {row['line']}", row)


def _passed_over(columns: Sequence[str]) -> Counter[str]:
    return Counter(f"column {column[:80]}" for column in unknown(columns))
