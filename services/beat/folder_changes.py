"""Crawls of folders in which something changed: what the watcher and the hook noted, once it rests.

One row a root gathers all changes, and a root has at most one such crawl at a time: what changes meanwhile is the next
one. The row goes in the transaction that makes the job, so a kill at any moment loses and doubles nothing.
"""

from functools import partial
from pathlib import Path
from uuid import UUID

import structlog

from shared.bus.routes import Task
from shared.domain.crawl import CrawlRequest
from shared.domain.job import JobKind
from shared.domain.messages import JobMessage
from shared.errors import RetryableError
from shared.library import MusicLibrary
from shared.settings import LibrarySettings, WatchSettings
from shared.store.jobs.folder_changes import FolderChanges
from shared.store.repositories import Repositories
from shared.store.tables import FolderChange
from shared.worker.context import WorkerContext

log = structlog.get_logger()


def crawl_changes(
    bench: WorkerContext, *, library: MusicLibrary | None = None, watch: WatchSettings | None = None
) -> None:
    """Make a crawl of each root in which something changed and rests since a moment."""
    library = library or MusicLibrary.from_settings(LibrarySettings())
    made = bench.store.transact(
        "sweep.changes", partial(_schedule_crawls, library=library, watch=watch or WatchSettings())
    )
    for job_id, path in made:
        log.info("sweep.crawls_changes", job_id=str(job_id), path=path)
        try:
            bench.bus.publish(Task.LIST_SOURCE, JobMessage(str(job_id)))
        except RetryableError as error:
            log.warning("hint.not_sent", job_id=str(job_id), error=str(error))


def _schedule_crawls(
    repositories: Repositories, *, library: MusicLibrary, watch: WatchSettings
) -> list[tuple[UUID, str]]:
    changes = repositories.folder_changes
    made = []
    for change in changes.list_due(quiet_s=watch.watch_quiet_s, longest_s=watch.watch_longest_s):
        root = library.music_roots.get(change.root)
        if root is None:
            log.warning("sweep.unknown_root", root=change.root)
            changes.forget_change(change)
        elif not changes.has_open_crawl(str(root)):
            request = _build_request(changes, change, library)
            job, _ = repositories.jobs.create_job(JobKind.CRAWL, request.to_params())
            changes.forget_change(change)
            made.append((job.id, request.path or ""))
    return made


def _build_request(changes: FolderChanges, change: FolderChange, library: MusicLibrary) -> CrawlRequest:
    """A crawl without a mood, by the rules of length and name of the last one that a person asked for there."""
    root = library.music_roots[change.root]
    folder = root / change.folder
    above = [folder, *(parent for parent in folder.parents if parent.is_relative_to(root))]
    spelled = [
        spelling
        for path in above
        for spelling in _list_spellings(path, root, library.host_path(library.locate_file(path)))
    ]
    rules = changes.get_latest_rules(spelled)
    return CrawlRequest(source="folder", path=str(folder), noticed_by=change.noticed_by, **rules)


def _list_spellings(path: Path, root: Path, shown: str) -> list[str]:
    """How a person may have named a folder: absolute, below the root, or as another machine mounts it."""
    named = [str(path), path.relative_to(root).as_posix(), shown]
    return [*named, *(f"{name}/" for name in named)]
