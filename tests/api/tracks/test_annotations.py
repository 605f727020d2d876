"""`/tracks/<id>/annotations`: taking back what one said, and everything that was ever said."""

from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from tests.api.conftest import AddTrack
from tests.api.tracks.test_tracks import label_of, say
from tests.support.problem_answers import problem
from tests.support.served_api import RunMer


def states(client: TestClient, track_id: UUID) -> list[tuple[str, str | None, str]]:
    items = client.get(f"/tracks/{track_id}/annotations").json()["items"]
    return [(one["annotator"]["name"], one["emotion"], one["state"]) for one in items]


def test_what_a_person_takes_back_counts_nowhere(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track()
    say(client, track_id, "sad")
    answer = client.delete(f"/tracks/{track_id}/annotations/ada")
    assert answer.status_code == 200
    assert [one["emotion"] for one in answer.json()["withdrawn"]] == ["sad"]
    track = client.get(f"/tracks/{track_id}").json()
    assert (track["labels"], track["annotations"], track["emotion"]) == ([], [], None)
    assert client.get("/tracks", params={"labelled": True}).json()["items"] == []
    assert len(client.get("/tracks", params={"labelled": False}).json()["items"]) == 1
    assert client.get("/tracks", params={"emotion": "sad"}).json()["items"] == []
    assert client.get("/tracks", params={"judged_as": "sad"}).json()["items"] == []
    assert client.get("/annotators").json()["items"] == []
    assert b"sad" not in client.get("/export", params={"format": "jsonl"}).content


def test_everything_that_was_said_is_listed_with_what_became_of_it(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track()
    say(client, track_id, "sad")
    say(client, track_id, "calm")
    say(client, track_id, "happy", who="ben")
    client.delete(f"/tracks/{track_id}/annotations/ben")
    assert states(client, track_id) == [
        ("ada", "sad", "superseded"),
        ("ada", "calm", "standing"),
        ("ben", "happy", "withdrawn"),
    ]
    assert label_of(client, track_id) == "calm"
    say(client, track_id, "happy", who="ben")
    assert states(client, track_id)[-1] == ("ben", "happy", "standing"), "the same word may be said again"
    assert label_of(client, track_id) == "happy"


def test_one_taxonomy_is_taken_back_and_the_others_stand(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track()
    say(client, track_id, "sad")
    say(client, track_id, "Q1", taxonomy="quadrant4")
    client.delete(f"/tracks/{track_id}/annotations/ada", params={"taxonomy": "mood4"})
    assert (label_of(client, track_id), label_of(client, track_id, "quadrant4")) == (None, "Q1")
    refused = client.delete(f"/tracks/{track_id}/annotations/ada", params={"taxonomy": "mood4"})
    problem(refused, 404, "no_annotation")
    assert "only in quadrant4" in refused.json()["detail"]


def test_there_must_be_something_to_take_back(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track_id = add_track()
    problem(client.delete(f"/tracks/{track_id}/annotations/ada"), 404, "no_annotation")
    folder = Annotator(AnnotatorKind.IMPORT, "folder music/a")
    ports.store.transact_session(
        "test.word",
        lambda session: AnnotationRepository(session).append_annotation(
            track_id, folder, taxonomy="mood4", emotion="sad"
        ),
    )
    path = f"/tracks/{track_id}/annotations/folder%20music%2Fa"
    problem(client.delete(path), 404, "no_annotation")
    assert client.delete(path, params={"kind": "import"}).status_code == 200
    assert label_of(client, track_id) is None


def test_a_merged_track_is_asked_by_who_stands_for_it_and_parting_gives_back_what_there_was(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    kept, merged = add_track(), add_track()
    say(client, merged, "sad")
    pair = MergePair(one=kept, other=merged, reason=MergeReason.PERSON, who="tests")
    (merge,) = ports.store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    moved = client.delete(f"/tracks/{merged}/annotations/ada", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (307, f"/tracks/{kept}/annotations/ada")
    assert client.delete(f"/tracks/{merged}/annotations/ada").status_code == 200
    assert label_of(client, kept) is None
    ports.store.transact_session("test.undo", lambda session: MergeRepository(session).undo_merge(merge, who="tests"))
    assert states(client, merged) == [("ada", "sad", "withdrawn")]


@pytest.mark.parametrize("name", ["AC/DC", "who?", "#1", "a/b?c#d", "ü & ö"])
def test_a_name_may_have_signs_that_separate_the_parts_of_an_address(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, name: str
) -> None:
    kept, merged = add_track(), add_track()
    path = f"/tracks/{kept}/annotations/{quote(name, safe='')}"
    answer = client.put(path, json={"emotion": "sad"})
    assert (answer.status_code, answer.json()["annotator"]["name"]) == (201, name)
    assert [who for who, *_ in states(client, kept)] == [name]
    pair = MergePair(one=kept, other=merged, reason=MergeReason.PERSON, who="tests")
    ports.store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    moved = f"/tracks/{merged}/annotations/{quote(name, safe='')}"
    assert client.put(moved, json={"emotion": "happy"}).json()["annotator"]["name"] == name, "also after the redirect"
    assert client.delete(path).status_code == 200
    assert {state for _, _, state in states(client, kept)} == {"withdrawn"}


def test_the_command_line_takes_such_names_also_of_a_merged_track(
    mer: RunMer, ports: ApiPorts, add_track: AddTrack
) -> None:
    name, kept, merged = "AC/../DC? #1%2F", add_track(), add_track()
    pair = MergePair(one=kept, other=merged, reason=MergeReason.PERSON, who="tests")
    ports.store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    for track_id in (kept, merged):
        assert f"{name} says sad (mood4)" in mer("label", str(track_id), "sad", "--as", name)
        assert f"{name} took back: sad (mood4)" in mer("label", str(track_id), "--as", name, "--withdraw")


def test_the_command_line_says_shows_and_takes_back(mer: RunMer, add_track: AddTrack) -> None:
    track_id = str(add_track())
    assert "ada says sad (mood4)" in mer("label", track_id, "sad", "--as", "ada")
    assert "ada took back: sad (mood4)" in mer("label", track_id, "--as", "ada", "--withdraw")
    (row,) = [line.split() for line in mer("label", track_id).splitlines() if "person" in line]
    assert row[:5] == ["ada", "person", "sad", "(mood4)", "withdrawn"]
