"""The base class of repositories: the session, look-ups by id, and pagination by key."""

from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

RowT = TypeVar("RowT")
KeyT = TypeVar("KeyT", bound=UUID | int)
QueryT = TypeVar("QueryT", bound=Select[*tuple[Any, ...]])


class BaseRepository:
    """SQL on one subject, in the transaction of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session


class RowRepository(BaseRepository, Generic[RowT, KeyT]):
    """A repository of rows that have an id."""

    row_type: ClassVar[type[Any]]

    def get_by_id(self, row_id: KeyT) -> RowT | None:
        """The row, or None."""
        row: RowT | None = self._session.get(self.row_type, row_id)
        return row

    def require_by_id(self, row_id: KeyT) -> RowT:
        """A row that must be there. Raises NoResultFound."""
        row: RowT = self._session.get_one(self.row_type, row_id)
        return row


def page_after(query: QueryT, key: InstrumentedAttribute[Any], after: UUID | int | None, *, limit: int) -> QueryT:
    """The first `limit` rows whose `key` is above `after` (None: from the start), in rising order of the key."""
    page = query if after is None else query.where(key > after)
    return page.order_by(key).limit(limit)


def page_before(query: QueryT, key: InstrumentedAttribute[Any], before: UUID | int | None, *, limit: int) -> QueryT:
    """The last `limit` rows whose `key` is below `before` (None: from the end), the highest key first."""
    page = query if before is None else query.where(key < before)
    return page.order_by(key.desc()).limit(limit)
