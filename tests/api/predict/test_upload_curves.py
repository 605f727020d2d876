"""The curve of a song that is sent in: asked for with the song, since its audio is dropped."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from services.api.deps import ApiPorts
from services.featurizer.uploads import analyse_uploads
from services.featurizer.windows.computation import WindowOutputs
from services.trainer.candidates.training import TrainedCandidate
from shared.curve.fitting import fit_curve_head
from shared.curve.head import fingerprint_head
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.taggers import MUSICNN, TaggerSpec
from shared.store.models.curve_heads import CurveFit
from shared.store.tables import WindowOutputRow
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support.clip_analyses import clip_analysis
from tests.support.problem_answers import problem
from tests.support.published_models import publish, train
from tests.support.queued_items import queued_items
from tests.support.window_series import CLASSES, VERSIONS, joined_windows, labelled_tracks, windows_of

pytestmark = pytest.mark.slow
SPEC = FeatureSpec()


@pytest.fixture(scope="module")
def quadrants() -> TrainedCandidate:
    return train(taxonomy="quadrant4")


@pytest.fixture
def model(ports: ApiPorts, quadrants: TrainedCandidate, add_track: AddTrack, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A champion on descriptors that passes for one with curves: what an upload has no test values for."""
    monkeypatch.setattr("services.api.tracks.curve_service.read_window_versions", lambda *_: dict(VERSIONS))
    model_id = publish(ports, quadrants, judged=add_track())
    head, figures = fit_curve_head(labelled_tracks(), outputs=CLASSES, kind="classes", versions=VERSIONS)
    fit = CurveFit(model_id=model_id, fingerprint=fingerprint_head(VERSIONS))
    ports.store.transact(
        "test.head",
        lambda repositories: repositories.curve_heads.save_head(
            fit, content=head.to_bytes(), figures=figures.to_document()
        ),
    )
    return model_id


def windows(path: Path, taggers: Sequence[TaggerSpec], span: str) -> WindowOutputs:
    assert (list(taggers), span) == ([MUSICNN], "file")
    values = joined_windows(windows_of([1] * 12, seed=1), windows_of([3] * 12, seed=2))
    return WindowOutputs(starts_s=tuple(1.5 * i for i in range(len(values))), values=values, audio_sha256="0" * 64)


def send(client: TestClient, ports: ApiPorts, bench: WorkerContext, **query: Any) -> str:
    answer = client.post(
        "/predict", params={"wait_s": 0, "taxonomy": "quadrant4", **query}, files={"file": ("song.wav", b"RIFF")}
    )
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["id"]
    assert client.get(f"/predict/{job_id}/curve").status_code == 202
    analyse_uploads(
        queued_items(ports, Stage.UPLOAD),
        bench=bench,
        blobs=ports.blobs,
        spec=SPEC,
        analyse=lambda _: clip_analysis(descriptors=np.ones(13, dtype=np.float32), duration_s=37.5),
        taggers=[MUSICNN],
        compute_windows=windows,
    )
    return str(job_id)


def test_the_curve_of_a_song_is_asked_for_with_it(
    client: TestClient, ports: ApiPorts, bench: WorkerContext, model: UUID
) -> None:
    job_id = send(client, ports, bench, curve=True)
    answer = client.get(f"/predict/{job_id}/curve")
    assert answer.status_code == 200, answer.text
    curve = answer.json()
    assert [segment["emotion"] for segment in curve["segments"]] == ["Q2", "Q4"]
    assert curve["segments"][1]["start_s"] == 19.5
    assert curve["answer"] == client.get(f"/predict/{job_id}").json()
    assert (curve["name"], curve["head"]["model"]["id"]) == ("song.wav", str(model))


def test_without_asking_no_windows_are_made_and_the_error_says_so(
    client: TestClient, ports: ApiPorts, bench: WorkerContext, model: UUID
) -> None:
    job_id = send(client, ports, bench)
    assert "curve=true" in problem(client.get(f"/predict/{job_id}/curve"), 409, "no_windows")
    with ports.store.read_session() as session:
        assert session.scalar(select(func.count()).select_from(WindowOutputRow)) == 0


def test_a_curve_that_no_model_gives_is_refused_before_the_song_is_taken(
    client: TestClient, ports: ApiPorts, quadrants: TrainedCandidate, add_track: AddTrack
) -> None:
    publish(ports, quadrants, judged=add_track())
    answer = client.post(
        "/predict", params={"taxonomy": "quadrant4", "curve": True}, files={"file": ("song.wav", b"RIFF")}
    )
    problem(answer, 409, "no_curve")
