"""The database of this installation, also where nothing runs: for commands that work on it directly."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from services.standalone.data_dir import DataDirectory, HomeInUseError, SetupError
from services.standalone.postgres import EmbeddedPostgres
from shared.store import server

_STARTS_WITHIN_S = 30.0


@contextmanager
def open_database(home: DataDirectory) -> Iterator[str]:
    """The URL of the database, up to date: that of `MER_DATABASE_URL`, else the embedded one of `home`.

    The embedded PostgreSQL is started where nothing runs, and stopped after the block. Raises SetupError.
    """
    if url := os.environ.get("MER_DATABASE_URL"):
        if not server.accepts_connections(url):
            raise SetupError("the database of MER_DATABASE_URL does not answer: start it first")
        server.migrate_database(url)
        yield url
        return
    home.create()
    postgres = embedded_postgres(home)
    with ExitStack() as stack:
        try:
            stack.enter_context(home.lock())
        except HomeInUseError:
            _await_server(postgres.url)
        else:
            stack.callback(postgres.stop)
            postgres.start()
        server.migrate_database(postgres.url)
        yield postgres.url


def embedded_postgres(home: DataDirectory) -> EmbeddedPostgres:
    """The PostgreSQL of a home, not started."""
    return EmbeddedPostgres(home.postgres, home.run / "pg", log_file=home.log / "postgres.log")


def _await_server(url: str) -> None:
    """Wait for the PostgreSQL of a `mer up` that may be starting. Raises SetupError."""
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while not server.accepts_connections(url):
        if time.monotonic() > deadline:
            raise SetupError(f"`mer up` runs, but its PostgreSQL does not answer within {_STARTS_WITHIN_S:.0f} s")
        time.sleep(0.2)
