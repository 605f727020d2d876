"""Lists that are read in pages."""

from typing import Generic, TypeVar

from pydantic import BaseModel

Row = TypeVar("Row")


class PageResponse(BaseModel, Generic[Row]):
    """Rows, and where the next ones are: null at the end."""

    items: list[Row]
    next: str | None
