"""What a change of the spec leaves to be computed, as the items of a job."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from services.featurizer.track_state import FINGERPRINT_ONLY, RECOMPUTED, TAGGERS_ONLY
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.job import BACKGROUND, Stage
from shared.domain.messages import JobMessage
from shared.domain.taggers import TaggerSpec, list_versions
from shared.errors import RetryableError
from shared.store.features.tagger_outputs import TAGGERS, TaggerVersions
from shared.store.jobs.repository import NewItem
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext, lease_job, send_hints

log = structlog.get_logger()

_CHUNK = 500
_MOST_TAG_PAGES = 200
"""A task: 100,000 tracks."""
Pages = Callable[[Repositories, UUID | None], Sequence[UUID]]


@dataclass(frozen=True, kw_only=True)
class _TrackList:
    """Tracks, in pages, and what is to be done with each."""

    pages: Pages
    payload: dict[str, bool]


def list_stale(
    message: JobMessage,
    *,
    bench: WorkerContext,
    spec: FeatureSpec,
    waveforms: bool = False,
    taggers: Collection[TaggerSpec] = (),
) -> None:
    """Turn a recomputation into items: tracks without features of this spec. Listing again adds only what is new.

    `waveforms`: tracks whose samples alone are missing as well; `taggers`: those that lack values of these alone.
    """
    job_id = UUID(message.job_id)
    with bench.store.read() as repositories:
        job = repositories.jobs.get_by_id(job_id)
    params = job.params if job else {}
    versions = list_versions(taggers)
    if params.get("fingerprints"):
        lists = [_list_without_fingerprint(spec)]
    elif TAGGERS in params:
        lists = [_list_untagged(versions, untried=BACKGROUND in params)]
    else:
        stale = _list_stale(spec, failed=bool(params.get("failed")), waveforms=waveforms)
        lists = [stale, _list_untagged(versions)]
    _list_tracks(job_id, bench=bench, stage=Stage.FEATURIZE, lists=lists, in_background=BACKGROUND in params)


def tag_library(*, bench: WorkerContext, taggers: Collection[TaggerSpec]) -> None:
    """Make a job, in the background, of the analysed tracks that lack values of the taggers, if there are any.

    Tracks whose values were stored before tags were, or by other rules, are given their tags here.
    """
    _give_missing_tags(bench)
    versions = list_versions(taggers)
    job_id = bench.store.transact(
        "features.tag_library", lambda repositories: repositories.tagger_outputs.schedule_tagging(versions=versions)
    )
    if job_id is None:
        return
    log.info("features.tagging", job_id=str(job_id), taggers=list(versions))
    try:
        bench.bus.publish(Task.LIST_STALE, JobMessage(str(job_id)))
    except RetryableError as error:
        log.warning("hint.not_sent", job_id=str(job_id), error=str(error))


def _give_missing_tags(bench: WorkerContext) -> None:
    """A page a transaction, and not more pages than a task has time for; the rest waits for the next time."""
    n_tracks = 0
    for _ in range(_MOST_TAG_PAGES):
        n_page = bench.store.transact(
            "features.give_tags", lambda repositories: repositories.given_tags.give_missing(limit=_CHUNK)
        )
        n_tracks += n_page
        if n_page < _CHUNK:
            break
    if n_tracks:
        log.info("features.tags_given", n_tracks=n_tracks)


def _list_stale(spec: FeatureSpec, *, failed: bool, waveforms: bool) -> _TrackList:
    def pages(repositories: Repositories, after: UUID | None) -> Sequence[UUID]:
        coverage = repositories.feature_coverage(spec=spec.fingerprint)
        return coverage.list_stale(failed=failed, waveforms=waveforms, after=after, limit=_CHUNK)

    return _TrackList(pages=pages, payload={RECOMPUTED: True})


def _list_without_fingerprint(spec: FeatureSpec) -> _TrackList:
    """Tracks with features of any spec and a file, and no acoustic fingerprint of today's version."""

    def pages(repositories: Repositories, after: UUID | None) -> Sequence[UUID]:
        coverage = repositories.feature_coverage(spec=spec.fingerprint)
        return coverage.list_without_fingerprint(after=after, limit=_CHUNK)

    return _TrackList(pages=pages, payload={RECOMPUTED: True, FINGERPRINT_ONLY: True})


def _list_untagged(versions: TaggerVersions, *, untried: bool = False) -> _TrackList:
    """Tracks with features of any spec and their audio that lack values of a tagger."""

    def pages(repositories: Repositories, after: UUID | None) -> Sequence[UUID]:
        outputs = repositories.tagger_outputs
        return outputs.list_lacking(versions=versions, untried=untried, after=after, limit=_CHUNK)

    return _TrackList(pages=pages, payload={RECOMPUTED: True, TAGGERS_ONLY: True})


def list_variants(message: JobMessage, *, bench: WorkerContext, spec: FeatureSpec) -> None:
    """Turn an augmentation into items: every track that has features and a file, and one item that packs the rest."""
    job_id = UUID(message.job_id)

    def pages(repositories: Repositories, after: UUID | None) -> Sequence[UUID]:
        return repositories.feature_coverage(spec=spec.fingerprint).list_ready(after=after, limit=_CHUNK)

    ready = _TrackList(pages=pages, payload={})
    _list_tracks(job_id, bench=bench, stage=Stage.AUGMENT, lists=[ready], then_pack=True)


def _list_tracks(
    job_id: UUID,
    *,
    bench: WorkerContext,
    stage: Stage,
    lists: Sequence[_TrackList],
    then_pack: bool = False,
    in_background: bool = False,
) -> None:
    """Add an item a track, once, by the first list that has it. Those in the background are sent by the sweep."""
    with lease_job(bench, job_id, name="features") as lease:
        if lease is None:
            return
        for payload, track_ids in _track_chunks(bench, lists):
            if not lease.is_held():
                return
            items = [NewItem(str(track_id), dict(payload), track_id) for track_id in track_ids]
            added = _add_items(bench, job_id, stage, items)
            if not in_background:
                send_hints(bench.bus, stage, added)
        token = lease.token

        def end(repositories: Repositories) -> None:
            if then_pack:
                repositories.jobs.add_items(job_id, Stage.PACK, [NewItem("pack", {"kind": "variants"})])
            repositories.job_leases.end_listing(token)

        bench.store.transact("features.listed", end)
        log.info("features.listed", job_id=str(job_id), stage=stage.value)


def _add_items(bench: WorkerContext, job_id: UUID, stage: Stage, items: list[NewItem]) -> list[int]:
    return bench.store.transact(
        "features.items", lambda repositories: repositories.jobs.add_items(job_id, stage, items)
    )


def _track_chunks(
    bench: WorkerContext, lists: Sequence[_TrackList]
) -> Iterator[tuple[dict[str, bool], Sequence[UUID]]]:
    for track_list in lists:
        after: UUID | None = None
        while True:
            with bench.store.read() as repositories:
                track_ids = track_list.pages(repositories, after)
            if not track_ids:
                break
            yield track_list.payload, track_ids
            after = track_ids[-1]
