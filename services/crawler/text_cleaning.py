"""Cleans text and numbers from sources so that they can be stored. Pure."""

import math

from shared.domain.text import clean_isrc, clean_text

__all__ = ["clean_isrc", "clean_text", "is_missing", "parse_number"]

_LARGEST = (2 - 2**-23) * 2.0**127  # of float32, in which models compute
"""Models read float32: beyond it a number would be infinite to them."""
_MISSING = frozenset(
    {
        "",
        "na",
        "n/a",
        "#n/a",
        "#na",
        "<na>",
        "nan",
        "-nan",
        "nat",
        "null",
        "#null!",
        "none",
        "nil",
        "\\n",
        "-",
        "--",
        "–",
        "—",
        "?",
        "undefined",
        "#value!",
        "#ref!",
        "#div/0!",
    }
)
"""What R, pandas, SQL, spreadsheets and people write where there is no value."""


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value: empty, or one of the common names for nothing, in any case.

    Not for titles and names of artists: songs are called *None*, and *Null* too.
    """
    return cell.strip().casefold() in _MISSING


def parse_number(text: str) -> float | None:
    """A number that is finite as float32, or None for a missing one. Raises ValueError for anything else."""
    if is_missing(text):
        return None
    stripped = text.strip().replace("\N{MINUS SIGN}", "-")
    number = float(stripped)
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise ValueError(f"{stripped} is not a finite number")
    return number
