"""Songs that are sent in and are no music: an answer without an emotion, unless somebody gives the track one."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.featurizer.analysis import ClipAnalysis
from services.featurizer.uploads import analyse_uploads
from services.trainer.candidates.training import TrainedCandidate
from shared.arrays import Tensor
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.taggers import YAMNET
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support.clip_analyses import clip_analysis
from tests.support.published_models import features_of, publish
from tests.support.queued_items import queued_items
from tests.support.tagger_values import MUSIC, SPEECH

pytestmark = pytest.mark.slow

SPEC = FeatureSpec()
Ask = Callable[..., dict[str, Any]]


def analyse(path: Path, *, values: Tensor) -> ClipAnalysis:
    """Stands in for the decoder and the network: a sad song of which YAMNet says these values."""
    assert path.is_file()
    descriptors = features_of("sad", taxonomy="mood4", rng=np.random.default_rng(5))
    return clip_analysis(descriptors=np.array(descriptors, dtype=np.float32), tagger_outputs={YAMNET.name: values})


@pytest.fixture
def ask(client: TestClient, ports: ApiPorts, bench: WorkerContext, add_track: AddTrack, mood4: TrainedCandidate) -> Ask:
    """Send a song in, let a featurizer analyse it, and give the answer."""
    publish(ports, mood4, judged=add_track())

    def answer(values: Tensor, **query: Any) -> dict[str, Any]:
        sent = client.post("/predict", params={"wait_s": 0, **query}, files={"file": ("talk.wav", b"sound")})
        analyse_uploads(
            queued_items(ports, Stage.UPLOAD),
            bench=bench,
            blobs=ports.blobs,
            spec=SPEC,
            analyse=partial(analyse, values=values),
            taggers=(YAMNET,),
        )
        said = client.get(sent.headers["Location"])
        assert said.status_code == 200, said.text
        return {**said.json(), "href": sent.headers["Location"]}

    return answer


def test_speech_that_is_sent_in_has_no_emotion_and_the_probabilities_of_the_model(ask: Ask) -> None:
    answer = ask(SPEECH)
    assert (answer["emotion"], answer["reason"], answer["content_kind"]) == (None, "out_of_domain", "speech")
    assert max(answer["probabilities"], key=lambda emotion: answer["probabilities"][emotion]) == "sad"
    assert (answer["prediction_set"], answer["sure"]) == (None, None)


def test_music_that_is_sent_in_has_one(ask: Ask) -> None:
    answer = ask(MUSIC)
    assert (answer["emotion"], answer["reason"], answer["content_kind"]) == ("sad", None, None)


def test_speech_that_becomes_a_track_is_music_once_a_person_labels_it(ask: Ask, client: TestClient) -> None:
    kept = ask(SPEECH, keep=True)
    track_id = UUID(kept["track_id"])
    assert kept["emotion"] is None
    assert client.get(f"/tracks/{track_id}/emotion").json()["content_kind"] == "speech"
    client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "happy"})
    assert client.get(kept["href"]).json()["emotion"] == "sad"
    assert client.get(f"/tracks/{track_id}/emotion").json()["emotion"] == "happy"
