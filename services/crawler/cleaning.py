"""Text and numbers as sources write them, made safe to keep. Pure."""

import math
import re

_SPACES = re.compile(r"\s+")
_ISRC_LENGTH = 12
_LARGEST = (2 - 2**-23) * 2.0**127  # of float32, in which models compute
"""Models read float32: beyond it a number would be infinite to them."""


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
    """A number that is finite as float32, or None for an empty cell. Raises ValueError for anything else."""
    stripped = text.strip()
    if not stripped or stripped.casefold() in {"nan", "null", "none", "na", "n/a"}:
        return None
    number = float(stripped)
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise ValueError(f"{stripped} is not a finite number")
    return number
