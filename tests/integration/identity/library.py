"""A library on disk that is crawled and decoded by the real use cases, without workers."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import numpy as np
import soundfile as sf
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.featurizer.analysis import ClipAnalysis, analyse_clip
from services.featurizer.handlers import featurize_items
from shared.blobs.folder import FolderBlobs
from shared.bus.routes import Task
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage
from shared.library import MusicLibrary
from shared.store import Store
from shared.store.tables import FeatureSet, Job, Track, TrackSource
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.duplicates import DuplicateRepository
from tests.integration.crawler.scanning import Crawler
from tests.support import audio

SR = 22_050
SPEC = FeatureSpec()
ANALYSE = partial(analyse_clip, spec=SPEC)
PERSON = Annotator(AnnotatorKind.PERSON, "ada")


def music(seed: int, *, duration_s: float = 8.0) -> audio.Signal:
    """A new chord every half second over a soft noise."""
    rng = np.random.default_rng(seed)
    chords = [
        audio.chord(*rng.uniform(150, 6000, 12), duration_s=0.5, sr=SR, amplitude=0.9) * rng.uniform(0.3, 1)
        for _ in range(round(2 * duration_s))
    ]
    y = np.concatenate(chords).astype(np.float32)
    return y + audio.noise(duration_s=y.size / SR, sr=SR, amplitude=0.01, seed=seed)[: y.size]


class SoundLibrary:
    """Files, the crawls of them, and what is known of their tracks."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.music = store, folder / "music"
        self.music.mkdir(exist_ok=True)
        self.crawler = Crawler(store, self.music)
        self.bench = self.crawler.bench
        self.blobs = FolderBlobs(folder / "blobs")
        self.library = MusicLibrary([self.music])

    def write(self, name: str, seed: int, *, duration_s: float = 8.0, **tags: str) -> Path:
        """A FLAC with this music and these tags, in place of what was there."""
        path = self.music / name
        path.parent.mkdir(parents=True, exist_ok=True)
        plain = path.with_suffix(".plain")
        sf.write(plain, music(seed, duration_s=duration_s), SR, format="WAV", subtype="PCM_16")
        retag(plain, path, **tags)
        plain.unlink()
        return path

    def label(self, name: str, emotion: str) -> UUID:
        """A person's word on the track of a file."""
        track_id = self.track(name)

        def say(session: Session) -> None:
            AnnotationRepository(session).append_annotation(track_id, PERSON, taxonomy="mood4", emotion=emotion)

        self.store.transact_session("test.label", say)
        return track_id

    def crawl(self, path: str = ".", *, source: str = "folder", decode: bool = True, **more: Any) -> Job:
        """An ended crawl; without `decode` its files wait for the featurizer."""
        job = self.crawler.crawl(source, path, **more)
        if decode:
            self.decode()
        return job

    def waiting(self) -> list[int]:
        """Items that wait to be decoded."""
        messages = self.crawler.bus.take(Task.FEATURIZE_ITEMS)
        return [item for message in messages if isinstance(message, ItemsMessage) for item in message.item_ids]

    def decode(
        self,
        items: Sequence[int] | None = None,
        *,
        batch: int = 8,
        analyse: Callable[..., ClipAnalysis] = ANALYSE,
    ) -> None:
        """Decode what waits, or these items, in batches."""
        items = self.waiting() if items is None else items
        for start in range(0, len(items), batch):
            featurize_items(
                ItemsMessage(tuple(items[start : start + batch])),
                bench=self.bench,
                library=self.library,
                blobs=self.blobs,
                spec=SPEC,
                analyse=lambda path, wanted: analyse(path, wanted=wanted),
            )

    def file(self, name: str) -> TrackSource:
        with self.store.read_session() as session:
            return session.scalars(select(TrackSource).where(TrackSource.locator == f"music/{name}")).one()

    def track(self, name: str) -> UUID:
        return self.file(name).track_id

    def get(self, track_id: UUID) -> Track:
        with self.store.read_session() as session:
            return session.get_one(Track, track_id)

    def title(self, name: str) -> str | None:
        """What the track of a file is called."""
        return self.get(self.track(name)).title

    def emotions(self, track_id: UUID) -> list[str | None]:
        """Everybody's latest words on one track, in order."""
        with self.store.read_session() as session:
            survivor = session.get_one(Track, track_id).survivor_id
            latest = {
                one.annotator: one.emotion for one in AnnotationRepository(session).list_by_track([survivor])[survivor]
            }
            return sorted(latest.values(), key=str)

    def tracks(self) -> list[Track]:
        with self.store.read_session() as session:
            return list(session.scalars(select(Track).order_by(Track.id)))

    def features(self, track_id: UUID) -> FeatureSet | None:
        with self.store.read_session() as session:
            return session.get(FeatureSet, (track_id, SPEC.fingerprint))

    def n_questions(self) -> int:
        with self.store.read_session() as session:
            return len(DuplicateRepository(session).list_page())

    def states(self, job: Job) -> list[tuple[str, str | None]]:
        return sorted((item.state, item.reason) for item in self.crawler.items(job))


def retag(source: Path, to: Path, **tags: str) -> None:
    """Write the sound of `source` to `to` as a FLAC with these tags alone."""
    made = to.with_name(f".{to.name}.new")
    with av.open(str(source)) as opened, av.open(str(made), "w", format="flac") as out:
        out.metadata.update(tags)
        stream = out.add_stream("flac", rate=SR, layout="mono")
        stream.format = "s16"
        for frame in opened.decode(audio=0):
            frame.pts = None
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    made.replace(to)
