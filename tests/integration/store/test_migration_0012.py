"""Groups of a library that an earlier version made are recomputed; frozen training sets keep theirs."""

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

OLD = [
    # title, artist, album, file, the group that the earlier rule gave
    ("a", "The Beatles", None, None, "thebeatles"),
    ("b", "Beatles, The", None, None, "beatles"),
    ("c", "Simon & Garfunkel", None, None, "simon"),
    ("d", "Earth, Wind & Fire", None, None, "earth"),
    ("e", "Jay-Z", None, None, "jayz"),
    ("f", "Jay-Z & Kanye West", None, None, "jayz"),
    ("g", "Siouxsie and the Banshees", None, None, "siouxsieandthebanshees"),
    ("h", "Røyksopp", None, None, "røyksopp"),
    ("i", "Various Artists", None, None, "variousartists"),
    ("j", None, "Elan", "music/a/1.mp3", "track:j"),
    ("k", None, "ÉLAN", "music/a/2.mp3", "track:k"),
    ("l", None, None, "music/b/1.mp3", "track:l"),
    ("m", "[unknown]", None, "music/b/2.mp3", "unknown"),
    ("n", None, None, None, "track:n"),
    *((f"flat {n}", None, None, f"music/flat/{n}.mp3", f"track:flat {n}") for n in range(31)),
]


@pytest.fixture
def at_0011(servers: Servers) -> Iterator[tuple[Connection, Config]]:
    """An empty database as the migration before left it."""
    servers.execute("create database migrated_0012")
    engine = create_engine(servers.url_for_database("migrated_0012"), poolclass=NullPool)
    config = Config()
    with resources.as_file(resources.files("shared.store") / "migrations") as scripts, engine.connect() as connection:
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        connection.commit()
        yield connection, config
    servers.execute("drop database migrated_0012 with (force)")


def fill(connection: Connection) -> dict[str, UUID]:
    ids = {title: UUID(str(uuid7())) for title, *_ in OLD}
    for title, artist, album, file, group in OLD:
        connection.execute(
            text(
                "insert into tracks (id, title, artist, album, artist_group, synthetic, identity_keys) "
                "values (:id, :title, :artist, :album, :group, false, '{1}')"
            ),
            {"id": ids[title], "title": title, "artist": artist, "album": album, "group": group},
        )
        if file is not None:
            connection.execute(
                text("insert into track_sources (track_id, source, source_id, locator) values (:id, 'folder', :f, :f)"),
                {"id": ids[title], "f": file},
            )
    snapshot = UUID(str(uuid7()))
    connection.execute(
        text(
            "insert into snapshots (id, taxonomy, inputs, spec, synthetic, n_folds, seed, counts, leak_check) "
            "values (:id, 'mood4', '[]', 's', false, 5, 0, '{}', '{}')"
        ),
        {"id": snapshot},
    )
    connection.execute(
        text(
            "insert into snapshot_items (snapshot_id, track_id, target, artist_group, fold) "
            "values (:snapshot, :id, 'calm', 'thebeatles', 0)"
        ),
        {"snapshot": snapshot, "id": ids["a"]},
    )
    connection.commit()
    return ids


def test_groups_are_recomputed_and_frozen_ones_stay(at_0011: tuple[Connection, Config]) -> None:
    connection, config = at_0011
    ids = fill(connection)
    command.upgrade(config, "0012")
    connection.commit()
    rows = connection.execute(text("select title, artist_group, identity_keys from tracks")).all()
    groups = {row.title: row.artist_group for row in rows}
    assert {title: groups[title] for title in "abcdefgh"} == {
        "a": "beatles",
        "b": "beatles",
        "c": "simonandgarfunkel",
        "d": "earthwindandfire",
        "e": "jayz",
        "f": "jayz",
        "g": "siouxsie",
        "h": "royksopp",
    }
    assert groups["j"] == groups["k"] == "album:music/a/elan"
    assert groups["l"] == groups["m"] == "folder:music/b/"
    alone = ["i", "n", *(f"flat {n}" for n in range(31))]
    assert {title: groups[title] for title in alone} == {title: f"track:{ids[title]}" for title in alone}
    assert [row.title for row in rows if row.identity_keys is None] == ["b"]
    assert connection.scalars(text("select artist_group from snapshot_items")).all() == ["thebeatles"]


def test_an_empty_library_is_migrated_too(at_0011: tuple[Connection, Config]) -> None:
    connection, config = at_0011
    command.upgrade(config, "0012")
    assert connection.scalar(text("select count(*) from tracks")) == 0
