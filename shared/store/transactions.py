"""Named transactions on Postgres that ride out a restart.

A transaction is a function of repositories, so that it can be run again when the connection was lost; it must therefore
be safe to run twice, which the claims in the rows see to. Each has a name: it is on the events, and the fault tests
kill processes at it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import sessionmaker

from shared.errors import RetryableError, StoreUnavailableError
from shared.settings import StoreSettings
from shared.store.loop_connection import LoopConnection
from shared.store.repositories import Repositories, RepositorySession
from shared.store.server_watch import ClientLimits, ServerWatch
from shared.store.tracks.stored_emotions import EMOTION_SETUP, StoredEmotionReader

log = structlog.get_logger()
T = TypeVar("T")

# Two transactions that waited for each other, or saw the same row change: Postgres asks to try again.
_TRY_AGAIN = {"40P01", "40001"}
_CANCELLED = "57014"
"""A statement that took longer than `statement_timeout`."""
# A machine that went away without a word is noticed within a minute, by every client; unix sockets need none of it.
_TCP_LIMITS = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_POOL_WAIT_S = 10.0
"""For a connection of the pool, where a client has limits."""


class CommitObserver(Protocol):
    """Told of every commit, before and after."""

    def __call__(self, moment: str, name: str) -> None:
        """`moment` is `before` or `after`."""


def _ignore_moment(moment: str, name: str) -> None:
    """The observer of a normal run."""


class Store:
    """The database, as transactions."""

    def __init__(
        self,
        engine: Engine,
        *,
        patience_s: float = 20.0,
        observer: CommitObserver = _ignore_moment,
        watch: ServerWatch | None = None,
        connect_args: Mapping[str, Any] | None = None,
    ) -> None:
        self.engine = engine
        self._watch = watch
        self._connect_args = connect_args
        self._sessions = sessionmaker(engine, class_=RepositorySession, expire_on_commit=False)
        self._patience_s = patience_s
        self._observer = observer

    def transact(self, name: str, work: Callable[[Repositories], T], *, patience_s: float | None = None) -> T:
        """Run `work` in one transaction and commit it; see `transact_session` for what is tried again and raised."""
        return self.transact_session(name, work, patience_s=patience_s)

    def read(self, *, autocommit: bool = False) -> AbstractContextManager[Repositories]:
        """Repositories for reading only; see `read_session`."""
        return self.read_session(autocommit=autocommit)

    def transact_session(
        self, name: str, work: Callable[[RepositorySession], T], *, patience_s: float | None = None
    ) -> T:
        """Run `work`, which may query tables by itself (store, tests and benchmarks), in one transaction and commit it.

        Runs it again while Postgres is away, for `patience_s` seconds at most, then raises RetryableError. Raises
        StoreUnavailableError where the database cannot do it for another reason.
        """
        patience = self._patience_s if patience_s is None else patience_s
        deadline = time.monotonic() + patience
        pause = 0.05
        while True:
            self._require_answer()
            try:
                with self._sessions() as session:
                    result = work(session)
                    session.flush()
                    self._observer("before", name)
                    session.commit()
            except PoolTimeoutError as error:
                raise RetryableError(f"all connections to the database are in use ({name})") from error
            except DBAPIError as error:
                if not _is_transient(error):
                    _raise_unavailable(error)
                    raise
                if time.monotonic() + pause > deadline:
                    raise RetryableError(f"the database is away ({name})") from error
                log.warning("store.retried", transaction=name, error=str(error.orig).strip())
                time.sleep(pause)
                pause = min(2 * pause, 1.0)
            else:
                self._observer("after", name)
                return result

    @contextmanager
    def read_session(self, *, autocommit: bool = False) -> Iterator[RepositorySession]:
        """A session for reading only (store, tests and benchmarks); rows that it gave stay usable afterwards.

        With `autocommit` the server is not told where the transaction begins and ends. Each statement sees what is
        committed either way; only locks and settings of the transaction need one.
        Raises StoreUnavailableError where the database is away, and RetryableError where it is too slow: nothing is
        tried again.
        """
        self._require_answer()
        with self._sessions(bind=self._autocommit_engine if autocommit else self.engine) as session:
            try:
                yield session
            except PoolTimeoutError as error:
                raise RetryableError("all connections to the database are in use") from error
            except OperationalError as error:
                _raise_unavailable(error)
                raise

    def create_emotion_reader(self) -> StoredEmotionReader | None:
        """Reads stored emotions for one event loop, which closes it; None for a store on an engine of others."""
        if self._connect_args is None:
            return None
        return StoredEmotionReader(LoopConnection(self._connect_args, setup=EMOTION_SETUP, watch=self._watch))

    @property
    def is_hung(self) -> bool:
        """Whether the server is known to hang; False where nobody watches it."""
        return self._watch is not None and self._watch.is_hung

    def close(self) -> None:
        """Give all connections back."""
        if self._watch is not None:
            self._watch.close()
        self.engine.dispose()
        if "_autocommit_engine" in vars(self):
            self._autocommit_engine.dispose()

    @cached_property
    def _autocommit_engine(self) -> Engine:
        """Connections of its own: to switch one takes a question to the server. They are opened as the others are."""
        return create_engine(self.engine.url, pool=self.engine.pool.recreate(), isolation_level="AUTOCOMMIT")

    def _require_answer(self) -> None:
        if self._watch is not None:
            self._watch.require_answer()


def _raise_unavailable(error: DBAPIError) -> None:
    """Our own error in place of the driver's, so that nobody outside the store has to know the driver's."""
    if getattr(error.orig, "pgcode", None) == _CANCELLED:
        raise RetryableError("the database took longer over a statement than MER_STATEMENT_TIMEOUT_S") from error
    if isinstance(error, OperationalError):
        raise StoreUnavailableError(str(error.orig).strip()) from error


def _is_transient(error: DBAPIError) -> bool:
    return error.connection_invalidated or getattr(error.orig, "pgcode", None) in _TRY_AGAIN or _is_refused(error)


def _is_refused(error: DBAPIError) -> bool:
    # A server that is starting or stopping refuses before there is a connection to invalidate.
    return type(error.orig).__name__ == "OperationalError" and getattr(error.orig, "pgcode", None) in {
        None,
        "57P01",
        "57P02",
        "57P03",
    }


def open_store(
    settings: StoreSettings,
    *,
    commit_points_dir: Path | None = None,
    pool_size: int = 5,
    application: str = "mer",
    limits: ClientLimits | None = None,
) -> Store:
    """The store at `MER_DATABASE_URL`. Connects at the first transaction.

    With `limits` no statement waits long: not for a lock, and not for a server that hangs. Without, statements take
    what they take, as the long ones of workers and migrations must.
    """
    connect_args: dict[str, Any] = {"application_name": application, "connect_timeout": 5, **_TCP_LIMITS}
    if limits is None:
        engine = create_engine(
            settings.database_url, pool_pre_ping=True, pool_size=pool_size, connect_args=connect_args
        )
        watch = None
    else:
        connect_args = _add_limits(settings.database_url, connect_args, limits)
        engine, watch = _create_limited_engine(settings.database_url, connect_args, limits, pool_size=pool_size)
    patience_s, all_args = settings.store_patience_s, {**_list_url_arguments(engine), **connect_args}
    if commit_points_dir is None:
        return Store(engine, patience_s=patience_s, watch=watch, connect_args=all_args)
    from shared.store.commit_points import CommitPoints  # noqa: PLC0415 (fault tests only)

    observer = CommitPoints(commit_points_dir)
    return Store(engine, patience_s=patience_s, observer=observer, watch=watch, connect_args=all_args)


def _list_url_arguments(engine: Engine) -> dict[str, Any]:
    """What the address of the database says, as psycopg2 takes it."""
    _, of_url = engine.dialect.create_connect_args(engine.url)
    return dict(of_url)


def _add_limits(database_url: str, connect_args: dict[str, Any], limits: ClientLimits) -> dict[str, Any]:
    given = make_url(database_url).query.get("options", "")
    options = f"{given} -c statement_timeout={round(limits.statement_s * 1000)}".strip()
    return {**connect_args, "connect_timeout": limits.connect_s, "options": options}


def _create_limited_engine(
    database_url: str, connect_args: dict[str, Any], limits: ClientLimits, *, pool_size: int
) -> tuple[Engine, ServerWatch]:
    engine = create_engine(
        database_url, pool_pre_ping=True, pool_size=pool_size, pool_timeout=_POOL_WAIT_S, connect_args=connect_args
    )
    watch = ServerWatch({**_list_url_arguments(engine), **connect_args}, limits)

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, _record: Any, arguments: Any, keywords: Any) -> Any:
        keywords["connection_factory"] = watch.create_connection
        return watch.connect(lambda: dialect.connect(*arguments, **keywords))

    return engine, watch
