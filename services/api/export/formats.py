"""Rows as bytes, chunk by chunk: nothing holds more than a page of tracks."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from services.api.export.rows import ALL_TEXT_COLUMNS, COLUMNS, uri_of
from shared.domain.text import clean_text, quote_formula

Row = Mapping[str, Any]
Pages = Iterable[Sequence[Row]]


@dataclass(frozen=True)
class ExportFormat:
    """How rows are written, and what that is called."""

    write: Callable[[Pages], Iterator[bytes]]
    media_type: str


def write_csv(pages: Pages) -> Iterator[bytes]:
    """CSV with a header, UTF-8."""
    yield _format_csv([COLUMNS])
    for page in pages:
        yield _format_csv([_csv_cell(row[column]) for column in COLUMNS] for row in page)


def write_jsonl(pages: Pages) -> Iterator[bytes]:
    """One JSON object a line."""
    for page in pages:
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in page).encode()


def write_parquet(pages: Pages) -> Iterator[bytes]:
    """Parquet, a row group a page."""
    import pyarrow as pa  # noqa: PLC0415 (a second to load, for this format only)
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([(name, pa.string() if name in ALL_TEXT_COLUMNS else pa.float64()) for name in COLUMNS])
    sink = _ChunkBuffer()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema) as writer:
        for page in pages:
            writer.write_table(pa.Table.from_pylist(list(page), schema=schema))
            yield sink.take_written()
    yield sink.take_written()


def write_m3u(pages: Pages) -> Iterator[bytes]:
    """M3U8 of the tracks that have a file, by their paths on the person's machine."""
    yield b"#EXTM3U\n"
    for page in pages:
        yield "".join(_m3u_entry(row) for row in page if row["path"]).encode()


def write_xspf(pages: Pages) -> Iterator[bytes]:
    """XSPF of the tracks that have a file."""
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>\n'
    for page in pages:
        yield "".join(_xspf_track(row) for row in page if row["path"]).encode()
    yield b"</trackList></playlist>\n"


FORMATS = MappingProxyType(
    {
        "csv": ExportFormat(write_csv, "text/csv; charset=utf-8"),
        "jsonl": ExportFormat(write_jsonl, "application/x-ndjson"),
        "parquet": ExportFormat(write_parquet, "application/vnd.apache.parquet"),
        "m3u": ExportFormat(write_m3u, "audio/x-mpegurl; charset=utf-8"),
        "xspf": ExportFormat(write_xspf, "application/xspf+xml"),
    }
)


class _ChunkBuffer(io.RawIOBase):
    """A file that is written once and read away at its front."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._kept += content
        self._written += len(content)
        return len(content)

    def tell(self) -> int:
        return self._written

    def take_written(self) -> bytes:
        chunk = bytes(self._kept)
        self._kept.clear()
        return chunk


def csv_bytes(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV, UTF-8, with plain line ends. Text that a spreadsheet would run stands behind an apostrophe."""
    return _format_csv(rows)


def _format_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([quote_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return buffer.getvalue().encode()


def _csv_cell(value: Any) -> Any:
    return "" if value is None else value


def _m3u_entry(row: Row) -> str:
    return f"#EXTINF:{round(row['duration_s'] or -1)},{_display_title(row)}\n{row['path']}\n"


def _display_title(row: Row) -> str:
    title = row["title"] or clean_text(PurePosixPath(row["path"]).stem) or "?"
    return f"{row['artist']} - {title}" if row["artist"] else title


def _xspf_track(row: Row) -> str:
    elements = {"title": row["title"], "creator": row["artist"], "album": row["album"]}
    parts = [f"<location>{escape(_location(row['path']))}</location>"]
    parts += [f"<{name}>{escape(text)}</{name}>" for name, text in elements.items() if text]
    parts += [f"<duration>{round(1000 * row['duration_s'])}</duration>"] if row["duration_s"] else []
    return f"<track>{''.join(parts)}</track>\n"


def _location(path: str) -> str:
    """A path that is a URI already stays one."""
    return path if path.startswith("file://") else uri_of(path)
