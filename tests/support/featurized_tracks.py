"""Tracks that a library holds with what networks and standards read of them."""

import io
import secrets
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.api.deps import ApiPorts
from shared.blobs.port import content_key
from shared.store.features.repository import ExtractedFeatures, FeatureRepository, StoredArray
from tests.support.published_models import SPEC, features_of


def featurize_track(
    ports: ApiPorts,
    track_id: UUID,
    *,
    descriptors: Sequence[float] = (0.0,),
    excerpts: NDArray[np.float16] | None = None,
    audio_sha256: str | None = None,
) -> StoredArray | None:
    """Keep what a featurizer would have found. The stack of excerpts as it was stored, where there is one."""
    array = None
    if excerpts is not None:
        buffer = io.BytesIO()
        np.save(buffer, excerpts)
        key, sha256 = content_key("mel", buffer.getvalue(), suffix=".npy")
        ports.blobs.put(key, buffer.getvalue())
        array = StoredArray(
            excerpt="excerpts",
            start_s=0.0,
            blob_key=key,
            sha256=sha256,
            shape=excerpts.shape,
            dtype="float16",
            scale="dB",
            starts_s=tuple(5.0 * i for i in range(len(excerpts))),
        )
    found = ExtractedFeatures(
        track_id=track_id,
        descriptors=list(descriptors),
        audio_sha256=audio_sha256 or secrets.token_hex(32),
        duration_s=30.0,
        n_damaged_packets=0,
        arrays=(array,) if array else (),
    )
    ports.store.transact_session(
        "test.featurize", lambda session: FeatureRepository(session, spec=SPEC).save_extractions([found])
    )
    return array


def featurize_emotion(
    ports: ApiPorts, track_id: UUID, emotion: str, *, taxonomy: str = "mood4", audio_sha256: str | None = None
) -> None:
    """Keep descriptors that lie where the emotion's own do, so that a model of `train` tells it."""
    descriptors = features_of(emotion, taxonomy=taxonomy, rng=np.random.default_rng(5))
    featurize_track(ports, track_id, descriptors=descriptors, audio_sha256=audio_sha256)
