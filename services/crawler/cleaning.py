"""Text and numbers as sources write them, made safe to keep. Pure."""

import math
import re

_SPACES = re.compile(r"\s+")


def clean_text(value: object, *, limit: int = 500) -> str | None:
    """One line of readable text, or None. Control signs and broken surrogates, which Postgres refuses, are dropped."""
    if value is None:
        return None
    text = str(value).encode("utf-8", errors="ignore").decode("utf-8")
    text = _SPACES.sub(" ", "".join(sign for sign in text if sign.isprintable() or sign.isspace())).strip()
    return text[:limit] or None


def parse_number(text: str) -> float | None:
    """A finite number, or None for an empty cell. Raises ValueError for anything else."""
    stripped = text.strip()
    if not stripped or stripped.casefold() in {"nan", "null", "none", "na", "n/a"}:
        return None
    number = float(stripped)
    if not math.isfinite(number):
        raise ValueError(f"{stripped} is not a finite number")
    return number
