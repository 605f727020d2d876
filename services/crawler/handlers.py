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
from services.crawler.sources.port import Listed, Listing, Page, Source
from shared.domain.crawl import CrawlRequest
from shared.domain.job import COLLECTED, ItemState, Stage
from shared.domain.messages import ItemsMessage, JobMessage
from shared.domain.track import Clip, Collected
from shared.errors import OF_THE_MOMENT, LaterError, PermanentError, Reason, UnreadableFileError
from shared.library_health import LibraryHealth
from shared.store.features.repository import Features
from shared.store.jobs.items import Claim, Outcome
from shared.store.jobs.repository import Jobs, NewItem
from shared.store.tables import Job, JobItem
from shared.store.tracks.clips import Clips
from shared.store.tracks.duplicate_resolution import settle
from shared.store.tracks.listing_writer import Scanning
from shared.store.tracks.lookups import Lookups
from shared.store.tracks.missing_tracks import MissingTracks
from shared.store.tracks.repository import Registered, Tracks
from shared.store.tracks.source_statements import save_judgement
from shared.worker.context import JobLease, Workbench, hold_job, send, work_on

log = structlog.get_logger()

_LISTING_CHUNK = 1_000
_PASSED_OVER = frozenset({Reason.STRAY_HEADER, Reason.EXCLUDED, Reason.DELETED})
"""Why a piece is counted as skipped instead of failed."""
_BATCH_S = 100.0
"""A batch that took so long ends: with downloads it would otherwise come near its task's time limit."""


def list_source(
    message: JobMessage,
    *,
    bench: Workbench,
    sources: Mapping[str, Source],
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
    with hold_job(bench, job_id, name="crawl") as lease:
        if lease is None:
            return
        try:
            _list(bench, lease, _job(bench, job_id), sources, health, spec=spec)
        except (PermanentError, LaterError, OSError) as error:
            explained = _explained(error, health)
            if isinstance(explained, LaterError):
                _park(bench, lease, explained, attempts=_job(bench, job_id).attempts)
            else:
                _refuse(bench, lease, explained)


def _list(
    bench: Workbench,
    lease: JobLease,
    job: Job,
    sources: Mapping[str, Source],
    health: LibraryHealth | None,
    *,
    spec: str,
) -> None:
    request = CrawlRequest.from_params(job.params)
    folder = open_folder(request, health) if health is not None else None
    listing = sources[request.source].list(request) if folder is None or folder.is_there else Listing(iter(()))
    unite_spellings(bench, sources[request.source])
    if listing.pages is not None:
        _add_pages(bench, lease, job, listing, lists_read(listing, request))
        return
    welcomes = bench.store.transact("crawl.missing", lambda session: MissingTracks(session).has_missing_files())
    n_listed = 0
    for chunk in _chunks(listing, request.limit):
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
        lambda session: Jobs(session).end_listing(lease.token, ignored=ignored, detail=detail, read_whole=read_whole),
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
    bench: Workbench, lease: JobLease, job: Job, listing: Listing, read_whole: list[dict[str, Any]] | None
) -> None:
    """Each page with its cursor in one transaction, so that neither can be without the other."""
    assert listing.pages is not None
    ignored = dict((job.cursor or {}).get("ignored", {}))
    for page in listing.pages(job.cursor):
        added = _add_page(bench, lease, job.id, page)
        if added is None:
            return
        send(bench.bus, Stage.COLLECT, added)
        ignored = page.ignored
    bench.store.transact(
        "crawl.listed", lambda session: Jobs(session).end_listing(lease.token, ignored=ignored, read_whole=read_whole)
    )
    log.info("crawl.listed", job_id=str(job.id), ignored=ignored)


def _add_page(bench: Workbench, lease: JobLease, job_id: UUID, page: Page) -> Sequence[int] | None:
    items = [NewItem(listed.key, listed.payload) for listed in page.found]

    def write(session: Session) -> Sequence[int] | None:
        jobs = Jobs(session)
        if not jobs.advance(lease.token, page.cursor):
            return None
        return jobs.add_items(job_id, Stage.COLLECT, items) if items else []

    return bench.store.transact("crawl.page", write)


def _park(bench: Workbench, lease: JobLease, error: LaterError, *, attempts: int) -> None:
    if error.is_fault and attempts >= bench.work.max_attempts:
        _refuse(bench, lease, PermanentError(error.reason, f"{error.detail}; tried {attempts} times"))
        return
    bench.store.transact(
        "crawl.park",
        lambda session: Jobs(session).park(
            lease.token,
            wait_s=error.wait_s,
            reason=error.reason,
            detail=error.detail,
            counts_as_attempt=error.is_fault,
        ),
    )
    log.info("crawl.parked", reason=error.reason.value, wait_s=round(error.wait_s, 1), detail=error.detail)


def _refuse(bench: Workbench, lease: JobLease, error: PermanentError) -> None:
    token, reason, detail = lease.token, error.reason, error.detail
    bench.store.transact("crawl.refuse", lambda session: Jobs(session).end_listing(token, reason=reason, detail=detail))
    log.info("crawl.refused", reason=reason.value, detail=detail)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A track, and its audio where the crawl fetches that."""

    track: Collected
    clip: Clip | None = None
    no_clip: PermanentError | None = None


_Result = _Found | PermanentError | LaterError


def collect_items(
    message: ItemsMessage,
    *,
    bench: Workbench,
    sources: Mapping[str, Source],
    spec: str,
    clips: ClipFetcher | None = None,
    health: LibraryHealth | None = None,
) -> None:
    """Collect a batch: read each piece, then register all of it in one transaction, and find what was there before.

    What must wait is parked, also a file on a disk or share that is away, as `health` says.
    """

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        requests = {job_id: _request(bench, job_id) for job_id in {item.job_id for item in claim.items}}
        resting: dict[str, LaterError] = {}
        collected: list[tuple[JobItem, _Result]] = []
        begun = time.monotonic()
        for item in claim.items:
            request = requests[item.job_id]
            waits = _too_long(begun) or resting.get(request.source)
            found = waits or _collect(bench, item, request, sources, clips, health, spec=spec)
            if isinstance(found, LaterError) and not found.is_fault:
                resting[request.source] = found
            collected.append((item, found))

        def write(session: Session) -> list[Outcome]:
            registered: list[Registered] = []
            _welcome(session, collected)
            outcomes = [
                _write(
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
            _settle(session, registered)
            tracks = {item.id: found.track for item, found in collected if isinstance(found, _Found)}
            return confirm(session, claim.items, tracks, outcomes, requests=requests, sources=sources)

        return write

    work_on(bench, message, stage=Stage.COLLECT, handle=handle)


def _too_long(begun: float) -> LaterError | None:
    if time.monotonic() - begun < _BATCH_S:
        return None
    return LaterError(Reason.RATE_LIMITED, "its batch took long: it goes on in another one", wait_s=0.0)


def _collect(
    bench: Workbench,
    item: JobItem,
    request: CrawlRequest,
    sources: Mapping[str, Source],
    clips: ClipFetcher | None,
    health: LibraryHealth | None,
    *,
    spec: str,
) -> _Result:
    try:
        track = sources[request.source].collect(item.payload, request)
        refuse_deleted(bench, request, track)
        names = request.audio_sources()
        if clips is None or not names:
            return _Found(track=track)
        with bench.store.read() as session:
            if Lookups(session).with_features(track.refs, spec=spec):
                return _Found(track=track)
        try:
            return _Found(track=track, clip=clips.fetch(track, names))
        except PermanentError as error:
            return _Found(track=track, no_clip=error)
    except (PermanentError, LaterError, OSError) as error:
        return _explained(error, health)


def _welcome(session: Session, collected: Sequence[tuple[JobItem, _Result]]) -> None:
    """Files that were missing and are named by a table or a playlist; those of a folder came back with its listing."""
    for item, found in collected:
        if isinstance(found, _Found) and found.track.audio is not None:
            n_returned = MissingTracks(session).welcome([found.track.audio])
            if n_returned:
                Jobs(session).count_files(item.job_id, n_returned=n_returned)


def _settle(session: Session, registered: list[Registered]) -> None:
    together = [(one.track_id, other) for one in registered for other in one.also]
    changed = [one.track_id for one in registered if one.learned]
    if changed or together:
        settled = settle(session, changed, named_together=together)
        if settled.n_merged or settled.n_suggested:
            log.info("tracks.settled", n_merged=settled.n_merged, n_suggested=settled.n_suggested)


def _write(
    session: Session,
    item: JobItem,
    found: _Result,
    seen: list[Registered],
    *,
    spec: str,
    reread: bool,
    max_attempts: int,
) -> Outcome:
    if isinstance(found, LaterError):
        if found.is_fault and item.attempts >= max_attempts:
            return Outcome(item_id=item.id, state=ItemState.FAILED, reason=found.reason, detail=found.detail)
        return Outcome(
            item_id=item.id,
            state=ItemState.QUEUED,
            reason=found.reason,
            detail=found.detail,
            wake_in_s=found.wait_s,
            counts_as_attempt=found.is_fault,
        )
    if isinstance(found, PermanentError):
        state = ItemState.SKIPPED if found.reason in _PASSED_OVER else ItemState.FAILED
        return Outcome(item_id=item.id, state=state, reason=found.reason, detail=found.detail)
    outcome = _register(session, item, found, seen, spec=spec, reread=reread)
    audio = found.track.audio
    return replace(outcome, locator=audio.locator) if audio is not None and item.locator is None else outcome


def _register(
    session: Session, item: JobItem, found: _Found, seen: list[Registered], *, spec: str, reread: bool
) -> Outcome:
    track = found.track
    registered = Tracks(session).register(track, reread=reread)
    if registered.is_open:
        return Outcome(
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
        news |= Tracks(session).save_catalogue(registered.track_id, track.catalogue, origin=track.catalogue_origin)
    if _is_to_analyse(session, registered, found, spec=spec):
        return Outcome(
            item_id=item.id, state=ItemState.QUEUED, track_id=registered.track_id, next_stage=Stage.FEATURIZE
        )
    if found.no_clip is not None:
        return Outcome(
            item_id=item.id,
            state=ItemState.FAILED,
            track_id=registered.track_id,
            reason=found.no_clip.reason,
            detail=found.no_clip.detail,
        )
    return Outcome(
        item_id=item.id,
        track_id=registered.track_id,
        state=ItemState.DONE if news else ItemState.SKIPPED,
        reason=None if news else Reason.UNCHANGED,
    )


def _is_to_analyse(session: Session, registered: Registered, found: _Found, *, spec: str) -> bool:
    if found.clip is not None:
        Clips(session).save(registered.track_id, found.clip)
        return True
    if found.track.audio is None:
        return False
    there = Features(session, spec=spec).get(registered.track_id)
    return registered.audio_changed or there is None or there.reason in OF_THE_MOMENT


def _add_chunk(bench: Workbench, job_id: UUID, chunk: list[Listed], *, spec: str, welcomes: bool, reread: bool) -> None:
    listed = [NewItem(piece.key, piece.payload, locator=piece.locator) for piece in chunk]
    glimpses = {piece.key: piece.glimpse for piece in chunk if piece.glimpse is not None}

    def write(session: Session) -> list[int]:
        if welcomes:
            files = [glimpse.audio for glimpse in glimpses.values() if glimpse.audio is not None]
            Jobs(session).count_files(job_id, n_returned=MissingTracks(session).welcome(files))
        return Scanning(session, spec=spec).add(job_id, listed, {} if reread else glimpses)

    send(bench.bus, Stage.COLLECT, bench.store.transact("crawl.items", write))


def _chunks(listing: Listing, limit: int | None) -> Iterator[list[Listed]]:
    found = islice(listing.found, limit)
    while chunk := list(islice(found, _LISTING_CHUNK)):
        yield chunk


def _request(bench: Workbench, job_id: UUID) -> CrawlRequest:
    return CrawlRequest.from_params(_job(bench, job_id).params)


def _job(bench: Workbench, job_id: UUID) -> Job:
    with bench.store.read() as session:
        job = Jobs(session).get(job_id)
    if job is None:
        raise PermanentError(Reason.NOT_FOUND, f"there is no job {job_id}")
    return job
