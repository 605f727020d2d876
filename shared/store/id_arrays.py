"""Lists of ids as one parameter: a statement with one is built and compiled once, however many ids there are."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, bindparam, cast, func, literal


def any_bound(name: str) -> ColumnElement[Any]:
    """`any(:name)`, to compare a column of ids with; the value is what `to_texts` gives."""
    return func.any(cast(bindparam(name, type_=ARRAY(Text())), ARRAY(Uuid())))


def any_of(ids: Collection[UUID]) -> ColumnElement[Any]:
    """The same of ids that are known."""
    return func.any(cast(literal(to_texts(ids), ARRAY(Text())), ARRAY(Uuid())))


def to_texts(ids: Collection[UUID]) -> list[str]:
    """The ids as PostgreSQL reads them."""
    return [each.hex for each in ids]
