"""Training on what is inside of MusiCNN, from the request to the answer, and what is said where nothing is stored."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from services.api.deps import ApiPorts
from services.scorer.scoring import score_tracks
from services.trainer.estimators.pretrained_layer import read_pretrained_layer
from services.trainer.handlers import train_candidates
from shared.domain.dataset import TAGGER_POOL
from shared.domain.emotion import MOOD4
from shared.domain.job import Stage
from shared.domain.messages import JobMessage
from shared.domain.taggers import CHORDS, MUSICNN_POOL, list_versions
from shared.settings import FeatureSettings, WorkSettings
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext
from tests.api.conftest import asking
from tests.api.training.test_audio_tags import add_track
from tests.support.queued_items import queued_items

pytestmark = pytest.mark.slow

BODY = {
    "estimators": ["audio_tagger_finetuned"],
    "inputs": [TAGGER_POOL],
    "taxonomy": "mood4",
    "hyperparameters": {"audio_tagger_finetuned": {"n_seeds": 1, "epochs": 40}},
}


def store_pool(ports: ApiPorts, track_id: UUID, emotion: str, *, seed: int) -> None:
    """Values in which the first columns say which emotion it is."""
    layer = read_pretrained_layer()
    values = np.random.default_rng(seed).normal(size=MUSICNN_POOL.n_values).astype(np.float32)
    values[:400] += 3 * np.eye(4)[MOOD4.emotion_index(emotion)].repeat(100).astype(np.float32)
    values = (values - layer.shift) / layer.scale

    def write(repositories: Repositories) -> None:
        outputs = {track_id: {MUSICNN_POOL.name: values}}
        repositories.tagger_outputs.save_outputs(outputs, versions=list_versions([MUSICNN_POOL]))

    ports.store.transact("test.pool", write)


def test_a_model_on_the_pooled_values_is_published_scored_and_answers(ports: ApiPorts) -> None:
    for n in range(64):
        emotion = MOOD4.emotions[n // 2 % 4]
        store_pool(ports, add_track(ports, emotion, seed=n, tagged=False), emotion, seed=n)
    new = add_track(ports, "sad", seed=500, label=False, tagged=False)
    store_pool(ports, new, "sad", seed=500)
    lacking = add_track(ports, "sad", seed=501, label=False, tagged=False)
    bench = WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")
    settings = FeatureSettings(taggers="chords", store_tagger_pool=True)
    with asking(replace(ports, features=settings)) as client:
        assert client.get("/features/status").json()["stages"]["musicnn_pool"]["n_ready"] == 65
        job = client.post("/train", json=BODY).json()
        train_candidates(
            JobMessage(job["id"]), bench=bench, blobs=ports.blobs, spec=ports.spec, taggers=settings.tagger_specs
        )
        ended = client.get(f"/jobs/{job['id']}").json()
        assert ended["state"] == "done", ended
        score_tracks(queued_items(ports, Stage.SCORE), bench=bench, blobs=ports.blobs, champions=ports.champions)
        [row] = client.get("/models").json()["items"]
        model = client.get(f"/models/{row['id']}").json()
        card = model["card"]
        assert model["state"] == "champion", model["metrics"]["promotion"]
        assert (card["estimator"], card["inputs"]) == ("audio_tagger_finetuned", TAGGER_POOL)
        assert card["stage_fingerprints"] == {"musicnn_pool": MUSICNN_POOL.fingerprint}
        assert card["feature_names"] == list(MUSICNN_POOL.value_names)
        assert card["taggers"]["musicnn_pool"]["licence"] == "ISC"
        assert any(MUSICNN_POOL.trained_on in limit for limit in card["limits"])
        assert model["metrics"]["export_max_difference"] <= 1e-5
        answer = client.get(f"/tracks/{new}/emotion").json()
        assert answer["emotion"] == "sad"
        refused = client.get(f"/tracks/{lacking}/emotion").json()
        assert refused["code"] == "no_audio_tags"
        assert "MER_STORE_TAGGER_POOL asks for them" in refused["detail"]


def test_a_library_without_the_values_is_told_what_to_set(ports: ApiPorts) -> None:
    for n in range(8):
        add_track(ports, MOOD4.emotions[n % 4], seed=n, tagged=False)
    bench = WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")
    with asking(ports) as client:
        job = client.post("/train", json=BODY).json()
        train_candidates(JobMessage(job["id"]), bench=bench, blobs=ports.blobs, spec=ports.spec, taggers=(CHORDS,))
        ended = client.get(f"/jobs/{job['id']}").json()
        assert ended["reason"] == "not_enough_labels"
        assert "none has tagger_pool: set MER_STORE_TAGGER_POOL" in ended["detail"]
        refused = client.post("/train", json=BODY | {"estimators": ["svm"], "hyperparameters": {}})
        assert refused.status_code == 422
