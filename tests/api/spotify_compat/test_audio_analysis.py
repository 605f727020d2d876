"""Sections of an analysis: the segments of the mood curve, where windows are stored, and nothing that starts work."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.curve.head import CurveHead, fingerprint_head
from shared.domain.dataset import AUDIO_TAGS
from shared.domain.emotion import MOOD4
from shared.domain.windows import FILE
from shared.store.features.windows import StoredWindows
from shared.store.models.curve_heads import CurveFit
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from tests.api.conftest import AddTrack
from tests.support.extracted_features import extraction, save
from tests.support.published_models import publish
from tests.support.window_series import N_VALUES, VERSIONS, joined_windows, windows_of

pytestmark = pytest.mark.slow


@pytest.fixture
def analysed(ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate) -> UUID:
    """A track with features, and a champion that reads audio tags and has a head for curves."""
    track_id = add_track()
    save(ports, extraction(ports, track_id))
    card = replace(mood4.card, inputs=AUDIO_TAGS, stage_fingerprints={**VERSIONS})
    model_id = publish(ports, replace(mood4, card=card), judged=track_id)
    fit = CurveFit(model_id=model_id, fingerprint=fingerprint_head(VERSIONS))
    ports.store.transact(
        "test.head",
        lambda repositories: repositories.curve_heads.save_head(fit, content=make_head().to_bytes(), figures={}),
    )
    return track_id


def make_head() -> CurveHead:
    """It reads the values in which `windows_of` says the class of a window."""
    weights = np.zeros((N_VALUES, 4))
    weights[:40] = np.eye(4).repeat(10, axis=0) / 10
    return CurveHead(
        kind="classes",
        outputs=MOOD4.emotions,
        versions=VERSIONS,
        centre=np.zeros(N_VALUES),
        weights=weights,
        bias=np.zeros(4),
        projection=weights,
        temperature=1.0,
        novelty_threshold=0.5,
        difference_threshold=0.5,
    )


def save_windows(ports: ApiPorts, track_id: UUID) -> None:
    values = joined_windows(windows_of([0] * 13, seed=1), windows_of([2] * 13, seed=2))
    windows = StoredWindows(
        span=FILE,
        versions=VERSIONS,
        audio_sha256="0" * 64,
        starts_s=[0.5 + 1.5 * i for i in range(len(values))],
        values=values,
    )

    def write(repositories: Repositories) -> None:
        assert repositories.windows.save_track_windows(track_id, windows)

    ports.store.transact("test.windows", write)


def test_sections_are_the_segments_of_a_stored_curve(client: TestClient, ports: ApiPorts, analysed: UUID) -> None:
    before = client.get(f"/v1/audio-analysis/{analysed.hex}")
    assert (before.status_code, before.json()["sections"]) == (200, [])
    with ports.store.read_session() as session:
        assert session.scalars(select(JobItem.id)).all() == [], "no pass was started"
    save_windows(ports, analysed)
    sections = client.get(f"/v1/audio-analysis/{analysed.hex}").json()["sections"]
    assert [(section["start"], section["duration"], section["mer"]["emotion"]) for section in sections] == [
        (0.5, 21.0, "calm"),
        (21.5, 21.0, "energetic"),
    ]
    assert {section["tempo"] for section in sections} == {None}, "what Spotify measures in a section is not known"
    assert sections[0]["mer"]["probabilities"]["calm"] > 0.5
