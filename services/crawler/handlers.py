"""The crawler's use cases: list a source, and collect what was listed."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from services.crawler.settling import settle
from services.crawler.sources.port import Listed, Listing, Source
from shared.domain.annotation import Annotator
from shared.domain.crawl import CrawlRequest
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage, JobMessage
from shared.domain.track import Collected
from shared.errors import PermanentError, Reason
from shared.store.annotations import Annotations
from shared.store.features import Features
from shared.store.items import Claim, Outcome
from shared.store.jobs import Jobs, NewItem
from shared.store.scanning import Scanning
from shared.store.tables import JobItem
from shared.store.tracks import Registered, Tracks
from shared.work import JobLease, Workbench, hold_job, send, work_on

log = structlog.get_logger()

_LISTING_CHUNK = 1_000


def list_source(message: JobMessage, *, bench: Workbench, sources: Mapping[str, Source], spec: str) -> None:
    """Turn a crawl job into items, chunk by chunk; each chunk's hints leave after its commit.

    What the store knows already, with its features of `spec`, is counted as skipped at once. Listing again, after a
    crash, adds only the items that are not there yet.
    """
    job_id = UUID(message.job_id)
    with hold_job(bench, job_id, name="crawl") as lease:
        if lease is None:
            return
        request = _request(bench, job_id)
        try:
            listing = sources[request.source].list(request)
            for chunk in _chunks(listing, request.limit):
                if not lease.is_held():
                    return
                _add_chunk(bench, job_id, chunk, spec=spec)
        except PermanentError as error:
            _refuse(bench, lease, error)
            return
        token, ignored = lease.token, dict(listing.ignored)
        bench.store.transact("crawl.listed", lambda session: Jobs(session).end_listing(token, ignored=ignored))
        log.info("crawl.listed", job_id=message.job_id, ignored=ignored)


def _refuse(bench: Workbench, lease: JobLease, error: PermanentError) -> None:
    token, reason, detail = lease.token, error.reason, error.detail
    bench.store.transact("crawl.refuse", lambda session: Jobs(session).end_listing(token, reason=reason, detail=detail))
    log.info("crawl.refused", reason=reason.value, detail=detail)


def collect_items(message: ItemsMessage, *, bench: Workbench, sources: Mapping[str, Source], spec: str) -> None:
    """Collect a batch: read each piece, then register all of it in one transaction, and find what was there before."""

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        requests = {job_id: _request(bench, job_id) for job_id in {item.job_id for item in claim.items}}
        collected = [(item, _collect(item, requests[item.job_id], sources)) for item in claim.items]

        def write(session: Session) -> list[Outcome]:
            registered: list[Registered] = []
            outcomes = [_register(session, item, found, registered, spec=spec) for item, found in collected]
            _settle(session, registered)
            return outcomes

        return write

    work_on(bench, message, stage=Stage.COLLECT, handle=handle)


def _collect(item: JobItem, request: CrawlRequest, sources: Mapping[str, Source]) -> Collected | PermanentError:
    try:
        return sources[request.source].collect(item.payload, request)
    except PermanentError as error:
        return error


def _settle(session: Session, registered: list[Registered]) -> None:
    together = [(one.track_id, other) for one in registered for other in one.also]
    changed = [one.track_id for one in registered if one.learned]
    if changed or together:
        settled = settle(session, changed, named_together=together)
        if settled.n_merged or settled.n_suggested:
            log.info("tracks.settled", n_merged=settled.n_merged, n_suggested=settled.n_suggested)


def _register(
    session: Session, item: JobItem, found: Collected | PermanentError, seen: list[Registered], *, spec: str
) -> Outcome:
    if isinstance(found, PermanentError):
        state = ItemState.SKIPPED if found.reason is Reason.STRAY_HEADER else ItemState.FAILED
        return Outcome(item_id=item.id, state=state, reason=found.reason, detail=found.detail)
    tracks = Tracks(session)
    registered = tracks.register(found)
    seen.append(registered)
    news = registered.is_new or registered.audio_changed
    if found.judgement is not None:
        annotator = Annotator(found.annotator_kind, found.annotator_name or "import")
        news |= Annotations(session).append(
            registered.track_id, annotator, taxonomy=found.judgement.taxonomy, emotion=found.judgement.emotion
        )
    if found.catalogue:
        news |= tracks.save_catalogue(registered.track_id, found.catalogue, origin=found.catalogue_origin)
    if found.audio is not None:
        known = Features(session, spec=spec).get(registered.track_id)
        if known is None or registered.audio_changed:
            return Outcome(
                item_id=item.id, state=ItemState.QUEUED, track_id=registered.track_id, next_stage=Stage.FEATURIZE
            )
    return Outcome(
        item_id=item.id,
        track_id=registered.track_id,
        state=ItemState.DONE if news else ItemState.SKIPPED,
        reason=None if news else Reason.UNCHANGED,
    )


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
    with bench.store.read() as session:
        job = Jobs(session).get(job_id)
    if job is None:
        raise PermanentError(Reason.NOT_FOUND, f"there is no job {job_id}")
    return CrawlRequest.from_params(job.params)
