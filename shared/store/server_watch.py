"""Whether PostgreSQL still answers while a statement waits for it, for clients that must not wait.

A time-out of the server's own (`statement_timeout`) ends a slow statement, but a server that hangs ends nothing, and
libpq then waits for ever: over a unix socket without any limit, and over TCP as long as the other kernel acknowledges.
So a thread asks the server on a connection of its own as soon as a statement waits for long. A server that does not
answer that either is hung: the waiting connections are cut, and nothing else is begun until it answers again.
"""

import select
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg2
import structlog
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, connection, cursor

from shared.errors import StoreUnavailableError

log = structlog.get_logger()

_TICK_S = 0.25
_POLL_EVENTS = {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}
_HUNG = "PostgreSQL does not answer"


@dataclass(frozen=True)
class ClientLimits:
    """How long a client waits for PostgreSQL, in seconds."""

    connect_s: int = 2
    """For a connection; libpq takes whole seconds, two at least."""
    statement_s: float = 30.0
    """For a statement of a server that answers; the server itself ends it."""
    suspect_after_s: float = 1.0
    """A statement that waits for so long is a reason to ask whether the server answers at all."""
    probe_s: float = 2.0
    """A server that does not answer this question for so long is hung."""


class ServerWatch:
    """Cuts the connections that wait for a hung server, and says whether it hangs.

    `connect_args` are psycopg2's. A daemon thread runs until `close`.
    """

    def __init__(self, connect_args: Mapping[str, Any], limits: ClientLimits) -> None:
        self._connect_args = dict(connect_args)
        self._limits = limits
        self._lock = threading.Lock()
        self._waiting: dict[object, tuple[float, int | None]] = {}
        """By thread, or by what else waits: since when it waits, and the file descriptor of its connection, None while
        it connects.
        """
        self._probe: connection | None = None
        self._closed = threading.Event()
        self.is_hung = False
        threading.Thread(target=self._run, name="postgres watch", daemon=True).start()

    def require_answer(self) -> None:
        """Raises StoreUnavailableError while the server hangs."""
        if self.is_hung:
            raise StoreUnavailableError(_HUNG)

    def begin_wait(self, descriptor: int | None, *, waiter: object = None) -> None:
        """Note that this thread, or a `waiter` that holds no thread, waits for the server on the connection with this
        file descriptor, until `end_wait`.
        """
        with self._lock:
            self._waiting[waiter or threading.get_ident()] = (time.monotonic(), descriptor)

    def end_wait(self, *, waiter: object = None) -> None:
        """Note that this thread, or the `waiter`, waits no more."""
        # Under the lock: a descriptor is never cut after its connection may have been closed.
        with self._lock:
            self._waiting.pop(waiter or threading.get_ident(), None)

    def connect(self, open_connection: Callable[[], Any]) -> Any:
        """A connection by `open_connection`. Raises psycopg2.OperationalError while the server hangs."""
        if self.is_hung:
            raise psycopg2.OperationalError(_HUNG)
        self.begin_wait(None)
        try:
            return open_connection()
        finally:
            self.end_wait()

    def create_connection(self, dsn: str, is_async: int = 0) -> connection:
        """psycopg2's `connection_factory`: a connection whose statements are watched."""
        opened = _WatchedConnection(dsn, is_async)
        opened.watch = self
        opened.cursor_factory = _WatchedCursor
        return opened

    def close(self) -> None:
        """End the thread, and what still waits: a process would not end before its threads do."""
        self._closed.set()
        self._cut(waiting_for_s=0.0)

    def _run(self) -> None:
        pause_s = _TICK_S
        while not self._closed.wait(pause_s):
            pause_s = _TICK_S
            if self.is_hung or self._longest_wait_s() > self._limits.suspect_after_s:
                is_hung = not self._probe_answers()
                if is_hung != self.is_hung:
                    log.warning("database.hangs" if is_hung else "database.answers_again")
                self.is_hung = is_hung
                # a server that answers is only slow, and need not be asked all the time
                pause_s = _TICK_S if is_hung else self._limits.suspect_after_s
                # one session may be stuck where the server is not
                self._cut(waiting_for_s=0.0 if is_hung else self._limits.statement_s + self._limits.probe_s)
        self._drop_probe()

    def _longest_wait_s(self) -> float:
        with self._lock:
            return time.monotonic() - min((since for since, _ in self._waiting.values()), default=float("inf"))

    def _cut(self, *, waiting_for_s: float) -> None:
        now = time.monotonic()
        with self._lock:
            for since, descriptor in self._waiting.values():
                if descriptor is not None and now - since >= waiting_for_s:
                    _shut_down(descriptor)

    def _probe_answers(self) -> bool:
        """False when time ran out; a server that refuses or closes is not hung: whoever waits for it is told."""
        deadline = time.monotonic() + self._limits.probe_s
        try:
            if self._probe is None:
                self._probe = psycopg2.connect(**self._connect_args, async_=True)
                wait_until_done(self._probe, deadline)
            with self._probe.cursor() as asking:
                asking.execute("select 1")
                wait_until_done(self._probe, deadline)
        except TimeoutError:
            self._drop_probe()
            return False
        except psycopg2.Error:
            self._drop_probe()
        return True

    def _drop_probe(self) -> None:
        if self._probe is not None:
            with suppress(psycopg2.Error):
                self._probe.close()
            self._probe = None


class _WatchedConnection(connection):  # type: ignore[misc]
    watch: ServerWatch

    def commit(self) -> None:
        self.watch.begin_wait(self.fileno())
        try:
            super().commit()
        finally:
            self.watch.end_wait()

    def rollback(self) -> None:
        self.watch.begin_wait(self.fileno())
        try:
            super().rollback()
        finally:
            self.watch.end_wait()


class _WatchedCursor(cursor):  # type: ignore[misc]
    connection: _WatchedConnection

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 (psycopg2's name)
        opened = self.connection
        opened.watch.begin_wait(opened.fileno())
        try:
            super().execute(query, vars)
        finally:
            opened.watch.end_wait()

    def executemany(self, query: Any, vars_list: Any) -> None:
        opened = self.connection
        opened.watch.begin_wait(opened.fileno())
        try:
            super().executemany(query, vars_list)
        finally:
            opened.watch.end_wait()

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        opened = self.connection
        opened.watch.begin_wait(opened.fileno())
        try:
            super().copy_expert(sql, file, size)
        finally:
            opened.watch.end_wait()


def _shut_down(descriptor: int) -> None:
    """Both directions: a thread that waits for this connection is told that it is closed."""
    with suppress(OSError):
        cut = socket.socket(fileno=descriptor)
        try:
            cut.shutdown(socket.SHUT_RDWR)
        finally:
            cut.detach()


def wait_until_done(asked: connection, deadline: float) -> None:
    """Wait for an asynchronous connection. Raises TimeoutError at `deadline`, of `time.monotonic`."""
    while (state := asked.poll()) != POLL_OK:
        # not `select.select`, which knows no descriptors above 1023
        waiting = select.poll()
        waiting.register(asked.fileno(), _POLL_EVENTS[state])
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not waiting.poll(left_s * 1000):
            raise TimeoutError
