"""Learned columns where columns are shown: in place of computed ones, never of delivered ones."""

import csv
import io
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from services.api.deps import ApiPorts
from shared.domain.catalogue import COMPUTED, COMPUTED_INPUTS
from shared.domain.learned_columns import LEARNED_COLUMNS, LEARNED_NULL_REASONS, LEARNED_SPEC, LEARNED_STAGE
from shared.domain.track import CATALOGUE_COLUMNS
from shared.errors import Reason
from shared.settings import FeatureSettings
from shared.store.features.learned_columns import LearnedValues
from shared.store.repositories import RepositorySession
from shared.store.tables import LearnedColumnRow
from tests.api.conftest import AddTrack, asking
from tests.support.extracted_features import extraction, save

LEARNED = {
    "valence": 0.91,
    "energy": 0.12,
    "speechiness": 0.04,
    "instrumentalness": 0.8,
    "acousticness": 0.3,
    "danceability": 0.2,
    "valence_spotify_scale": 0.67,
}


@pytest.fixture
def described(ports: ApiPorts, add_track: AddTrack) -> UUID:
    track_id = add_track()
    save(ports, extraction(ports, track_id))
    return track_id


def learn(ports: ApiPorts, track_id: UUID, values: LearnedValues | None = None) -> None:
    def write(session: RepositorySession) -> None:
        session.learned_columns(spec=ports.spec.fingerprint).save_columns({track_id: values or LEARNED})

    ports.store.transact_session("test.learned", write)


def deliver(ports: ApiPorts, track_id: UUID) -> None:
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.25)
    ports.store.transact(
        "test.table", lambda repositories: repositories.tracks.save_catalogue(track_id, values, origin="table")
    )


def test_the_features_of_a_track_show_learned_columns_in_place_of_the_proxies(
    client: TestClient, ports: ApiPorts, described: UUID
) -> None:
    [before] = client.get(f"/tracks/{described}/features").json()["catalogue"]
    assert "valence_spotify_scale" not in before["values"]
    learn(ports, described)
    deliver(ports, described)
    shown = {one["origin"]: one for one in client.get(f"/tracks/{described}/features").json()["catalogue"]}
    computed = shown[COMPUTED]
    assert computed["values"] == before["values"] | LEARNED
    assert computed["statuses"] == before["statuses"] | dict.fromkeys(LEARNED, "learned")
    assert "speechiness" not in computed["reasons"]
    assert computed["reasons"]["liveness"] == before["reasons"]["liveness"]
    assert shown["table"]["values"]["valence"] == 0.25, "what somebody delivered stays"
    assert shown["table"]["statuses"]["valence"] == "delivered"
    assert "valence_spotify_scale" not in shown["table"]["values"]


def test_a_learned_column_without_a_value_is_null_with_the_reason(
    client: TestClient, ports: ApiPorts, described: UUID
) -> None:
    learn(ports, described, LEARNED | dict.fromkeys(LEARNED_NULL_REASONS))
    [computed] = client.get(f"/tracks/{described}/features").json()["catalogue"]
    for name, reason in LEARNED_NULL_REASONS.items():
        assert (computed["values"][name], computed["statuses"][name], computed["reasons"][name]) == (
            None,
            "null",
            reason,
        ), "a proxy says nothing either"
    assert computed["statuses"]["energy"] == "learned"
    audio_features = client.get(f"/v1/audio-features/{described}").json()
    assert (audio_features["valence"], audio_features["mer"]["valence_spotify_scale"]) == (None, None)
    assert audio_features["mer"]["reasons"].keys() == {
        "liveness",
        *(LEARNED_NULL_REASONS.keys() - {"valence_spotify_scale"}),
    }


def test_audio_features_are_learned_where_they_can_be(client: TestClient, ports: ApiPorts, described: UUID) -> None:
    before = client.get(f"/v1/audio-features/{described}").json()
    assert before["mer"]["valence_spotify_scale"] is None
    learn(ports, described)
    said = client.get(f"/v1/audio-features/{described}").json()
    assert {name: said[name] for name in LEARNED_COLUMNS} == {name: LEARNED[name] for name in LEARNED_COLUMNS}
    assert {name for name, status in said["mer"]["status"].items() if status == "learned"} == set(LEARNED_COLUMNS)
    assert said["mer"]["valence_spotify_scale"] == LEARNED["valence_spotify_scale"]
    assert said["tempo"] == before["tempo"]
    [several] = client.get("/v1/audio-features", params={"ids": str(described)}).json()["audio_features"]
    assert several == said


def test_an_export_has_learned_columns_and_delivered_ones_as_they_are(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, described: UUID
) -> None:
    learn(ports, described)
    delivered = add_track()
    learn(ports, delivered)
    deliver(ports, delivered)
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(client.get("/export", params={"format": "csv"}).text))}
    assert {name: float(rows[str(described)][name]) for name in LEARNED} == LEARNED
    assert rows[str(described)]["tempo"] == "120.5"
    assert (rows[str(delivered)]["valence"], rows[str(delivered)]["valence_spotify_scale"]) == ("0.25", "")


def test_a_track_whose_learned_valence_is_null_counts_as_one_that_models_on_catalogue_columns_can_read(
    client: TestClient, ports: ApiPorts, described: UUID
) -> None:
    learn(ports, described, LEARNED | dict.fromkeys(LEARNED_NULL_REASONS))
    report = client.get("/dataset/report").json()
    assert report["n_with_catalogue"] == 1
    assert "valence" not in report["features"]
    assert "energy" in report["features"]


def test_models_on_catalogue_columns_read_what_was_computed(ports: ApiPorts, described: UUID) -> None:
    learn(ports, described)
    with ports.store.read() as repositories:
        catalogue = repositories.catalogue_features(spec=ports.spec.fingerprint).list_catalogue([described])
    origin, numbers = catalogue[described]
    assert origin == COMPUTED
    assert dict(zip(COMPUTED_INPUTS, numbers, strict=True))["valence"] == 0.5


def test_columns_of_another_version_are_not_shown(client: TestClient, ports: ApiPorts, described: UUID) -> None:
    learn(ports, described)
    ports.store.transact_session(
        "test.outdate", lambda session: session.execute(update(LearnedColumnRow).values(fingerprint="another"))
    )
    [computed] = client.get(f"/tracks/{described}/features").json()["catalogue"]
    assert computed["statuses"]["valence"] == "proxy"


def test_the_columns_of_a_file_that_is_refused_go(ports: ApiPorts, add_track: AddTrack) -> None:
    track_id = add_track()
    learn(ports, track_id)
    ports.store.transact(
        "test.failure",
        lambda repositories: repositories.features(spec=ports.spec.fingerprint).save_failures(
            [(track_id, Reason.SILENT, "all of it is silent")]
        ),
    )
    with ports.store.read() as repositories:
        assert repositories.learned_columns(spec=ports.spec.fingerprint).list_by_track([track_id]) == {}


def test_the_status_counts_them_where_all_taggers_are_on(ports: ApiPorts, add_track: AddTrack, described: UUID) -> None:
    learn(ports, described)
    lacking = add_track()
    save(ports, extraction(ports, lacking))

    def tag(session: RepositorySession) -> None:
        outputs = {spec.name: np.zeros(spec.n_values, dtype=np.float32) for spec in LEARNED_SPEC.taggers}
        session.tagger_outputs.save_outputs({lacking: outputs}, versions=LEARNED_SPEC.tagger_versions)

    ports.store.transact_session("test.outputs", tag)
    for names, is_counted in (("musicnn,yamnet,chords", True), ("yamnet,chords", False)):
        with asking(replace(ports, features=FeatureSettings(taggers=names))) as client:
            stages = client.get("/features/status").json()["stages"]
        assert (LEARNED_STAGE in stages) == is_counted
        if is_counted:
            stage = stages[LEARNED_STAGE]
            assert (stage["n_ready"], stage["n_outdated"], stage["n_lacking"]) == (1, 0, 1)
            assert len(stage["fingerprint"]) == 12
