"""Spotify's endpoint from one's own audio: its fields, its shapes of refusal, and what each value is worth."""

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from uuid_utils.compat import uuid7

from services.api.deps import ApiPorts
from shared.domain.track import CATALOGUE_COLUMNS, SourceRef
from shared.store.repositories import Repositories
from tests.api.conftest import AddTrack
from tests.support.extracted_features import extraction, save

PATH = "/v1/audio-features"
SPOTIFY_ID = "11dFghVXANMlKmJXsNCbNl"
FIELDS = {*CATALOGUE_COLUMNS, "type", "id", "uri", "track_href", "analysis_url"}
"""Every field of Spotify's own answer."""


@pytest.fixture
def heard(ports: ApiPorts, add_track: AddTrack) -> UUID:
    track_id = add_track()
    save(ports, extraction(ports, track_id))
    return track_id


def test_a_track_is_answered_in_spotifys_shape(client: TestClient, heard: UUID) -> None:
    found = client.get(f"{PATH}/{heard}").json()
    assert set(found) == FIELDS | {"mer"}
    assert (found["type"], found["id"], found["uri"]) == ("audio_features", heard.hex, f"spotify:track:{heard.hex}")
    assert [found[name] for name in ("key", "mode", "time_signature", "duration_ms")] == [9, 1, 4, 30_000]
    assert all(type(found[name]) is int for name in ("key", "mode", "time_signature", "duration_ms"))
    assert (found["tempo"], found["loudness"], found["liveness"]) == (120.5, -14.2, None)
    assert client.get(found["track_href"]).json()["id"] == heard.hex
    assert client.get(found["analysis_url"]).json()["mer"]["track_id"] == str(heard)


def test_it_says_what_each_value_is_worth_and_whose_it_is(client: TestClient, ports: ApiPorts, heard: UUID) -> None:
    said = client.get(f"{PATH}/{heard}").json()["mer"]
    assert (said["origin"], said["spec"], said["loudness_dbfs"]) == ("computed", ports.spec.fingerprint, -17.5)
    assert set(said["status"]) == set(CATALOGUE_COLUMNS)
    assert (said["status"]["tempo"], said["status"]["energy"], said["status"]["liveness"]) == (
        "measured",
        "proxy",
        "null",
    )


def test_a_track_is_found_by_its_spotify_id_as_well(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track_id = add_track(refs=(SourceRef("spotify", SPOTIFY_ID),))
    save(ports, extraction(ports, track_id))
    by_theirs, by_ours = (client.get(f"{PATH}/{its_id}").json() for its_id in (SPOTIFY_ID, track_id))
    assert by_theirs["mer"] == by_ours["mer"]
    assert (by_theirs["id"], by_theirs["uri"]) == (SPOTIFY_ID, f"spotify:track:{SPOTIFY_ID}")
    assert by_ours["id"] == track_id.hex


def test_an_id_is_answered_as_it_was_asked_for_and_a_uuid_with_hyphens_in_hex(client: TestClient, heard: UUID) -> None:
    spellings = [heard.hex, heard.hex.upper(), str(heard), f"urn:uuid:{heard}"]
    answered = client.get(PATH, params={"ids": ",".join(spellings)}).json()["audio_features"]
    assert [entry["id"] for entry in answered] == [heard.hex, heard.hex.upper(), heard.hex, heard.hex]


def test_several_come_in_the_order_asked_for_with_null_for_the_unknown(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, heard: UUID
) -> None:
    silent = add_track()
    asked = [uuid7(), heard, silent, SPOTIFY_ID, heard]
    found = client.get(PATH, params={"ids": ",".join(map(str, asked))}).json()["audio_features"]
    assert [one and one["id"] for one in found] == [None, heard.hex, None, None, heard.hex]


def test_what_was_computed_goes_before_what_somebody_delivered(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, heard: UUID
) -> None:
    delivered = add_track()
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.25)

    def write_rows(repositories: Repositories) -> None:
        for track_id in (heard, delivered):
            repositories.tracks.save_catalogue(track_id, values, origin="table")

    ports.store.transact("test.catalogue", write_rows)
    ours, theirs = (client.get(f"{PATH}/{track_id}").json() for track_id in (heard, delivered))
    assert (ours["mer"]["origin"], ours["energy"]) == ("computed", 0.5)
    assert (theirs["mer"]["origin"], theirs["energy"], theirs["mer"]["spec"]) == ("table", 0.25, None)
    assert set(theirs["mer"]["status"].values()) == {"delivered"}


@pytest.mark.parametrize("its_id", ["01a20e82-1e43-7462-b502-404ba01c4be6", SPOTIFY_ID, "%20", "x" * 300])
def test_an_unknown_track_is_refused_as_spotify_would(client: TestClient, its_id: str) -> None:
    answer = client.get(f"{PATH}/{its_id}")
    said: Any = answer.json()
    assert (answer.status_code, said["error"]["status"]) == (404, 404)
    assert "analysis not found" in said["error"]["message"]


def test_a_track_without_audio_is_refused_in_the_same_way(client: TestClient, add_track: AddTrack) -> None:
    assert client.get(f"{PATH}/{add_track()}").status_code == 404


def test_a_hundred_ids_are_answered_and_one_more_is_refused(client: TestClient) -> None:
    ids = [str(uuid7()) for _ in range(101)]
    assert client.get(PATH, params={"ids": ",".join(ids[:100])}).json() == {"audio_features": [None] * 100}
    for asked, said in ((ids, "too many ids"), ([], "no ids"), ([" ", ""], "no ids")):
        answer = client.get(PATH, params={"ids": ",".join(asked)})
        assert (answer.status_code, answer.json()["error"]["status"]) == (400, 400)
        assert said in answer.json()["error"]["message"]
