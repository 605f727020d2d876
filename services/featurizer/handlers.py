"""The featurizer's use case: files in, features out."""

import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
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
from shared.store.features import Extraction, Features, StoredArray
from shared.store.items import Claim, Outcome
from shared.store.tables import JobItem
from shared.store.tracks import Tracks
from shared.work import Workbench, work_on

log = structlog.get_logger()


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
            declare(features, spec)
            return _write(features, results)

        return write

    work_on(bench, message, stage=Stage.FEATURIZE, handle=handle)


def _extract(
    item: JobItem,
    locators: Mapping[UUID, str],
    *,
    library: Library,
    blobs: Blobs,
    analyse: Callable[[Path], Analysis],
) -> Extraction | PermanentError:
    locator = locators.get(item.track_id) if item.track_id else None
    if item.track_id is None or locator is None:
        return PermanentError(Reason.NO_AUDIO, "this track has no audio file any more: crawl its folder again")
    started = time.perf_counter()
    try:
        analysis = analyse(library.path(locator))
        log.info(
            "track.featurized",
            track_id=str(item.track_id),
            duration_s=round(analysis.duration_s, 1),
            analysis_s=round(time.perf_counter() - started, 4),
            n_damaged_packets=analysis.n_damaged_packets,
        )
        return extraction(item.track_id, analysis, blobs)
    except PermanentError as error:
        log.info("track.refused", track_id=str(item.track_id), reason=error.reason.value, detail=error.detail)
        return error


def extraction(track_id: UUID, analysis: Analysis, blobs: Blobs) -> Extraction:
    """What is stored of an analysis, with its array in the blob store."""
    return Extraction(
        track_id=track_id,
        descriptors=analysis.descriptors.tolist(),
        audio_sha256=analysis.audio_sha256,
        duration_s=analysis.duration_s,
        n_damaged_packets=analysis.n_damaged_packets,
        arrays=(_store_mel(analysis, blobs),),
    )


def declare(features: Features, spec: FeatureSpec) -> None:
    """Write down what the spec stands for."""
    features.declare(asdict(spec), descriptor_names=[descriptor.name for descriptor in DESCRIPTORS])


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


def _write(features: Features, results: Sequence[tuple[JobItem, Extraction | PermanentError]]) -> list[Outcome]:
    """All of a batch in a few statements: a commit and a round trip an item would cost more than some features."""
    features.save([found for _, found in results if isinstance(found, Extraction)])
    refused = [(item, error) for item, error in results if isinstance(error, PermanentError)]
    features.save_failures([(item.track_id, error.reason, error.detail) for item, error in refused if item.track_id])
    failed = [
        Outcome(item_id=item.id, state=ItemState.FAILED, reason=error.reason, detail=error.detail)
        for item, error in refused
    ]
    done = [Outcome(item_id=item.id, state=ItemState.DONE) for item, found in results if isinstance(found, Extraction)]
    return [*done, *failed]
