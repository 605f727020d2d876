"""What taggers gave goes down to the version before there were any, and up again; everything else stays."""

from importlib import resources

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.conftest import Servers
from tests.integration.store.test_migration_0020 import add


def test_tables_of_taggers_are_dropped_and_made_again_around_what_people_said(servers: Servers) -> None:
    servers.execute("create database migrated_taggers")
    engine = create_engine(servers.url_for_database("migrated_taggers"), poolclass=NullPool)
    config = Config()
    with resources.as_file(resources.files("shared.store") / "migrations") as scripts, engine.connect() as connection:
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection

        def read(query: str) -> list[object]:
            return [*connection.execute(text(query)).scalars()]

        command.upgrade(config, "0025")
        track = {"id": add(connection, "folder", annotator="ann")}
        connection.execute(
            text("update annotations set tags = '{\" Straße\",MELLOW,mellow}', emotion = null, taxonomy = null")
        )
        said = "select tags from annotations"
        before = read(said)
        standard = (
            "insert into standards (id, spec, synthetic, n_tracks, content{column}) "
            "values (gen_random_uuid(), '{spec}', false, 1, ''{value})"
        )
        connection.execute(text(standard.format(column="", spec="by descriptors", value="")))
        connection.commit()
        for _ in range(2):
            command.upgrade(config, "0026")
            output = (
                "insert into tagger_outputs (track_id, tagger, fingerprint, values) values (:id, 'musicnn', 'x', '')"
            )
            connection.execute(text(output), track)
            connection.commit()
            command.upgrade(config, "0029")
            assert read("select tag_words from annotations") == [["mellow", "strasse"]]
            assert read("select coalesce(content_kind, tag_rules) from tagger_outputs") == [None]
            tag = "insert into track_tags values (:id, 'musicnn', 'x', 'mellow', 2.5)"
            connection.execute(text(tag), track)
            taggers = {"column": ", taggers", "spec": "musicnn=x", "value": ", cast(:taggers as jsonb)"}
            connection.execute(text(standard.format(**taggers)), {"taggers": '{"musicnn": "x"}'})
            connection.commit()
            command.downgrade(config, "0025")
            assert read(said) == before
            assert read("select spec from standards") == ["by descriptors"]
            assert read("select to_regclass('tagger_outputs')") == [None]
            connection.commit()
    servers.execute("drop database migrated_taggers with (force)")
