"""What a table as a whole says of its numbers, before any row is read: decimal commas, columns of 0 to 100, seconds.

A single cell does not tell whether `63` is a share of 63 % or a mistake; the column does. So a table is read twice:
once to count, with no row kept, and once to collect.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.crawler.tables.columns import LABEL_COLUMNS, is_percent, is_seconds
from services.crawler.tables.raw_row import RawTableRow
from services.crawler.text_cleaning import is_missing, parse_number
from shared.domain.catalogue_ranges import UNIT_COLUMNS
from shared.domain.track import CATALOGUE_COLUMNS

_DECIMAL_COMMA = re.compile(r"\s*[+\-−]?\d*,\d+(?:[eE][+\-]?\d+)?\s*")
_THOUSANDS = re.compile(r"\s*[+\-−]?\d{1,3}(?:,\d{3})+\s*")
_DECIMAL_POINT = re.compile(r"\s*[+\-−]?\d*\.\d+(?:[eE][+\-]?\d+)?\s*")
_NUMBERS = frozenset({*CATALOGUE_COLUMNS, *LABEL_COLUMNS} - {"emotion", "quadrant", "tags"})
_MISSING_WHERE_SEEN = frozenset({"id", "path", "emotion", "quadrant", *CATALOGUE_COLUMNS})
_COUNTED = frozenset({*UNIT_COLUMNS, "duration_ms"})
_NAMES = ("title", "artist", "album")
_HUNDRED = 100.0
_LONGEST_S = 3_600.0
"""A column of lengths that mostly lie below is one of seconds: few pieces last an hour, and few less than 3,600 ms."""


@dataclass
class _ColumnCount:
    """How many numbers of a column lie where."""

    n: int = 0
    n_negative: int = 0
    n_above_one: int = 0
    n_above_hundred: int = 0
    n_broken: int = 0
    """With a fractional part."""
    n_short: int = 0
    """Below the longest length in seconds."""

    def add_value(self, value: float) -> None:
        self.n += 1
        self.n_negative += value < 0
        self.n_above_one += value > 1
        self.n_above_hundred += value > _HUNDRED
        self.n_broken += value != int(value)
        self.n_short += 0 < value < _LONGEST_S

    def merge_counts(self, other: "_ColumnCount") -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def counts_to_hundred(self) -> bool:
        """Whether the column as a whole is one of 0 to 100: most are above 1, or all are whole numbers."""
        if self.n_negative or self.n_above_hundred or not self.n_above_one:
            return False
        return self.n_broken == 0 or self.n_above_one * 2 >= self.n

    @property
    def is_undecided(self) -> bool:
        """Whether the column holds nothing but 0 and 1, which both scales have."""
        return not (self.n_negative or self.n_above_one or self.n_broken)


@dataclass
class _CommaCount:
    """Numbers with a comma, and those of them in which it cannot stand between thousands."""

    n: int = 0
    n_certain: int = 0

    def add_cell(self, name: str, cell: str) -> None:
        if _DECIMAL_COMMA.fullmatch(cell):
            self.n += 1
            self.n_certain += not _is_thousands(name, cell)


@dataclass(frozen=True, kw_only=True)
class TableReading:
    """How the cells of a table are to be read."""

    decimal_comma: bool = False
    percent_columns: frozenset[str] = frozenset()
    """Own names of columns from 0 to 100, to be divided by 100."""
    seconds_columns: frozenset[str] = frozenset()
    missing_words: frozenset[str] = frozenset()
    """What the table writes for a missing value, with its case: missing in titles and names, too."""
    notes: Mapping[str, int] = field(default_factory=dict)
    """What is read in another way than it stands, in words → in how many cells."""

    def apply(self, row: RawTableRow) -> RawTableRow:
        """The row with its numbers as everywhere here; a row that cannot be read stays as it is."""
        if "cells" not in row:
            return row
        cells = {
            name: cell
            for name, cell in row["cells"].items()
            if not (name in _NAMES and cell.strip() in self.missing_words)
        }
        if self.decimal_comma:
            cells = {name: _with_decimal_point(cell) if name in _NUMBERS else cell for name, cell in cells.items()}
        for name in self.percent_columns & cells.keys():
            cells[name] = _scale_cell(cells[name], 1 / _HUNDRED)
        for name in self.seconds_columns & cells.keys():
            cells[name] = _scale_cell(cells[name], 1000.0)
        return {**row, "cells": cells}


def survey_columns(
    rows: Iterable[RawTableRow], header: Sequence[str] = (), columns: Sequence[str] = ()
) -> TableReading:
    """How a table of these rows is to be read. `header` are its columns as they stand, `columns` their own names."""
    named = dict(zip(columns, header, strict=False))
    commas, has_points = _CommaCount(), False
    plain: dict[str, _ColumnCount] = defaultdict(_ColumnCount)
    with_comma: dict[str, _ColumnCount] = defaultdict(_ColumnCount)
    words: set[str] = set()
    for row in rows:
        for name, cell in row.get("cells", {}).items():
            if name in _MISSING_WHERE_SEEN and not cell[:1].isdigit() and is_missing(cell):
                words.add(cell.strip())
            elif name not in _NUMBERS:
                continue
            elif "," in cell:
                commas.add_cell(name, cell)
                _count_cell(with_comma, name, _with_decimal_point(cell))
            else:
                has_points = has_points or ("." in cell and _DECIMAL_POINT.fullmatch(cell) is not None)
                _count_cell(plain, name, cell)
    decimal_comma = commas.n_certain > 0 and not has_points
    if decimal_comma:
        for name, count in with_comma.items():
            plain[name].merge_counts(count)
    percent = _percent_columns(plain, named)
    seconds = _seconds_columns(plain, named)
    notes: dict[str, int] = {"read decimal commas as points": commas.n} if decimal_comma else {}
    for name in sorted(percent):
        notes[f"read column {name} as 0 to 100, divided by 100"] = plain[name].n
    for name in sorted(seconds):
        notes[f"read column {named.get(name, name)[:80]} as seconds"] = plain[name].n
    return TableReading(
        decimal_comma=decimal_comma,
        percent_columns=percent,
        seconds_columns=seconds,
        missing_words=frozenset(words - {""}),
        notes=notes,
    )


def _count_cell(counts: dict[str, _ColumnCount], name: str, cell: str) -> None:
    if name not in _COUNTED or ":" in cell:
        return
    try:
        value = parse_number(cell)
    except ValueError:
        return
    if value is not None:
        counts[name].add_value(value)


def _percent_columns(counts: Mapping[str, _ColumnCount], named: Mapping[str, str]) -> frozenset[str]:
    measures = {name: count for name, count in counts.items() if name in UNIT_COLUMNS}
    sure = {name for name in measures if is_percent(named.get(name, "")) or measures[name].counts_to_hundred}
    others = {name for name in measures if name not in sure}
    if sure and all(measures[name].is_undecided for name in others):
        sure |= others
    return frozenset(sure)


def _seconds_columns(counts: Mapping[str, _ColumnCount], named: Mapping[str, str]) -> frozenset[str]:
    count = counts.get("duration_ms")
    if count is None:
        return frozenset()
    column = named.get("duration_ms", "duration_ms")
    says_neither = not column.casefold().rstrip(")] ").endswith("ms")
    if is_seconds(column) or (says_neither and count.n_short * 2 > count.n):
        return frozenset({"duration_ms"})
    return frozenset()


def _is_thousands(name: str, cell: str) -> bool:
    """Whether a comma may stand between thousands: of all columns only lengths in milliseconds have so many."""
    return name == "duration_ms" and _THOUSANDS.fullmatch(cell) is not None


def _with_decimal_point(cell: str) -> str:
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell


def _scale_cell(cell: str, factor: float) -> str:
    """The number times `factor`, as text; what is none, and a length such as 3:45, stays for its row to say so."""
    if ":" in cell:
        return cell
    try:
        value = parse_number(cell)
    except ValueError:
        return cell
    return cell if value is None else repr(round(value * factor, 12))
