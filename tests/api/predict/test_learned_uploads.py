"""A song that was sent in and is kept becomes a track with learned columns. Real networks."""

import io
from functools import partial

import pytest
import soundfile
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.api.deps import ApiPorts
from services.featurizer.analysis import analyse_clip
from services.featurizer.uploads import analyse_uploads
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.learned_columns import LEARNED_SPEC, LEARNED_VALUES
from shared.store.tables import LearnedColumnRow, Upload
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support import audio
from tests.support.published_models import publish
from tests.support.queued_items import queued_items

pytestmark = pytest.mark.slow

SPEC = FeatureSpec()


def test_a_kept_upload_has_learned_columns(
    client: TestClient, ports: ApiPorts, bench: WorkerContext, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    publish(ports, mood4, judged=add_track())
    song = io.BytesIO()
    soundfile.write(song, audio.chord(262, 330, 392, duration_s=8), 22_050, format="WAV")
    client.post("/predict", params={"wait_s": 0, "keep": True}, files={"file": ("song.wav", song.getvalue())})
    analyse_uploads(
        queued_items(ports, Stage.UPLOAD),
        bench=bench,
        blobs=ports.blobs,
        spec=SPEC,
        analyse=partial(analyse_clip, spec=SPEC, taggers=LEARNED_SPEC.taggers),
        taggers=LEARNED_SPEC.taggers,
    )
    with ports.store.read_session() as session:
        [upload] = session.scalars(select(Upload)).all()
        [row] = session.scalars(select(LearnedColumnRow)).all()
    assert row.track_id == upload.track_id
    assert row.values.keys() == set(LEARNED_VALUES)
