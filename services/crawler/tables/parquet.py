"""Parquet tables as rows of text, batch by batch, so that a large table never stands in memory as a whole."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from services.crawler.tables.columns import KNOWN_COLUMNS, resolve_columns
from services.crawler.tables.raw_row import RawTableRow
from shared.errors import PermanentError, Reason

SUFFIXES = frozenset({".parquet", ".pq"})
_BATCH_ROWS = 2_000
_MAX_CELL = 100_000


def parquet_columns(path: Path) -> tuple[str, ...]:
    """The columns' own names. Raises PermanentError(`unreadable_table`)."""
    return resolve_columns(parquet_names(path))


def parquet_names(path: Path) -> tuple[str, ...]:
    """The columns as they stand there, where some are known. Raises PermanentError(`unreadable_table`)."""
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
    except (pa.ArrowException, OSError) as error:
        raise PermanentError(Reason.UNREADABLE_TABLE, f"{path.name} is no Parquet table: {str(error)[:200]}") from None
    columns = resolve_columns(names)
    known = [name for name in columns if name in KNOWN_COLUMNS]
    if not known or len(known) != len(set(known)):
        raise PermanentError(
            Reason.UNREADABLE_TABLE,
            f"none of the columns ({', '.join(names)[:300]}) is known, or one stands twice; "
            f"use some of these: {', '.join(KNOWN_COLUMNS)}",
        )
    return tuple(names)


def parquet_rows(path: Path, columns: Sequence[str]) -> Iterator[RawTableRow]:
    """`{line, cells}` for each row, counted from 1. Raises PermanentError where a part is damaged."""
    wanted = [(position, name) for position, name in enumerate(columns) if name in KNOWN_COLUMNS]
    line = 0
    try:
        with pq.ParquetFile(path) as file:
            names = [file.schema_arrow.names[position] for position, _ in wanted]
            for batch in file.iter_batches(_BATCH_ROWS, columns=names):
                for row in batch.to_pylist():
                    line += 1
                    texts = ((own, _cell_text(own, row[name])) for (_, own), name in zip(wanted, names, strict=True))
                    yield {"line": line, "cells": {own: text for own, text in texts if text}}
    except (pa.ArrowException, OSError) as error:
        raise PermanentError(
            Reason.UNREADABLE_TABLE, f"{path.name} is damaged after row {line}: {str(error)[:200]}"
        ) from None


def _cell_text(column: str, value: object) -> str:
    """A list of tags keeps its parts apart; any other is one text."""
    if column == "tags" and isinstance(value, list):
        return json.dumps([_value_text(part) for part in value if part is not None])
    return _value_text(value)


def _value_text(value: object) -> str:
    """A cell as a CSV would hold it."""
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case list():
            return ", ".join(filter(None, map(_value_text, value)))[:_MAX_CELL]
        case bytes():
            return value.decode("utf-8", errors="replace").replace("\0", "")[:_MAX_CELL]
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value).replace("\0", "").strip()[:_MAX_CELL]
