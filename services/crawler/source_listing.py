"""The use case that lists a source: a crawl job in, items out."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from uuid import UUID

import structlog

from services.crawler.confirmation import lists_read
from services.crawler.crawl_jobs import explain_error, load_job
from services.crawler.files.folder_spellings import unite_spellings
from services.crawler.files.missing_files import NO_AUDIO_FILE, close_folder, open_folder
from services.crawler.sources.port import CrawlSource, ListedItem, SourceListing, SourcePage
from shared.domain.crawl import CrawlRequest
from shared.domain.job import Stage
from shared.domain.messages import JobMessage
from shared.errors import LaterError, PermanentError
from shared.json_objects import JsonObject
from shared.library_health import LibraryHealth
from shared.store.jobs.repository import NewItem
from shared.store.repositories import Repositories
from shared.store.tables import Job
from shared.worker.context import JobLease, WorkerContext, lease_job, send_hints

log = structlog.get_logger()

_LISTING_CHUNK = 1_000


def list_source(
    message: JobMessage,
    *,
    bench: WorkerContext,
    sources: Mapping[str, CrawlSource],
    spec: str,
    health: LibraryHealth | None = None,
) -> None:
    """Turn a crawl job into items, chunk by chunk; each chunk's hints leave after its commit.

    What the store knows already, with its features of `spec`, is counted as skipped at once. Listing again, after a
    crash, adds only the items that are not there yet; a paged list goes on at its cursor. A source that wants a longer
    pause parks the job, and so does a library that is away, as `health` says (None: no local file is crawled). A
    folder that was listed to its end shows which known files are gone.
    """
    job_id = UUID(message.job_id)
    with lease_job(bench, job_id, name="crawl") as lease:
        if lease is None:
            return
        try:
            _list_items(bench, lease, load_job(bench, job_id), sources, health, spec=spec)
        except (PermanentError, LaterError, OSError) as error:
            explained = explain_error(error, health)
            if isinstance(explained, LaterError):
                _park_listing(bench, lease, explained, attempts=load_job(bench, job_id).attempts)
            else:
                _refuse_listing(bench, lease, explained)


def _list_items(
    bench: WorkerContext,
    lease: JobLease,
    job: Job,
    sources: Mapping[str, CrawlSource],
    health: LibraryHealth | None,
    *,
    spec: str,
) -> None:
    request = CrawlRequest.from_params(job.params)
    folder = open_folder(request, health) if health is not None else None
    listing = (
        sources[request.source].list_items(request) if folder is None or folder.is_there else SourceListing(iter(()))
    )
    unite_spellings(bench, sources[request.source])
    if listing.pages is not None:
        _add_pages(bench, lease, job, listing, lists_read(listing, request))
        return
    has_missing_files = bench.store.transact(
        "crawl.missing", lambda repositories: repositories.missing_tracks.has_missing_files()
    )
    n_listed = 0
    for chunk in _listing_chunks(listing, request.limit):
        if not lease.is_held():
            return
        _add_chunk(bench, job.id, chunk, spec=spec, has_missing_files=has_missing_files, reread=request.reread)
        n_listed += len(chunk)
    if folder is not None and health is not None:
        close_folder(bench, lease, job.id, folder, request, listing, health=health)
    detail = NO_AUDIO_FILE if folder is not None and not n_listed and not request.exclude else None
    ignored, read_whole = dict(listing.ignored), lists_read(listing, request)
    bench.store.transact(
        "crawl.listed",
        lambda repositories: repositories.job_leases.end_listing(
            lease.token, ignored=ignored, detail=detail, read_whole=read_whole
        ),
    )
    log.info("crawl.listed", job_id=str(job.id), ignored=ignored)


def _add_pages(
    bench: WorkerContext, lease: JobLease, job: Job, listing: SourceListing, read_whole: list[JsonObject] | None
) -> None:
    """Each page with its cursor in one transaction, so that neither can be without the other."""
    assert listing.pages is not None
    ignored = dict((job.cursor or {}).get("ignored", {}))
    for page in listing.pages(job.cursor):
        added = _add_page(bench, lease, job.id, page)
        if added is None:
            return
        send_hints(bench.bus, Stage.COLLECT, added)
        ignored = page.ignored
    bench.store.transact(
        "crawl.listed",
        lambda repositories: repositories.job_leases.end_listing(lease.token, ignored=ignored, read_whole=read_whole),
    )
    log.info("crawl.listed", job_id=str(job.id), ignored=ignored)


def _add_page(bench: WorkerContext, lease: JobLease, job_id: UUID, page: SourcePage) -> Sequence[int] | None:
    items = [NewItem(listed.key, listed.payload) for listed in page.items]

    def write(repositories: Repositories) -> Sequence[int] | None:
        if not repositories.job_leases.advance_cursor(lease.token, page.cursor):
            return None
        return repositories.jobs.add_items(job_id, Stage.COLLECT, items)

    return bench.store.transact("crawl.page", write)


def _park_listing(bench: WorkerContext, lease: JobLease, error: LaterError, *, attempts: int) -> None:
    if error.is_fault and attempts >= bench.work.max_attempts:
        _refuse_listing(bench, lease, PermanentError(error.reason, f"{error.detail}; tried {attempts} times"))
        return
    bench.store.transact(
        "crawl.park",
        lambda repositories: repositories.job_leases.park_job(
            lease.token,
            wait_s=error.wait_s,
            reason=error.reason,
            detail=error.detail,
            counts_as_attempt=error.is_fault,
        ),
    )
    log.info("crawl.parked", reason=error.reason.value, wait_s=round(error.wait_s, 1), detail=error.detail)


def _refuse_listing(bench: WorkerContext, lease: JobLease, error: PermanentError) -> None:
    token, reason, detail = lease.token, error.reason, error.detail
    bench.store.transact(
        "crawl.refuse", lambda repositories: repositories.job_leases.end_listing(token, reason=reason, detail=detail)
    )
    log.info("crawl.refused", reason=reason.value, detail=detail)


def _add_chunk(
    bench: WorkerContext, job_id: UUID, chunk: list[ListedItem], *, spec: str, has_missing_files: bool, reread: bool
) -> None:
    listed = [NewItem(piece.key, piece.payload, locator=piece.locator) for piece in chunk]
    glimpses = {piece.key: piece.glimpse for piece in chunk if piece.glimpse is not None}

    def write(repositories: Repositories) -> list[int]:
        if has_missing_files:
            files = [glimpse.audio for glimpse in glimpses.values() if glimpse.audio is not None]
            repositories.jobs.count_files(job_id, n_returned=repositories.missing_tracks.mark_returned(files))
        return repositories.listing_writer(spec=spec).add_chunk(job_id, listed, {} if reread else glimpses)

    send_hints(bench.bus, Stage.COLLECT, bench.store.transact("crawl.items", write))


def _listing_chunks(listing: SourceListing, limit: int | None) -> Iterator[list[ListedItem]]:
    items = islice(listing.items, limit)
    while chunk := list(islice(items, _LISTING_CHUNK)):
        yield chunk
