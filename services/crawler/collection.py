"""The use case that collects what was listed: items in, registered tracks out."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from services.crawler.clips import ClipFetcher
from services.crawler.confirmation import confirm_statements
from services.crawler.crawl_jobs import explain_error, load_request
from services.crawler.deleted_tracks import refuse_deleted
from services.crawler.sources.port import CrawlSource
from shared.domain.crawl import CrawlRequest
from shared.domain.job import COLLECTED, ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.track import CollectedTrack, FetchedClip
from shared.errors import OF_THE_MOMENT, LaterError, PermanentError, Reason
from shared.library_health import LibraryHealth
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.store.tracks.repository import RegisteredTrack
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()

_PASSED_OVER = frozenset({Reason.STRAY_HEADER, Reason.EXCLUDED, Reason.DELETED})
"""Why a piece is counted as skipped instead of failed."""
_BATCH_S = 100.0
"""A batch that took so long ends: with downloads it would otherwise come near its task's time limit."""


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

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        requests = {job_id: load_request(bench, job_id) for job_id in {item.job_id for item in claim.items}}
        resting: dict[str, LaterError] = {}
        collected: list[tuple[JobItem, _Result]] = []
        begun = time.monotonic()
        for item in claim.items:
            request = requests[item.job_id]
            waits = _too_long(begun) or resting.get(request.source)
            result = waits or _collect_piece(bench, item, request, sources, clips, health, spec=spec)
            if isinstance(result, LaterError) and not result.is_fault:
                resting[request.source] = result
            collected.append((item, result))

        def write(repositories: Repositories) -> list[ItemOutcome]:
            registered: list[RegisteredTrack] = []
            _mark_returned(repositories, collected)
            outcomes = [
                _write_outcome(
                    repositories,
                    item,
                    result,
                    registered,
                    spec=spec,
                    reread=requests[item.job_id].reread,
                    max_attempts=bench.work.max_attempts,
                )
                for item, result in collected
            ]
            _resolve_registered(repositories, registered)
            tracks = {item.id: result.track for item, result in collected if isinstance(result, _CollectedPiece)}
            return confirm_statements(repositories, claim.items, tracks, outcomes, requests=requests, sources=sources)

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
        with bench.store.read() as repositories:
            if repositories.track_lookups.filter_with_features(track.refs, spec=spec):
                return _CollectedPiece(track=track)
        try:
            return _CollectedPiece(track=track, clip=clips.fetch_audio(track, names))
        except PermanentError as error:
            return _CollectedPiece(track=track, no_clip=error)
    except (PermanentError, LaterError, OSError) as error:
        return explain_error(error, health)


def _mark_returned(repositories: Repositories, collected: Sequence[tuple[JobItem, _Result]]) -> None:
    """Files that were missing and are named by a table or a playlist; those of a folder came back with its listing."""
    for item, result in collected:
        if isinstance(result, _CollectedPiece) and result.track.audio is not None:
            n_returned = repositories.missing_tracks.mark_returned([result.track.audio])
            if n_returned:
                repositories.jobs.count_files(item.job_id, n_returned=n_returned)


def _resolve_registered(repositories: Repositories, registered: list[RegisteredTrack]) -> None:
    together = [(one.track_id, other) for one in registered for other in one.also]
    changed = [one.track_id for one in registered if one.learned]
    if changed or together:
        resolution = repositories.resolve_duplicates(changed, named_together=together)
        if resolution.n_merged or resolution.n_suggested:
            log.info("tracks.settled", n_merged=resolution.n_merged, n_suggested=resolution.n_suggested)


def _write_outcome(
    repositories: Repositories,
    item: JobItem,
    result: _Result,
    registered_tracks: list[RegisteredTrack],
    *,
    spec: str,
    reread: bool,
    max_attempts: int,
) -> ItemOutcome:
    if isinstance(result, PermanentError | LaterError):
        is_passed_over = isinstance(result, PermanentError) and result.reason in _PASSED_OVER
        return ItemOutcome.from_error(item, result, max_attempts=max_attempts, is_skipped=is_passed_over)
    outcome = _register_track(repositories, item, result, registered_tracks, spec=spec, reread=reread)
    audio = result.track.audio
    return replace(outcome, locator=audio.locator) if audio is not None and item.locator is None else outcome


def _register_track(
    repositories: Repositories,
    item: JobItem,
    piece: _CollectedPiece,
    registered_tracks: list[RegisteredTrack],
    *,
    spec: str,
    reread: bool,
) -> ItemOutcome:
    track = piece.track
    registered = repositories.tracks.register_track(track, reread=reread)
    if registered.is_open:
        return ItemOutcome(
            item_id=item.id,
            state=ItemState.QUEUED,
            track_id=registered.track_id,
            next_stage=Stage.FEATURIZE,
            payload={**item.payload, COLLECTED: track.to_payload()},
        )
    registered_tracks.append(registered)
    news = registered.is_new or registered.audio_changed
    news |= not registered.is_stale and repositories.save_source_annotation(registered.track_id, track)
    if track.catalogue:
        news |= repositories.tracks.save_catalogue(registered.track_id, track.catalogue, origin=track.catalogue_origin)
    if _is_to_analyse(repositories, registered, piece, spec=spec):
        return ItemOutcome(
            item_id=item.id, state=ItemState.QUEUED, track_id=registered.track_id, next_stage=Stage.FEATURIZE
        )
    if piece.no_clip is not None:
        return ItemOutcome(
            item_id=item.id,
            state=ItemState.FAILED,
            track_id=registered.track_id,
            reason=piece.no_clip.reason,
            detail=piece.no_clip.detail,
        )
    return ItemOutcome(
        item_id=item.id,
        track_id=registered.track_id,
        state=ItemState.DONE if news else ItemState.SKIPPED,
        reason=None if news else Reason.UNCHANGED,
    )


def _is_to_analyse(
    repositories: Repositories, registered: RegisteredTrack, piece: _CollectedPiece, *, spec: str
) -> bool:
    if piece.clip is not None:
        repositories.clips.save_clip(registered.track_id, piece.clip)
        return True
    if piece.track.audio is None:
        return False
    features = repositories.features(spec=spec).get_own(registered.track_id)
    return registered.audio_changed or features is None or features.reason in OF_THE_MOMENT
