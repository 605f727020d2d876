"""Quadrants by their words: shown beside Q1 to Q4, and accepted in their place."""

import csv
import io
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from shared.registry.champions import AnsweringRule, ChampionCache
from tests.api.conftest import AddTrack, asking
from tests.api.tracks.test_tracks import label_of, say
from tests.support.problem_answers import problem
from tests.support.served_api import RunMer

QUADRANTS = {"taxonomy": "quadrant4"}


def listed(client: TestClient, **query: Any) -> list[UUID]:
    answer = client.get("/tracks", params=query)
    assert answer.status_code == 200, answer.text
    return [UUID(item["id"]) for item in answer.json()["items"]]


@pytest.mark.parametrize("word", ["happy", "Happy", "Q1"])
def test_a_person_may_say_the_word_of_a_quadrant_and_the_quadrant_is_stored(
    client: TestClient, add_track: AddTrack, word: str
) -> None:
    track_id = add_track()
    answer = client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": word, **QUADRANTS})
    assert answer.status_code == 201
    assert (answer.json()["emotion"], answer.json()["emotion_name"]) == ("Q1", "happy")
    assert label_of(client, track_id, "quadrant4") == "Q1"
    assert label_of(client, track_id, "mood4") is None, "the word of a quadrant is no mood"
    assert say(client, track_id, "Q1", taxonomy="quadrant4") == 200, "it was said before"


def test_every_answer_shows_the_word_beside_the_emotion(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track()
    say(client, track_id, "Q2", taxonomy="quadrant4")
    say(client, track_id, "calm")
    answer = client.get(f"/tracks/{track_id}/emotion", params=QUADRANTS).json()
    assert (answer["emotion"], answer["emotion_name"], answer["label"]["emotion_name"]) == ("Q2", "tense", "tense")
    answer = client.get(f"/tracks/{track_id}/emotion").json()
    assert (answer["taxonomy"], answer["emotion"], answer["emotion_name"]) == ("mood4", "calm", "calm")
    (item,) = client.get("/tracks", params=QUADRANTS).json()["items"]
    assert (item["emotion"], item["emotion_name"]) == ("Q2", "tense")
    assert {label["emotion_name"] for label in item["labels"] if label["taxonomy"] == "quadrant4"} == {"tense"}
    assert [annotation["emotion_name"] for annotation in item["annotations"]] == ["tense", "calm"]
    given = client.get(f"/tracks/{track_id}/annotations").json()["items"]
    assert [annotation["emotion_name"] for annotation in given] == ["tense", "calm"]


def test_where_there_is_no_emotion_there_is_no_word(client: TestClient, add_track: AddTrack) -> None:
    track_id = add_track()
    client.put(f"/tracks/{track_id}/annotations/ada", json={"tags": ["rainy"]})
    (item,) = client.get("/tracks", params=QUADRANTS).json()["items"]
    assert (item["emotion"], item["emotion_name"]) == (None, None)
    assert (item["annotations"][0]["emotion"], item["annotations"][0]["emotion_name"]) == (None, None)


def test_lists_and_exports_are_asked_by_the_word_as_well(client: TestClient, add_track: AddTrack) -> None:
    tense, happy, in_moods = (add_track(title=title) for title in ("tense", "happy", "in moods"))
    say(client, tense, "Q2", taxonomy="quadrant4")
    say(client, happy, "Q1", taxonomy="quadrant4")
    say(client, in_moods, "happy")
    assert listed(client, emotion="tense", **QUADRANTS) == listed(client, emotion="Q2", **QUADRANTS) == [tense]
    assert listed(client, emotion=["TENSE", "Q1"], **QUADRANTS) == [tense, happy]
    assert listed(client, emotion="tense") == [tense], "no other taxonomy has such a word"
    assert listed(client, emotion="happy") == [in_moods], "an emotion of the taxonomy that answers is no word"
    refused = client.get("/tracks", params={"emotion": "energetic", **QUADRANTS})
    assert "quadrant4 has no emotion 'energetic'; it has Q1, Q2, Q3, Q4" in problem(refused, 422, "unknown_emotion")
    exported = client.get("/export", params={"emotion": "tense", **QUADRANTS}).text
    (row,) = csv.DictReader(io.StringIO(exported))
    assert (row["id"], row["emotion"], row["emotion_name"]) == (str(tense), "Q2", "tense")


def test_without_a_taxonomy_a_word_is_of_the_taxonomy_that_answers(ports: ApiPorts, add_track: AddTrack) -> None:
    happy, sad = add_track(), add_track()
    rule = AnsweringRule(default_taxonomy="quadrant4")
    champions = ChampionCache(ports.store, ports.blobs, cache_s=0.0, rule=rule)
    with asking(replace(ports, champions=champions)) as client:
        say(client, happy, "Q1", taxonomy="quadrant4")
        say(client, sad, "Q3", taxonomy="quadrant4")
        assert listed(client, emotion="happy") == [happy]
        assert listed(client, emotion="happy", taxonomy="mood4") == []


def test_the_command_line_takes_and_shows_the_word(mer: RunMer, add_track: AddTrack) -> None:
    track_id = str(add_track())
    quadrants = ("--taxonomy", "quadrant4")
    assert "ada says Q4 calm (quadrant4)" in mer("label", track_id, "calm", *quadrants, "--as", "ada")
    assert "Q4 calm (quadrant4)" in mer("label", track_id)
    assert "Q4 calm (person)" in mer("tracks", "--emotion", "calm", *quadrants)
    assert "quadrant4: Q4 calm" in mer("emotion", track_id, *quadrants)
