"""A row of a table as it is written: what a reader gives, and what an item's payload keeps."""

from typing import Required, TypedDict


class RawTableRow(TypedDict, total=False):
    """Either `cells`, or `reason` and `problem` of a row that cannot be read."""

    line: Required[int]
    """From 1; the header of a text file is line 1."""
    cells: dict[str, str]
    """By the columns' own names; empty cells are left out."""
    reason: str
    """A `Reason`."""
    problem: str
    set: str
    """The name of the published set that the table belongs to."""
    audio: str
    """The path of the track's file in the set's folders."""
