"""The base class of all tables. Ids of tracks, jobs and models are UUIDv7 created here; ids of items are a sequence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Float,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

ColumnValues = dict[str, Any]
"""A row to be written: values by column, of the types that the table's class declares."""


class Base(DeclarativeBase):
    """Every column has an explicit type where Python's does not say enough."""

    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        float: Float,
    }


def new_id() -> Mapped[UUID]:
    """A primary key."""
    return mapped_column(primary_key=True, default=uuid7)


def created_now() -> Mapped[datetime]:
    """The time of the transaction that adds the row."""
    return mapped_column(server_default=func.now())
