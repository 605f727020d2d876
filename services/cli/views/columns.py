"""Columns that several tables have."""

from rich.table import Column


def id_column() -> Column:
    """Ids are copied, so they are never cut."""
    return Column("id", no_wrap=True, min_width=36)
