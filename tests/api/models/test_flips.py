"""What a promotion would change, and the answers of a model that is asked for by name."""

from dataclasses import replace
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.api.settings import ApiSettings
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.emotion import MOOD4
from tests.api.conftest import AddTrack, asking
from tests.api.models.conftest import Publish
from tests.support.featurized_tracks import featurize_emotion
from tests.support.problem_answers import problem
from tests.support.published_models import train


@pytest.fixture(scope="module")
def other_mood4() -> TrainedCandidate:
    """Another model, which answers calm for sad and sad for calm."""
    return train(taxonomy="mood4", seed=7, swapped={"calm": "sad", "sad": "calm"})


@pytest.fixture
def heard(ports: ApiPorts, add_track: AddTrack) -> dict[str, UUID]:
    """A track of each mood, and one that has no features."""
    tracks = {emotion: add_track(title=emotion) for emotion in MOOD4.emotions}
    for emotion, track_id in tracks.items():
        featurize_emotion(ports, track_id, emotion)
    return {**tracks, "none": add_track(title="unheard")}


def test_flips_are_the_tracks_whose_emotion_would_change(
    client: TestClient, published: Publish, other_mood4: TrainedCandidate, heard: dict[str, UUID]
) -> None:
    champion, candidate = published(right=0.6, promote=True), published(right=0.9, of=other_mood4)
    said = client.get(f"/models/{candidate}/flips")
    assert said.status_code == 200, said.text
    found = said.json()
    assert (found["compared"], found["flips"], found["held"]) == (4, 2, 0)
    assert found["against"]["id"] == champion
    assert {(flip["track_id"], flip["before"], flip["after"]) for flip in found["items"]} == {
        (str(heard["calm"]), "calm", "sad"),
        (str(heard["sad"]), "sad", "calm"),
    }
    assert {(c["before"], c["after"], c["tracks"]) for c in found["changes"]} == {
        ("calm", "sad", 1),
        ("sad", "calm", 1),
    }
    assert client.post(f"/models/{candidate}/promote").status_code == 200
    for emotion in ("calm", "sad"):
        now = client.get(f"/tracks/{heard[emotion]}/emotion").json()
        assert now["emotion"] != emotion, "what was announced is what happens"


def test_flips_come_in_pages_and_what_a_person_said_does_not_flip(
    client: TestClient,
    published: Publish,
    other_mood4: TrainedCandidate,
    heard: dict[str, UUID],
    add_track: AddTrack,
    ports: ApiPorts,
) -> None:
    published(right=0.6, promote=True)
    candidate = published(right=0.9, of=other_mood4)
    another = add_track()
    featurize_emotion(ports, another, "sad")
    client.put(f"/tracks/{heard['calm']}/annotations/ada", json={"emotion": "happy"})
    first = client.get(f"/models/{candidate}/flips", params={"limit": 1}).json()
    second = client.get(f"/models/{candidate}/flips", params={"limit": 1, "cursor": first["next"]}).json()
    assert (first["flips"], first["held"]) == (2, 1)
    assert [first["items"][0]["track_id"], second["items"][0]["track_id"]] == sorted([str(heard["sad"]), str(another)])


def test_a_large_library_is_scored_by_a_job_before_flips_are_listed(
    ports: ApiPorts, published: Publish, heard: dict[str, UUID]
) -> None:
    published(right=0.6, promote=True)
    candidate = published(right=0.9)
    with asking(replace(ports, settings=ApiSettings(score_at_once=2))) as client:
        said, again = (client.get(f"/models/{candidate}/flips") for _ in range(2))
    assert said.status_code == 202, said.text
    assert said.headers["Location"] == f"/jobs/{said.json()['id']}"
    assert said.json()["kind"] == "score"
    assert again.json()["id"] == said.json()["id"], "one job is enough"


def test_a_champion_has_nothing_to_be_compared_with_unless_another_is_named(
    client: TestClient, published: Publish, heard: dict[str, UUID]
) -> None:
    champion, other = published(right=0.6, promote=True), published(right=0.5)
    problem(client.get(f"/models/{champion}/flips"), 409, "nothing_to_compare")
    found = client.get(f"/models/{champion}/flips", params={"against": other}).json()
    assert (found["compared"], found["flips"]) == (4, 0)
    problem(client.get(f"/models/{champion}/flips", params={"against": "nobody"}), 404, "not_found")


def test_any_published_model_answers_when_it_is_named(
    client: TestClient, published: Publish, other_mood4: TrainedCandidate, heard: dict[str, UUID]
) -> None:
    champion, candidate = published(right=0.6, promote=True), published(right=0.9, of=other_mood4)
    where = f"/tracks/{heard['calm']}/emotion"
    assert client.get(where).json()["model"]["id"] == champion
    named = client.get(where, params={"model": candidate}).json()
    assert (named["model"]["id"], named["emotion"]) == (candidate, "sad")
    problem(client.get(where, params={"model": "nobody"}), 404, "not_found")
    problem(client.get(where, params={"model": candidate, "taxonomy": "binary"}), 422, "other_taxonomy")


def test_a_named_model_is_held_to_the_same_honesty(
    client: TestClient, ports: ApiPorts, published: Publish, add_track: AddTrack
) -> None:
    model = published(right=0.9)
    piece = add_track(synthetic=True)
    featurize_emotion(ports, piece, "calm")
    refused = client.get(f"/tracks/{piece}/emotion", params={"model": model})
    assert "real tracks" in problem(refused, 422, "other_library")
    unheard = add_track()
    problem(client.get(f"/tracks/{unheard}/emotion", params={"model": model}), 422, "no_audio")


def test_an_answer_comes_with_a_set_that_grows_with_the_coverage(
    client: TestClient, published: Publish, heard: dict[str, UUID]
) -> None:
    published(right=0.6, promote=True)
    where = f"/tracks/{heard['sad']}/emotion"
    usual = client.get(where).json()
    assert (usual["coverage"], usual["prediction_set"][0]) == (0.9, "sad")
    sizes = [len(client.get(where, params={"coverage": c}).json()["prediction_set"]) for c in (0.5, 0.9, 0.99)]
    assert sizes == sorted(sizes)
    problem(client.get(where, params={"coverage": 1.0}), 422, "invalid_request")
