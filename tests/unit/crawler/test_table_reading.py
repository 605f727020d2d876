import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from services.crawler.tables.columns import KNOWN_COLUMNS
from services.crawler.tables.raw_row import RawTableRow
from services.crawler.tables.reader import find_header, read_rows
from shared.errors import PermanentError, Reason

Write = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Write:
    def write(*lines: str | bytes, end: bytes = b"\n") -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(b"".join((line.encode() if isinstance(line, str) else line) + end for line in lines))
        return path

    return write


def rows_of(path: Path) -> list[RawTableRow]:
    return list(read_rows(path, find_header(path)))


def cells_of(path: Path) -> list[dict[str, str]]:
    return [row["cells"] for row in rows_of(path) if "cells" in row]


def problems_of(path: Path) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for row in rows_of(path) if "problem" in row]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_usual_delimiter_is_found_without_being_told(table: Write, delimiter: str) -> None:
    path = table(delimiter.join(("title", "artist", "energy")), delimiter.join(("Ode", "Vox", "0.5")))
    assert cells_of(path) == [{"title": "Ode", "artist": "Vox", "energy": "0.5"}]


def test_a_comma_within_a_title_does_not_outvote_the_tab(table: Write) -> None:
    assert cells_of(table("title\tartist", "Oh, Well, Well\tVox")) == [{"title": "Oh, Well, Well", "artist": "Vox"}]


def test_a_byte_order_mark_does_not_hide_the_first_column(table: Write) -> None:
    assert cells_of(table(b"\xef\xbb\xbftitle,artist", "Ode,Vox")) == [{"title": "Ode", "artist": "Vox"}]


def test_windows_line_ends_leave_no_trace_in_the_last_cell(table: Write) -> None:
    assert cells_of(table("title,artist", "Ode,Vox", end=b"\r\n")) == [{"title": "Ode", "artist": "Vox"}]


def test_the_header_may_stand_below_blank_lines_and_comments_and_lines_keep_their_numbers(table: Write) -> None:
    path = table("", "# exported on Monday", "   ", "title,artist", "Ode,Vox")
    assert rows_of(path) == [{"line": 5, "cells": {"title": "Ode", "artist": "Vox"}}]


def test_unknown_columns_are_passed_over_and_spellings_are_understood(table: Write) -> None:
    path = table("Track Name,shoe size,Artist-Name,MOOD", "Ode,44,Vox,sad")
    assert cells_of(path) == [{"title": "Ode", "artist": "Vox", "emotion": "sad"}]


def test_a_header_that_stands_again_among_the_rows_is_named_so(table: Write) -> None:
    path = table("title,artist", "Ode,Vox", "Title, ARTIST", "Elegy,Nox")
    assert problems_of(path) == [(3, "stray_header")]
    assert [cells["title"] for cells in cells_of(path)] == ["Ode", "Elegy"]


@pytest.mark.parametrize("row", ["Ode", "Ode,Vox,more"])
def test_a_row_with_another_number_of_cells_costs_only_itself(table: Write, row: str) -> None:
    path = table("title,artist", row, "Elegy,Nox")
    assert problems_of(path) == [(2, "unreadable_row")]
    assert cells_of(path) == [{"title": "Elegy", "artist": "Nox"}]


def test_empty_lines_and_lines_of_empty_cells_are_no_items(table: Write) -> None:
    assert rows_of(table("title,artist", "", " , ", "Ode,Vox", "")) == [
        {"line": 4, "cells": {"title": "Ode", "artist": "Vox"}}
    ]


def test_a_quoted_cell_may_hold_delimiters_line_ends_and_doubled_quotes(table: Write) -> None:
    path = table("title,artist", '"Ode, the ""long""', 'one",Vox', "Elegy,Nox")
    assert [cells["title"] for cells in cells_of(path)] == ['Ode, the "long"\none', "Elegy"]
    assert [row["line"] for row in rows_of(path)] == [2, 4]


def test_a_quote_that_is_never_closed_costs_only_its_line(table: Write) -> None:
    path = table("title,artist", 'Ode,"Vox', *(f"Elegy {n},Nox" for n in range(50)))
    assert problems_of(path) == [(2, "unreadable_row")]
    assert [cells["title"] for cells in cells_of(path)] == [f"Elegy {n}" for n in range(50)]


def test_an_unclosed_quote_swallows_no_quoted_row_below_it(table: Write) -> None:
    path = table("title,artist", 'Ode,"Vox', 'Elegy,"Nox"', '"Hymn","Pax"')
    assert problems_of(path) == [(2, "unreadable_row")]
    assert cells_of(path) == [{"title": "Elegy", "artist": "Nox"}, {"title": "Hymn", "artist": "Pax"}]


def test_an_unclosed_quote_swallows_no_long_rows_below_it(table: Write) -> None:
    path = table("title,artist", 'Ode,"Vox', *(f"Elegy {n},{'x' * 20_000}" for n in range(10)))
    assert problems_of(path) == [(2, "unreadable_row")]
    assert len(cells_of(path)) == 10


def test_an_unclosed_quote_in_the_last_line_is_still_named(table: Write) -> None:
    assert problems_of(table("title,artist", "Elegy,Nox", 'Ode,"Vox')) == [(3, "unreadable_row")]


def test_a_cell_larger_than_the_csv_module_takes_is_a_problem_and_no_title(table: Write) -> None:
    path = table("title", "x" * 200_000, "Elegy")
    assert problems_of(path) == [(2, "unreadable_row")]
    assert cells_of(path) == [{"title": "Elegy"}]


def test_a_line_of_200_megabytes_costs_one_item_and_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with path.open("wb") as file:
        file.write(b"title,artist\nOde,Vox\n")
        file.seek(200_000_000, 1)  # a hole on the disk, read as NUL bytes
        file.write(b"\nElegy,Nox\n")
    tracemalloc.start()
    try:
        found = rows_of(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [(row["line"], row.get("reason")) for row in found] == [(2, None), (3, "unreadable_row"), (4, None)]
    assert peak < 10_000_000


def test_a_long_line_of_text_before_the_header_is_passed_over(table: Write) -> None:
    path = table("# " + "x" * 3_000_000, "y" * 200_000, "title,artist", "Ode,Vox")
    assert rows_of(path) == [{"line": 4, "cells": {"title": "Ode", "artist": "Vox"}}]


def test_a_nul_byte_costs_its_row(table: Write) -> None:
    path = table("title,artist", b"O\0de,Vox", "Elegy,Nox")
    assert problems_of(path) == [(2, "unreadable_row")]
    assert cells_of(path) == [{"title": "Elegy", "artist": "Nox"}]


def test_western_windows_text_is_read_line_by_line_beside_utf_8(table: Write) -> None:
    path = table("title,artist", "Für Elise,Björk".encode("cp1252"), "Für Elise,Björk")
    assert cells_of(path) == 2 * [{"title": "Für Elise", "artist": "Björk"}]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""), ("utf-16-be", b"")],
)
def test_utf_16_is_read_with_a_byte_order_mark_and_without(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "table.csv"
    text = "title,artist\r\n蝉しぐれ,Вьюга\r\n\u010a\u0a0d,Nox\r\n"  # signs that hold the bytes of line ends
    path.write_bytes(mark + text.encode(encoding))
    assert rows_of(path) == [
        {"line": 2, "cells": {"title": "蝉しぐれ", "artist": "Вьюга"}},
        {"line": 3, "cells": {"title": "\u010a\u0a0d", "artist": "Nox"}},
    ]


def test_a_carriage_return_within_a_line_of_utf_16_costs_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("title,artist\nOde,Vox\rElegy,Nox\nHymn,Pax\n".encode("utf-16"))
    assert problems_of(path) == [(2, "unreadable_row")]
    assert cells_of(path) == [{"title": "Hymn", "artist": "Pax"}]


def test_a_long_line_of_utf_16_costs_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(("title,artist\n" + "x" * 1_500_000 + "\nOde,Vox\n").encode("utf-16"))
    assert problems_of(path) == [(2, "unreadable_row")]
    assert cells_of(path) == [{"title": "Ode", "artist": "Vox"}]


def test_a_carriage_return_within_a_line_loses_no_half_of_it_in_silence(table: Write) -> None:
    path = table("title,artist", "Ode,Vox\rElegy,Nox", "Hymn,Pax")
    assert problems_of(path) == [(2, "unreadable_row")]
    assert cells_of(path) == [{"title": "Hymn", "artist": "Pax"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \n\n", "empty"),
        (bytes(range(256)) * 40, "empty, or no text"),
        ("title,artist\nOde,Vox\n".encode("utf-32"), "no text"),
    ],
)
def test_a_file_without_text_is_refused_as_a_whole(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(PermanentError) as caught:
        find_header(path)
    assert caught.value.reason is Reason.UNREADABLE_TABLE
    assert said in caught.value.detail


@pytest.mark.parametrize("content", [b"shoe,size\n1,2\n", b"title\rartist\rOde\rVox", b"title,title\n1,2\n"])
def test_a_table_without_a_known_column_is_refused_naming_those_expected(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(PermanentError) as caught:
        find_header(path)
    assert caught.value.reason is Reason.UNREADABLE_TABLE
    assert all(column in caught.value.detail for column in KNOWN_COLUMNS)
