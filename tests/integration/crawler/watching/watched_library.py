"""What the tests of watching write below a root, and what they ask of the store."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from sqlalchemy import delete, select, update

from services.crawler.watching.watcher import Watcher
from shared.domain.job import JobKind, JobState
from shared.settings import WatchSettings
from shared.store.jobs.folder_changes import FolderChanges
from shared.store.tables import FolderChange, Job
from shared.worker.context import WorkerContext

QUICK = WatchSettings(watch_quiet_s=0.3, watch_rescan_s=0.2)
"""Rests, and rescans where there are no events, as short as a test is patient."""


SOON = WatchSettings(watch_quiet_s=0.3, watch_rescan_s=3600)
"""Looked through once an hour at most: what is noticed was told by an event."""


def no_events(root: Path, stop: Event) -> Iterator[set[str]]:
    raise OSError(28, "OS file watch limit reached")
    yield


def write(path: Path, content: bytes = b"sound") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def settle(bench: WorkerContext) -> None:
    """Take what is noted as crawled."""
    bench.store.transact_session("test.settle", lambda session: session.execute(delete(FolderChange)))


def noted(bench: WorkerContext) -> list[tuple[str, str, str]]:
    with bench.store.read_session() as session:
        return [(change.root, change.folder, change.noticed_by) for change in FolderChanges(session).list_waiting()]


def crawls(bench: WorkerContext) -> list[tuple[str, str | None]]:
    with bench.store.read_session() as session:
        rows = session.scalars(select(Job).where(Job.kind == JobKind.CRAWL).order_by(Job.id))
        return [(job.params["path"], job.params.get("noticed_by")) for job in rows]


def end_crawls(bench: WorkerContext) -> None:
    bench.store.transact_session("test.end", lambda session: session.execute(update(Job).values(state=JobState.DONE)))


def turns(
    watcher: Watcher, condition: Callable[[], object], eventually: Callable[..., None], words: str, within_s: float = 20
) -> None:
    def turn() -> object:
        watcher.run_once()
        return condition()

    eventually(turn, words, within_s=within_s)
