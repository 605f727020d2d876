from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.crawler.tables.parquet import parquet_columns, parquet_rows
from services.crawler.tables.raw_row import RawTableRow
from services.crawler.tables.rows import parse_row
from shared.errors import PermanentError, Reason


def table(folder: Path, **columns: Any) -> Path:
    path = folder / "table.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def rows(path: Path) -> list[RawTableRow]:
    return list(parquet_rows(path, parquet_columns(path)))


def test_a_parquet_table_gives_the_same_cells_as_a_csv_would(tmp_path: Path) -> None:
    path = table(tmp_path, track_name=["Ode", "Hymn"], energy=[0.5, None], mode=[1, 0], shoe_size=[44, 45])
    assert rows(path) == [
        {"line": 1, "cells": {"title": "Ode", "energy": "0.5", "mode": "1"}},
        {"line": 2, "cells": {"title": "Hymn", "mode": "0"}},
    ]


def test_lists_of_artists_numbers_that_are_none_and_nul_signs_are_made_readable(tmp_path: Path) -> None:
    path = table(tmp_path, name=["O\0de"], artists=[["Vox", "Nox"]], tempo=[float("nan")], labels=[3])
    row = parse_row(rows(path)[0]["cells"], line=1, taxonomy=None)
    assert (row.title, row.artist, row.catalogue) == ("Ode", "Vox, Nox", {})
    assert row.label is not None
    assert row.label.emotion == "calm"


def test_rows_are_numbered_on_over_batches(tmp_path: Path) -> None:
    path = table(tmp_path, title=[f"Ode {n}" for n in range(5_000)])
    assert [row["line"] for row in rows(path)] == list(range(1, 5_001))


def test_a_parquet_table_without_known_columns_is_refused_naming_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(PermanentError) as caught:
        parquet_columns(table(tmp_path, shoe=[1], size=[2]))
    assert caught.value.reason is Reason.UNREADABLE_TABLE
    assert "shoe, size" in caught.value.detail


@pytest.mark.parametrize("content", [b"", b"title\nOde\n", b"PAR1" + bytes(40) + b"PAR1"])
def test_what_only_calls_itself_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(content)
    with pytest.raises(PermanentError) as caught:
        parquet_columns(path)
    assert caught.value.reason is Reason.UNREADABLE_TABLE


def test_a_table_that_is_damaged_inside_says_where(tmp_path: Path) -> None:
    path = table(tmp_path, title=[f"Ode {n}" for n in range(3_000)])
    content = bytearray(path.read_bytes())
    content[4:400] = bytes(396)
    path.write_bytes(content)
    with pytest.raises(PermanentError) as caught:
        rows(path)
    assert caught.value.reason is Reason.UNREADABLE_TABLE
