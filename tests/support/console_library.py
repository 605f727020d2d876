"""A small library as a console shows it: files that browsers play, answers of a model, labels, and what goes wrong."""

import shutil
import wave
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import get_taxonomy
from shared.domain.model_card import ModelCard
from shared.domain.taggers import YAMNET
from shared.domain.track import AudioFile, CollectedTrack, SourceRef
from shared.errors import Reason
from shared.store.features.repository import FeatureRepository
from shared.store.features.tagger_outputs import TaggerOutputRepository
from shared.store.models.scores import ScoreRepository
from shared.store.tables import Model
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.repository import TrackRepository
from tests.support.featurized_tracks import featurize_track
from tests.support.published_models import SPEC, publish_card

_NAMES = (
    ("Static Bloom", "Neon Orchard"),
    ("Copper Wire", "Gravel Saints"),
    ("Winter Timetable", "Halden Junction"),
    ("Low Tide, Long Shadow", "The Quiet Engines"),
    ("Žluté světlo", "Kámen a sůl"),
    ("Pressure Front", "Volt Atlas"),
    ("Тихая вода", "Северный двор"),
    ("Allegretto, for two bicycles and a remarkably long title", "Osier Ensemble"),
)
N_ANSWERED = 32
"""Tracks that the model answers: eight of each quadrant."""
N_TRACKS = N_ANSWERED + 4
"""With two that failed, one that waits and one that is no music."""
_CONFUSION = [[132, 10, 7, 6], [14, 152, 3, 1], [10, 7, 85, 39], [11, 2, 29, 88]]
SONG_S = 20
_SR = 8000


def write_song(path: Path, *, seed: int = 0) -> Path:
    """A quiet chord as 16-bit WAV, which every browser plays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    t = np.arange(SONG_S * _SR) / _SR
    y = np.sum([np.sin(2 * np.pi * frequency * t) for frequency in (220 + 10 * seed, 277, 330)], axis=0) / 30
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SR)
        file.writeframes((y * 32767).astype("<i2").tobytes())
    return path


def fill_library(ports: ApiPorts, root: Path) -> list[UUID]:
    """Register `N_TRACKS` files below `root`, a library root, analyse and answer most of them. Their ids, in order."""
    song = write_song(root / "songs" / "00.wav")
    track_ids = [_add_song(ports, song, n) for n in range(N_TRACKS)]
    answered, (broken, short, _, speech) = track_ids[:N_ANSWERED], track_ids[N_ANSWERED:]
    for n, track_id in enumerate([*answered, speech]):
        descriptors = [1000 + 500 * float(np.cos(n)), float(np.sin(n)), 7.0]
        featurize_track(ports, track_id, descriptors=descriptors, audio_sha256=f"{n:064x}")
    model_id = publish_card(ports, _describe_model(), artefact=b"never loaded", judged=answered[0])
    emotions = get_taxonomy("quadrant4").emotions
    top = 0.4 + 0.58 * np.random.default_rng(3).random(N_ANSWERED)
    probabilities = np.repeat((1 - top)[:, np.newaxis] / 3, len(emotions), axis=1)
    probabilities[np.arange(N_ANSWERED), np.arange(N_ANSWERED) % len(emotions)] = top

    def write(session: Session) -> None:
        model = session.get_one(Model, model_id)
        ScoreRepository(session).save_predictions(model, emotions, answered, probabilities)
        FeatureRepository(session, spec=SPEC).save_failures(
            [(broken, Reason.UNDECODABLE, "cut short"), (short, Reason.TOO_SHORT, "1 s")]
        )
        TaggerOutputRepository(session).save_outputs(
            {speech: {YAMNET.name: np.zeros(YAMNET.n_values, np.float32)}}, versions={YAMNET.name: YAMNET.fingerprint}
        )
        ada = Annotator(AnnotatorKind.PERSON, "ada")
        AnnotationRepository(session).append_annotation(answered[0], ada, taxonomy="quadrant4", emotion="Q4")

    ports.store.transact_session("test.library", write)
    return track_ids


def _describe_model() -> ModelCard:
    """A model that was judged often enough for figures of each mood. Its answers are stored, so it is never loaded."""
    figures = {"value": 0.76, "low": 0.72, "high": 0.79}
    return ModelCard(
        name="svm",
        version="unpublished",
        estimator="svm",
        hyperparameters={},
        inputs="descriptors",
        taxonomy="quadrant4",
        classes=get_taxonomy("quadrant4").emotions,
        feature_fingerprint=SPEC,
        feature_names=("descriptor_0",),
        n_features=1,
        snapshot_id="",
        seed=0,
        synthetic=False,
        origins=("audio",),
        data_counts={
            "n_items": 596,
            "n_artist_groups": 400,
            "set_aside": {"duplicate": 0, "ambiguous": 0, "contradictory": 0},
            "without_inputs": {},
        },
        split="grouped by artist",
        metrics={
            "accuracy": figures,
            "macro_f1": figures,
            "confusion": _CONFUSION,
            "chance": {"accuracy": {"value": 0.285, "low": 0.25, "high": 0.33}},
            "conformal": {
                "thresholds": {"0.90": 0.82},
                "sure": {"thresholds": {"Q1": 0.8, "Q2": 0.8, "Q3": 0.8, "Q4": None}},
            },
        },
        leak_report={"clean": True},
        limits=(),
        library_versions={},
        created_at=datetime.now(UTC),
    )


def _add_song(ports: ApiPorts, song: Path, n: int) -> UUID:
    path = song.with_name(f"{n:02d}.wav")
    if path != song:
        shutil.copyfile(song, path)
    status = path.stat()
    locator = f"music/songs/{path.name}"
    title, artist = _NAMES[n % len(_NAMES)]
    collected = CollectedTrack(
        refs=(SourceRef("folder", locator),),
        audio=AudioFile(locator=locator, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns),
        title=f"{title} {n // len(_NAMES) + 1}",
        artist=artist,
        duration_s=float(SONG_S),
    )
    return ports.store.transact_session(
        "test.song", lambda session: TrackRepository(session).register_track(collected).track_id
    )
