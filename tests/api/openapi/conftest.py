"""A small library with a bit of everything, so that generated requests meet rows."""

from collections.abc import Iterator
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from shared.domain.emotion import get_taxonomy
from shared.domain.track import CATALOGUE_COLUMNS, CollectedTrack, SourceRef
from shared.store.tracks.repository import TrackRepository
from tests.api.conftest import asking
from tests.support.featurized_tracks import featurize_emotion, featurize_track
from tests.support.published_models import publish, train
from tests.support.served_api import serve_api

N_TRACKS = 8


@pytest.fixture(scope="module")
def library_address(shared_ports: ApiPorts) -> Iterator[str]:
    """The address of an API over labelled tracks with features, models and jobs."""
    with asking(shared_ports) as client:
        fill_library(shared_ports, client)
    with serve_api(shared_ports) as address:
        yield address


def fill_library(ports: ApiPorts, client: TestClient) -> None:
    """Tracks with features and labels, two of them perhaps one recording; a champion, a candidate, and jobs."""
    emotions = get_taxonomy("mood4").emotions
    track_ids = [_add_track(ports, f"Ode {n}", f"Vox {n // 2}") for n in range(N_TRACKS)]
    for n, track_id in enumerate(track_ids[:-2]):
        featurize_emotion(ports, track_id, emotions[n % len(emotions)])
        label = {"emotion": emotions[n % len(emotions)], "taxonomy": "mood4", "tags": ["happy"]}
        answer = client.put(f"/tracks/{track_id}/annotations/ann", json=label)
        assert answer.status_code == 201, answer.text
    excerpts = np.zeros((2, 96, 128), dtype=np.float16)
    featurize_track(ports, track_ids[-2], descriptors=[0.0] * len(CATALOGUE_COLUMNS), excerpts=excerpts)
    publish(ports, train(), judged=track_ids[0])
    publish(ports, train(), judged=track_ids[0], promote=False)
    for path, body in (("/crawl", {"source": "folder", "path": "rock"}), ("/train", {"taxonomy": "mood4"})):
        answer = client.post(path, json=body)
        assert answer.status_code == 202, answer.text


def _add_track(ports: ApiPorts, title: str, artist: str) -> UUID:
    ref = SourceRef("table", f"music/tracks.csv#{title}")
    collected = CollectedTrack(refs=(ref,), title=title, artist=artist)
    return ports.store.transact_session(
        "test.track", lambda session: TrackRepository(session).register_track(collected).track_id
    )
