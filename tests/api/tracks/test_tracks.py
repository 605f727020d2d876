"""`/tracks` and their annotations."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.track import FetchedClip
from shared.errors import Reason
from shared.store.features.repository import FeatureRepository
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.clips import ClipRepository
from tests.api.conftest import AddTrack


def say(client: TestClient, track_id: UUID, emotion: str, *, who: str = "ada", taxonomy: str = "mood4") -> int:
    body = {"emotion": emotion, "taxonomy": taxonomy}
    answer: httpx.Response = client.put(f"/tracks/{track_id}/annotations/{who}", json=body)
    return answer.status_code


def label_of(client: TestClient, track_id: UUID, taxonomy: str = "mood4") -> Any:
    labels = client.get(f"/tracks/{track_id}").json()["labels"]
    return next((label["emotion"] for label in labels if label["taxonomy"] == taxonomy), None)


def test_a_track_shows_where_it_came_from_and_that_nothing_was_extracted(
    client: TestClient, add_track: AddTrack
) -> None:
    track_id = add_track(title="Für Elise", artist="Ludwig", licence="CC0-1.0", attribution="the archive")
    track = client.get(f"/tracks/{track_id}").json()
    assert (track["title"], track["artist"], track["synthetic"]) == ("Für Elise", "Ludwig", False)
    assert [(source["source"], source["licence"]) for source in track["sources"]] == [("table", "CC0-1.0")]
    assert track["features"]["state"] == "absent"
    assert track["labels"] == track["annotations"] == []


def test_audio_from_elsewhere_is_shown_with_how_well_it_fits(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    track_id, other_id = add_track(title="Clair de lune"), add_track(title="of a file")
    clip = FetchedClip(key="clips/1", source="deezer", size_bytes=480_000, match_score=0.93)
    ports.store.transact_session("test.clip", lambda session: ClipRepository(session).save_clip(track_id, clip))
    found = client.get(f"/tracks/{track_id}").json()["clip"]
    assert (found["source"], found["match_score"], found["kept"]) == ("deezer", 0.93, True)
    ports.store.transact_session("test.drop", lambda session: ClipRepository(session).drop_clips([track_id]))
    assert client.get(f"/tracks/{track_id}").json()["clip"]["kept"] is False
    assert client.get(f"/tracks/{other_id}").json()["clip"] is None


def test_why_a_track_has_no_features_is_shown(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track_id = add_track()
    ports.store.transact_session(
        "test.failure",
        lambda session: FeatureRepository(session, spec=ports.spec.fingerprint).save_failures(
            [(track_id, Reason.SILENT, "no sample above -70 dB")]
        ),
    )
    features = client.get(f"/tracks/{track_id}").json()["features"]
    assert (features["state"], features["reason"], features["detail"]) == ("failed", "silent", "no sample above -70 dB")


def test_a_persons_first_word_is_created_and_the_same_word_again_is_not(
    client: TestClient, add_track: AddTrack
) -> None:
    track_id = add_track()
    assert [say(client, track_id, emotion) for emotion in ("sad", "sad", "calm", "calm", "sad")] == [
        201,
        200,
        201,
        200,
        201,
    ]
    said = [annotation["emotion"] for annotation in client.get(f"/tracks/{track_id}").json()["annotations"]]
    assert said == ["sad", "calm", "sad"]


def test_a_persons_word_stands_over_a_table_that_says_otherwise_later(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    track_id = add_track()
    say(client, track_id, "calm")
    table = Annotator(AnnotatorKind.IMPORT, "table")
    ports.store.transact_session(
        "test.import",
        lambda session: AnnotationRepository(session).append_annotation(
            track_id, table, taxonomy="mood4", emotion="happy"
        ),
    )
    track = client.get(f"/tracks/{track_id}").json()
    assert [annotation["emotion"] for annotation in track["annotations"]] == ["calm", "happy"]
    assert label_of(client, track_id) == "calm"
    assert label_of(client, track_id, "binary") == "negative"
    assert label_of(client, track_id, "quadrant4") is None


def test_one_persons_words_in_two_taxonomies_do_not_disturb_each_other(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track()
    assert [say(client, track_id, "sad"), say(client, track_id, "Q2", taxonomy="quadrant4")] == [201, 201]
    assert [say(client, track_id, "sad"), say(client, track_id, "Q2", taxonomy="quadrant4")] == [200, 200]
    assert (label_of(client, track_id), label_of(client, track_id, "quadrant4")) == ("sad", "Q2")


@pytest.mark.parametrize("who", ["ada lovelace", "阿达", "a%2Bb", "%3Cscript%3E", "x" * 100])
def test_any_readable_name_may_judge(client: TestClient, add_track: AddTrack, who: str) -> None:
    answer = client.put(f"/tracks/{add_track()}/annotations/{who}", json={"emotion": "sad"})
    assert answer.status_code == 201
    assert answer.json()["annotator"]["kind"] == "person"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"emotion": "bored"}, "calm, sad, energetic, happy"),
        ({"emotion": "energetic", "taxonomy": "quadrant4"}, "Q1, Q2, Q3, Q4"),
        ({"emotion": "Happy", "taxonomy": "mood4"}, "calm, sad, energetic, happy"),
        ({"emotion": "happy", "taxonomy": "mood5"}, "mood4, mood3, binary, quadrant4"),
        ({"taxonomy": "mood4"}, "emotion"),
        ({"emotion": "sad", "sure": True}, "sure"),
    ],
)
def test_a_word_that_no_taxonomy_has_is_refused_naming_those_that_it_has(
    client: TestClient, add_track: AddTrack, body: dict[str, Any], said: str
) -> None:
    answer = client.put(f"/tracks/{add_track()}/annotations/ada", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert said in answer.json()["detail"]


def test_one_new_person_who_judges_many_tracks_at_once_is_one_annotator(
    client: TestClient, add_track: AddTrack
) -> None:
    tracks = [add_track() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda track_id: say(client, track_id, "sad"), tracks)) == {201}


def test_the_list_visits_every_track_once_while_tracks_are_added(client: TestClient, add_track: AddTrack) -> None:
    first = [str(add_track(title=f"Ode {n}")) for n in range(7)]
    seen: list[str] = []
    cursor, added = None, 0
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = client.get("/tracks", params=query).json()
        seen += [track["id"] for track in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        if added < 2:
            added += 1
            add_track(title="late")
    assert seen[:7] == first
    assert len(seen) == len(set(seen)) == 9


def test_tracks_are_found_by_words_by_judgement_and_by_library(client: TestClient, add_track: AddTrack) -> None:
    ode, hymn = add_track(title="100% Ode", artist="Vox"), add_track(title="Hymn", artist="Vox Pax")
    demo = add_track(title="Demo", artist="Nox", synthetic=True)
    say(client, hymn, "calm")
    say(client, demo, "sad")

    def found(**query: Any) -> list[str]:
        return [track["id"] for track in client.get("/tracks", params=query).json()["items"]]

    assert found(q="vox") == [str(ode), str(hymn)]
    assert found(q="%") == [str(ode)]
    assert found(q="_") == []
    assert found(labelled=True) == [str(hymn), str(demo)]
    assert found(emotion=["calm", "happy"]) == [str(hymn)]
    assert found(synthetic=True) == [str(demo)]
    assert found(synthetic=False, labelled=True) == [str(hymn)]


def test_no_model_is_a_conflict_that_names_how_to_train_one(client: TestClient, add_track: AddTrack) -> None:
    real = client.get(f"/tracks/{add_track()}/emotion")
    assert (real.status_code, real.json()["code"]) == (409, "no_model")
    assert "POST /train" in real.json()["detail"]
    assert "synthetic" not in real.json()["detail"]
    demo = client.get(f"/tracks/{add_track(synthetic=True)}/emotion?taxonomy=mood4").json()["detail"]
    assert '"library": "synthetic"' in demo
