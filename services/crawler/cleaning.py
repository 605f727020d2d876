"""Text and numbers as sources write them, made safe to keep. Pure."""

import math
import re

_SPACES = re.compile(r"\s+")
_ISRC_LENGTH = 12
_LARGEST = (2 - 2**-23) * 2.0**127  # of float32, in which models compute
"""Models read float32: beyond it a number would be infinite to them."""
_MISSING = frozenset(
    {"", "na", "n/a", "#n/a", "#na", "<na>", "nan", "-nan", "nat", "null", "#null!", "none", "nil", "\\n", "-", "--",
     "–", "—", "?", "undefined", "#value!", "#ref!", "#div/0!"}
)  # fmt: skip
"""What R, pandas, SQL, spreadsheets and people write where there is no value."""


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value: empty, or one of the common names for nothing, in any case.

    Not for titles and names of artists: songs are called *None*, and *Null* too.
    """
    return cell.strip().casefold() in _MISSING


def clean_text(value: object, *, limit: int = 500) -> str | None:
    """One line of readable text, or None. Control signs and broken surrogates, which Postgres refuses, are dropped."""
    if value is None:
        return None
    text = str(value).encode("utf-8", errors="ignore").decode("utf-8")
    text = _SPACES.sub(" ", "".join(sign for sign in text if sign.isprintable() or sign.isspace())).strip()
    return text[:limit].rstrip() or None


def clean_isrc(value: object) -> str | None:
    """The twelve letters and digits of a recording code, however it is hyphenated; None where it is none."""
    code = "".join(filter(str.isalnum, clean_text(value) or "")).upper()
    return code if len(code) == _ISRC_LENGTH and code.isascii() else None


def parse_number(text: str) -> float | None:
    """A number that is finite as float32, or None for a missing one. Raises ValueError for anything else."""
    if is_missing(text):
        return None
    stripped = text.strip().replace("\N{MINUS SIGN}", "-")
    number = float(stripped)
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise ValueError(f"{stripped} is not a finite number")
    return number
