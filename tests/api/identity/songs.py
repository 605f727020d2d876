"""Songs by what they sound like and by who says what of them."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.api.deps import ApiPorts
from services.scorer.scoring import score_tracks
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import MOOD4
from shared.domain.job import Stage
from shared.domain.track import CATALOGUE_COLUMNS
from shared.settings import WorkSettings
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support.featurized_tracks import featurize_emotion
from tests.support.published_models import features_of
from tests.support.queued_items import queued_items

ADA = Annotator(AnnotatorKind.PERSON, "ada")
TABLE, OTHER_TABLE = (Annotator(AnnotatorKind.IMPORT, name) for name in ("a table", "another table"))
CAREFUL, SLOPPY, THIRD = (Annotator(AnnotatorKind.PLAYLIST, name) for name in ("careful", "sloppy", "third"))

Expected = tuple[str | None, str | None, str | None]
"""Emotion, who decided, and what the champion's prediction rests on."""


@dataclass(frozen=True, kw_only=True)
class Song:
    """What a track sounds like (None: it has no audio), who says what of it, and what is expected to stand."""

    expected: Expected = (None, None, None)
    sounds: str | None = None
    says: tuple[tuple[Annotator, str], ...] = ()
    has_catalogue: bool = False


def add_song(ports: ApiPorts, add_track: AddTrack, name: str, song: Song) -> UUID:
    """The song as a track of the library."""
    track_id = add_track(title=name, artist=f"artist of {name}")
    if song.sounds:
        featurize_emotion(ports, track_id, song.sounds)

    def write(repositories: Repositories) -> None:
        for who, emotion in song.says:
            repositories.annotations.append_annotation(track_id, who, taxonomy="mood4", emotion=emotion)
        if song.has_catalogue:
            values = features_of(song.sounds or "sad", taxonomy="mood4", rng=np.random.default_rng(5))
            repositories.tracks.save_catalogue(
                track_id, dict(zip(CATALOGUE_COLUMNS, values, strict=True)), origin="table"
            )

    ports.store.transact("test.song", write)
    return track_id


def sure_of(emotion: str) -> list[float]:
    """Probabilities of mood4 that say this emotion."""
    probabilities: list[float] = (np.eye(4)[MOOD4.emotion_index(emotion)] * 0.6 + 0.1).tolist()
    return probabilities


def score_library(ports: ApiPorts, model_id: UUID) -> None:
    """Let the scorer do what a promotion would have scheduled."""
    with ports.store.read() as repositories:
        model = repositories.models.get_by_id(model_id)
    assert model is not None
    ports.store.transact("test.schedule", lambda repositories: repositories.scores.schedule_library(model, why="test"))
    bench = WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")
    score_tracks(queued_items(ports, Stage.SCORE), bench=bench, blobs=ports.blobs, champions=ports.champions)
