"""A folder before and after it is listed: whether its disk is there, and which known files below it are gone.

A file is gone if a listing that was read to its end did not meet it and its entry is not there. What a rule passes
over is still there, so it is not gone. Nothing is marked while the disk or share that the folder is on is away.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog

from services.crawler.sources.folder import UNREADABLE_FOLDER
from services.crawler.sources.port import SourceListing
from shared.domain.crawl import CrawlRequest
from shared.errors import FILE_GONE, UnreadableFileError
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.store.repositories import Repositories
from shared.store.tracks.missing_tracks import KnownFile
from shared.worker.context import JobLease, WorkerContext

log = structlog.get_logger()

NO_AUDIO_FILE = "the folder holds no audio file"
_PAGE = 1_000


@dataclass(frozen=True)
class OpenedFolder:
    """The folder of a crawl, by its locator. Without being there it is empty, and that is meant so."""

    locator: str
    is_there: bool = True


def open_folder(request: CrawlRequest, health: LibraryHealth) -> OpenedFolder | None:
    """The folder that a request names; None for anything else.

    Raises LaterError(`library_away`) where its disk or share is not there, and PermanentError for a wrong path.
    """
    if request.source != "folder":
        return None
    path = request.path or "."
    try:
        admitted = health.library.admit_path(path)
    except UnreadableFileError:
        locator = health.away_locator(path)
        if locator is not None:
            health.require_reachable(locator, below=True, accept_empty=request.accept_empty)
        if locator is None or not request.accept_empty:
            raise
        return OpenedFolder(locator, is_there=False)
    if not admitted.is_dir():
        return None
    locator = health.library.folder_locator(admitted)
    health.require_reachable(locator, below=True, accept_empty=request.accept_empty)
    return OpenedFolder(locator)


def close_folder(
    bench: WorkerContext,
    lease: JobLease,
    job_id: UUID,
    folder: OpenedFolder,
    request: CrawlRequest,
    listing: SourceListing,
    *,
    health: LibraryHealth,
) -> None:
    """Mark what a listing that was read to its end shows to be gone. Raises LaterError(`library_away`)."""
    mounts = [health.library.folder_locator(Path(mount)) for mount in listing.mounts if _can_be_stored(mount)]
    if mounts:
        bench.store.transact("crawl.mounts", lambda repositories: repositories.library_mounts.save(mounts))
    health.require_reachable(folder.locator, below=True, accept_empty=request.accept_empty)
    if request.limit is not None or listing.ignored[UNREADABLE_FOLDER]:
        return
    after, n_gone = "", 0
    while page := _list_unlisted(bench, job_id, folder.locator, after=after):
        after = page[-1].locator
        gone = [file for file in page if _is_gone(file, health.library)]
        if not gone:
            continue
        # a share that went away and came back within these looks would have to do so twice
        health.require_reachable(folder.locator, below=True, accept_empty=request.accept_empty)
        n_marked = _mark_missing(
            bench, lease, job_id, [file.locator for file in gone if _is_gone(file, health.library)]
        )
        if n_marked is None:
            return
        n_gone += n_marked
    if n_gone:
        log.info("crawl.gone", job_id=str(job_id), n_files=n_gone)


def _can_be_stored(path: str) -> bool:
    """Names of other bytes than UTF-8 cannot."""
    return os.fsencode(path).decode(errors="replace") == path


def _list_unlisted(bench: WorkerContext, job_id: UUID, folder: str, *, after: str) -> list[KnownFile]:
    with bench.store.read() as repositories:
        return repositories.missing_tracks.list_unlisted(job_id, folder=folder, after=after, limit=_PAGE)


def _mark_missing(bench: WorkerContext, lease: JobLease, job_id: UUID, locators: list[str]) -> int | None:
    """How many were marked; None where the job was cancelled, or another worker has it."""

    def write(repositories: Repositories) -> int | None:
        if not repositories.job_leases.renew_lease(lease.token, lease_s=bench.work.lease_s):
            return None
        n_marked = repositories.missing_tracks.mark_missing(locators)
        repositories.withdraw_moved(repositories.moved_files.list_tracks(locators))
        repositories.jobs.count_files(job_id, n_missing=n_marked)
        return n_marked

    return bench.store.transact("crawl.gone", write)


def _is_gone(file: KnownFile, library: MusicLibrary) -> bool:
    """Only where the system says that there is no such entry: any other refusal says nothing about the file."""
    try:
        library.entry(file.locator).lstat()
    except OSError as error:
        return error.errno in FILE_GONE
    return False
