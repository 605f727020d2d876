"""Statements that the server plans once for each connection: for answers that take less time than to plan them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import SelectBase
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class PreparedStatement:
    """A statement with the parameters `$1`, `$2` and so on."""

    name: str
    """Each statement has its own: a connection keeps it by that."""
    types: tuple[str, ...]
    """Of the parameters, as PostgreSQL writes them."""
    text: str

    @classmethod
    def from_query(cls, name: str, types: Sequence[str], query: SelectBase) -> "PreparedStatement":
        """Of a query whose parameters are `literal_column("$1")` and so on."""
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        return cls(name, tuple(types), str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))

    @property
    def declaration(self) -> str:
        """What a connection runs before it can execute the statement."""
        return f"prepare {self.name} ({', '.join(self.types)}) as {self.text}"

    def fetch_all(self, session: Session, values: Sequence[Any]) -> Sequence[Any]:
        """Its rows, with values in the form in which psycopg2 takes them: ids are text."""
        connection = session.connection()
        if self.name not in connection.info:
            connection.exec_driver_sql(self.declaration.replace("%", "%%"), ())
            connection.info[self.name] = True
        given = ", ".join(f"%s::{kind}" for kind in self.types)
        return connection.exec_driver_sql(f"execute {self.name} ({given})", tuple(values)).fetchall()
