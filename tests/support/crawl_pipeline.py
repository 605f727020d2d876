"""The crawler's and the featurizer's handlers one after the other, without queues: what a crawl leaves at its end."""

from pathlib import Path
from typing import Any

from services.featurizer.analysis import analyse_clip
from services.featurizer.handlers import featurize_items
from services.featurizer.unused_blobs import delete_unused
from shared.blobs.folder import FolderBlobs
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage
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

    def crawl(self, source: str, path: str = ".", **more: Any) -> Job:
        """The ended job."""
        job = super().crawl(source, path, **more)
        for message in self.bus.take(Task.FEATURIZE_ITEMS):
            assert isinstance(message, ItemsMessage)
            featurize_items(
                message,
                bench=self.bench,
                library=MusicLibrary([self.music]),
                blobs=self.blobs,
                spec=FeatureSpec(),
                analyse=lambda path, wanted: analyse_clip(path, spec=FeatureSpec(), wanted=wanted),
            )
        with self.store.read_session() as session:
            return session.get_one(Job, job.id)

    def delete_blobs(self) -> None:
        """The pass over blobs that nobody has any more."""
        delete_unused(bench=self.bench, blobs=self.blobs)

    def labels(self) -> dict[str | None, list[str]]:
        """Title → what stands of it, of every recording."""
        with self.store.read_session() as session:
            tracks = TrackRepository(session).list_page(limit=100, missing=MissingWanted.INCLUDE)
            said = AnnotationRepository(session).list_by_track([track.id for track in tracks])
            return {track.title: sorted(str(one.emotion) for one in said[track.id]) for track in tracks}
