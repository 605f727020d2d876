"""A database server as a whole: where it is, whether it answers, and which databases it has."""

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from shared.store.migrate import run_migrations


def format_socket_url(database: str, *, socket_dir: str, port: str) -> str:
    """The URL, as settings have it, of a database behind the unix socket of `port` in `socket_dir`."""
    query = {"host": socket_dir, "port": port, "user": "postgres"}
    return URL.create("postgresql+psycopg2", database=database, query=query).render_as_string(hide_password=False)


def accepts_connections(url: str) -> bool:
    """Whether the server lets somebody into the database at `url` now."""
    try:
        with _open_connection(url):
            return True
    except OperationalError:
        return False


def create_database(url: str, name: str) -> None:
    """Create the database `name`, when it is missing, on the server of the database at `url`."""
    with _open_connection(url) as connection:
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).scalar()
        if not known:
            quoted = name.replace('"', '""').replace("%", "%%")  # psycopg2 takes a lone % for a parameter
            connection.exec_driver_sql(f'CREATE DATABASE "{quoted}"')


def migrate_database(url: str) -> None:
    """Run all migrations that the database at `url` lacks, and leave no connection open."""
    run_migrations(create_engine(url, poolclass=NullPool))


def _open_connection(url: str) -> Connection:
    return create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5}
    ).connect()
