"""A network beside descriptors over the real workers: trained, published in one file, scored by it, and asked."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from shared.json_objects import JsonObject
from shared.store.models.scores import ScoreRepository
from shared.store.tables import Model
from tests.integration.system.conftest import SR
from tests.integration.system.test_similar import asked, tracks_of
from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(280), pytest.mark.slow]

TRAINING = {
    "estimators": ["fusion"],
    "inputs": ["sound"],
    "taxonomy": "quadrant4",
    "merge": {"lively": ["Q1"], "slow": ["Q3"]},  # a taxonomy in which no other test here asks
    "hyperparameters": {"fusion": {"network": "cnn_rectangular", "epochs": 1, "n_trees": 10, "n_rounds": 3}},
}


@pytest.fixture(scope="session")  # of a module it would be set up again when xdist takes its tests in turns
def fused(system: System, labelled: Path) -> JsonObject:
    """The published model, which answers."""
    ended = system.ended(system.post("/train", TRAINING), within_s=240)
    assert (ended["state"], ended["items"]["done"]) == ("done", 1), (ended, system.log_tails())
    taxonomy = "quadrant4.lively-Q1.slow-Q3"
    (model,) = system.api.get("/models", params={"taxonomy": taxonomy}).json()["items"]
    promoted = system.api.post(f"/models/{model['id']}/promote", json={"force": True})
    assert promoted.status_code == 200, promoted.text
    with system.ports.store.read_session() as session:
        scoring = ScoreRepository(session).get_latest_job(session.get_one(Model, UUID(model["id"])))
    assert scoring is not None
    scored = system.ended({"id": str(scoring.id)})
    assert (scored["state"], scored["items"]["failed"]) == ("done", 0), system.log_tails()
    shown: JsonObject = system.api.get(f"/models/{model['id']}").json()
    return shown


def test_one_artefact_holds_the_ensemble_and_the_network(system: System, fused: JsonObject) -> None:
    card = fused["card"]
    assert (card["estimator"], card["inputs"], fused["state"]) == ("fusion", "sound", "champion")
    assert card["n_features"] == len(card["feature_names"]) > 100
    assert card["hyperparameters"]["of_the_network"]["epochs_trained"] == 1
    assert card["metrics"]["export_max_difference"] <= 1e-5
    assert {"keras", "scikit-learn"} <= card["library_versions"].keys(), json.dumps(card["library_versions"])


def test_it_answers_for_tracks_for_their_likes_and_for_an_unknown_file(
    system: System, fused: JsonObject, tmp_path: Path
) -> None:
    taxonomy, model_id = fused["card"]["taxonomy"], fused["id"]
    lively, slow = tracks_of(system, "Q1"), tracks_of(system, "Q3")
    for track_id, emotion in ((min(lively), "lively"), (min(slow), "slow")):
        said = asked(system, f"/tracks/{track_id}/emotion", taxonomy=taxonomy).json()
        assert (said["emotion"], said["model"]["id"]) == (emotion, model_id)
        near = asked(system, f"/tracks/{track_id}/similar", by=model_id, limit=100, per_artist=100).json()
        assert (near["by"]["kind"], near["by"]["dimensions"]) == ("model", 100)
        found = {item["track_id"] for item in near["items"]} & (lively | slow)
        assert len(found) > len(lively)
        assert track_id not in found
    y = audio.click_track(bpm=151, duration_s=7.0) + audio.tone(905, duration_s=7.0) * 0.4
    path = audio.write(tmp_path / "unknown.wav", y, sr=SR, form="wav16")
    query = {"taxonomy": taxonomy, "wait_s": 0}
    with path.open("rb") as song:
        sent = system.api.post("/predict", params=query, files={"file": (path.name, song)})
    assert sent.status_code == 202, sent.text
    heard = asked(system, sent.headers["Location"]).json()
    assert (heard["emotion"], heard["model"]["id"]) == ("lively", model_id), (heard, system.log_tails())
