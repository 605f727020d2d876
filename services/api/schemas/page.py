"""Lists that are read in pages."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

Row = TypeVar("Row")


class PageResponse(BaseModel, Generic[Row]):
    """Rows, and where the next ones are: null at the end."""

    items: list[Row]
    next: str | None


def next_cursor(rows: Sequence[Row], *, limit: int, key: Callable[[Row], Any] = attrgetter("id")) -> str | None:
    """The cursor of the page after `rows`: the key of the last one; None where the page is not full, so the last."""
    return str(key(rows[-1])) if len(rows) == limit else None
