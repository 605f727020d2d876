"""A page names the next one by its last row, and the last page names none."""

from types import SimpleNamespace

from services.api.schemas.page import next_cursor

ROWS = [SimpleNamespace(id=3, track_id="a"), SimpleNamespace(id=7, track_id="b")]


def test_a_full_page_goes_on_after_its_last_row() -> None:
    assert next_cursor(ROWS, limit=2) == "7"
    assert next_cursor(ROWS, limit=2, key=lambda row: row.track_id) == "b"


def test_a_page_that_is_not_full_is_the_last() -> None:
    assert next_cursor(ROWS, limit=3) is None
    assert next_cursor([], limit=1) is None
