"""An installation of before stages had fingerprints, upgraded: its champions go on answering."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from uuid_utils.compat import uuid7

from shared.settings import StoreSettings
from shared.store import Store, open_store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.features.spec_stages import SpecStages
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository
from shared.store.similarity.projections import EVERY_TRACK
from tests.conftest import Servers

REVISION = "0014"
SPEC = "55f0717bb9cd"
PARAMETERS = json.loads("""{
    "mel": {"sr": 22050, "offset_s": 10.0, "duration_s": 5.0, "n_fft": 2048, "hop_length": 512, "n_mels": 128,
            "version": 3},
    "excerpts": {"hop_s": 5.0, "max_excerpts": 24, "max_span_s": 300.0, "version": 2},
    "catalogue": {"version": 1},
    "descriptors": {"sr": 22050, "window_s": 30.0, "max_start_s": 60.0, "n": 1433, "names": "7896b5206d81",
                    "version": 2},
    "waveform": {"version": 1},
    "min_duration_s": 5.0, "silence_dbfs": -70.0, "version": 2
}""")
"""What installations of then hold of their spec. Never changed, whatever the spec of today is."""
STAGES = {
    "mel": "54e6ee72c581",
    "excerpts": "6da48d69a6e5",
    "catalogue": "1c604a47c0d1",
    "descriptors": "e8ab62b12160",
    "waveform": "21a4a1ef4122",
}

Migrate = Callable[..., None]


@pytest.fixture
def upgraded(servers: Servers) -> Iterator[tuple[Store, UUID, UUID, Migrate]]:
    """`(store, an old track, a champion, migrate)`: a database that was filled before the migration."""
    name = f"mer_upgraded_{secrets.token_hex(4)}"
    servers.execute(f"create database {name}")
    engine = create_engine(servers.url_for_database(name), poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", "shared/store/migrations")
    before = ScriptDirectory.from_config(config).get_revision(REVISION).down_revision

    def migrate(to: str = REVISION, *, down: bool = False) -> None:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            (command.downgrade if down else command.upgrade)(config, to)
            connection.commit()

    def back() -> None:
        migrate(str(before), down=True)

    try:
        migrate(str(before))
        with engine.connect() as connection:
            track_id, model_id = fill(connection)
            connection.commit()
        migrate("heads")
        store = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
        yield store, track_id, model_id, back
        store.close()
    finally:
        servers.execute(f"drop database if exists {name} with (force)")


def fill(connection: Connection) -> tuple[UUID, UUID]:
    """What an installation of then holds: a spec, a track with descriptors and computed columns, a champion."""

    def insert(table: str, **row: Any) -> None:
        columns, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
        connection.execute(text(f"insert into {table} ({columns}) values ({values})"), row)

    track_id, snapshot_id, model_id = uuid7(), uuid7(), uuid7()
    insert("tracks", id=track_id, artist_group="vox", synthetic=False)
    parameters = json.dumps(PARAMETERS)
    insert("feature_specs", fingerprint=SPEC, parameters=parameters, descriptor_names='["a", "b"]')
    insert("feature_specs", fingerprint="0123456789ab", parameters=parameters, descriptor_names="[]")
    insert("feature_sets", track_id=track_id, spec=SPEC, state="ready", audio_sha256="00", descriptors=[1.0, 2.0])
    insert("catalogue_features", track_id=track_id, origin="computed", spec=SPEC, tempo=120.0)
    insert("catalogue_features", track_id=track_id, origin="table", tempo=121.0)
    insert(
        "snapshots",
        id=snapshot_id,
        taxonomy="mood4",
        inputs='["descriptors"]',
        spec=SPEC,
        synthetic=False,
        n_folds=5,
        seed=0,
        counts="{}",
        leak_check="{}",
    )
    insert(
        "models",
        id=model_id,
        estimator="svm",
        inputs="descriptors",
        taxonomy="mood4",
        synthetic=False,
        version=1,
        spec=SPEC,
        snapshot_id=snapshot_id,
        state="champion",
        is_default=True,
        metrics="{}",
        card='{"classes": ["calm", "sad"], "origins": ["audio"]}',
        artefact_key="",
        artefact_sha256="",
    )
    return track_id, model_id


def test_the_stages_of_stored_specs_are_written_down(upgraded: tuple[Store, UUID, UUID, Migrate]) -> None:
    store, *_ = upgraded
    with store.read_session() as session:
        assert SpecStages(session).get_fingerprints(SPEC) == STAGES
        assert SpecStages(session).get_fingerprints("0123456789ab") == {}, "its fields were others: nothing is guessed"
        assert SpecStages(session).list_specs_sharing("0123456789ab", ["mel"]) == ("0123456789ab",)


def test_a_champion_of_then_answers_old_and_new_tracks(upgraded: tuple[Store, UUID, UUID, Migrate]) -> None:
    store, old, model_id, _ = upgraded
    new = uuid7()

    def analyse(session: Session) -> None:
        session.execute(
            text("insert into tracks (id, artist_group, synthetic) values (:id, 'vox', false)"), {"id": new}
        )
        features = FeatureRepository(session, spec="today")
        features.declare_spec(
            {**PARAMETERS, "catalogue": {"version": 7}}, descriptor_names=["a", "b"], descriptor_units=["1", "1"]
        )
        features.save_extractions(
            [
                ExtractedFeatures(
                    track_id=new,
                    descriptors=[3.0, 4.0],
                    audio_sha256="01",
                    duration_s=9.0,
                    n_damaged_packets=0,
                    arrays=(),
                )
            ]
        )

    store.transact_session("test.analyse", analyse)
    with store.read_session() as session:
        model = ModelRepository(session).get_by_id(model_id)
        assert model is not None
        table = ScoreRepository(session).read_unscored_descriptors(model, EVERY_TRACK)
    assert table.track_ids == (old, new)
    np.testing.assert_array_equal(table.x, [[1.0, 2.0], [3.0, 4.0]])


def test_a_downgrade_keeps_one_computed_row_of_each_track(upgraded: tuple[Store, UUID, UUID, Migrate]) -> None:
    store, track_id, _, back = upgraded
    with store.read_session() as session:
        rows = session.execute(text("select origin, spec, tempo from catalogue_features order by origin")).all()
    assert rows == [("computed", SPEC, 120.0), ("table", "", 121.0)]
    newer = {"track_id": track_id, "spec": "newer"}

    def add(session: Session) -> None:
        session.execute(
            text(
                "insert into feature_sets (track_id, spec, state, made_at) "
                "values (:track_id, :spec, 'ready', now() + interval '1 day')"
            ),
            newer,
        )
        session.execute(
            text(
                "insert into catalogue_features (track_id, origin, spec, tempo) "
                "values (:track_id, 'computed', :spec, 90)"
            ),
            newer,
        )

    store.transact_session("test.newer", add)
    back()
    with store.read_session() as session:
        rows = session.execute(text("select origin, spec, tempo from catalogue_features order by origin")).all()
    assert rows == [("computed", "newer", 90.0), ("table", None, 121.0)]
