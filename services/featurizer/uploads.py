"""Songs that somebody sent in and waits for: analysed as any clip is, kept only where that was asked for."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from services.featurizer.analysis import Analysis
from services.featurizer.fingerprint.comparison import compare_fingerprints
from services.featurizer.handlers import declare
from services.featurizer.persistence import npy, store
from services.featurizer.spectral.mel import to_decibel
from shared.blobs import Blobs
from shared.domain.features import FeatureSpec
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.track import Collected, SourceRef
from shared.errors import PermanentError, Reason
from shared.store.features.repository import Features
from shared.store.features.spec_stages import SpecStages
from shared.store.jobs.items import Claim, Outcome
from shared.store.tables import JobItem, Upload
from shared.store.tracks.repository import Tracks
from shared.store.tracks.uploads import Heard, Uploads
from shared.worker.context import Workbench, work_on

log = structlog.get_logger()

Result = tuple[Upload, Analysis] | PermanentError


def analyse_uploads(
    message: ItemsMessage, *, bench: Workbench, blobs: Blobs, spec: FeatureSpec, analyse: Callable[[Path], Analysis]
) -> None:
    """Analyse what was sent in. Its audio is dropped after the commit that says so."""

    def handle(claim: Claim) -> Callable[[Session], list[Outcome]]:
        results = [(item, _analyse(item, bench=bench, blobs=blobs, analyse=analyse)) for item in claim.items]
        return lambda session: [_write(session, item, result, spec=spec, blobs=blobs) for item, result in results]

    work_on(bench, message, stage=Stage.UPLOAD, handle=handle)
    drop_uploads(bench=bench, blobs=blobs)


def drop_uploads(*, bench: Workbench, blobs: Blobs) -> None:
    """Delete the audio that nobody needs any more, also what a dead worker or a cancelled job left."""
    with bench.store.read() as session:
        keys = Uploads(session).left_over()
        if not Uploads(session).has_left_over():
            return
    for key in keys.values():
        blobs.delete(key)
    bench.store.transact("upload.dropped", lambda session: Uploads(session).dropped(keys))


def _analyse(item: JobItem, *, bench: Workbench, blobs: Blobs, analyse: Callable[[Path], Analysis]) -> Result:
    with bench.store.read() as session:
        upload = Uploads(session).get(UUID(item.payload["upload_id"]))
    if upload is None or upload.audio_key is None:
        return PermanentError(Reason.NO_AUDIO, "the song that was sent in is dropped: send it again")
    try:
        with tempfile.TemporaryDirectory(prefix="mer-upload-") as folder:
            path = Path(folder) / upload.name
            path.write_bytes(blobs.get(upload.audio_key))
            analysis = analyse(path)
    except PermanentError as error:
        log.info("upload.refused", upload_id=str(upload.id), reason=error.reason.value, detail=error.detail)
        return error
    log.info("upload.analysed", upload_id=str(upload.id), duration_s=round(analysis.duration_s, 1))
    return upload, analysis


def _write(session: Session, item: JobItem, result: Result, *, spec: FeatureSpec, blobs: Blobs) -> Outcome:
    if isinstance(result, PermanentError):
        return Outcome(item_id=item.id, state=ItemState.FAILED, reason=result.reason, detail=result.detail)
    upload, analysis = result
    heard = Heard(
        spec=spec.fingerprint,
        duration_s=analysis.duration_s,
        audio_sha256=analysis.audio_sha256,
        descriptors=analysis.descriptors.tolist(),
        mel=npy(to_decibel(analysis.mel)),
        excerpts=npy(to_decibel(analysis.excerpts)),
        waveform=npy(analysis.waveform) if analysis.waveform.size else None,
    )
    SpecStages(session).declare(spec.fingerprint, spec)
    track_id = _become_track(session, upload, analysis, spec=spec, blobs=blobs) if upload.keep else None
    Uploads(session).save(upload.id, heard, track_id=track_id)
    return Outcome(item_id=item.id, state=ItemState.DONE, track_id=track_id)


def _become_track(session: Session, upload: Upload, analysis: Analysis, *, spec: FeatureSpec, blobs: Blobs) -> UUID:
    """The track of a song that is to be kept: the same audio is the same track, however often it is sent."""
    collected = Collected(
        refs=(SourceRef("upload", analysis.audio_sha256),), title=Path(upload.name).stem, duration_s=analysis.duration_s
    )
    track_id = Tracks(session).register(collected).track_id
    features = Features(session, spec=spec.fingerprint)
    declare(features, spec)
    found = store(analysis, track_id=track_id, blobs=blobs, took_s=None)
    features.save([found])
    if found.fingerprint:
        compare_fingerprints(session, {track_id: found.fingerprint})
    return track_id
