"""A taxonomy of one's own, made by merging labels, wherever one of ours is taken."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import MOOD4, merge_taxonomy
from tests.api.conftest import AddTrack, Evaluated
from tests.support.featurized_tracks import featurize_emotion
from tests.support.problem_answers import problem
from tests.support.published_models import Judged, publish, train

OURS = merge_taxonomy(MOOD4, {"quiet": ["calm", "sad"], "loud": ["energetic"]})
ADA = Annotator(AnnotatorKind.PERSON, "ada")
TABLE = Annotator(AnnotatorKind.IMPORT, "table.csv")

AddSong = Callable[..., UUID]


@pytest.fixture(scope="module")
def ours() -> TrainedCandidate:
    return train(taxonomy=OURS.name)


@pytest.fixture(scope="module")
def contrary() -> TrainedCandidate:
    """It takes loud for quiet and quiet for loud."""
    return train(taxonomy=OURS.name, swapped={"quiet": "loud", "loud": "quiet"})


@pytest.fixture
def song(ports: ApiPorts, add_track: AddTrack) -> AddSong:
    """`song("quiet", says="sad", who=ADA)`: a track that sounds so, judged in the words of mood4."""

    def make(sounds: str, *, says: str | None = None, who: Annotator = TABLE, artist: str = "vox") -> UUID:
        track_id = add_track(artist=artist)
        featurize_emotion(ports, track_id, sounds, taxonomy=OURS.name)
        if says is not None:
            ports.store.transact(
                "test.say",
                lambda repositories: repositories.annotations.append_annotation(
                    track_id, who, taxonomy="mood4", emotion=says
                ),
            )
        return track_id

    return make


def emotion_of(client: TestClient, track_id: UUID) -> Any:
    answer = client.get(f"/tracks/{track_id}/emotion", params={"taxonomy": OURS.name})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_person_s_word_is_read_through_the_merge_and_one_that_is_left_out_decides_nothing(
    client: TestClient, ports: ApiPorts, ours: TrainedCandidate, song: AddSong
) -> None:
    sad, happy, nobody = song("loud", says="sad", who=ADA), song("loud", says="happy", who=ADA), song("quiet")
    publish(ports, ours, judged=nobody)
    said = [emotion_of(client, track_id) for track_id in (sad, happy, nobody)]
    assert [(one["emotion"], one["decided_by"]) for one in said] == [
        ("quiet", "person"),
        ("loud", "model"),
        ("quiet", "model"),
    ]
    assert (said[0]["predicted"], said[0]["label"]["taxonomy"], said[1]["label"]) == ("loud", OURS.name, None)


def test_flips_leave_out_what_a_person_decides_through_the_merge(
    client: TestClient, ports: ApiPorts, ours: TrainedCandidate, contrary: TrainedCandidate, song: AddSong
) -> None:
    held, open_ = song("loud", says="calm", who=ADA), song("loud", says="happy", who=ADA)
    publish(ports, ours, judged=open_)
    other = publish(ports, contrary, judged=open_, promote=False)
    found = client.get(f"/models/{other}/flips").json()
    assert (found["compared"], found["flips"], found["held"]) == (2, 1, 1)
    assert [item["track_id"] for item in found["items"]] == [str(open_)]
    assert str(held) not in str(found["items"])


def test_champions_of_a_custom_taxonomy_are_listed_and_rolled_back(
    client: TestClient, ports: ApiPorts, ours: TrainedCandidate, contrary: TrainedCandidate, song: AddSong
) -> None:
    track_id = song("quiet")
    first, second = (str(publish(ports, one, judged=track_id)) for one in (ours, contrary))
    listed = client.get("/models", params={"taxonomy": OURS.name}).json()["items"]
    assert [model["id"] for model in listed] == [second, first]
    assert client.get("/models", params={"taxonomy": "mood4"}).json()["items"] == []
    back = client.post("/models/rollback", json={"taxonomy": OURS.name, "inputs": "descriptors"})
    assert (back.status_code, back.json()["id"]) == (200, first)


def test_a_custom_model_is_judged_on_other_labels_and_its_report_names_its_emotions(
    client: TestClient, ports: ApiPorts, ours: TrainedCandidate, song: AddSong, evaluated: Evaluated
) -> None:
    learned = song("quiet", artist="Known")
    row = Judged(track_id=learned, target="quiet", group="known", probabilities=[0.2, 0.8])
    model = publish(ports, ours, judged=[row])
    for n in range(12):
        says = ("calm", "energetic", "sad", "happy")[n % 4]
        song("loud" if says == "energetic" else "quiet", says=says, artist=f"new {n}")
    evaluated(model)
    report = client.get(f"/models/{model}/report").json()
    (found,) = report["evaluations"]
    assert found["counts"]["judged"] == 9, "happy stands for nothing here"
    assert found["metrics"]["macro_f1"]["value"] == 1.0
    assert report["classes"] == ["loud", "quiet"]
    assert "quiet" in client.get(f"/models/{model}/report.html").text


@pytest.mark.parametrize("path", ["/annotators", "/dataset/report", "/dataset/report.html", "/export", "/models"])
def test_lists_and_reports_speak_a_custom_taxonomy(client: TestClient, song: AddSong, path: str) -> None:
    song("quiet", says="sad")
    answer = client.get(path, params={"taxonomy": OURS.name})
    assert answer.status_code == 200, answer.text


def test_an_export_keeps_the_tracks_of_a_custom_emotion(client: TestClient, song: AddSong) -> None:
    quiet = [song("quiet", says=says) for says in ("sad", "calm")]
    song("loud", says="energetic")
    rows = client.get(
        "/export", params={"taxonomy": OURS.name, "emotion": "quiet", "format": "jsonl"}
    ).text.splitlines()
    assert len(rows) == 2
    assert all(str(track_id) in "".join(rows) for track_id in quiet)


def test_a_name_that_no_merge_has_is_refused_with_an_example(client: TestClient) -> None:
    detail = problem(client.get("/models", params={"taxonomy": "mood4-1234abcd"}), 422, "unknown_taxonomy")
    assert "mood4.loud-energetic-happy.quiet-calm-sad" in detail
    said = client.post("/train", json={"taxonomy": "mood4.loud-energetic.loud-calm"})
    assert said.status_code == 422
