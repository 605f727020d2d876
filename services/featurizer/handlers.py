"""The featurizer's use case: files in, features out."""

import io
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from services.featurizer.analysis import Analysis
from services.featurizer.descriptors import DESCRIPTORS
from services.featurizer.mel import to_decibel
from shared.blobs import Blobs
from shared.blobs.port import content_key
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason
from shared.library import Library
from shared.registry.inputs import TALK_EXCERPT
from shared.store.features import Features, StoredArray
from shared.store.items import Claim, Outcome
from shared.store.tables import JobItem
from shared.store.tracks import Tracks
from shared.work import Workbench, work_on

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Extracted:
    """The analysis of a clip, and where its arrays were put."""

    analysis: Analysis
    arrays: tuple[StoredArray, ...]


def featurize_items(
    message: ItemsMessage,
    *,
    bench: Workbench,
    library: Library,
    blobs: Blobs,
    spec: FeatureSpec,
    analyse: Callable[[Path], Analysis],
) -> None:
    """Analyse the clips of a batch, put their arrays into the blob store, and write both down in one transaction.

    A clip that cannot be analysed is a failed item with its reason; the others go on.
    """

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        with bench.store.read() as session:
            locators = Tracks(session).locators([item.track_id for item in claim.items if item.track_id])
        results = [
            (item, _extract(item, locators, library=library, blobs=blobs, analyse=analyse)) for item in claim.items
        ]

        def write(session: Session) -> list[Outcome]:
            features = Features(session, spec=spec.fingerprint)
            features.declare(asdict(spec), descriptor_names=[descriptor.name for descriptor in DESCRIPTORS])
            return [_write(features, item, result) for item, result in results]

        return write

    work_on(bench, message, stage=Stage.FEATURIZE, handle=handle)


def _extract(
    item: JobItem,
    locators: Mapping[UUID, str],
    *,
    library: Library,
    blobs: Blobs,
    analyse: Callable[[Path], Analysis],
) -> Extracted | PermanentError:
    locator = locators.get(item.track_id) if item.track_id else None
    if locator is None:
        return PermanentError(Reason.NO_AUDIO, "this track has no audio file any more: crawl its folder again")
    try:
        analysis = analyse(library.path(locator))
        log.info(
            "track.featurized",
            track_id=str(item.track_id),
            duration_s=round(analysis.duration_s, 1),
            n_damaged_packets=analysis.n_damaged_packets,
        )
        return Extracted(analysis=analysis, arrays=(_store_mel(analysis, blobs),))
    except PermanentError as error:
        log.info("track.refused", track_id=str(item.track_id), reason=error.reason.value, detail=error.detail)
        return error


def _store_mel(analysis: Analysis, blobs: Blobs) -> StoredArray:
    decibel = to_decibel(analysis.mel)
    content = npy(decibel)
    key, sha256 = content_key("mel", content, suffix=".npy")
    blobs.put(key, content)
    return StoredArray(
        excerpt=TALK_EXCERPT,
        start_s=analysis.excerpt_start_s,
        blob_key=key,
        sha256=sha256,
        shape=decibel.shape,
        dtype=str(decibel.dtype),
        scale="dB",
    )


def npy(array: NDArray[np.generic]) -> bytes:
    """The array in numpy's own format, without pickles."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _write(features: Features, item: JobItem, result: Extracted | PermanentError) -> Outcome:
    assert item.track_id is not None
    if isinstance(result, PermanentError):
        features.save_failure(item.track_id, reason=result.reason, detail=result.detail)
        return Outcome(item_id=item.id, state=ItemState.FAILED, reason=result.reason, detail=result.detail)
    features.save(
        item.track_id,
        descriptors=[float(value) for value in result.analysis.descriptors],
        audio_sha256=result.analysis.audio_sha256,
        duration_s=result.analysis.duration_s,
        n_damaged_packets=result.analysis.n_damaged_packets,
        arrays=result.arrays,
    )
    return Outcome(item_id=item.id, state=ItemState.DONE)
