"""Listing and collecting on real rows, without a worker: the hints are taken from a bus that keeps them."""

from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.crawler.collection import collect_items
from services.crawler.files.kinds import is_named_as_audio
from services.crawler.settings import CrawlerSettings
from services.crawler.source_listing import list_source
from services.crawler.sources import SOURCES
from shared.bus.routes import Task
from shared.domain.crawl import CrawlRequest
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, JobKind, Stage
from shared.domain.messages import ItemsMessage, JobMessage, TaskMessage
from shared.errors import Reason
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.settings import WorkSettings
from shared.store import Store
from shared.store.features.repository import FeatureRepository
from shared.store.jobs.items import ItemOutcome, JobItemRepository
from shared.store.jobs.repository import JobRepository
from shared.store.tables import Job, JobItem
from shared.worker.context import WorkerContext
from tests.support.buses import RecordingBus

SPEC = FeatureSpec().fingerprint


class KeepingBus(RecordingBus):
    """Keeps what it is given until somebody takes it."""

    def take(self, task: Task) -> list[TaskMessage]:
        taken = [message for sent, message in self.sent if sent is task]
        self.sent = [pair for pair in self.sent if pair[0] is not task]
        return taken


class Crawler:
    """Crawls of one library, and a featurizer that only says that it was there."""

    def __init__(self, store: Store, music: Path) -> None:
        self.spec = SPEC
        self.store, self.music, self.bus = store, music, KeepingBus()
        self.bench = WorkerContext(store=store, bus=self.bus, work=WorkSettings(), worker="here:1")
        library = MusicLibrary([music])
        self.health = LibraryHealth(library, store, is_wanted=is_named_as_audio, remembered_s=0.0)
        self.sources = {n: make(library, CrawlerSettings()) for n, make in SOURCES.items()}

    def crawl(self, source: str, path: str = ".", **more: Any) -> Job:
        """The job of a crawl whose items were listed and collected."""
        job_id = self.list_items(source, path, **more)
        self.n_to_collect = self.collect()
        return self.job(job_id)

    def list_items(self, source: str, path: str = ".", **more: Any) -> UUID:
        """The id of the job of a crawl whose items were listed."""
        params = CrawlRequest(source=source, path=path, **more).to_params()
        job_id = self.store.transact_session(
            "test.job", lambda s: JobRepository(s).create_job(JobKind.CRAWL, params)[0].id
        )
        self.list_again(job_id)
        return job_id

    def collect(self) -> int:
        """Collect the items that were sent; how many these are."""
        n_items = 0
        for message in self.bus.take(Task.COLLECT_ITEMS):
            assert isinstance(message, ItemsMessage)
            n_items += len(message.item_ids)
            collect_items(message, bench=self.bench, sources=self.sources, spec=self.spec, health=self.health)
        return n_items

    def job(self, job_id: UUID) -> Job:
        with self.store.read_session() as session:
            return session.get_one(Job, job_id)

    def list_again(self, job_id: UUID) -> None:
        """List the job's source, as its message asks for."""
        message = JobMessage(str(job_id))
        list_source(message, bench=self.bench, sources=self.sources, spec=self.spec, health=self.health)

    def items(self, job: Job) -> list[JobItem]:
        with self.store.read_session() as session:
            return list(JobItemRepository(session).list_by_job(job.id))

    def tally(self, job: Job) -> Counter[tuple[str, str | None]]:
        """How many items stand in each state for each reason."""
        return Counter((item.state, item.reason) for item in self.items(job))

    def featurize(self, job: Job) -> None:
        """Say of every track of the job that it was analysed."""
        items = [item for item in self.items(job) if item.stage == Stage.FEATURIZE and item.track_id]
        found = [(item.track_id, Reason.TOO_SHORT, "a test") for item in items if item.track_id]
        self.store.transact_session(
            "test.features", lambda s: FeatureRepository(s, spec=self.spec).save_failures(found)
        )
        self.store.transact_session("test.cancel", lambda s: JobRepository(s).cancel_job(job.id))

    def analyse(self, job: Job) -> None:
        """Say of every track of the job that it was analysed, and let the job end."""
        items = [item for item in self.items(job) if item.stage == Stage.FEATURIZE and item.state == "queued"]

        def write(session: Session) -> None:
            found = [(item.track_id, Reason.TOO_SHORT, "a test") for item in items if item.track_id]
            FeatureRepository(session, spec=self.spec).save_failures(found)
            claim = JobItemRepository(session).claim_items(
                [i.id for i in items], stage=Stage.FEATURIZE, worker="here:1", lease_s=60
            )
            JobItemRepository(session).finish_items(
                claim.token, [ItemOutcome(item_id=i.id, state=ItemState.DONE) for i in items]
            )

        self.store.transact_session("test.analyse", write)
