"""Models with out-of-fold answers that are right as often as a test says."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.emotion import MOOD4
from tests.api.conftest import AddTrack
from tests.support.published_models import Judged, publish

N_JUDGED = 160
JudgedTracks = list[tuple[UUID, str, str]]
Publish = Callable[..., str]


@pytest.fixture
def judged(add_track: AddTrack) -> JudgedTracks:
    """`(track, target, artist group)` of a training set."""
    return [(add_track(), MOOD4.emotions[n % 4], f"artist {n // 2}") for n in range(N_JUDGED)]


@pytest.fixture
def published(ports: ApiPorts, mood4: TrainedCandidate, judged: JudgedTracks) -> Publish:
    """`published(right=0.8)`: a model that was right out of fold for so many of the tracks, and as sure as that."""

    def make(
        *,
        right: float,
        sure: float | None = None,
        promote: bool = False,
        of: TrainedCandidate = mood4,
        tracks: slice = slice(None),
        **metrics: Any,
    ) -> str:
        rows, sure = [], right if sure is None else sure
        for n, (track_id, target, group) in list(enumerate(judged))[tracks]:
            said = MOOD4.emotion_index(target) if n < right * N_JUDGED else (MOOD4.emotion_index(target) + 1) % 4
            probabilities = np.where(np.arange(4) == said, sure, (1 - sure) / 3).tolist()
            rows.append(Judged(track_id=track_id, target=target, group=group, probabilities=probabilities))
        card = replace(of.card, metrics={**of.card.metrics, **metrics})
        return str(publish(ports, replace(of, card=card), judged=rows, promote=promote))

    return make
