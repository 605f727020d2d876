"""What a table as a whole says of its numbers, and how its rows are read then."""

import pytest

from services.crawler.tables.raw_row import RawTableRow
from services.crawler.tables.survey import TableReading, survey_columns


def rows(*cells: dict[str, str]) -> list[RawTableRow]:
    return [{"line": line, "cells": row} for line, row in enumerate(cells, start=2)]


def column(name: str, *cells: str) -> list[RawTableRow]:
    return rows(*({name: cell} for cell in cells))


def read(table: list[RawTableRow], reading: TableReading | None = None) -> list[dict[str, str]]:
    reading = reading or survey_columns(table)
    return [reading.apply(row)["cells"] for row in table]


def test_a_table_whose_every_broken_number_has_a_comma_is_read_so_and_says_it() -> None:
    table = rows(
        {"energy": "0,635", "tempo": "98,743", "key": "5", "title": "1,5"}, {"energy": "NA", "valence_label": "-0,5"}
    )
    assert read(table) == [
        {"energy": "0.635", "tempo": "98.743", "key": "5", "title": "1,5"},
        {"energy": "NA", "valence_label": "-0.5"},
    ]
    assert survey_columns(table).notes == {"read decimal commas as points": 3}


def test_three_digits_behind_a_comma_are_no_thousands_where_nothing_counts_so_far() -> None:
    assert read(rows({"energy": "0,635", "tempo": "98,743", "duration_ms": "210000"})) == [
        {"energy": "0.635", "tempo": "98.743", "duration_ms": "210000"}
    ]


def test_one_decimal_point_keeps_every_comma_what_it_is() -> None:
    table = rows({"energy": "0,635", "tempo": "98.743"})
    assert read(table) == [{"energy": "0,635", "tempo": "98.743"}]
    assert survey_columns(table).notes == {}


def test_thousands_alone_are_no_decimal_commas() -> None:
    assert read(column("duration_ms", "210,000", "185,200")) == [{"duration_ms": "210,000"}, {"duration_ms": "185,200"}]


def test_a_column_of_0_to_100_is_divided_as_a_whole_and_said() -> None:
    table = rows({"energy": "63", "valence": "0.4"}, {"energy": "7.5", "valence": "0.9"}, {"energy": "NA"})
    assert read(table) == [
        {"energy": "0.63", "valence": "0.4"},
        {"energy": "0.075", "valence": "0.9"},
        {"energy": "NA"},
    ]
    assert survey_columns(table).notes == {"read column energy as 0 to 100, divided by 100": 2}


def test_decimal_commas_are_seen_before_the_scale() -> None:
    assert read(column("energy", "63,5", "40,25")) == [{"energy": "0.635"}, {"energy": "0.4025"}]


@pytest.mark.parametrize(
    "cells", [("63", "0.3", "0.5"), ("63", "-0.3", "40"), ("63", "101", "40"), ("2.5", "0.3", "0.9", "0.1"), ("0", "1")]
)
def test_a_column_that_is_not_0_to_100_as_a_whole_stays_as_it_is(cells: tuple[str, ...]) -> None:
    assert read(column("valence", *cells)) == [{"valence": cell} for cell in cells]


def test_zeros_and_ones_beside_columns_of_0_to_100_are_of_their_scale() -> None:
    table = rows({"energy": "63", "instrumentalness": "0"}, {"energy": "50", "instrumentalness": "1"})
    assert [row["instrumentalness"] for row in read(table)] == ["0.0", "0.01"]


def test_a_column_that_is_called_percent_is_one_whatever_it_holds() -> None:
    table = column("instrumentalness", "0", "1")
    reading = survey_columns(table, ["instrumentalness_%"], ["instrumentalness"])
    assert read(table, reading) == [{"instrumentalness": "0.0"}, {"instrumentalness": "0.01"}]


@pytest.mark.parametrize(
    ("written", "cells", "read_as"),
    [
        ("duration_s", ("215.5", "8000"), ("215500.0", "8000000.0")),
        ("duration", ("215", "3:45"), ("215000.0", "3:45")),
        ("length", ("379266", "185200"), ("379266", "185200")),
        ("duration_ms", ("2000", "1500"), ("2000", "1500")),
        ("Duration (ms)", ("2000", "1500"), ("2000", "1500")),
    ],
)
def test_lengths_in_seconds_are_known_by_their_column(
    written: str, cells: tuple[str, ...], read_as: tuple[str, ...]
) -> None:
    table = column("duration_ms", *cells)
    assert read(table, survey_columns(table, [written], ["duration_ms"])) == [{"duration_ms": cell} for cell in read_as]


def test_what_a_table_writes_for_a_missing_value_is_missing_in_its_names_too() -> None:
    table = rows({"id": "NA", "title": "NA", "artist": "None"}, {"id": "7", "title": "na"})
    assert read(table) == [{"id": "NA", "artist": "None"}, {"id": "7", "title": "na"}]


def test_a_row_that_cannot_be_read_stays_what_it_is() -> None:
    problem: RawTableRow = {"line": 3, "reason": "unreadable_row", "problem": "a quote"}
    assert survey_columns([problem]).apply(problem) == problem
