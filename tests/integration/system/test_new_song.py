"""A song that mer does not know, and a library that is scored anew: over the real workers."""

import csv
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from shared.domain.track import CATALOGUE_COLUMNS
from shared.json_objects import JsonObject
from shared.store.tables import Model, Prediction, Track, Upload
from tests.integration.system.conftest import SR
from tests.support import audio
from tests.support.catalogue_values import value_in_range
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


def ask_about(system: System, path: Any, **query: Any) -> Any:
    with path.open("rb") as song:
        return system.api.post(
            "/predict", params={"taxonomy": "quadrant4", "wait_s": 30, **query}, files={"file": (path.name, song)}
        )


def leftovers(system: System) -> list[Path]:
    return [path for path in (system.root / "blobs" / "uploads").rglob("*") if path.is_file()]


@pytest.mark.parametrize("form", ["wav16", "mp3", "flac"])
def test_a_song_is_answered_within_the_wait_in_any_format_and_dropped(
    system: System, champion: None, tmp_path: Path, form: str
) -> None:
    y = audio.click_track(bpm=150, duration_s=7.0) + audio.tone(900, duration_s=7.0) * 0.4
    said = ask_about(system, audio.write(tmp_path / f"song.{form}", y, sr=SR, form=form))
    assert said.status_code == 200, (said.text, system.log_tails())
    answer = said.json()
    assert (answer["emotion"], answer["taxonomy"]) == ("Q1", "quadrant4")
    assert answer["prediction_set"][0] == "Q1"
    assert sum(answer["probabilities"].values()) == pytest.approx(1.0, abs=1e-4)
    assert answer["duration_s"] == pytest.approx(7.0, abs=0.2)
    with system.ports.store.read_session() as session:
        assert not session.scalar(select(func.count()).select_from(Track).where(Track.title == "song"))


def test_what_is_no_song_is_refused_with_its_reason_and_dropped(
    system: System, champion: None, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada, this is not music. " * 40)
    said = ask_about(system, letter)
    assert (said.status_code, said.json()["code"]) == (422, "undecodable"), said.text
    short = audio.write(tmp_path / "short.wav", audio.tone(440, duration_s=1.0), sr=SR, form="wav16")
    assert ask_about(system, short).json()["code"] == "too_short"
    eventually(lambda: leftovers(system) == [], "the uploads are dropped")


def test_a_featurizer_killed_over_a_song_answers_later_and_leaves_nothing(
    system: System, champion: None, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    path = audio.write(tmp_path / "ode.wav", audio.chord(110, 131, duration_s=7.0, amplitude=0.2), sr=SR, form="wav16")
    system.points.arm("before.upload.finish")
    waiting = ask_about(system, path, wait_s=0)
    assert waiting.status_code == 202
    os.kill(system.points.reached("before.upload.finish"), signal.SIGKILL)
    assert system.ended(waiting.json())["state"] == "done", system.log_tails()
    answer = system.api.get(waiting.headers["Location"]).json()
    assert answer["emotion"] == "Q3"
    eventually(lambda: leftovers(system) == [], "the upload is dropped")
    with system.ports.store.read_session() as session:
        assert session.scalar(select(func.count()).where(Upload.id.is_not(None), Upload.audio_key.is_not(None))) == 0


@pytest.fixture(scope="session")  # of a module it would be set up again when xdist takes its tests in turns
def models(system: System) -> dict[str, str]:
    """Two models of a table whose labels its numbers give away, in a taxonomy that no other test here trains."""
    path = system.music / "catalogue.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "artist", "emotion", *CATALOGUE_COLUMNS])
        for i in range(48):
            levels = [0.1 + 0.7 * (i % 2) + (7 * i + 3 * j) % 10 / 50 for j in range(len(CATALOGUE_COLUMNS))]
            numbers = [value_in_range(column, level) for column, level in zip(CATALOGUE_COLUMNS, levels, strict=True)]
            writer.writerow([f"numbers {i}", f"singer {i // 2 % 12}", "joyful" if i % 2 else "sad", *numbers])
    assert (
        system.ended(system.post("/crawl", {"source": "table", "path": str(path), "taxonomy": "mood3"}))["items"][
            "done"
        ]
        == 48
    )
    body = {"estimators": ["svm", "majority"], "inputs": ["catalogue"], "taxonomy": "mood3"}
    assert system.ended(system.post("/train", body))["state"] == "done"
    found = system.api.get("/models", params={"taxonomy": "mood3", "limit": 2}).json()["items"]
    return {model["estimator"]: model["id"] for model in found}


@pytest.fixture
def pair(system: System, models: dict[str, str]) -> tuple[str, str]:
    """`(svm, majority)`: the first one answers, and nothing of the second is known."""
    svm, majority = models["svm"], models["majority"]
    promoted = system.api.post(f"/models/{svm}/promote", json={"force": True}).json()
    if promoted["job_href"]:
        system.ended(system.api.get(promoted["job_href"]).json())
    forget = delete(Prediction).where(Prediction.model_id == majority)
    system.ports.store.transact_session("test.forget", lambda session: session.execute(forget))
    return svm, majority


def champions(system: System) -> list[str]:
    with system.ports.store.read_session() as session:
        where = (Model.taxonomy == "mood3", Model.inputs == "catalogue", Model.state == "champion", ~Model.synthetic)
        return [str(model_id) for model_id in session.scalars(select(Model.id).where(*where))]


def n_predictions(system: System, model_id: str) -> int:
    with system.ports.store.read_session() as session:
        query = select(func.count()).select_from(Prediction).join(Track, Track.id == Prediction.track_id)
        query = query.where(Prediction.model_id == model_id, Track.title.startswith("numbers "))
        return session.scalars(query).one()


def flips(system: System, model_id: str) -> JsonObject:
    """What would change; while the training's own scoring of the library still runs, the answer is its job."""
    answer = system.api.get(f"/models/{model_id}/flips")
    if answer.status_code == 202:
        assert system.ended(answer.json())["state"] == "done", system.log_tails()
        answer = system.api.get(f"/models/{model_id}/flips")
    assert answer.status_code == 200, answer.text
    shown: JsonObject = answer.json()
    return shown


def test_promotions_score_the_library_and_a_roll_back_answers_again(system: System, pair: tuple[str, str]) -> None:
    svm, majority = pair
    track = system.api.get("/tracks", params={"q": "numbers 1"}).json()["items"][0]["id"]
    where = f"/tracks/{track}/emotion?taxonomy=mood3"
    before = system.api.get(where).json()
    assert before["model"]["id"] == svm
    assert flips(system, majority)["flips"] > 0
    assert system.api.post(f"/models/{majority}/promote").json()["code"] == "not_promoted"
    forced = system.api.post(f"/models/{majority}/promote", json={"force": True}).json()
    assert champions(system) == [majority]
    assert system.api.get(where).json()["model"]["id"] == majority, "at once, whatever is scored already"
    scored = system.ended(system.api.get(forced["job_href"]).json())
    assert (scored["state"], scored["items"]["failed"]) == ("done", 0), system.log_tails()
    assert n_predictions(system, majority) == 48
    back = system.api.post("/models/rollback", json={"taxonomy": "mood3", "inputs": "catalogue"}).json()
    assert (back["id"], champions(system)) == (svm, [svm])
    assert system.api.get(where).json() == before


@pytest.mark.parametrize("point", ["after.score.claim", "before.score.finish", "after.score.finish"])
def test_a_killed_scorer_loses_and_doubles_nothing(system: System, pair: tuple[str, str], point: str) -> None:
    _, majority = pair
    system.points.arm(point)
    promoted = system.api.post(f"/models/{majority}/promote", json={"force": True}).json()
    os.kill(system.points.reached(point), signal.SIGKILL)
    ended = system.ended(system.api.get(promoted["job_href"]).json())
    assert (ended["state"], ended["items"]["done"]) == ("done", ended["items"]["requested"]), system.log_tails()
    assert n_predictions(system, majority) == 48
    assert champions(system) == [majority]


def test_the_scorer_holds_nothing_that_trains(system: System, pair: tuple[str, str]) -> None:
    """Its child has scored by now; neither it nor its parent has loaded what fits models."""
    parent = system.pid("scorer")
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    loaded = "".join(Path(f"/proc/{pid}/maps").read_text() for pid in (parent, *children))
    assert "/onnxruntime/" in loaded, "the check sees loaded libraries"
    for library in ("sklearn", "tensorflow", "torch", "xgboost"):
        assert f"/{library}/" not in loaded, f"the scorer holds {library}"
