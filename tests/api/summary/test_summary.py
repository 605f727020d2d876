"""`GET /summary`: every track counts once, as lists and `/tracks/<id>/emotion` say of it."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.store.tables import Track
from shared.store.tracks.annotations import AnnotationRepository
from tests.api.conftest import AddTrack
from tests.support.console_library import N_ANSWERED, N_TRACKS, SONG_S, fill_library
from tests.support.problem_answers import problem

pytestmark = pytest.mark.slow


@pytest.fixture
def track_ids(ports: ApiPorts, folder: Path) -> list[UUID]:
    return fill_library(ports, folder / "music")


def summarise(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.get("/summary", params=asked)
    assert answer.status_code == 200, answer.text
    summary: dict[str, Any] = answer.json()
    states = ("n_analysed", "n_pending", "n_stale", "n_failed", "n_without_audio")
    assert summary["n_tracks"] == sum(summary[name] for name in states)
    others = summary["n_none"] + summary["n_not_music"] + summary["n_undecided"]
    assert summary["n_tracks"] == sum(mood["n_tracks"] for mood in summary["moods"]) + others
    return summary


def test_a_library_is_counted_by_analysis_and_by_mood(client: TestClient, track_ids: list[UUID]) -> None:
    summary = summarise(client)
    assert (summary["taxonomy"], summary["n_tracks"]) == ("quadrant4", N_TRACKS)
    assert (summary["n_analysed"], summary["n_pending"], summary["n_failed"]) == (N_ANSWERED + 1, 1, 2)
    assert summary["failures"] == {"undecodable": 1, "too_short": 1}
    assert summary["not_music"] == {"other": 1}
    assert summary["n_undecided"] == 3, "two that failed, and one that waits"
    assert summary["decided_by"] == {"person": 1, "model": N_ANSWERED - 1, "playlist": 0, "import": 0}
    assert {mood["emotion_name"]: mood["n_tracks"] for mood in summary["moods"]} == {
        "happy": 7,
        "tense": 8,
        "sad": 8,
        "calm": 9,
    }
    assert summary["duration_s"] == N_ANSWERED * SONG_S
    assert summary["model"]["taxonomy"] == "quadrant4"
    assert summary["accuracy"]["measured_on"] == "held_out"
    assert (summary["accuracy"]["right"], summary["accuracy"]["answered"]) == (457, 596)
    assert summary["accuracy"]["by_emotion"][0] == {
        "emotion": "Q1",
        "emotion_name": "happy",
        "right": 132,
        "answered": 167,
    }


def test_moods_are_those_of_the_list_of_tracks(client: TestClient, track_ids: list[UUID]) -> None:
    for mood in summarise(client)["moods"]:
        listed = client.get("/tracks", params={"emotion": mood["emotion"], "taxonomy": "quadrant4"}).json()["items"]
        assert len(listed) == mood["n_tracks"]
        assert [track["id"] for track in listed[:3]] == [track["id"] for track in mood["examples"]]
        by_model = [track for track in listed if track["decided_by"] == "model"]
        assert sum(mood["by_probability"]) == len(by_model)
        sets = [
            client.get(f"/tracks/{track['id']}/emotion", params={"coverage": 0.9}).json()["prediction_set"]
            for track in by_model
        ]
        assert sum(len(prediction_set) >= 3 for prediction_set in sets) == mood["n_unsure"]
    assert any(mood["n_unsure"] for mood in summarise(client)["moods"])


def test_merged_and_missing_tracks_are_counted_once_or_apart(
    client: TestClient, ports: ApiPorts, track_ids: list[UUID]
) -> None:
    before = summarise(client)
    ports.store.transact_session(
        "test.merge", lambda session: setattr(session.get_one(Track, track_ids[1]), "merged_into", track_ids[5])
    )
    ports.store.transact_session(
        "test.missing", lambda session: setattr(session.get_one(Track, track_ids[2]), "missing_since", "2026-11-30")
    )
    after = summarise(client)
    assert (before["n_missing"], after["n_missing"]) == (0, 1)
    assert after["n_tracks"] == before["n_tracks"] - 2


def test_a_label_by_a_person_moves_a_track_at_once(client: TestClient, track_ids: list[UUID]) -> None:
    said = {"emotion": "Q1", "taxonomy": "quadrant4"}
    assert client.put(f"/tracks/{track_ids[-1]}/annotations/ada", json=said).status_code == 201
    summary = summarise(client)
    assert summary["n_not_music"] == 0, "who gives it a mood says that it is music"
    assert (summary["decided_by"]["person"], summary["moods"][0]["n_tracks"]) == (2, 8)


def test_without_a_model_labels_of_tables_are_counted(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track_id = add_track()
    add_track(title="Air")
    ports.store.transact_session(
        "test.label",
        lambda session: AnnotationRepository(session).append_annotation(
            track_id, Annotator(AnnotatorKind.IMPORT, "table"), taxonomy="mood4", emotion="sad"
        ),
    )
    summary = summarise(client)
    assert (summary["model"], summary["accuracy"]) == (None, None)
    assert (summary["n_without_audio"], summary["n_undecided"]) == (2, 1)
    assert {mood["emotion"]: mood["n_tracks"] for mood in summary["moods"]}["sad"] == 1
    assert summary["decided_by"]["import"] == 1
    assert summarise(client, synthetic="true")["n_tracks"] == 0
    problem(client.get("/summary?taxonomy=colour"), 422, "unknown_taxonomy")
