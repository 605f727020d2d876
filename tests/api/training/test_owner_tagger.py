"""Models on a tagger of the owner's: trained, published, scored, and answered for after it is taken away."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import select

from services.api.deps import ApiPorts
from services.scorer.scoring import score_tracks
from services.trainer.handlers import train_candidates
from shared.domain.dataset import AUDIO_TAGS
from shared.domain.emotion import MOOD4
from shared.domain.job import Stage
from shared.domain.messages import JobMessage
from shared.domain.taggers import CHORDS, list_versions
from shared.settings import FeatureSettings, WorkSettings
from shared.store.repositories import Repositories
from shared.store.tables import Prediction
from shared.worker.context import WorkerContext
from tests.api.conftest import asking
from tests.api.training.test_audio_tags import add_track
from tests.support.owner_taggers import owner_tagger
from tests.support.queued_items import queued_items

pytestmark = pytest.mark.slow

N_TRACKS = 64


def test_a_tagger_of_the_owner_is_learned_from_and_scored_beside_a_built_in_one(
    ports: ApiPorts, tmp_path: Path
) -> None:
    mine = owner_tagger(tmp_path)
    taggers = (CHORDS, mine)
    versions = list_versions(taggers)

    def tag(track_id: UUID, emotion: str, *, seed: int) -> None:
        rng = np.random.default_rng(seed)
        values = {spec.name: rng.normal(size=spec.n_values).astype(np.float32) for spec in taggers}
        values["mine"][3:7] += 5 * np.eye(4, dtype=np.float32)[MOOD4.emotion_index(emotion)]

        def write(repositories: Repositories) -> None:
            repositories.tagger_outputs.save_outputs({track_id: values}, versions=versions)

        ports.store.transact("test.tag", write)

    for n in range(N_TRACKS):
        emotion = MOOD4.emotions[n // 2 % 4]
        tag(add_track(ports, emotion, seed=n, tagged=False), emotion, seed=n)
    new = add_track(ports, "sad", seed=500, label=False, tagged=False)
    tag(new, "sad", seed=500)
    bench = WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")
    settings = FeatureSettings(taggers="chords,mine", tagger_files=(tmp_path,))
    with asking(replace(ports, features=settings)) as client:
        job = client.post("/train", json={"estimators": ["svm"], "inputs": [AUDIO_TAGS], "taxonomy": "mood4"}).json()
        train_candidates(
            JobMessage(job["id"]), bench=bench, blobs=ports.blobs, spec=ports.spec, taggers=settings.tagger_specs
        )
        score_tracks(queued_items(ports, Stage.SCORE), bench=bench, blobs=ports.blobs, champions=ports.champions)
        ended = client.get(f"/jobs/{job['id']}").json()
        assert ended["state"] == "done", ended
        [row] = client.get("/models").json()["items"]
        model = client.get(f"/models/{row['id']}").json()
        card = model["card"]
        assert card["feature_names"] == [*CHORDS.value_names, *mine.value_names]
        assert {name: card["stage_fingerprints"][name] for name in versions} == versions
        assert card["taggers"]["mine"]["licence"] == "CC0-1.0"
        assert model["metrics"]["macro_f1"]["value"] > 0.9
        answer = client.get(f"/tracks/{new}/emotion", params={"model": row["id"]}).json()
        assert answer["emotion"] == "sad"
    with ports.store.read_session() as session:
        scored = session.scalars(select(Prediction.track_id).where(Prediction.model_id == UUID(row["id"]))).all()
    assert new in scored, "the scorer read the values by the card alone"

    lacking = add_track(ports, "sad", seed=501, label=False, tagged=False)
    with asking(ports) as client:  # the spec file is gone: the model goes on, and says what it lacks
        stored = client.get(f"/tracks/{new}/emotion", params={"model": row["id"]})
        assert stored.json()["emotion"] == "sad"
        refused = client.get(f"/tracks/{lacking}/emotion", params={"model": row["id"]})
        assert "this track has none of chords, mine yet" in refused.text, refused.text
        outdated = add_track(ports, "sad", seed=502, label=False, tagged=False)

        def write(repositories: Repositories) -> None:
            values = {spec.name: np.zeros(spec.n_values, dtype=np.float32) for spec in taggers}
            repositories.tagger_outputs.save_outputs({outdated: values}, versions=versions | {"mine": "0123456789ab"})

        ports.store.transact("test.other", write)
        refused = client.get(f"/tracks/{outdated}/emotion", params={"model": row["id"]})
        assert "the model reads an earlier version of mine" in refused.text, refused.text
        assert client.get(f"/tracks/{uuid4()}/emotion").status_code == 404
