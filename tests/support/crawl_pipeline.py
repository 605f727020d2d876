"""The crawler's and the featurizer's handlers one after the other, without queues: what a crawl leaves at its end."""

from pathlib import Path
from typing import Any

from services.featurizer.analysis import ClipAnalysis, analyse_clip
from services.featurizer.handlers import featurize_items
from services.featurizer.unused_blobs import delete_unused
from shared.blobs.folder import FolderBlobs
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage
from shared.domain.taggers import TaggerSpec
from shared.library import MusicLibrary
from shared.store import Store
from shared.store.tables import Job
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.missing_tracks import MissingWanted
from shared.store.tracks.repository import TrackRepository
from tests.integration.crawler.scanning import Crawler


class Pipeline(Crawler):
    """Crawls that end, with files that are really decoded."""

    def __init__(self, store: Store, music: Path, *, blobs: Path) -> None:
        super().__init__(store, music)
        self.blobs = FolderBlobs(blobs)
        self.taggers: tuple[TaggerSpec, ...] = ()
        self.wanted: list[frozenset[str]] = []
        """The stages and taggers that were asked for, by analysis."""

    def crawl(self, source: str, path: str = ".", **more: Any) -> Job:
        """The ended job."""
        job = super().crawl(source, path, **more)
        self.analyse_sent()
        with self.store.read_session() as session:
            return session.get_one(Job, job.id)

    def analyse_sent(self) -> None:
        """Analyse the items whose hints were sent."""
        for message in self.bus.take(Task.FEATURIZE_ITEMS):
            assert isinstance(message, ItemsMessage)
            featurize_items(
                message,
                bench=self.bench,
                library=MusicLibrary([self.music]),
                blobs=self.blobs,
                spec=FeatureSpec(),
                analyse=self._analyse_file,
                taggers=self.taggers,
            )

    def _analyse_file(self, path: Path, wanted: frozenset[str]) -> ClipAnalysis:
        self.wanted.append(wanted)
        taggers = [tagger for tagger in self.taggers if tagger.name in wanted]
        return analyse_clip(path, spec=FeatureSpec(), wanted=wanted, taggers=taggers)

    def delete_blobs(self) -> None:
        """The pass over blobs that nobody has any more."""
        delete_unused(bench=self.bench, blobs=self.blobs)

    def labels(self) -> dict[str | None, list[str]]:
        """Title → what stands of it, of every recording."""
        with self.store.read_session() as session:
            tracks = TrackRepository(session).list_page(limit=100, missing=MissingWanted.INCLUDE)
            said = AnnotationRepository(session).list_by_track([track.id for track in tracks])
            return {track.title: sorted(str(one.emotion) for one in said[track.id]) for track in tracks}
