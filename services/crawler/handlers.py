"""The crawler's use cases: list a source, and collect what was listed."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from services.crawler.clips import ClipFetcher
from services.crawler.confirmation import confirm, lists_read
from services.crawler.deleted_tracks import refuse_deleted
from services.crawler.files.folder_spellings import unite_spellings
from services.crawler.files.missing_files import NO_AUDIO_FILE, close_folder, open_folder
from services.crawler.sources.port import CrawlSource, ListedItem, SourceListing, SourcePage
from shared.domain.crawl import CrawlRequest
from shared.domain.job import COLLECTED, ItemState, Stage
from shared.domain.messages import ItemsMessage, JobMessage
from shared.domain.track import CollectedTrack, FetchedClip
from shared.errors import OF_THE_MOMENT, LaterError, PermanentError, Reason, UnreadableFileError
from shared.library_health import LibraryHealth
from shared.store.features.repository import FeatureRepository
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.tables import Job, JobItem
from shared.store.tracks.clips import ClipRepository
from shared.store.tracks.duplicate_resolution import resolve_duplicates
from shared.store.tracks.listing_writer import ListingWriter
from shared.store.tracks.lookups import TrackLookups
from shared.store.tracks.missing_tracks import MissingTracks
from shared.store.tracks.repository import RegisteredTrack, TrackRepository
from shared.store.tracks.source_statements import save_judgement
from shared.worker.context import JobLease, WorkerContext, lease_job, process_items, send_hints

log = structlog.get_logger()

_LISTING_CHUNK = 1_000
_PASSED_OVER = frozenset({Reason.STRAY_HEADER, Reason.EXCLUDED, Reason.DELETED})
"""Why a piece is counted as skipped instead of failed."""
_BATCH_S = 100.0
"""A batch that took so long ends: with downloads it would otherwise come near its task's time limit."""


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
            _list(bench, lease, _load_job(bench, job_id), sources, health, spec=spec)
        except (PermanentError, LaterError, OSError) as error:
            explained = _explained(error, health)
            if isinstance(explained, LaterError):
                _park_listing(bench, lease, explained, attempts=_load_job(bench, job_id).attempts)
            else:
                _refuse_listing(bench, lease, explained)


def _list(
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
    welcomes = bench.store.transact("crawl.missing", lambda session: MissingTracks(session).has_missing_files())
    n_listed = 0
    for chunk in _listing_chunks(listing, request.limit):
        if not lease.is_held():
            return
        _add_chunk(bench, job.id, chunk, spec=spec, welcomes=welcomes, reread=request.reread)
        n_listed += len(chunk)
    if folder is not None and health is not None:
        close_folder(bench, lease, job.id, folder, request, listing, health=health)
    detail = NO_AUDIO_FILE if folder is not None and not n_listed and not request.exclude else None
    ignored, read_whole = dict(listing.ignored), lists_read(listing, request)
    bench.store.transact(
        "crawl.listed",
        lambda session: JobRepository(session).end_listing(
            lease.token, ignored=ignored, detail=detail, read_whole=read_whole
        ),
    )
    log.info("crawl.listed", job_id=str(job.id), ignored=ignored)


def _explained(
    error: PermanentError | LaterError | OSError, health: LibraryHealth | None
) -> PermanentError | LaterError:
    if isinstance(error, OSError):
        if health is None or error.filename is None:
            raise error
        path = Path(os.fsdecode(error.filename))
        error = UnreadableFileError.of(error, path, named=path.name)
    return health.explain(error) if health is not None and isinstance(error, PermanentError) else error


def _add_pages(
    bench: WorkerContext, lease: JobLease, job: Job, listing: SourceListing, read_whole: list[dict[str, Any]] | None
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
        lambda session: JobRepository(session).end_listing(lease.token, ignored=ignored, read_whole=read_whole),
    )
    log.info("crawl.listed", job_id=str(job.id), ignored=ignored)


def _add_page(bench: WorkerContext, lease: JobLease, job_id: UUID, page: SourcePage) -> Sequence[int] | None:
    items = [NewItem(listed.key, listed.payload) for listed in page.found]

    def write(session: Session) -> Sequence[int] | None:
        jobs = JobRepository(session)
        if not jobs.advance_cursor(lease.token, page.cursor):
            return None
        return jobs.add_items(job_id, Stage.COLLECT, items) if items else []

    return bench.store.transact("crawl.page", write)


def _park_listing(bench: WorkerContext, lease: JobLease, error: LaterError, *, attempts: int) -> None:
    if error.is_fault and attempts >= bench.work.max_attempts:
        _refuse_listing(bench, lease, PermanentError(error.reason, f"{error.detail}; tried {attempts} times"))
        return
    bench.store.transact(
        "crawl.park",
        lambda session: JobRepository(session).park_job(
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
        "crawl.refuse", lambda session: JobRepository(session).end_listing(token, reason=reason, detail=detail)
    )
    log.info("crawl.refused", reason=reason.value, detail=detail)


@dataclass(frozen=True, kw_only=True)
class _CollectedPiece:
    """A track, and its audio where the crawl fetches that."""

    track: CollectedTrack
    clip: FetchedClip | None = None
    no_clip: PermanentError | None = None


_Result = _CollectedPiece | PermanentError | LaterError


def collect_items(
    message: ItemsMessage,
    *,
    bench: WorkerContext,
    sources: Mapping[str, CrawlSource],
    spec: str,
    clips: ClipFetcher | None = None,
    health: LibraryHealth | None = None,
) -> None:
    """Collect a batch: read each piece, then register all of it in one transaction, and find what was there before.

    What must wait is parked, also a file on a disk or share that is away, as `health` says.
    """

    def handle(claim: ItemClaim) -> Callable[[Session], list[ItemOutcome]]:
        requests = {job_id: _load_request(bench, job_id) for job_id in {item.job_id for item in claim.items}}
        resting: dict[str, LaterError] = {}
        collected: list[tuple[JobItem, _Result]] = []
        begun = time.monotonic()
        for item in claim.items:
            request = requests[item.job_id]
            waits = _too_long(begun) or resting.get(request.source)
            found = waits or _collect_piece(bench, item, request, sources, clips, health, spec=spec)
            if isinstance(found, LaterError) and not found.is_fault:
                resting[request.source] = found
            collected.append((item, found))

        def write(session: Session) -> list[ItemOutcome]:
            registered: list[RegisteredTrack] = []
            _welcome(session, collected)
            outcomes = [
                _write_outcome(
                    session,
                    item,
                    found,
                    registered,
                    spec=spec,
                    reread=requests[item.job_id].reread,
                    max_attempts=bench.work.max_attempts,
                )
                for item, found in collected
            ]
            _resolve_registered(session, registered)
            tracks = {item.id: found.track for item, found in collected if isinstance(found, _CollectedPiece)}
            return confirm(session, claim.items, tracks, outcomes, requests=requests, sources=sources)

        return write

    process_items(bench, message, stage=Stage.COLLECT, handle=handle)


def _too_long(begun: float) -> LaterError | None:
    if time.monotonic() - begun < _BATCH_S:
        return None
    return LaterError(Reason.RATE_LIMITED, "its batch took long: it goes on in another one", wait_s=0.0)


def _collect_piece(
    bench: WorkerContext,
    item: JobItem,
    request: CrawlRequest,
    sources: Mapping[str, CrawlSource],
    clips: ClipFetcher | None,
    health: LibraryHealth | None,
    *,
    spec: str,
) -> _Result:
    try:
        track = sources[request.source].collect_track(item.payload, request)
        refuse_deleted(bench, request, track)
        names = request.list_audio_sources()
        if clips is None or not names:
            return _CollectedPiece(track=track)
        with bench.store.read() as session:
            if TrackLookups(session).filter_with_features(track.refs, spec=spec):
                return _CollectedPiece(track=track)
        try:
            return _CollectedPiece(track=track, clip=clips.fetch_audio(track, names))
        except PermanentError as error:
            return _CollectedPiece(track=track, no_clip=error)
    except (PermanentError, LaterError, OSError) as error:
        return _explained(error, health)


def _welcome(session: Session, collected: Sequence[tuple[JobItem, _Result]]) -> None:
    """Files that were missing and are named by a table or a playlist; those of a folder came back with its listing."""
    for item, found in collected:
        if isinstance(found, _CollectedPiece) and found.track.audio is not None:
            n_returned = MissingTracks(session).welcome([found.track.audio])
            if n_returned:
                JobRepository(session).count_files(item.job_id, n_returned=n_returned)


def _resolve_registered(session: Session, registered: list[RegisteredTrack]) -> None:
    together = [(one.track_id, other) for one in registered for other in one.also]
    changed = [one.track_id for one in registered if one.learned]
    if changed or together:
        settled = resolve_duplicates(session, changed, named_together=together)
        if settled.n_merged or settled.n_suggested:
            log.info("tracks.settled", n_merged=settled.n_merged, n_suggested=settled.n_suggested)


def _write_outcome(
    session: Session,
    item: JobItem,
    found: _Result,
    seen: list[RegisteredTrack],
    *,
    spec: str,
    reread: bool,
    max_attempts: int,
) -> ItemOutcome:
    if isinstance(found, LaterError):
        if found.is_fault and item.attempts >= max_attempts:
            return ItemOutcome(item_id=item.id, state=ItemState.FAILED, reason=found.reason, detail=found.detail)
        return ItemOutcome(
            item_id=item.id,
            state=ItemState.QUEUED,
            reason=found.reason,
            detail=found.detail,
            wake_in_s=found.wait_s,
            counts_as_attempt=found.is_fault,
        )
    if isinstance(found, PermanentError):
        state = ItemState.SKIPPED if found.reason in _PASSED_OVER else ItemState.FAILED
        return ItemOutcome(item_id=item.id, state=state, reason=found.reason, detail=found.detail)
    outcome = _register_track(session, item, found, seen, spec=spec, reread=reread)
    audio = found.track.audio
    return replace(outcome, locator=audio.locator) if audio is not None and item.locator is None else outcome


def _register_track(
    session: Session, item: JobItem, found: _CollectedPiece, seen: list[RegisteredTrack], *, spec: str, reread: bool
) -> ItemOutcome:
    track = found.track
    registered = TrackRepository(session).register_track(track, reread=reread)
    if registered.is_open:
        return ItemOutcome(
            item_id=item.id,
            state=ItemState.QUEUED,
            track_id=registered.track_id,
            next_stage=Stage.FEATURIZE,
            payload={**item.payload, COLLECTED: track.to_payload()},
        )
    seen.append(registered)
    news = registered.is_new or registered.audio_changed
    news |= not registered.is_stale and save_judgement(session, registered.track_id, track)
    if track.catalogue:
        news |= TrackRepository(session).save_catalogue(
            registered.track_id, track.catalogue, origin=track.catalogue_origin
        )
    if _is_to_analyse(session, registered, found, spec=spec):
        return ItemOutcome(
            item_id=item.id, state=ItemState.QUEUED, track_id=registered.track_id, next_stage=Stage.FEATURIZE
        )
    if found.no_clip is not None:
        return ItemOutcome(
            item_id=item.id,
            state=ItemState.FAILED,
            track_id=registered.track_id,
            reason=found.no_clip.reason,
            detail=found.no_clip.detail,
        )
    return ItemOutcome(
        item_id=item.id,
        track_id=registered.track_id,
        state=ItemState.DONE if news else ItemState.SKIPPED,
        reason=None if news else Reason.UNCHANGED,
    )


def _is_to_analyse(session: Session, registered: RegisteredTrack, found: _CollectedPiece, *, spec: str) -> bool:
    if found.clip is not None:
        ClipRepository(session).save_clip(registered.track_id, found.clip)
        return True
    if found.track.audio is None:
        return False
    there = FeatureRepository(session, spec=spec).get_own(registered.track_id)
    return registered.audio_changed or there is None or there.reason in OF_THE_MOMENT


def _add_chunk(
    bench: WorkerContext, job_id: UUID, chunk: list[ListedItem], *, spec: str, welcomes: bool, reread: bool
) -> None:
    listed = [NewItem(piece.key, piece.payload, locator=piece.locator) for piece in chunk]
    glimpses = {piece.key: piece.glimpse for piece in chunk if piece.glimpse is not None}

    def write(session: Session) -> list[int]:
        if welcomes:
            files = [glimpse.audio for glimpse in glimpses.values() if glimpse.audio is not None]
            JobRepository(session).count_files(job_id, n_returned=MissingTracks(session).welcome(files))
        return ListingWriter(session, spec=spec).add_chunk(job_id, listed, {} if reread else glimpses)

    send_hints(bench.bus, Stage.COLLECT, bench.store.transact("crawl.items", write))


def _listing_chunks(listing: SourceListing, limit: int | None) -> Iterator[list[ListedItem]]:
    found = islice(listing.found, limit)
    while chunk := list(islice(found, _LISTING_CHUNK)):
        yield chunk


def _load_request(bench: WorkerContext, job_id: UUID) -> CrawlRequest:
    return CrawlRequest.from_params(_load_job(bench, job_id).params)


def _load_job(bench: WorkerContext, job_id: UUID) -> Job:
    with bench.store.read() as session:
        job = JobRepository(session).get_by_id(job_id)
    if job is None:
        raise PermanentError(Reason.NOT_FOUND, f"there is no job {job_id}")
    return job
