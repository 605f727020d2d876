"""Emotify's rows, one of each listener, as one row of each track. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from services.crawler.tables.annotation_sets import GEMS_CATEGORIES
from services.crawler.tables.raw_row import RawTableRow
from services.crawler.text_cleaning import is_missing, parse_number

MIN_SHARE = 1 / 3
"""Of a track's listeners have to have felt a category. Each could name three of the nine."""


def list_tracks(rows: Iterable[RawTableRow]) -> Iterator[RawTableRow]:
    """A row of each track, in the order of its first: its id, genre, and as tags what enough of its listeners felt.

    Rows that cannot be read stay what they are. About 400 tracks and 9 counts are held.
    """
    felt: dict[str, Counter[str]] = {}
    firsts: dict[str, RawTableRow] = {}
    for row in rows:
        cells = row.get("cells", {})
        if is_missing(cells.get("id", "")):
            yield row
            continue
        track = cells["id"].strip()
        firsts.setdefault(track, row)
        counts = felt.setdefault(track, Counter())
        counts.update(["listeners", *(name for name in GEMS_CATEGORIES if _is_agreed(cells, name))])
    for track, row in firsts.items():
        counts = felt[track]
        tags = [name for name in GEMS_CATEGORIES if counts[name] >= MIN_SHARE * counts["listeners"]]
        cells = {"id": track, "genre": row["cells"].get("genre", ""), "tags": ";".join(tags)}
        yield {"line": row["line"], "cells": {name: cell for name, cell in cells.items() if cell}}


def _is_agreed(cells: dict[str, str], category: str) -> bool:
    try:
        return (parse_number(cells.get(category, "")) or 0) > 0
    except ValueError:
        return False
