"""Crawl, train, ask: the whole way over real workers."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.system.conftest import N_ARTISTS, SR
from tests.support import audio
from tests.support.catalogue_values import value_in_range
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


def track_of(system: System, title: str) -> Any:
    return system.api.get("/tracks", params={"q": title}).json()["items"][0]


@pytest.mark.parametrize("read", ["descriptors", "mel"])
def test_a_labelled_table_becomes_a_champion_that_answers(system: System, labelled: Path, read: str) -> None:
    body = {"estimators": ["svm", "majority"], "inputs": [read], "taxonomy": "quadrant4", "seed": 1}
    ended = system.ended(system.post("/train", body))
    assert ended["items"]["done"] == 2, system.api.get(f"/jobs/{ended['id']}/items").text
    models = system.api.get("/models", params={"taxonomy": "quadrant4", "limit": 2}).json()["items"]
    by_estimator = {model["estimator"]: model for model in models}
    assert "promotion" in by_estimator["svm"]["metrics"]
    metrics = by_estimator["svm"]["metrics"]
    assert metrics["accuracy"]["value"] > 0.8
    assert metrics["chance"]["accuracy"]["value"] <= 0.5
    assert by_estimator["majority"]["state"] == "candidate", "the floor is never promoted"
    card = by_estimator["svm"]["card"]
    assert card["leak_report"]["clean"]
    assert card["data_counts"]["n_artist_groups"] == N_ARTISTS
    track = track_of(system, "song 1")
    answer = system.api.get(f"/tracks/{track['id']}/emotion", params={"taxonomy": "quadrant4"}).json()
    assert answer["emotion"] == "Q1"
    assert sum(answer["probabilities"].values()) == pytest.approx(1.0, abs=1e-4)
    assert answer["label"]["emotion"] == "Q1"
    assert answer["label"]["annotator"]["kind"] == "import"


def test_a_track_that_the_champion_cannot_read_has_its_label_and_the_model_that_is_asked_for(
    system: System, champion: None
) -> None:
    """A table with catalogue columns only, beside champions that read audio."""
    path = system.music / "catalogue only.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        columns = (
            "danceability",
            "energy",
            "key",
            "loudness",
            "mode",
            "speechiness",
            "acousticness",
            "instrumentalness",
            "liveness",
            "valence",
            "tempo",
            "duration_ms",
            "time_signature",
        )
        writer.writerow(["title", "artist", "quadrant", *columns])
        for i in range(40):
            values = [value_in_range(column, 0.9 if i % 2 else 0.1) for column in columns[:10]] + [120, 200_000, 4]
            writer.writerow([f"catalogue {i}", f"singer {i}", "Q1" if i % 2 else "Q3", *values])
    assert system.ended(system.post("/crawl", {"source": "table", "path": str(path)}))["items"]["done"] == 40
    track = track_of(system, "catalogue 1")
    where = f"/tracks/{track['id']}/emotion"
    unread = system.api.get(where, params={"taxonomy": "quadrant4"}).json()
    assert (unread["emotion"], unread["decided_by"], unread["model"]) == ("Q1", "import", None)
    body = {"estimators": ["svm"], "inputs": ["catalogue"], "taxonomy": "quadrant4"}
    assert system.ended(system.post("/train", body))["state"] == "done"
    models = system.api.get("/models", params={"taxonomy": "quadrant4"}).json()["items"]
    model = next(model for model in models if model["inputs"] == "catalogue")
    assert model["state"] == "champion"
    answer = system.api.get(where, params={"taxonomy": "quadrant4", "model": model["id"]}).json()
    assert (answer["emotion"], answer["model"]["inputs"]) == ("Q1", "catalogue")
    heard = system.api.get(f"/tracks/{track_of(system, 'song 1')['id']}/emotion", params={"taxonomy": "quadrant4"})
    assert heard.json()["model"]["inputs"] in {"descriptors", "mel"}


def test_the_word_of_a_person_wins_from_then_on(system: System, champion: None) -> None:
    track = track_of(system, "song 3")
    system.api.put(f"/tracks/{track['id']}/annotations/ann", json={"emotion": "Q3", "taxonomy": "quadrant4"})
    answer = system.api.get(f"/tracks/{track['id']}/emotion", params={"taxonomy": "quadrant4"}).json()
    assert (answer["emotion"], answer["decided_by"], answer["predicted"]) == ("Q3", "person", "Q1")
    assert answer["label"]["annotator"] == {"kind": "person", "name": "ann"}
    # other tests of this system count on the labels of the table
    assert system.api.delete(f"/tracks/{track['id']}/annotations/ann").status_code == 200


def test_crawling_the_folder_of_a_table_finds_the_same_tracks(system: System, labelled: Path) -> None:
    ended = system.ended(system.post("/crawl", {"source": "folder", "path": str(labelled)}))
    assert ended["items"]["skipped"] == ended["items"]["requested"] == N_ARTISTS
    assert ended["reasons"] == {"unchanged": N_ARTISTS}


def test_a_file_that_changed_is_analysed_again(system: System) -> None:
    folder = system.music / "changing"
    folder.mkdir()
    audio.write(folder / "a.wav", audio.tone(437, duration_s=6.0), sr=SR, form="wav16")
    job = system.ended(system.post("/crawl", {"source": "folder", "path": str(folder)}))
    item = system.api.get(f"/jobs/{job['id']}/items").json()["items"][0]
    audio.write(folder / "a.wav", audio.noise(duration_s=8.0), sr=SR, form="wav16")
    again = system.ended(system.post("/crawl", {"source": "folder", "path": str(folder)}))
    assert again["items"]["done"] == 1
    new = system.api.get(f"/jobs/{again['id']}/items").json()["items"][0]["track_id"]
    assert new != item["track_id"], "another sound is another track"
    assert system.api.get(f"/tracks/{item['track_id']}").json()["missing_since"] is not None


def test_a_cancelled_crawl_counts_out(system: System) -> None:
    folder = system.music / "cancelled"
    folder.mkdir()
    for i in range(12):
        audio.write(folder / f"{i}.wav", audio.noise(duration_s=6.0, seed=9_000 + i), sr=SR, form="wav16")
    point = "after.featurize.claim"
    system.points.arm(point)
    job = system.post("/crawl", {"source": "folder", "path": str(folder)})
    pid = system.points.reached(point)
    cancelled = system.api.delete(f"/jobs/{job['id']}").json()
    system.points.release(point, pid)
    assert cancelled["state"] == "cancelled"
    items = cancelled["items"]
    assert items["requested"] == items["done"] + items["failed"] + items["skipped"] == 12
    assert items["skipped"] >= 1


def test_the_demo_trains_a_model_for_synthetic_tracks_only(system: System, champion: None) -> None:
    crawl = system.ended(system.post("/crawl", {"source": "demo", "limit": 24}))
    assert crawl["items"]["done"] == 24, crawl
    assert system.api.get("/tracks", params={"synthetic": True, "limit": 500}).json()["items"][0]["synthetic"]
    body = {"estimators": ["svm"], "inputs": ["descriptors"], "taxonomy": "binary", "library": "synthetic"}
    # the first 24 pieces are the calm and the sad ones: one class of `binary`, which is not enough to learn from
    assert system.ended(system.post("/train", body))["reason"] == "not_enough_labels"
    assert system.ended(system.post("/crawl", {"source": "demo"}))["items"]["done"] == 24
    assert system.ended(system.post("/train", body))["state"] == "done"
    model = system.api.get("/models", params={"taxonomy": "binary"}).json()["items"]
    assert [m["synthetic"] for m in model] == [True] * len(model)
    real = track_of(system, "song 1")
    refused = system.api.get(f"/tracks/{real['id']}/emotion", params={"taxonomy": "binary"})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_model")


def test_the_parents_of_forking_workers_hold_nothing_that_cannot_bear_a_fork(system: System) -> None:
    """A forked child of a parent that holds TensorFlow hangs. The trainer's parent imports the other learning libraries
    for its children, without calling them (decision 0085); other parents need none.
    """
    learning = ("sklearn", "onnxruntime")
    for worker, refused in (("trainer", ()), ("crawler", learning), ("beat", learning)):
        loaded = Path(f"/proc/{system.pid(worker)}/maps").read_text()
        assert "pydantic_core" in loaded, "the check sees loaded libraries"
        for library in ("tensorflow", "torch", *refused):
            assert f"/{library}/" not in loaded, f"{worker} holds {library}"


def test_every_worker_shows_a_pulse(system: System, eventually: Callable[..., None]) -> None:
    def alive() -> bool:
        workers = system.api.get("/health").json()["workers"]
        return all(worker["alive"] for worker in workers.values())

    eventually(alive, "every worker took a message")
