"""Write augmented variants of tracks: their sound is changed, and the talk's excerpt of it is stored like any other.

A variant says what was done to it. It never has a feature row of its own, so nothing takes it for a track.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

import structlog

from services.featurizer.audio import excerpts
from services.featurizer.augmentation.variants import FASTEST, make_variants, open_beginning
from services.featurizer.persistence import put_decibel
from shared.blobs import Blobs
from shared.domain.augmentation import AugmentRequest
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.store.tables.base import ColumnValues
from shared.worker.context import WorkerContext, process_items, require_job, send_hints

log = structlog.get_logger()


def augment_items(
    message: ItemsMessage, *, bench: WorkerContext, library: MusicLibrary, blobs: Blobs, spec: FeatureSpec
) -> None:
    """Make the variants of a batch of tracks. When the last of a job are made, its pack is asked for."""
    jobs: set[UUID] = set()

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        jobs.update(item.job_id for item in claim.items)
        with bench.store.read() as repositories:
            track_ids = [item.track_id for item in claim.items if item.track_id]
            locators = repositories.tracks.list_locators(track_ids)
            arrays = repositories.features(spec=spec.fingerprint).list_arrays(track_ids)
            requests = {job_id: AugmentRequest.from_params(require_job(repositories, job_id).params) for job_id in jobs}
        sources = {
            track_id: (locators[track_id], array.start_s) for track_id, array in arrays.items() if track_id in locators
        }
        results = [
            (item, _make_variants(item, requests[item.job_id], sources, library=library, blobs=blobs, spec=spec))
            for item in claim.items
        ]
        return lambda repositories: _write_outcomes(repositories, results, spec=spec.fingerprint)

    process_items(bench, message, stage=Stage.AUGMENT, handle=handle)
    with bench.store.read() as repositories:
        due = repositories.pack_items.list_waiting(jobs)
    if due:
        send_hints(bench.bus, Stage.PACK, due)


def _make_variants(
    item: JobItem,
    request: AugmentRequest,
    sources: Mapping[UUID, tuple[str, float]],
    *,
    library: MusicLibrary,
    blobs: Blobs,
    spec: FeatureSpec,
) -> list[ColumnValues] | PermanentError:
    if item.track_id is None or item.track_id not in sources:
        return PermanentError(Reason.AUDIO_GONE, "its audio is not there any more: no variants can be made of it")
    locator, start_s = sources[item.track_id]
    try:
        clip = open_beginning(library.resolve_locator(locator), seconds=start_s + FASTEST * spec.mel.duration_s + 1)
        excerpts.refuse_short(
            duration_s=clip.y.size / clip.sr_native, n_damaged_packets=clip.n_damaged_packets, spec=spec
        )
        made = make_variants(clip, list(request.draw_variants(str(item.track_id))), start_s=start_s, spec=spec)
    except PermanentError as error:
        return error
    rows = []
    for variant, power in made:
        key, sha256, decibel = put_decibel(power, blobs)
        plain = {name: value for name, value in asdict(variant).items() if name != "noise_seed"}
        rows.append(
            {**plain, "track_id": item.track_id, "blob_key": key, "sha256": sha256, "shape": list(decibel.shape)}
        )
    log.info("track.augmented", track_id=str(item.track_id), n_variants=len(rows))
    return rows


def _write_outcomes(
    repositories: Repositories, results: Sequence[tuple[JobItem, list[ColumnValues] | PermanentError]], *, spec: str
) -> list[ItemOutcome]:
    rows = [row for _, made in results if not isinstance(made, PermanentError) for row in made]
    repositories.packs(spec=spec).save_variants(rows)
    if rows:
        repositories.pack_items.reopen_packing({item.job_id for item, _ in results})
    return [
        ItemOutcome(item_id=item.id, state=ItemState.FAILED, reason=made.reason, detail=made.detail)
        if isinstance(made, PermanentError)
        else ItemOutcome(item_id=item.id, state=ItemState.DONE)
        for item, made in results
    ]
