"""Write augmented variants of tracks: their sound is changed, and the talk's excerpt of it is stored like any other.

A variant says what was done to it. It never has a feature row of its own, so nothing takes it for a track.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from services.featurizer import excerpts
from services.featurizer.augment import augmented
from services.featurizer.decode import Clip, open_clip
from services.featurizer.mel import mel_spectrogram
from services.featurizer.storing import put_decibel
from shared.blobs import Blobs
from shared.domain.augmentation import RANGES, AugmentRequest, Variant
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason
from shared.library import Library
from shared.store.items import Claim, Outcome
from shared.store.jobs import Jobs
from shared.store.packs import PackItems, Packs
from shared.store.tables import JobItem
from shared.store.tracks import Tracks
from shared.work import Workbench, send, work_on

log = structlog.get_logger()

_FASTEST = RANGES["time_stretch"]["rate"][1]


def augment_items(
    message: ItemsMessage, *, bench: Workbench, library: Library, blobs: Blobs, spec: FeatureSpec
) -> None:
    """Make the variants of a batch of tracks. When the last of a job are made, its pack is asked for."""
    jobs: set[UUID] = set()

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        jobs.update(item.job_id for item in claim.items)
        with bench.store.read() as session:
            locators = Tracks(session).locators([item.track_id for item in claim.items if item.track_id])
            requests = {job_id: _request(session, job_id) for job_id in jobs}
        results = [
            (item, _make(item, requests[item.job_id], locators, library=library, blobs=blobs, spec=spec))
            for item in claim.items
        ]
        return lambda session: _write(session, results, spec=spec.fingerprint)

    work_on(bench, message, stage=Stage.AUGMENT, handle=handle)
    with bench.store.read() as session:
        due = PackItems(session).waiting(jobs)
    if due:
        send(bench.bus, Stage.PACK, due)


def variants_of(
    clip: Clip, variants: Sequence[Variant], *, spec: FeatureSpec
) -> list[tuple[Variant, NDArray[np.float32]]]:
    """The power mel spectrogram, `spec.mel.shape`, of the clip's excerpt under each of the variants.

    A faster variant needs more of the clip than the excerpt; where the clip ends before, its rate is what is left
    for, and the variant says so.
    """
    window = excerpts.mel_window(n_samples=clip.y.size, sr_native=clip.sr_native, spec=spec.mel)
    heard = clip.y[window.start : window.start + int(window.length * _FASTEST) + clip.sr_native // 10]
    made = []
    for variant in variants:
        its = _affordable(variant, n_samples=heard.size, n_wanted=window.length)
        n_read = heard.size if its.transform == "time_stretch" else window.length
        y = _of_length(augmented(heard[:n_read], sr=clip.sr_native, variant=its), window.length)
        made.append((its, mel_spectrogram(y, sr_native=clip.sr_native, spec=spec.mel)))
    return made


def _affordable(variant: Variant, *, n_samples: int, n_wanted: int) -> Variant:
    rate = variant.parameters.get("rate")
    most = n_samples / n_wanted
    if rate is None or rate <= most:
        return variant
    return replace(variant, parameters={**variant.parameters, "rate": round(most, 4)})


def _of_length(y: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    # the stretcher's last samples, a millisecond at most
    return y[:n] if y.size >= n else np.pad(y, (0, n - y.size))


def _make(
    item: JobItem, request: AugmentRequest, locators: Mapping[UUID, str], *, library: Library, blobs: Blobs,
    spec: FeatureSpec,
) -> list[dict[str, Any]] | PermanentError:  # fmt: skip
    locator = locators.get(item.track_id) if item.track_id else None
    if item.track_id is None or locator is None:
        return PermanentError(Reason.AUDIO_GONE, "its audio is not there any more: no variants can be made of it")
    try:
        clip = open_excerpt(library.path(locator), spec=spec)
        made = variants_of(clip, list(request.of(str(item.track_id))), spec=spec)
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


def open_excerpt(path: Path, *, spec: FeatureSpec) -> Clip:
    """Decode what the variants of the talk's excerpt need. Raises PermanentError as `analyse` does."""
    end_s = spec.mel.offset_s + _FASTEST * spec.mel.duration_s + 1
    clip = open_clip(path, reach_s=end_s, settled_s=end_s)
    excerpts.refuse_short(duration_s=clip.y.size / clip.sr_native, n_damaged_packets=clip.n_damaged_packets, spec=spec)
    return clip


def _write(
    session: Session, results: Sequence[tuple[JobItem, list[dict[str, Any]] | PermanentError]], *, spec: str
) -> list[Outcome]:
    rows = [row for _, made in results if not isinstance(made, PermanentError) for row in made]
    Packs(session, spec=spec).save_variants(rows)
    if rows:
        PackItems(session).open_again({item.job_id for item, _ in results})
    return [
        Outcome(item_id=item.id, state=ItemState.FAILED, reason=made.reason, detail=made.detail)
        if isinstance(made, PermanentError)
        else Outcome(item_id=item.id, state=ItemState.DONE)
        for item, made in results
    ]


def _request(session: Session, job_id: UUID) -> AugmentRequest:
    job = Jobs(session).get(job_id)
    if job is None:
        raise PermanentError(Reason.NOT_FOUND, f"there is no job {job_id}")
    return AugmentRequest.from_params(job.params)
