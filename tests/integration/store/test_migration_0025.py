"""Names that were given before anybody kept who gave them stay, until a source is known to say the same."""

from importlib import resources
from typing import Any
from uuid import UUID

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.conftest import Servers
from tests.integration.store.test_migration_0020 import add


def test_given_names_are_wrapped_and_unwrapped(servers: Servers) -> None:
    servers.execute("create database migrated_0025")
    engine = create_engine(servers.url_for_database("migrated_0025"), poolclass=NullPool)
    config = Config()
    with resources.as_file(resources.files("shared.store") / "migrations") as scripts, engine.connect() as connection:
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection
        command.upgrade(config, "0024")
        given, unnamed = add(connection, "spotify"), add(connection, "folder")
        write = text("update tracks set given_names = cast(:names as jsonb) where id = :id")
        connection.execute(write, {"id": given, "names": '{"title": "Ode"}'})

        def names(revision: str) -> dict[UUID, Any]:
            connection.commit()
            (command.upgrade if revision > "0024" else command.downgrade)(config, revision)
            return dict(connection.execute(text("select id, given_names from tracks")).tuples().all())

        assert names("0025") == {given: [{"source": "", "title": "Ode"}], unnamed: None}
        later = '[{"source": "b", "title": "Hymn"}, {"source": "a", "title": "Ode", "artist": "Vox"}]'
        connection.execute(write, {"id": given, "names": later})
        assert names("0024") == {given: {"title": "Hymn", "artist": "Vox"}, unnamed: None}
    servers.execute("drop database migrated_0025 with (force)")
