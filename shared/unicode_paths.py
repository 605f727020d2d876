"""File names in their composed and decomposed Unicode forms (NFC, NFD), which a person cannot tell apart.

macOS writes `é` as two signs, Linux and Windows as one; a path that was written on the one names no file on the other.
"""

import os
import unicodedata
from functools import lru_cache
from pathlib import Path


def normalise_nfc(text: str) -> str:
    """The one form in which names are compared (NFC)."""
    return unicodedata.normalize("NFC", text)


def respell_from_disk(path: Path, *, below: Path) -> Path | None:
    """The existing file that `path` names in another Unicode form; None where there is none.

    Only folders below `below` are looked into. An exact name comes before another form of it.
    """
    if not path.is_relative_to(below):
        return None
    current = below
    for part in path.relative_to(below).parts:
        exact = current / part
        if os.path.lexists(exact):
            current = exact
            continue
        name = _names_on_disk(str(current), _changed_at(current)).get(normalise_nfc(part))
        if name is None:
            return None
        current = current / name
    return current


def _changed_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=64)
def _names_on_disk(folder: str, changed_at: int) -> dict[str, str]:  # noqa: ARG001 - a changed folder is another key
    """Composed form → name on the disk, of everything in a folder; nothing where it cannot be read."""
    try:
        return {normalise_nfc(name): name for name in sorted(os.listdir(folder), reverse=True)}  # noqa: PTH208
    except OSError:
        return {}
