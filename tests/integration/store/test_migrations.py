from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from shared.store import migrate
from shared.store.migrate import run_migrations
from shared.store.tables import Base
from tests.conftest import Servers


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_several_that_migrate_at_once_do_it_once(servers: Servers) -> None:
    servers.execute("create database migrated_at_once")
    url = servers.url_for_database("migrated_at_once")
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: run_migrations(create_engine(url, poolclass=NullPool)), range(4)))
        with create_engine(url, poolclass=NullPool).connect() as connection:
            assert "tracks" in inspect(connection).get_table_names()
            assert connection.scalar(text("select count(*) from alembic_version")) == 1
    finally:
        servers.execute("drop database migrated_at_once with (force)")


def test_embeddings_are_vectors_that_can_be_compared(database_url: str) -> None:
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        nearest = connection.scalar(
            text("select v from (values ('[1,0]'::vector), ('[0,1]'::vector)) t(v) order by v <=> '[.9,.1]' limit 1")
        )
    assert nearest == "[1,0]"


def test_predictions_for_training_tracks_are_dropped_by_0015_and_all_others_stay(servers: Servers) -> None:
    """They were those of the model that had learned from the tracks: also behind a merge, and of an equal sound."""
    servers.execute("create database before_0015")
    url = servers.url_for_database("before_0015")
    track, merged, equal, other, model, snapshot = (uuid4() for _ in range(6))
    try:
        upgrade(url, "0011")
        with create_engine(url, poolclass=NullPool).begin() as connection:

            def put(sql: str, **given: Any) -> None:
                connection.execute(text(sql), given)

            for one, survivor in ((track, None), (merged, track), (equal, None), (other, None)):
                put(
                    "insert into tracks (id, artist_group, synthetic, merged_into) values (:id, 'a', false, :into)",
                    id=one,
                    into=survivor,
                )
            for one, sound in ((merged, "x"), (equal, "x"), (other, "y")):
                put(
                    "insert into feature_sets (track_id, spec, state, audio_sha256) values (:id, 's', 'ready', :sound)",
                    id=one,
                    sound=sound,
                )
            put(
                "insert into snapshots (id, taxonomy, inputs, spec, synthetic, n_folds, seed, counts, leak_check) "
                "values (:id, 'mood4', '[]', 's', false, 5, 0, '{}', '{}')",
                id=snapshot,
            )
            put(
                "insert into snapshot_items (snapshot_id, track_id, target, artist_group, fold) "
                "values (:s, :t, 'sad', 'a', 0)",
                s=snapshot,
                t=merged,
            )
            put(
                "insert into models (id, estimator, inputs, taxonomy, synthetic, version, spec, snapshot_id, state, "
                "is_default, metrics, card, artefact_key, artefact_sha256) values (:id, 'svm', 'descriptors', 'mood4', "
                "false, 1, 's', :s, 'champion', true, '{}', '{}', 'k', 'h')",
                id=model,
                s=snapshot,
            )
            for one in (track, equal, other):
                put(
                    "insert into predictions (track_id, model_id, emotion, probabilities) "
                    "values (:t, :m, 'sad', '{1}')",
                    t=one,
                    m=model,
                )
        upgrade(url, "0015")
        with create_engine(url, poolclass=NullPool).connect() as connection:
            rows = connection.execute(text("select track_id, basis from predictions")).all()
        assert [tuple(row) for row in rows] == [(other, "held_out")]
    finally:
        servers.execute("drop database before_0015 with (force)")


def upgrade(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).with_name("migrations")))
    with create_engine(url, poolclass=NullPool).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
