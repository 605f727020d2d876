"""Columns and counts that several views have."""

from rich.table import Column


def id_column() -> Column:
    """Ids are copied, so they are never cut."""
    return Column("id", no_wrap=True, min_width=36)


def format_count(number: int, noun: str) -> str:
    """`1 track`, `2 tracks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
