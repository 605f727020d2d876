"""Tracks and songs that are no music: 200 without an emotion, and in no list, export or count of emotions."""

import csv
import io
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.arrays import Tensor
from shared.domain.annotation import Annotator
from shared.store.tables import TaggerOutputRow, Track
from shared.store.tracks.music_rule import is_music
from tests.api.conftest import AddTrack
from tests.api.identity.songs import ADA, TABLE, THIRD, Song, add_song, score_library
from tests.integration.store.merging import unite
from tests.support.published_models import publish
from tests.support.served_api import RunMer
from tests.support.tagger_values import MUSIC, SPEECH, STEADY, save_yamnet, yamnet_values

HUM = yamnet_values(music_share=0.9, change=STEADY, music=0.8)
pytestmark = pytest.mark.slow


@pytest.fixture
def champion(ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate) -> UUID:
    return publish(ports, mood4, judged=add_track(title="judged"))


def add_sound(ports: ApiPorts, add_track: AddTrack, name: str, values: Tensor | None, song: Song) -> UUID:
    """A song of which YAMNet said these values."""
    track_id = add_song(ports, add_track, name, song)
    if values is not None:
        save_yamnet(ports.store, track_id, values)
    return track_id


def list_titles(client: TestClient, **query: str) -> set[str]:
    return {track["title"] for track in client.get("/tracks", params=query).json()["items"]}


def test_a_track_that_is_no_music_is_answered_without_an_emotion_and_with_what_the_model_says(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, champion: UUID
) -> None:
    track_id = add_sound(ports, add_track, "talk", SPEECH, Song(sounds="sad"))
    response = client.get(f"/tracks/{track_id}/emotion")
    answer = response.json()
    assert response.status_code == 200
    assert (answer["emotion"], answer["decided_by"]) == (None, None)
    assert (answer["reason"], answer["content_kind"]) == ("out_of_domain", "speech")
    assert (answer["predicted"], answer["model"]["id"]) == ("sad", str(champion))
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert (answer["prediction_set"], answer["sure"]) == (None, None)
    asked = client.get(f"/tracks/{track_id}/emotion", params={"model": str(champion)}).json()
    assert (asked["emotion"], asked["reason"]) == (None, "out_of_domain")


def test_where_no_model_answers_there_are_no_probabilities(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    hum, music = (
        add_sound(ports, add_track, name, values, Song(sounds="sad")) for name, values in (("hum", HUM), ("ode", MUSIC))
    )
    answer = client.get(f"/tracks/{hum}/emotion").json()
    assert (answer["reason"], answer["content_kind"], answer["probabilities"]) == ("out_of_domain", "other", {})
    assert (answer["predicted"], answer["model"]) == (None, None)
    assert client.get(f"/tracks/{music}/emotion").status_code == 409


@pytest.mark.parametrize("who", [ADA, THIRD, TABLE], ids=lambda who: who.kind.value)
@pytest.mark.usefixtures("champion")
def test_a_track_to_which_a_person_a_playlist_or_a_table_gives_a_mood_is_music(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, who: Annotator
) -> None:
    song = Song(sounds="sad", says=((who, "happy"),))
    track_id = add_sound(ports, add_track, "talk", SPEECH, song)
    answer = client.get(f"/tracks/{track_id}/emotion").json()
    expected = ("happy", "person") if who is ADA else ("sad", "model")
    assert (answer["emotion"], answer["decided_by"]) == expected
    assert (answer["reason"], answer["content_kind"]) == (None, None)
    assert list_titles(client, emotion=expected[0]) == {"talk"}


@pytest.mark.usefixtures("champion")
def test_the_condition_of_lists_agrees_with_the_answers(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    statements: dict[str, dict[str, object] | None] = {
        "nothing": None,
        "an emotion": {"taxonomy": "quadrant4", "emotion": "Q3"},
        "a place": {"valence": 0.1, "arousal": -0.2},
        "tags": {"tags": ["mellow"]},
        "withdrawn": {"taxonomy": "mood4", "emotion": "sad"},
    }
    names = {}
    for name, body in statements.items():
        track_id = add_sound(ports, add_track, name, SPEECH, Song(sounds="sad"))
        names[track_id] = name
        if body is not None:
            assert client.put(f"/tracks/{track_id}/annotations/ann", json=body).is_success
        if name == "withdrawn":
            assert client.delete(f"/tracks/{track_id}/annotations/ann").is_success
    names[add_sound(ports, add_track, "music", MUSIC, Song(sounds="sad"))] = "music"
    with ports.store.read_session() as session:
        listed = set(session.scalars(select(Track.id).where(Track.id.in_(names), is_music())))
    answered = {track for track in names if client.get(f"/tracks/{track}/emotion").json()["content_kind"] is None}
    assert {names[track] for track in listed} == {"an emotion", "a place", "music"}
    assert answered == listed


@pytest.mark.parametrize("values", [MUSIC, None], ids=["music", "never asked"])
@pytest.mark.usefixtures("champion")
def test_music_and_what_yamnet_was_not_asked_about_is_answered_as_ever(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, values: Tensor | None
) -> None:
    track_id = add_sound(ports, add_track, "ode", values, Song(sounds="calm"))
    answer = client.get(f"/tracks/{track_id}/emotion").json()
    assert (answer["emotion"], answer["decided_by"], answer["reason"]) == ("calm", "model", None)
    assert len(answer["prediction_set"]) > 0


@pytest.mark.usefixtures("champion")
def test_outputs_of_another_version_of_yamnet_say_nothing(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    track_id = add_song(ports, add_track, "talk", Song(sounds="sad"))
    save_yamnet(ports.store, track_id, SPEECH, fingerprint="an older one")
    assert client.get(f"/tracks/{track_id}/emotion").json()["emotion"] == "sad"
    with ports.store.read_session() as session:
        assert session.scalars(select(TaggerOutputRow.content_kind)).all() == [None]
    kept = update(TaggerOutputRow).values(content_kind="speech")  # as that version would have said
    ports.store.transact_session("test.kind", lambda session: session.execute(kept))
    assert client.get(f"/tracks/{track_id}/emotion").json()["emotion"] == "sad"
    save_yamnet(ports.store, track_id, SPEECH)
    assert client.get(f"/tracks/{track_id}/emotion").json()["emotion"] is None
    save_yamnet(ports.store, track_id, MUSIC)
    assert client.get(f"/tracks/{track_id}/emotion").json()["emotion"] == "sad"


def test_lists_exports_playlists_and_counts_leave_out_what_is_no_music(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, champion: UUID, mer: RunMer
) -> None:
    for name, values in (("ode", MUSIC), ("untagged", None), ("talk", SPEECH), ("hum", HUM)):
        add_sound(ports, add_track, name, values, Song(sounds="sad"))
    score_library(ports, champion)
    assert list_titles(client, emotion="sad") == {"ode", "untagged"}
    rows = {track["title"]: track for track in client.get("/tracks").json()["items"]}
    assert (rows["talk"]["emotion"], rows["talk"]["decided_by"]) == (None, None)
    assert (rows["talk"]["content_kind"], rows["talk"]["predicted"]) == ("speech", "sad")
    assert rows["ode"]["content_kind"] is None
    exported = list(csv.DictReader(io.StringIO(client.get("/export", params={"format": "csv"}).text)))
    assert {row["title"] for row in exported} == {"ode", "untagged", "judged"}
    playlist = client.get("/export", params={"format": "jsonl", "emotion": "sad"}).text
    assert len(playlist.splitlines()) == 2
    report = client.get("/dataset/report").json()
    assert report["decisions"] == {"sad": {"model": 2}, "undecided": {"undecided": 1}}
    assert report["out_of_domain"] == {"other": 1, "speech": 1}
    assert client.get("/features/status").json()["not_music"] == {"other": 1, "speech": 1}
    assert "no music, and so without an emotion: other 1, speech 1" in mer("features", "status")
    assert "no music (speech)" in mer("tracks")
    talk = rows["talk"]["id"]
    assert "mood4: no music (speech), so it has no emotion" in mer("emotion", talk)


@pytest.mark.usefixtures("champion")
def test_what_is_merged_with_a_track_that_is_no_music_is_none_either(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    survivor = add_song(ports, add_track, "talk", Song(sounds="sad"))
    copy = add_sound(ports, add_track, "talk again", SPEECH, Song(sounds="sad"))
    unite(ports.store, copy, survivor)
    assert client.get(f"/tracks/{survivor}/emotion").json()["content_kind"] == "speech"


@pytest.mark.usefixtures("champion")
def test_of_merged_tracks_the_own_outputs_say_whether_it_is_music_else_those_of_the_oldest(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    def ask_of(first: Tensor | None, *others: Tensor) -> str | None:
        survivor = add_sound(ports, add_track, "ode", first, Song(sounds="sad"))
        for values in others:
            unite(ports.store, add_sound(ports, add_track, "again", values, Song(sounds="sad")), survivor)
        kind: str | None = client.get(f"/tracks/{survivor}/emotion").json()["content_kind"]
        return kind

    assert ask_of(MUSIC, SPEECH) is None
    assert ask_of(SPEECH, MUSIC) == "speech"
    assert ask_of(None, MUSIC, SPEECH) is None
    assert ask_of(None, SPEECH, MUSIC) == "speech"
    assert ask_of(HUM, SPEECH) == "other"
