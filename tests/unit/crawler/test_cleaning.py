import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.crawler.text_cleaning import clean_isrc, clean_text, parse_number


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Für   Elise\t", "Für Elise"),
        ("two\r\nlines", "two lines"),
        ("nul\0byte", "nulbyte"),
        ("bell\x07", "bell"),
        ("half a sign \ud83d", "half a sign"),
        ("春天", "春天"),
        ("", None),
        (" \n ", None),
        ("\x00\x01", None),
        (None, None),
        (1999, "1999"),
    ],
)
def test_text_is_made_one_readable_line_or_none(written: object, kept: str | None) -> None:
    assert clean_text(written) == kept


@given(st.text(alphabet=st.characters()))
def test_whatever_is_written_can_be_kept_and_cleaning_it_again_changes_nothing(written: str) -> None:
    kept = clean_text(written, limit=40)
    if kept is not None:
        assert 0 < len(kept.encode()) <= 160
        assert kept.isprintable()
        assert clean_text(kept, limit=40) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("USRC17607839", "USRC17607839"),
        ("us-rc1-76-07839", "USRC17607839"),
        (" GB AYE 06 01498 ", "GBAYE0601498"),
        ("USRC1760783", None),
        ("a long sentence", None),
        ("", None),
        (None, None),
    ],
)
def test_a_recording_code_loses_its_hyphens_and_none_of_its_digits(written: str | None, kept: str | None) -> None:
    assert clean_isrc(written) == kept


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_as_it_was_written(number: float) -> None:
    assert parse_number(f" {number!r} ") == number


@given(st.text(max_size=12))
def test_any_cell_gives_a_finite_number_nothing_or_a_value_error(cell: str) -> None:
    try:
        number = parse_number(cell)
    except ValueError:
        return
    assert number is None or math.isfinite(number)
