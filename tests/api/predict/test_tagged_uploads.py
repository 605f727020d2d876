"""A song that was sent in is analysed and tagged in one decode, by the featurizer's own handler."""

import io
from functools import partial

import numpy as np
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
from shared.domain.taggers import CHORDS, YAMNET, list_versions
from shared.store.features.output_values import encode_values
from shared.store.features.tagger_outputs import decode_outputs
from shared.store.tables import TaggerOutputRow, Upload
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support import audio
from tests.support.published_models import publish
from tests.support.queued_items import queued_items

pytestmark = pytest.mark.slow

SPEC = FeatureSpec()
TAGGERS = (YAMNET, CHORDS)
VERSIONS = list_versions(TAGGERS)


@pytest.mark.parametrize("keep", [False, True])
def test_the_outputs_of_taggers_are_stored_with_an_upload_and_with_the_track_that_it_becomes(
    client: TestClient, ports: ApiPorts, bench: WorkerContext, add_track: AddTrack, mood4: TrainedCandidate, keep: bool
) -> None:
    publish(ports, mood4, judged=add_track())
    song = io.BytesIO()
    soundfile.write(song, audio.chord(262, 330, 392, duration_s=8), 22_050, format="WAV")
    client.post("/predict", params={"wait_s": 0, "keep": keep}, files={"file": ("song.wav", song.getvalue())})
    analyse = partial(analyse_clip, spec=SPEC, taggers=TAGGERS)
    analyse_uploads(
        queued_items(ports, Stage.UPLOAD),
        bench=bench,
        blobs=ports.blobs,
        spec=SPEC,
        analyse=analyse,
        taggers=TAGGERS,
    )
    with ports.store.read_session() as session:
        [upload] = session.scalars(select(Upload)).all()
        rows = session.scalars(select(TaggerOutputRow)).all()
    values = decode_outputs(upload.tagger_outputs, versions=VERSIONS)
    assert values is not None
    assert values.size == YAMNET.n_values + CHORDS.n_values
    assert np.isfinite(values).all()
    if keep:
        assert {row.track_id for row in rows} == {upload.track_id}
        by_tagger = {row.tagger: row.values for row in rows}
        assert b"".join(by_tagger[name] for name in VERSIONS) == encode_values(values)
    else:
        assert rows == []
