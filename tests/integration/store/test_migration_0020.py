"""What a library of an earlier version is called: names that a table or a catalogue gave stand over later tags."""

from collections.abc import Iterator
from importlib import resources
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool
from uuid_utils.compat import uuid7

from tests.conftest import Servers

GIVEN = {"title": "Ode", "artist": "Vox"}


@pytest.fixture
def at_0019(servers: Servers) -> Iterator[tuple[Connection, Config]]:
    """An empty database as the migration before left it."""
    servers.execute("create database migrated_0020")
    engine = create_engine(servers.url_for_database("migrated_0020"), poolclass=NullPool)
    config = Config()
    with resources.as_file(resources.files("shared.store") / "migrations") as scripts, engine.connect() as connection:
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection
        command.upgrade(config, "0019")
        connection.commit()
        yield connection, config
    servers.execute("drop database migrated_0020 with (force)")


def add(connection: Connection, *sources: str, annotator: str | None = None) -> UUID:
    """A track of these sources, with a word of an annotator."""
    track_id = UUID(str(uuid7()))
    connection.execute(
        text(
            "insert into tracks (id, title, artist, artist_group, synthetic, identity_keys) "
            "values (:id, 'Ode', 'Vox', 'vox', false, '{1}')"
        ),
        {"id": track_id},
    )
    for source in sources:
        connection.execute(
            text("insert into track_sources (track_id, source, source_id) values (:id, :source, :name)"),
            {"id": track_id, "source": source, "name": str(track_id)},
        )
    if annotator is not None:
        connection.execute(
            text(
                "with who as (insert into annotators (kind, name) values ('import', :name) returning id) "
                "insert into annotations (track_id, annotator_id, taxonomy, emotion) "
                "select :id, who.id, 'mood4', 'sad' from who"
            ),
            {"id": track_id, "name": annotator},
        )
    return track_id


def test_names_of_tables_and_catalogues_are_given_and_those_of_files_are_not(
    at_0019: tuple[Connection, Config],
) -> None:
    connection, config = at_0019
    given = [
        add(connection, "folder", "table"),
        add(connection, "spotify"),
        add(connection, "folder", annotator="table music/t.csv"),
    ]
    of_files = [
        add(connection, "folder"),
        add(connection, "folder", annotator="folder music"),
        add(connection, "upload"),
    ]
    connection.commit()
    command.upgrade(config, "0020")
    connection.commit()
    names: dict[UUID, dict[str, str] | None] = dict(
        connection.execute(text("select id, given_names from tracks")).tuples().all()
    )
    assert [names[track_id] for track_id in given] == [GIVEN] * 3
    assert [names[track_id] for track_id in of_files] == [None] * 3
