from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from shared.store.migrate import migrate
from shared.store.tables import Base


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url):
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_several_that_migrate_at_once_do_it_once(servers):
    servers.execute("create database migrated_at_once")
    url = servers.url_of("migrated_at_once")
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: migrate(create_engine(url, poolclass=NullPool)), range(4)))
        with create_engine(url, poolclass=NullPool).connect() as connection:
            assert "tracks" in inspect(connection).get_table_names()
            assert connection.scalar(text("select count(*) from alembic_version")) == 1
    finally:
        servers.execute("drop database migrated_at_once with (force)")


def test_embeddings_are_vectors_that_can_be_compared(database_url):
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        nearest = connection.scalar(
            text("select v from (values ('[1,0]'::vector), ('[0,1]'::vector)) t(v) order by v <=> '[.9,.1]' limit 1")
        )
    assert nearest == "[1,0]"
