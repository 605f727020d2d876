"""The crawler's use cases: list a source, and collect what was listed."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from services.crawler.clips import ClipFetcher
from services.crawler.settling import settle
from services.crawler.sources.port import Listed, Listing, Page, Source
from shared.domain.annotation import Annotator
from shared.domain.crawl import CrawlRequest
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage, JobMessage
from shared.domain.track import Clip, Collected
from shared.errors import LaterError, PermanentError, Reason
from shared.store.annotations import Annotations
from shared.store.clips import Clips
from shared.store.features import Features
from shared.store.file_tags import TaggedFile, TrackTags
from shared.store.items import Claim, Outcome
from shared.store.jobs import Jobs, NewItem
from shared.store.lookups import Lookups
from shared.store.scanning import Scanning
from shared.store.tables import Job, JobItem
from shared.store.tracks import Registered, Tracks
from shared.work import JobLease, Workbench, hold_job, send, work_on

log = structlog.get_logger()

_LISTING_CHUNK = 1_000
_PASSED_OVER = frozenset({Reason.STRAY_HEADER, Reason.EXCLUDED})
"""Why a piece is counted as skipped instead of failed."""
_BATCH_S = 100.0
"""A batch that took so long ends: with downloads it would otherwise come near its task's time limit."""


def list_source(message: JobMessage, *, bench: Workbench, sources: Mapping[str, Source], spec: str) -> None:
    """Turn a crawl job into items, chunk by chunk; each chunk's hints leave after its commit.

    What the store knows already, with its features of `spec`, is counted as skipped at once. Listing again, after a
    crash, adds only the items that are not there yet; a paged list goes on at its cursor. A source that wants a longer
    pause parks the job.
    """
    job_id = UUID(message.job_id)
    with hold_job(bench, job_id, name="crawl") as lease:
        if lease is None:
            return
        request = _request(bench, job_id)
        try:
            listing = sources[request.source].list(request)
            if listing.pages is not None:
                _add_pages(bench, lease, _job(bench, job_id), listing)
                return
            for chunk in _chunks(listing, request.limit):
                if not lease.is_held():
                    return
                _add_chunk(bench, job_id, chunk, spec=spec)
        except PermanentError as error:
            _refuse(bench, lease, error)
            return
        except LaterError as error:
            _park(bench, lease, error, attempts=_job(bench, job_id).attempts)
            return
        token, ignored = lease.token, dict(listing.ignored)
        bench.store.transact("crawl.listed", lambda session: Jobs(session).end_listing(token, ignored=ignored))
        log.info("crawl.listed", job_id=message.job_id, ignored=ignored)


def _add_pages(bench: Workbench, lease: JobLease, job: Job, listing: Listing) -> None:
    """Each page with its cursor in one transaction, so that neither can be without the other."""
    assert listing.pages is not None
    ignored = dict((job.cursor or {}).get("ignored", {}))
    for page in listing.pages(job.cursor):
        added = _add_page(bench, lease, job.id, page)
        if added is None:
            return
        send(bench.bus, Stage.COLLECT, added)
        ignored = page.ignored
    bench.store.transact("crawl.listed", lambda session: Jobs(session).end_listing(lease.token, ignored=ignored))
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
            lease.token, wait_s=error.wait_s, reason=error.reason, detail=error.detail,
            counts_as_attempt=error.is_fault,
        ),
    )  # fmt: skip
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
    message: ItemsMessage, *, bench: Workbench, sources: Mapping[str, Source], spec: str,
    clips: ClipFetcher | None = None,
) -> None:  # fmt: skip
    """Collect a batch: read each piece, then register all of it in one transaction, and find what was there before.

    What must wait is parked.
    """

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        requests = {job_id: _request(bench, job_id) for job_id in {item.job_id for item in claim.items}}
        resting: dict[str, LaterError] = {}
        collected: list[tuple[JobItem, _Result]] = []
        begun = time.monotonic()
        for item in claim.items:
            request = requests[item.job_id]
            waits = _too_long(begun) or resting.get(request.source)
            found = waits or _collect(bench, item, request, sources, clips, spec=spec)
            if isinstance(found, LaterError) and not found.is_fault:
                resting[request.source] = found
            collected.append((item, found))

        def write(session: Session) -> list[Outcome]:
            registered: list[Registered] = []
            outcomes = [
                _write(session, item, found, registered, spec=spec, max_attempts=bench.work.max_attempts)
                for item, found in collected
            ]
            _settle(session, registered)
            return outcomes

        return write

    work_on(bench, message, stage=Stage.COLLECT, handle=handle)


def _too_long(begun: float) -> LaterError | None:
    if time.monotonic() - begun < _BATCH_S:
        return None
    return LaterError(Reason.RATE_LIMITED, "its batch took long: it goes on in another one", wait_s=0.0)


def _collect(
    bench: Workbench, item: JobItem, request: CrawlRequest, sources: Mapping[str, Source], clips: ClipFetcher | None,
    *, spec: str,
) -> _Result:  # fmt: skip
    try:
        track = sources[request.source].collect(item.payload, request)
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
    except (PermanentError, LaterError) as error:
        return error


def _settle(session: Session, registered: list[Registered]) -> None:
    together = [(one.track_id, other) for one in registered for other in one.also]
    changed = [one.track_id for one in registered if one.learned]
    if changed or together:
        settled = settle(session, changed, named_together=together)
        if settled.n_merged or settled.n_suggested:
            log.info("tracks.settled", n_merged=settled.n_merged, n_suggested=settled.n_suggested)


def _write(
    session: Session, item: JobItem, found: _Result, seen: list[Registered], *, spec: str, max_attempts: int
) -> Outcome:
    if isinstance(found, LaterError):
        if found.is_fault and item.attempts >= max_attempts:
            return Outcome(item_id=item.id, state=ItemState.FAILED, reason=found.reason, detail=found.detail)
        return Outcome(
            item_id=item.id, state=ItemState.QUEUED, reason=found.reason, detail=found.detail,
            wake_in_s=found.wait_s, counts_as_attempt=found.is_fault,
        )  # fmt: skip
    if isinstance(found, PermanentError):
        state = ItemState.SKIPPED if found.reason in _PASSED_OVER else ItemState.FAILED
        return Outcome(item_id=item.id, state=state, reason=found.reason, detail=found.detail)
    return _register(session, item, found, seen, spec=spec)


def _register(session: Session, item: JobItem, found: _Found, seen: list[Registered], *, spec: str) -> Outcome:
    track = found.track
    registered = Tracks(session).register(track)
    if track.file_tags is not None and track.audio is not None:
        file = TaggedFile(track_id=registered.track_id, locator=track.audio.locator, tags=track.file_tags)
        registered = replace(registered, learned=TrackTags(session).fill(file) or registered.learned)
    seen.append(registered)
    news = registered.is_new or registered.audio_changed
    news |= _annotate(session, registered.track_id, track)
    if track.catalogue:
        news |= Tracks(session).save_catalogue(registered.track_id, track.catalogue, origin=track.catalogue_origin)
    if _is_to_analyse(session, registered, found, spec=spec):
        return Outcome(
            item_id=item.id, state=ItemState.QUEUED, track_id=registered.track_id, next_stage=Stage.FEATURIZE
        )
    if found.no_clip is not None:
        return Outcome(
            item_id=item.id, state=ItemState.FAILED, track_id=registered.track_id, reason=found.no_clip.reason,
            detail=found.no_clip.detail,
        )  # fmt: skip
    return Outcome(
        item_id=item.id,
        track_id=registered.track_id,
        state=ItemState.DONE if news else ItemState.SKIPPED,
        reason=None if news else Reason.UNCHANGED,
    )


def _annotate(session: Session, track_id: UUID, track: Collected) -> bool:
    """Keep the judgement and the free words of a track's annotator. True if that is news."""
    if track.judgement is None and not track.tags and track.place is None:
        return False
    valence, arousal = track.place or (None, None)
    return Annotations(session).append(
        track_id,
        Annotator(track.annotator_kind, track.annotator_name or "import"),
        taxonomy=track.judgement.taxonomy if track.judgement else None,
        emotion=track.judgement.emotion if track.judgement else None,
        tags=tuple(dict.fromkeys(track.tags)),
        valence=valence,
        arousal=arousal,
    )


def _is_to_analyse(session: Session, registered: Registered, found: _Found, *, spec: str) -> bool:
    if found.clip is not None:
        Clips(session).save(registered.track_id, found.clip)
        return True
    if found.track.audio is None:
        return False
    return registered.audio_changed or Features(session, spec=spec).get(registered.track_id) is None


def _add_chunk(bench: Workbench, job_id: UUID, chunk: list[Listed], *, spec: str) -> None:
    listed = [NewItem(piece.key, piece.payload) for piece in chunk]
    glimpses = {piece.key: piece.glimpse for piece in chunk if piece.glimpse is not None}

    def write(session: Session) -> list[int]:
        return Scanning(session, spec=spec).add(job_id, listed, glimpses)

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
