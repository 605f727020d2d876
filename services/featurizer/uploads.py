"""Songs that somebody sent in and waits for: analysed as any clip is, kept only where that was asked for."""

import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog

from services.featurizer.analysis import ClipAnalysis
from services.featurizer.fingerprint.comparison import compare_fingerprints
from services.featurizer.handlers import declare_spec
from services.featurizer.learned_columns.storing import replace_columns
from services.featurizer.persistence import npy_bytes, store_arrays
from services.featurizer.spectral.mel import to_decibel
from services.featurizer.windows.handlers import ComputeWindows, pick_window_taggers, store_form
from shared.blobs import Blobs
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.taggers import TaggerSpec, list_versions
from shared.domain.track import CollectedTrack, SourceRef
from shared.domain.windows import FILE
from shared.errors import PermanentError, Reason
from shared.store.features.tagger_outputs import TaggerVersions, encode_outputs
from shared.store.features.windows import StoredWindows
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import JobItem, Upload
from shared.store.tracks.uploads import UploadAnalysis
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()


@dataclass(frozen=True, eq=False)
class _AnalysedUpload:
    upload: Upload
    analysis: ClipAnalysis
    windows: StoredWindows | None
    """Where a curve was asked for."""


Result = _AnalysedUpload | PermanentError


def analyse_uploads(
    message: ItemsMessage,
    *,
    bench: WorkerContext,
    blobs: Blobs,
    spec: FeatureSpec,
    analyse: Callable[[Path], ClipAnalysis],
    taggers: Collection[TaggerSpec] = (),
    compute_windows: ComputeWindows | None = None,
) -> None:
    """Analyse what was sent in. Its audio is dropped after the commit that says so.

    `taggers` are those whose outputs `analyse` gives; `compute_windows` gives those of songs whose curve is wanted.
    """
    versions = list_versions(taggers)

    def handle(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        results = [
            (
                item,
                _analyse_upload(
                    item, bench=bench, blobs=blobs, analyse=analyse, taggers=taggers, compute_windows=compute_windows
                ),
            )
            for item in claim.items
        ]
        return lambda repositories: [
            _write_outcome(repositories, item, result, spec=spec, versions=versions, blobs=blobs)
            for item, result in results
        ]

    process_items(bench, message, stage=Stage.UPLOAD, handle=handle)
    drop_uploads(bench=bench, blobs=blobs)


def drop_uploads(*, bench: WorkerContext, blobs: Blobs) -> None:
    """Delete the audio that nobody needs any more, also what a dead worker or a cancelled job left."""
    with bench.store.read() as repositories:
        keys = repositories.uploads.list_left_over()
        if not repositories.uploads.has_left_over():
            return
    for key in keys.values():
        blobs.delete(key)
    bench.store.transact("upload.dropped", lambda repositories: repositories.uploads.mark_dropped(keys))


def _analyse_upload(
    item: JobItem,
    *,
    bench: WorkerContext,
    blobs: Blobs,
    analyse: Callable[[Path], ClipAnalysis],
    taggers: Collection[TaggerSpec],
    compute_windows: ComputeWindows | None,
) -> Result:
    with bench.store.read() as repositories:
        upload = repositories.uploads.get_by_id(UUID(item.payload["upload_id"]))
    if upload is None or upload.audio_key is None:
        return PermanentError(Reason.NO_AUDIO, "the song that was sent in is dropped: send it again")
    try:
        with tempfile.TemporaryDirectory(prefix="mer-upload-") as folder:
            path = Path(folder) / upload.name
            path.write_bytes(blobs.get(upload.audio_key))
            analysis = analyse(path)
            windows = None
            if upload.window_taggers and compute_windows is not None:
                versions = dict(upload.window_taggers)
                outputs = compute_windows(path, pick_window_taggers(taggers, versions), FILE)
                windows = store_form(outputs, span=FILE, versions=versions)
    except PermanentError as error:
        log.info("upload.refused", upload_id=str(upload.id), reason=error.reason.value, detail=error.detail)
        return error
    log.info("upload.analysed", upload_id=str(upload.id), duration_s=round(analysis.duration_s, 1))
    return _AnalysedUpload(upload, analysis, windows)


def _write_outcome(
    repositories: Repositories,
    item: JobItem,
    result: Result,
    *,
    spec: FeatureSpec,
    versions: TaggerVersions,
    blobs: Blobs,
) -> ItemOutcome:
    if isinstance(result, PermanentError):
        return ItemOutcome(item_id=item.id, state=ItemState.FAILED, reason=result.reason, detail=result.detail)
    upload, analysis = result.upload, result.analysis
    upload_analysis = UploadAnalysis(
        spec=spec.fingerprint,
        duration_s=analysis.duration_s,
        audio_sha256=analysis.audio_sha256,
        descriptors=analysis.descriptors.tolist(),
        mel=npy_bytes(to_decibel(analysis.mel)),
        excerpts=npy_bytes(to_decibel(analysis.excerpts)),
        waveform=npy_bytes(analysis.waveform) if analysis.waveform.size else None,
        tagger_outputs=encode_outputs(analysis.tagger_outputs, versions=versions) or None,
    )
    repositories.spec_stages.declare_stages(spec.fingerprint, spec)
    track_id = _become_track(repositories, upload, analysis, spec=spec, blobs=blobs) if upload.keep else None
    if track_id is not None:
        repositories.tagger_outputs.save_outputs({track_id: analysis.tagger_outputs}, versions=versions)
        replace_columns(repositories, [track_id], spec=spec, versions=versions)
    repositories.uploads.save_analysis(upload.id, upload_analysis, track_id=track_id)
    if result.windows is not None:
        repositories.windows.save_upload_windows(upload.id, result.windows)
    return ItemOutcome(item_id=item.id, state=ItemState.DONE, track_id=track_id)


def _become_track(
    repositories: Repositories, upload: Upload, analysis: ClipAnalysis, *, spec: FeatureSpec, blobs: Blobs
) -> UUID:
    """The track of a song that is to be kept: the same audio is the same track, however often it is sent."""
    collected = CollectedTrack(
        refs=(SourceRef("upload", analysis.audio_sha256),), title=Path(upload.name).stem, duration_s=analysis.duration_s
    )
    track_id = repositories.tracks.register_track(collected).track_id
    features = repositories.features(spec=spec.fingerprint)
    declare_spec(features, spec)
    extraction = store_arrays(analysis, track_id=track_id, blobs=blobs, took_s=None)
    features.save_extractions([extraction])
    if extraction.fingerprint:
        compare_fingerprints(repositories, {track_id: extraction.fingerprint})
    return track_id
