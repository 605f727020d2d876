"""`/duplicates`, `/merges`, `/annotators`, and the old ids of merged tracks."""

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from uuid_utils.compat import uuid7

from services.api.deps import ApiPorts
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.store.tracks.annotations import AnnotationRepository
from tests.api.conftest import AddTrack
from tests.support.problem_answers import problem

Pair = tuple[UUID, UUID]


def resolve(ports: ApiPorts, *track_ids: UUID) -> None:
    ports.store.transact("test.settle", lambda repositories: repositories.resolve_duplicates(track_ids))


@pytest.fixture
def pair(ports: ApiPorts, add_track: AddTrack) -> Pair:
    """Two tracks that are likely one: the older, the newer."""
    found = (
        add_track(title="Ode", duration_s=200.0),
        add_track(title="ODE!", duration_s=201.0, album="Late", artist="Vox"),
    )
    resolve(ports, *found)
    return found


def asked(client: TestClient, state: str = "open") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/duplicates", params={"state": state}).json()["items"]
    return items


def merged(client: TestClient, **body: Any) -> dict[str, Any]:
    (question,) = asked(client)
    answer = client.post(f"/duplicates/{question['id']}/merge", json={"who": "ada", **body})
    assert answer.status_code == 200, answer.text
    (merge,) = client.get("/merges").json()["items"]
    found: dict[str, Any] = merge
    return found


def say(ports: ApiPorts, track_id: UUID, annotator: Annotator, emotion: str) -> None:
    ports.store.transact_session(
        "test.word",
        lambda s: AnnotationRepository(s).append_annotation(track_id, annotator, taxonomy="mood4", emotion=emotion),
    )


def test_a_question_shows_both_tracks_why_and_how_likely(client: TestClient, pair: Pair) -> None:
    (question,) = asked(client)
    assert [track["id"] for track in question["tracks"]] == [str(track) for track in pair]
    assert (question["state"], question["who"]) == ("open", None)
    assert 0.5 < question["score"] < 1
    assert "1.0 s apart" in question["why"]


def test_merging_answers_the_question_and_the_old_id_redirects(client: TestClient, pair: Pair) -> None:
    old, new = pair
    merge = merged(client)
    assert (merge["from_id"], merge["to_id"], merge["reason"], merge["who"]) == (str(new), str(old), "person", "ada")
    assert asked(client) == []
    assert [question["who"] for question in asked(client, "merged")] == ["ada"]
    for path in ("", "/emotion?taxonomy=mood4"):
        moved = client.get(f"/tracks/{new}{path}", follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (307, f"/tracks/{old}{path}")
    track = client.get(f"/tracks/{new}").json()
    assert track["id"] == str(old)
    assert track["album"] == "Late", "what the older one did not know"
    assert [(m["from_id"], m["reason"], m["href"]) for m in track["merges"]] == [(str(new), "person", merge["href"])]
    assert len(track["sources"]) == 2
    assert [found["id"] for found in client.get("/tracks").json()["items"]] == [str(old)]
    assert client.get("/tracks", params={"q": "ODE!"}).json()["items"][0]["id"] == str(old)


def test_a_person_may_say_which_track_stays(client: TestClient, pair: Pair) -> None:
    old, new = pair
    (question,) = asked(client)
    problem(client.post(f"/duplicates/{question['id']}/merge", json={"keep": str(uuid7())}), 422, "unknown_track")
    assert merged(client, keep=str(new))["from_id"] == str(old)


def test_a_word_sent_to_the_old_id_reaches_the_track_that_stands_for_it(client: TestClient, pair: Pair) -> None:
    old, new = pair
    merged(client)
    answer = client.put(f"/tracks/{new}/annotations/ada lovelace", json={"emotion": "sad"})
    assert (answer.status_code, answer.json()["emotion"]) == (201, "sad")
    assert client.get(f"/tracks/{old}").json()["labels"][0]["emotion"] == "sad"


def test_undoing_gives_the_old_track_back(client: TestClient, ports: ApiPorts, pair: Pair) -> None:
    say(ports, pair[0], Annotator(AnnotatorKind.IMPORT, "one"), "calm")
    say(ports, pair[1], Annotator(AnnotatorKind.IMPORT, "other"), "calm")
    before = [client.get(f"/tracks/{track}").json() for track in pair]
    merge = merged(client)
    both = client.get(f"/tracks/{pair[0]}").json()
    assert {a["annotator"]["name"] for a in both["annotations"]} == {"one", "other"}
    undone = client.post(f"{merge['href']}/undo", json={"who": "ben"})
    assert (undone.status_code, undone.json()["undone_by"]) == (200, "ben")
    assert [client.get(f"/tracks/{track}", follow_redirects=False).json() for track in pair] == before
    problem(client.post(f"{merge['href']}/undo"), 409, "already_undone")
    assert asked(client) == []
    assert len(asked(client, "dismissed")) == 1


def test_a_dismissed_question_is_answered_once(client: TestClient, pair: Pair) -> None:
    (question,) = asked(client)
    assert client.post(f"/duplicates/{question['id']}/dismiss").json()["state"] == "dismissed"
    detail = problem(client.post(f"/duplicates/{question['id']}/merge"), 409, "already_answered")
    assert "GET /merges" in detail
    assert client.get("/merges").json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/duplicates/1/merge", 404, "not_found"),
        ("POST", "/duplicates/1/dismiss", 404, "not_found"),
        ("POST", "/merges/1/undo", 404, "not_found"),
        ("GET", "/merges/1", 404, "not_found"),
        ("GET", "/merges/0", 422, "invalid_request"),
        ("GET", "/merges/99999999999999999999", 422, "invalid_request"),
        ("GET", "/duplicates?cursor=x", 422, "invalid_cursor"),
        ("GET", "/duplicates?cursor=nan~1", 422, "invalid_cursor"),
        ("GET", "/duplicates?cursor=0.5~99999999999999999999", 422, "invalid_cursor"),
        ("GET", "/duplicates?state=odd", 422, "invalid_request"),
        ("GET", "/annotators?taxonomy=odd", 422, "unknown_taxonomy"),
    ],
)
def test_what_does_not_exist_is_refused(
    shared_client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    problem(shared_client.request(method, path), status, code)


def test_the_pages_of_questions_hold_each_once_the_likeliest_first(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    for n in range(5):
        resolve(
            ports,
            add_track(title=f"Ode {n}", duration_s=200.0),
            add_track(title=f"Ode {n}!", duration_s=200.0 + n // 2),
        )
    seen: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = client.get("/duplicates", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert len({question["id"] for question in seen}) == len(seen) == 5
    assert [q["score"] for q in seen] == sorted((q["score"] for q in seen), reverse=True)


def test_a_contradiction_is_shown_with_its_shares(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track = add_track()
    say(ports, track, Annotator(AnnotatorKind.IMPORT, "one"), "calm")
    say(ports, track, Annotator(AnnotatorKind.IMPORT, "other"), "sad")
    found = client.get(f"/tracks/{track}").json()
    assert [(c["taxonomy"], c["n_voices"]) for c in found["contradictions"]] == [("mood4", 2), ("mood3", 2)]
    assert found["contradictions"][0]["shares"] == {"calm": 0.5, "sad": 0.5}
    assert [(label["taxonomy"], label["shares"]) for label in found["labels"]] == [("binary", {"negative": 1.0})]


def test_the_playlists_that_agree_with_others_decide_and_their_figures_are_shown(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    good, fine, odd = (Annotator(AnnotatorKind.PLAYLIST, name) for name in ("good", "fine", "odd"))
    for _ in range(4):
        track = add_track()
        for who, emotion in ((good, "calm"), (fine, "calm"), (odd, "happy")):
            say(ports, track, who, emotion)
    split = add_track(title="Split")
    say(ports, split, good, "sad")
    say(ports, split, odd, "energetic")
    (label, *_) = client.get(f"/tracks/{split}").json()["labels"]
    assert (label["emotion"], label["annotator"]["name"], label["n_voices"]) == ("sad", "good", 2)
    assert 0.5 < label["shares"]["sad"] < 1
    rows = {row["annotator"]["name"]: row for row in client.get("/annotators").json()["items"]}
    assert rows["odd"]["agreement"] == 0
    assert rows["odd"]["weight"] < rows["good"]["weight"]
    assert (rows["good"]["n_tracks"], rows["good"]["n_shared"], rows["good"]["annotator"]["kind"]) == (5, 5, "playlist")


@pytest.mark.parametrize(
    "body",
    [
        {"tags": ["rainy", "night"]},
        {"valence": -0.4, "arousal": 0.8},
        {"emotion": "sad", "tags": ["rainy"], "valence": -1.0, "arousal": -1},
    ],
)
def test_tags_and_places_on_the_plane_are_kept_beside_or_without_an_emotion(
    client: TestClient, add_track: AddTrack, body: dict[str, Any]
) -> None:
    track = add_track()
    where = f"/tracks/{track}/annotations/ada"
    assert [client.put(where, json=body).status_code for _ in range(2)] == [201, 200]
    (kept,) = client.get(f"/tracks/{track}").json()["annotations"]
    assert {name: kept[name] for name in body} == body
    assert kept["taxonomy"] == ("mood4" if "emotion" in body else None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"taxonomy": "mood4"},
        {"valence": 1.1},
        {"arousal": -1.1},
        {"tags": [""]},
        {"tags": ["x" * 51]},
        {"tags": []},
    ],
)
def test_a_judgement_that_says_nothing_or_leaves_the_plane_is_refused(
    client: TestClient, add_track: AddTrack, body: dict[str, Any]
) -> None:
    problem(client.put(f"/tracks/{add_track()}/annotations/ada", json=body), 422, "invalid_request")
