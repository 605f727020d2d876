"""One question, one answer: what stands for a track, who decided and by which model, wherever it is asked."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.annotation import Annotator
from shared.domain.emotion import MOOD4
from tests.api.conftest import AddTrack, Evaluated
from tests.api.identity.songs import (
    ADA,
    CAREFUL,
    OTHER_TABLE,
    SLOPPY,
    TABLE,
    THIRD,
    Expected,
    Song,
    add_song,
    score_library,
    sure_of,
)
from tests.support.published_models import Judged, publish, train


@pytest.fixture(scope="module")
def newer_champion() -> TrainedCandidate:
    """Of catalogue columns, and promoted later: it takes calm for sad and sad for calm."""
    return train(inputs="catalogue", seed=1, swapped={"calm": "sad", "sad": "calm"})


@pytest.fixture(scope="module")
def contrary() -> TrainedCandidate:
    """Of descriptors too: it takes calm for sad and sad for calm."""
    return train(seed=2, swapped={"calm": "sad", "sad": "calm"})


SONGS: Mapping[str, Song] = {
    "a person against model and table": Song(
        sounds="sad", says=((TABLE, "sad"), (ADA, "happy")), expected=("happy", "person", "held_out")
    ),
    "a person who corrected themselves": Song(
        sounds="sad", says=((ADA, "sad"), (ADA, "calm")), expected=("calm", "person", "held_out")
    ),
    "a person without audio": Song(says=((ADA, "sad"), (TABLE, "calm")), expected=("sad", "person", None)),
    "a table against the model": Song(sounds="sad", says=((TABLE, "happy"),), expected=("sad", "model", "held_out")),
    "the model alone": Song(sounds="energetic", expected=("energetic", "model", "held_out")),
    "a table without audio": Song(says=((TABLE, "calm"),), expected=("calm", "import", None)),
    "playlists of unlike weight without audio": Song(
        says=((CAREFUL, "sad"), (SLOPPY, "happy"), (TABLE, "calm")), expected=("sad", "playlist", None)
    ),
    "tables that contradict each other evenly": Song(
        says=((TABLE, "calm"), (OTHER_TABLE, "sad")), expected=(None, None, None)
    ),
    "nothing known": Song(expected=(None, None, None)),
    "a training track": Song(sounds="sad", says=((TABLE, "sad"),), expected=("calm", "model", "out_of_fold")),
    "numbers that only the newer champion reads": Song(
        has_catalogue=True, says=((TABLE, "happy"),), expected=("happy", "import", None)
    ),
    "what both champions read": Song(sounds="calm", has_catalogue=True, expected=("calm", "model", "held_out")),
}


@dataclass(frozen=True, kw_only=True)
class Library:
    """The songs as tracks."""

    tracks: dict[str, UUID] = field(default_factory=dict)
    champion: UUID

    def name_of(self, track_id: str) -> str:
        return next(name for name, found in self.tracks.items() if str(found) == track_id)


@pytest.fixture
def library(ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate, newer_champion: TrainedCandidate) -> Library:
    tracks = {name: add_song(ports, add_track, name, song) for name, song in SONGS.items()}
    agree(ports, add_track)
    training = tracks["a training track"]
    judged = [Judged(track_id=training, target="sad", group="g", probabilities=sure_of("calm"))]
    first = publish(ports, mood4, judged=judged)
    second = publish(ports, newer_champion, judged=training)
    score_library(ports, first)
    score_library(ports, second)
    return Library(tracks=tracks, champion=first)


def annotate(ports: ApiPorts, track_id: UUID, who: Annotator, emotion: str) -> None:
    ports.store.transact(
        "test.agree",
        lambda repositories: repositories.annotations.append_annotation(
            track_id, who, taxonomy="mood4", emotion=emotion
        ),
    )


def agree(ports: ApiPorts, add_track: AddTrack) -> None:
    """On eight tracks of the demo library a third playlist says what the careful one says, and never the sloppy one."""
    for n in range(8):
        track_id = add_track(title=f"beside {n}", artist=f"beside {n}", synthetic=True)
        for who, emotion in ((CAREFUL, "sad"), (THIRD, "sad"), (SLOPPY, "happy")):
            annotate(ports, track_id, who, emotion)


def of_emotion(client: TestClient, library: Library) -> dict[str, Expected]:
    """By `/tracks/<id>/emotion`; where nothing is known it refuses."""
    found: dict[str, Expected] = {}
    for name, track_id in library.tracks.items():
        answer = client.get(f"/tracks/{track_id}/emotion")
        body = answer.json() if answer.status_code == 200 else {"emotion": None, "decided_by": None, "basis": None}
        if answer.status_code == 200:
            assert (body["model"] is None) is (body["predicted"] is None) is (body["basis"] is None)
            assert body["model"] is None or body["model"]["id"] == str(library.champion)
        found[name] = (body["emotion"], body["decided_by"], body["basis"])
    return found


def of_list(client: TestClient, library: Library) -> dict[str, Expected]:
    items = client.get("/tracks", params={"synthetic": False, "limit": 100}).json()["items"]
    assert {item["model_id"] for item in items} <= {str(library.champion), None}
    return {library.name_of(item["id"]): (item["emotion"], item["decided_by"], item["basis"]) for item in items}


def of_one_track(client: TestClient, library: Library) -> dict[str, Expected]:
    items = [client.get(f"/tracks/{track_id}").json() for track_id in library.tracks.values()]
    return {library.name_of(item["id"]): (item["emotion"], item["decided_by"], item["basis"]) for item in items}


def of_filtered_lists(client: TestClient, library: Library) -> dict[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(library.tracks)
    for emotion in MOOD4.emotions:
        for item in client.get("/tracks", params={"emotion": emotion, "synthetic": False}).json()["items"]:
            assert found[library.name_of(item["id"])] is None, "in one list only"
            found[library.name_of(item["id"])] = emotion
    return found


def of_export(client: TestClient, library: Library, form: str) -> dict[str, Expected]:
    text = client.get("/export", params={"format": form}).text
    rows = [json.loads(line) for line in text.splitlines()] if form == "jsonl" else csv.DictReader(io.StringIO(text))
    return {
        library.name_of(row["id"]): (row["emotion"] or None, row["decided_by"] or None, row["basis"] or None)
        for row in rows
    }


def of_similar(client: TestClient, library: Library) -> dict[str, Expected]:
    """Of the tracks that have audio."""
    found: dict[str, Expected] = {}
    for name in ("the model alone", "what both champions read"):
        params = {"by": "descriptors", "limit": 100}
        for item in client.get(f"/tracks/{library.tracks[name]}/similar", params=params).json()["items"]:
            found[library.name_of(item["track_id"])] = (item["emotion"], item["decided_by"], item["basis"])
    return found


def test_every_place_says_the_same_of_the_same_tracks(client: TestClient, library: Library) -> None:
    expected = {name: song.expected for name, song in SONGS.items()}
    assert of_list(client, library) == expected
    assert of_emotion(client, library) == expected
    assert of_list(client, library) == expected, "asking changes nothing"
    assert of_one_track(client, library) == expected
    assert of_filtered_lists(client, library) == {name: emotion for name, (emotion, _, _) in expected.items()}
    for form in ("jsonl", "csv"):
        assert of_export(client, library, form) == expected
    assert of_similar(client, library) == {name: song.expected for name, song in SONGS.items() if song.sounds}
    tally: dict[str, Counter[str]] = {}
    for emotion, decided_by, _ in expected.values():
        tally.setdefault(emotion or "undecided", Counter())[decided_by or "undecided"] += 1
    assert client.get("/dataset/report").json()["decisions"] == {name: dict(n) for name, n in tally.items()}


@pytest.mark.parametrize("emotion", MOOD4.emotions)
def test_playlists_and_similar_tracks_of_an_emotion_are_those_that_are_decided_so(
    client: TestClient, library: Library, emotion: str
) -> None:
    decided = {name for name, song in SONGS.items() if song.expected[0] == emotion}
    rows = client.get("/export", params={"format": "jsonl", "emotion": emotion}).text.splitlines()
    assert {library.name_of(json.loads(row)["id"]) for row in rows} == decided
    asked = library.tracks["the model alone"]
    params = {"by": "descriptors", "emotion": emotion, "limit": 100}
    items = client.get(f"/tracks/{asked}/similar", params=params).json()["items"]
    assert {library.name_of(item["track_id"]) for item in items} == {
        name for name in decided if SONGS[name].sounds and name != "the model alone"
    }


def test_labels_weigh_the_same_in_a_track_in_an_export_in_the_report_and_in_an_evaluation(
    client: TestClient, library: Library, evaluated: Evaluated
) -> None:
    name = "playlists of unlike weight without audio"
    labels = client.get(f"/tracks/{library.tracks[name]}").json()["labels"]
    assert next(label["emotion"] for label in labels if label["taxonomy"] == "mood4") == "sad"
    row = next(json.loads(r) for r in client.get("/export?format=jsonl").text.splitlines() if name in r)
    assert (row["label"], row["annotator"]) == ("sad", "careful")
    (conflict,) = [
        found
        for found in client.get("/dataset/report").json()["conflicts"]
        if found["track_id"] == str(library.tracks[name])
    ]
    assert conflict["label"] == "sad"
    job = evaluated(library.champion, annotator_kind="playlist")
    assert "'labelled': 1" in client.get(f"/jobs/{job['id']}/items").json()["items"][0]["detail"]


def test_a_list_by_judgement_has_what_somebody_said_whoever_decided(client: TestClient, library: Library) -> None:
    found = client.get("/tracks", params={"judged_as": "happy", "synthetic": False}).json()["items"]
    assert {library.name_of(item["id"]) for item in found} == {
        name for name, song in SONGS.items() if "happy" in {emotion for _, emotion in song.says}
    }
    both = client.get("/tracks", params={"judged_as": "happy", "emotion": "sad", "synthetic": False}).json()["items"]
    assert {library.name_of(item["id"]) for item in both} == {
        "a table against the model",
        "playlists of unlike weight without audio",
    }


def test_words_of_another_taxonomy_are_listed_in_that_one(client: TestClient, library: Library) -> None:
    track_id = library.tracks["nothing known"]
    client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "Q2", "taxonomy": "quadrant4"})
    (item,) = client.get("/tracks", params={"emotion": "Q2"}).json()["items"]
    assert (item["id"], item["taxonomy"], item["emotion"]) == (str(track_id), "quadrant4", "Q2")
    positive = client.get("/tracks", params={"emotion": "positive", "taxonomy": "binary", "synthetic": False})
    assert {library.name_of(item["id"]) for item in positive.json()["items"]} == {
        "a person against model and table",
        "a table against the model",
        "numbers that only the newer champion reads",
    }


def test_exports_lists_and_the_report_say_how_many_are_not_scored_yet(
    client: TestClient, ports: ApiPorts, library: Library, add_track: AddTrack
) -> None:
    def counts() -> tuple[int, str, int]:
        return (
            client.get("/tracks", params={"synthetic": False}).json()["n_not_scored"],
            client.get("/export").headers["Mer-Not-Scored"],
            client.get("/dataset/report").json()["n_not_scored"],
        )

    assert counts() == (0, "0", 0), "a track without audio waits for nothing"
    for n in range(3):
        add_song(ports, add_track, f"new {n}", Song(sounds="sad"))
    assert counts() == (3, "3", 3)
    score_library(ports, library.champion)
    assert counts() == (0, "0", 0)


def test_a_promoted_newcomer_is_asked_everywhere_at_the_same_moment(
    client: TestClient, ports: ApiPorts, library: Library, contrary: TrainedCandidate
) -> None:
    newcomer = publish(ports, contrary, judged=library.tracks["nothing known"])
    assert client.get("/tracks").json()["n_not_scored"] > 0
    assert {json.loads(row)["predicted"] for row in client.get("/export?format=jsonl").text.splitlines()} == {None}
    score_library(ports, newcomer)
    name = "what both champions read"
    expected = ("sad", "model", "held_out")
    assert of_emotion(client, Library(tracks={name: library.tracks[name]}, champion=newcomer))[name] == expected
    by_newcomer = Library(tracks=library.tracks, champion=newcomer)
    assert of_list(client, by_newcomer)[name] == of_export(client, by_newcomer, "csv")[name] == expected
