"""From an analysis to what is stored: arrays in decibels as float16 blobs, values with what they are worth.

The samples of the talk's excerpt are stored as int16 where that is asked for.

A stack of excerpts is one blob and one row, with the start of each; its length is capped by the spec.
"""

import io
from collections.abc import Collection
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.featurizer.analysis import ClipAnalysis
from services.featurizer.spectral.mel import to_decibel
from shared.blobs.port import BlobWriter, content_key
from shared.domain.stages import FINGERPRINT
from shared.inference.model_inputs import DEFAULT_EXCERPT, EXCERPT_STACK, WAVEFORM
from shared.store.features.repository import ExtractedFeatures, StoredArray

_STAGE_OF = {DEFAULT_EXCERPT: "mel", EXCERPT_STACK: "excerpts", WAVEFORM: "waveform"}
"""Which stage of the analysis gives which array."""


def store_arrays(
    analysis: ClipAnalysis,
    *,
    track_id: UUID,
    blobs: BlobWriter,
    took_s: float | None,
    carried: Collection[str] = (),
    before: ExtractedFeatures | None = None,
) -> ExtractedFeatures:
    """Put the arrays into the blob store. What stages in `carried` gave is taken from `before`.

    A waveform is stored if the analysis has one.
    """
    kept = [array for array in (before.arrays if before else ()) if _STAGE_OF.get(array.excerpt) in carried]
    made = [_store_excerpt(analysis, blobs)] if "mel" not in carried else []
    if "excerpts" not in carried:
        made.append(_store_excerpt_stack(analysis, blobs))
    if analysis.waveform.size:
        made.append(_store_waveform(analysis, blobs))
    catalogue = {value.name: value for value in analysis.catalogue}
    return ExtractedFeatures(
        track_id=track_id,
        descriptors=before.descriptors if before and "descriptors" in carried else analysis.descriptors.tolist(),
        audio_sha256=analysis.audio_sha256,
        duration_s=analysis.duration_s,
        n_damaged_packets=analysis.n_damaged_packets,
        seconds_lost=analysis.seconds_lost,
        took_s=took_s,
        arrays=(*kept, *made),
        catalogue=before.catalogue if before and "catalogue" in carried else catalogue,
        decoded_sha256=analysis.decoded_sha256,
        fingerprint=before.fingerprint if before and FINGERPRINT in carried else analysis.fingerprint,
        tagger_outputs=analysis.tagger_outputs,
        tags=analysis.tags,
    )


def has_stage(extraction: ExtractedFeatures, stage: str) -> bool:
    """Whether an earlier extraction really has what `stage` gives, so that it can be carried over."""
    if stage == "descriptors":
        return len(extraction.descriptors) > 0
    if stage == "catalogue":
        return len(extraction.catalogue) > 0
    if stage == FINGERPRINT:
        return extraction.fingerprint is not None
    return any(_STAGE_OF.get(array.excerpt) == stage for array in extraction.arrays)


def put_decibel(power: NDArray[np.float32], blobs: BlobWriter) -> tuple[str, str, NDArray[np.float16]]:
    """`(key, sha256, array)` of power stored as float16 decibels."""
    decibel = to_decibel(power)
    return *_put_array(decibel, "mel", blobs), decibel


def _put_array(array: NDArray[np.generic], kind: str, blobs: BlobWriter) -> tuple[str, str]:
    content = npy_bytes(array)
    key, sha256 = content_key(kind, content, suffix=".npy")
    blobs.put(key, content)
    return key, sha256


def npy_bytes(array: NDArray[np.generic]) -> bytes:
    """The array in numpy's own format, without pickles."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _store_excerpt(analysis: ClipAnalysis, blobs: BlobWriter) -> StoredArray:
    key, sha256, decibel = put_decibel(analysis.mel, blobs)
    return _stored_array(DEFAULT_EXCERPT, key, sha256, decibel, start_s=analysis.excerpt_start_s)


def _store_excerpt_stack(analysis: ClipAnalysis, blobs: BlobWriter) -> StoredArray:
    key, sha256, decibel = put_decibel(analysis.excerpts, blobs)
    starts_s = analysis.excerpt_starts_s
    return _stored_array(EXCERPT_STACK, key, sha256, decibel, start_s=starts_s[0], starts_s=starts_s)


def _store_waveform(analysis: ClipAnalysis, blobs: BlobWriter) -> StoredArray:
    key, sha256 = _put_array(analysis.waveform, "waveforms", blobs)
    return _stored_array(WAVEFORM, key, sha256, analysis.waveform, start_s=analysis.excerpt_start_s, scale="PCM")


def _stored_array(
    excerpt: str,
    key: str,
    sha256: str,
    array: NDArray[np.generic],
    *,
    start_s: float,
    starts_s: tuple[float, ...] | None = None,
    scale: str = "dB",
) -> StoredArray:
    return StoredArray(
        excerpt=excerpt,
        start_s=start_s,
        starts_s=starts_s,
        blob_key=key,
        sha256=sha256,
        shape=array.shape,
        dtype=str(array.dtype),
        scale=scale,
    )
