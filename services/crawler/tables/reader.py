"""Tables as text: find the delimiter and the header, then read rows without trusting any of them.

Nothing here holds more than one bounded line in memory, whatever the file.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.crawler.tables.annotation_sets import AnnotationSet, recognise_set
from services.crawler.tables.columns import KNOWN_COLUMNS, canonical_name, plain_name, resolve_columns
from services.crawler.tables.encoding import LineReader, open_lines
from services.crawler.tables.raw_row import RawTableRow
from shared.domain.text import unquote_formula
from shared.errors import PermanentError, Reason

MAX_LINE_BYTES = 1_000_000
_DELIMITERS = ",;\t|"
_BOM = b"\xef\xbb\xbf"
_HEADER_SEARCH_LINES = 20
_KNOWN = frozenset(KNOWN_COLUMNS)
_MAX_RECORD_LINES = 20
_NO_RECORD = (
    f"a cell holds more than {csv.field_size_limit():,} characters, or a carriage return stands outside of quotes"
)


@dataclass(frozen=True)
class TableHeader:
    """Where the columns are named, and how they are kept apart."""

    line: int
    delimiter: str
    columns: tuple[str, ...]
    """Own names."""
    written: tuple[str, ...]
    """The columns as they stand there."""

    @property
    def published_set(self) -> AnnotationSet | None:
        """The well-known set whose file this is."""
        return recognise_set([plain_name(column) for column in self.written])

    @property
    def kept_columns(self) -> frozenset[str]:
        """Own names of the columns whose cells are read."""
        published = self.published_set
        return _KNOWN | frozenset(published.columns.values() if published else ())


def find_header(path: Path) -> TableHeader:
    """The first line that names known columns. Raises PermanentError(`unreadable_table`), saying what was found."""
    first_seen: str | None = None
    with open_lines(path) as file:
        for number, text in _read_lines(file):
            if number > _HEADER_SEARCH_LINES:
                break
            if text is None or not text.strip():
                continue
            first_seen = first_seen or text.strip()[:120]
            header = _best_header(text, number)
            if header:
                return header
    if first_seen is None:
        raise PermanentError(Reason.UNREADABLE_TABLE, "the table is empty, or no text")
    raise PermanentError(
        Reason.UNREADABLE_TABLE,
        f"no known column is named in the first {_HEADER_SEARCH_LINES} lines (the first is {first_seen!r}); "
        f"use a delimiter of , ; tab or | and some of these columns: {', '.join(KNOWN_COLUMNS)}",
    )


def read_rows(path: Path, header: TableHeader) -> Iterator[RawTableRow]:
    """`{line, cells}` for each row after the header, or `{line, reason, problem}` where a row cannot be read.

    Header lines that stand again among the rows are said so; empty lines are passed over. A quote that is never closed
    costs its own line only.
    """
    kept = header.kept_columns
    with open_lines(path) as file:
        lines = (line for line in _read_lines(file) if line[0] > header.line)
        ahead: deque[tuple[int, str | None]] = deque()
        while (line := ahead.popleft() if ahead else next(lines, None)) is not None:
            number, text = line
            if text is None:
                problem = f"longer than {MAX_LINE_BYTES:,} bytes, or not text"
                yield _problem_row(number, Reason.UNREADABLE_ROW, problem)
                continue
            try:
                cells, used = _read_record(text, lines, ahead, header.delimiter)
            except csv.Error:
                yield _problem_row(number, Reason.UNREADABLE_ROW, _NO_RECORD)
                continue
            if cells is None:
                ahead.extendleft(reversed(used))
                yield _problem_row(number, Reason.UNREADABLE_ROW, "a quote is opened and never closed")
            elif any(cell.strip() for cell in cells):
                yield _to_row(cells, number, header, kept)


def _read_record(
    text: str, lines: Iterator[tuple[int, str | None]], ahead: deque[tuple[int, str | None]], delimiter: str
) -> tuple[list[str] | None, list[tuple[int, str | None]]]:
    """The cells of a record that may go on over several lines, and the further lines it took. Raises csv.Error."""
    used: list[tuple[int, str | None]] = []
    cells = _first_cells(text, delimiter)
    while cells is None and len(used) < _MAX_RECORD_LINES:
        following = ahead.popleft() if ahead else next(lines, None)
        if following is None:
            break
        used.append(following)
        if following[1] is None:
            break
        text += following[1]
        try:
            cells = _split_cells(text, delimiter)
        except csv.Error:
            # What closed here opens a cell of its own row: the quote above was never closed.
            break
    return cells, used


def _first_cells(text: str, delimiter: str) -> list[str] | None:
    """As `_split_cells`, and lenient with quotes that stand in the middle of a cell."""
    try:
        return _split_cells(text, delimiter)
    except csv.Error:
        return next(csv.reader([text], delimiter=delimiter), [])


def _split_cells(text: str, delimiter: str) -> list[str] | None:
    """The cells of one record, or None where it ends inside a quote. Raises csv.Error for what is no record."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None
        raise


def _to_row(cells: list[str], line: int, header: TableHeader, kept: frozenset[str]) -> RawTableRow:
    if _is_header(cells, header):
        return _problem_row(line, Reason.STRAY_HEADER, "the header stands here again")
    if len(cells) != len(header.columns):
        return _problem_row(
            line, Reason.UNREADABLE_ROW, f"{len(cells)} cells where the header has {len(header.columns)} columns"
        )
    named = {name: cell for name, cell in zip(header.columns, cells, strict=True) if name in kept}
    return {
        "line": line,
        "cells": {name: unquote_formula(cell.replace("\0", "")) for name, cell in named.items() if cell.strip()},
    }


def _is_header(cells: list[str], header: TableHeader) -> bool:
    """Whether the header stands here again. One cell tells of most rows that it does not."""
    first = next(index for index, column in enumerate(header.columns) if column in KNOWN_COLUMNS)
    if len(cells) != len(header.columns):
        return False
    names = {canonical_name(cells[first]), plain_name(cells[first])}
    if names.isdisjoint({header.columns[first], plain_name(header.written[first])}):
        return False
    return _known_columns(resolve_columns(cells)) == _known_columns(header.columns)


def _known_columns(columns: tuple[str, ...]) -> list[str | None]:
    """Known columns in their places: a row number beside a header that stands again makes it no other line."""
    return [column if column in KNOWN_COLUMNS else None for column in columns]


def _problem_row(line: int, reason: Reason, problem: str) -> RawTableRow:
    return {"line": line, "reason": reason.value, "problem": problem}


def _best_header(text: str, number: int) -> TableHeader | None:
    best: TableHeader | None = None
    for delimiter in _DELIMITERS:
        try:
            written = tuple(next(csv.reader([text], delimiter=delimiter), []))
        except csv.Error:
            continue
        columns = resolve_columns(written)
        known = [name for name in columns if name in KNOWN_COLUMNS]
        if known and len(known) == len(set(known)) and (best is None or len(known) > _n_known(best)):
            best = TableHeader(number, delimiter, columns, written)
    return best


def _n_known(header: TableHeader) -> int:
    return sum(name in KNOWN_COLUMNS for name in header.columns)


def _read_lines(file: LineReader) -> Iterator[tuple[int, str | None]]:
    """`(line number from 1, text)`; None for a line that is too long or binary. Reads at most one line's bound."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES):
        number += 1
        whole = line.endswith(b"\n") or len(line) < MAX_LINE_BYTES
        while not whole:
            rest = file.readline(MAX_LINE_BYTES)
            whole = rest.endswith(b"\n") or len(rest) < MAX_LINE_BYTES
            line = b"\0"
        yield number, _decode_line(line.removeprefix(_BOM) if number == 1 else line)


def _decode_line(line: bytes) -> str | None:
    if b"\0" in line:
        return None
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
