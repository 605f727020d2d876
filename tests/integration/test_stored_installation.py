"""What the version before the redesign stored is read by the version of today, after an upgrade and nothing else."""

import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from shared.settings import StoreSettings
from shared.store import open_store
from shared.store.migrate import run_migrations
from tests.conftest import Servers
from tests.contract.conftest import asking, ports_of
from tests.support.stored_installation import restore_installation

N_TRACKS = 24
UNLABELLED = "song 23"
"""The one track that nobody labelled and no model learned from. By its descriptors and by its sound it is in Q4."""


@dataclass(frozen=True)
class UpgradedInstallation:
    """A client of the API on the restored and upgraded installation."""

    client: TestClient

    def get(self, path: str, **params: str) -> Any:
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def models(self) -> dict[str, Any]:
        """By what they read."""
        return {model["inputs"]: model for model in self.get("/models")["items"]}

    def tracks(self) -> dict[str, Any]:
        """By title."""
        return {track["title"]: track for track in self.get("/tracks", limit="100")["items"]}


@pytest.fixture(scope="module")
def upgraded(servers: Servers) -> Iterator[UpgradedInstallation]:
    name = f"mer_before_redesign_{secrets.token_hex(4)}"
    servers.execute(f"create database {name}")
    url = servers.url_for_database(name)
    with tempfile.TemporaryDirectory(prefix="mer-") as folder:
        restore_installation(url, Path(folder) / "blobs")
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            assert connection.scalar(text("select count(*) from tracks")) == N_TRACKS
        run_migrations(engine)
        store = open_store(StoreSettings(database_url=url), application="mer tests")
        with asking(ports_of(store, servers.celery_url, Path(folder))) as client:
            yield UpgradedInstallation(client)
        store.close()
    servers.execute(f"drop database if exists {name} with (force)")


def test_tracks_and_their_labels_are_listed(upgraded: UpgradedInstallation) -> None:
    tracks = upgraded.tracks()
    assert len(tracks) == N_TRACKS
    track = upgraded.get(f"/tracks/{tracks['song 00']['id']}")
    assert (track["artist"], track["emotion"], track["decided_by"]) == ("artist 00", "Q1", "person")
    assert [source["source_id"] for source in track["sources"]] == ["music/00.wav"]
    assert [(said["annotator"]["name"], said["emotion"]) for said in track["annotations"]] == [("ada", "Q1")]
    assert (track["features"]["state"], track["features"]["stale"]) == ("ready", None)


def test_models_keep_their_cards_and_their_championships(upgraded: UpgradedInstallation) -> None:
    models = upgraded.models()
    for reads, estimator in (("descriptors", "svm"), ("spectrogram", "cnn_baseline")):
        model = upgraded.get(f"/models/{models[reads]['id']}")
        assert (model["estimator"], model["state"], model["is_default"]) == (estimator, "champion", estimator == "svm")
        assert model["metrics"]["classes"] == ["Q1", "Q2", "Q3", "Q4"]
        assert model["metrics"]["n_items"] == N_TRACKS - 1


@pytest.mark.parametrize("reads", ["descriptors", "spectrogram"])
def test_a_trained_model_predicts_a_track_that_nobody_labelled(upgraded: UpgradedInstallation, reads: str) -> None:
    track_id, model = upgraded.tracks()[UNLABELLED]["id"], upgraded.models()[reads]
    answer = upgraded.get(f"/tracks/{track_id}/emotion", model=model["id"])
    assert (answer["decided_by"], answer["basis"], answer["model"]["id"]) == ("model", "held_out", model["id"])
    assert (answer["emotion"], max(answer["probabilities"], key=answer["probabilities"].get)) == ("Q4", "Q4")
    assert (answer["valence_arousal"] is not None) == (reads == "spectrogram"), "the network learned the plane as well"


def test_the_champion_answers_and_a_person_overrules_it(upgraded: UpgradedInstallation) -> None:
    tracks, champion = upgraded.tracks(), upgraded.models()["descriptors"]
    unlabelled = upgraded.get(f"/tracks/{tracks[UNLABELLED]['id']}/emotion")
    assert (unlabelled["emotion"], unlabelled["model"]["id"]) == ("Q4", champion["id"])
    labelled = upgraded.get(f"/tracks/{tracks['song 00']['id']}/emotion")
    assert (labelled["emotion"], labelled["decided_by"], labelled["basis"]) == ("Q1", "person", "out_of_fold")


def test_the_jobs_of_before_are_counted_out(upgraded: UpgradedInstallation) -> None:
    trainings = [job for job in upgraded.get("/jobs")["items"] if job["kind"] == "train"]
    assert [job["params"]["estimators"] for job in trainings] == [["cnn_baseline"], ["svm"]]
    for job in trainings:
        assert upgraded.get(f"/jobs/{job['id']}")["state"] == "done"
        assert (job["items"]["requested"], job["items"]["done"]) == (1, 1)
        [item] = upgraded.get(f"/jobs/{job['id']}/items")["items"]
        assert item["state"] == "done"
