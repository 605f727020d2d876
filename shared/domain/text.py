"""Text as sources write it, made one clean line. Pure."""

import re

_SPACES = re.compile(r"\s+")
_ISRC_LENGTH = 12
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]")
"""How a text begins that a spreadsheet may take for a formula (also with the wide signs of East Asian keyboards), or
one that was quoted."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\Z")


def clean_text(value: object, *, limit: int = 500) -> str | None:
    """One line of readable text, or None.

    Line breaks are spaces; control signs, signs that turn the direction of writing, and broken surrogates, which
    Postgres refuses, are dropped.
    """
    if value is None:
        return None
    text = str(value)
    if not text.isascii():
        text = text.encode("utf-8", errors="ignore").decode("utf-8")
    if not text.isprintable():
        text = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return _SPACES.sub(" ", text).strip()[:limit].rstrip() or None


def clean_isrc(value: object) -> str | None:
    """The twelve letters and digits of a recording code, however it is hyphenated; None where it is none."""
    code = "".join(filter(str.isalnum, clean_text(value) or "")).upper()
    return code if len(code) == _ISRC_LENGTH and code.isascii() else None


def quote_formula(text: str) -> str:
    """The text for a cell of a CSV file: behind an apostrophe where a spreadsheet would run it as a formula.

    Numbers stay as they are. `unquote_formula` gives back the text.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def unquote_formula(cell: str) -> str:
    """The text of a cell that `quote_formula`, or another program with the same rule, wrote."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
