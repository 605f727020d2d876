"""A connection whose answers an event loop waits for: one statement at a time, in autocommit, and no thread.

A thread, a transaction and a connection of a pool for each request cost several times what a statement by primary key
takes. Here a request hands over a statement, and the loop is told when the answer can be read.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import psycopg2
import structlog
from psycopg2.extensions import POLL_OK, connection

from shared.errors import StoreUnavailableError
from shared.store.server_watch import ServerWatch, wait_until_done

log = structlog.get_logger()

Rows = list[tuple[Any, ...]]
_OPEN_WITHIN_S = 5.0
_TRY_AGAIN_AFTER_S = 1.0


class LoopConnection:
    """One connection of the event loop that runs now; it is opened in a thread, where names of hosts may be looked up.

    `connect_args` are psycopg2's, and `setup` is run once on each new connection. Everything is called in the loop.
    Whoever gets an error asks the store itself, which knows what to say of a database that is away.
    """

    def __init__(self, connect_args: Mapping[str, Any], *, setup: str, watch: ServerWatch | None) -> None:
        self._connect_args = dict(connect_args)
        self._setup = setup
        self._watch = watch
        self._loop = asyncio.get_running_loop()
        self._connection: connection | None = None
        self._cursor: Any = None
        self._descriptor = -1
        self._opening: asyncio.Future[connection] | None = None
        self._open_again_at = 0.0
        self._receive: Callable[[Rows | None], None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a statement is under way."""
        return self._receive is not None

    def prepare(self) -> bool:
        """Whether a statement can be sent; where there is no connection, one is being opened from now on."""
        if self._connection is not None:
            return True
        if self._opening is None and time.monotonic() >= self._open_again_at:
            self._open_again_at = time.monotonic() + _TRY_AGAIN_AFTER_S
            self._opening = self._loop.run_in_executor(None, self._open)
            self._opening.add_done_callback(self._take_opened)
        return False

    def send_statement(
        self, statement: str, values: tuple[object, ...], receive: Callable[[Rows | None], None]
    ) -> None:
        """Send a statement where none `is_busy` and a connection is `prepare`d. `receive` gets its rows, or None where
        they did not come.
        """
        assert self._connection is not None
        assert self._receive is None, "one statement at a time"
        self._receive = receive
        if self._watch is not None:
            self._watch.begin_wait(self._descriptor, waiter=self)
        try:
            self._cursor.execute(statement, values)
        except psycopg2.Error as error:
            self._drop(error)

    def close(self) -> None:
        """Give the connection back; a statement under way gets no rows."""
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        if self._connection is not None:
            self._drop(None)

    def _open(self) -> connection:
        """In a thread. Raises psycopg2.Error, StoreUnavailableError or TimeoutError."""
        if self._watch is not None:
            self._watch.require_answer()
        deadline = time.monotonic() + _OPEN_WITHIN_S
        opened = psycopg2.connect(**self._connect_args, async_=True)
        try:
            wait_until_done(opened, deadline)
            with opened.cursor() as cursor:
                cursor.execute(self._setup)
                wait_until_done(opened, deadline)
        except BaseException:
            opened.close()
            raise
        return opened

    def _take_opened(self, opening: asyncio.Future[connection]) -> None:
        is_wanted = opening is self._opening
        if is_wanted:
            self._opening = None
        if opening.cancelled():
            return
        error = opening.exception()
        if isinstance(error, psycopg2.Error | StoreUnavailableError | TimeoutError):
            log.warning("database.connection_not_opened", error=str(error).strip())
            return
        opened = opening.result()
        if not is_wanted:
            opened.close()
            return
        self._connection, self._cursor, self._descriptor = opened, opened.cursor(), opened.fileno()
        self._loop.add_reader(self._descriptor, self._read_answer)

    def _read_answer(self) -> None:
        """The server has sent something: an answer or a part of one, or that the connection ends."""
        assert self._connection is not None
        try:
            if self._connection.poll() != POLL_OK or self._receive is None:
                return
            rows: Rows = self._cursor.fetchall()
        except psycopg2.Error as error:
            self._drop(error)
            return
        self._end_wait(rows)

    def _drop(self, error: psycopg2.Error | None) -> None:
        if error is not None:
            log.warning("database.connection_lost", error=str(error).strip())
        dropped, self._connection, self._cursor = self._connection, None, None
        assert dropped is not None
        if not self._loop.is_closed():
            # by its number: a lost connection knows it no more
            self._loop.remove_reader(self._descriptor)
        self._end_wait(None)
        dropped.close()

    def _end_wait(self, rows: Rows | None) -> None:
        if self._watch is not None:
            self._watch.end_wait(waiter=self)
        receive, self._receive = self._receive, None
        if receive is not None and not self._loop.is_closed():
            receive(rows)
