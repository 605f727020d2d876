"""Cells of CSV files that a spreadsheet would run."""

import pytest

from shared.domain.text import quote_formula, unquote_formula


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1+1", "''@x", "-", "+/-"],
)
def test_a_formula_stands_behind_an_apostrophe_and_is_read_back(text: str) -> None:
    assert quote_formula(text) == f"'{text}"
    assert unquote_formula(quote_formula(text)) == text


@pytest.mark.parametrize("text", ["", "Ode", "-14.2", "+3", "-1e-05", "1=1", "'Round Midnight", "'", "file:///a=b"])
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert quote_formula(text) == text
    assert unquote_formula(text) == text
