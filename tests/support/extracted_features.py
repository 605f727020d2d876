"""Features as the featurizer writes them, without its workers."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from services.featurizer.descriptors import DESCRIPTORS
from services.featurizer.fingerprint import EMPTY
from services.featurizer.persistence import put_decibel
from shared.domain.catalogue import COMPUTED_COLUMNS, CatalogueValue, ValueStatus
from shared.domain.features import FeatureSpec
from shared.store.features.fingerprints import FingerprintRepository
from shared.store.features.repository import ExtractedFeatures, FeatureRepository, StoredArray

_PROXIES = {"danceability", "energy", "valence"}


def extraction(ports: ApiPorts, track_id: UUID, *, seed: int = 0, **more: Any) -> ExtractedFeatures:
    """Descriptors, the talk's array, and catalogue values: some measured, some proxies, `liveness` null."""
    rng = np.random.default_rng(seed)
    mel = ports.spec.mel
    bands = np.linspace(0, -6, mel.n_mels, dtype=np.float32)[:, np.newaxis]
    power = (10 ** (bands + rng.normal(0, 0.3, mel.shape))).astype(np.float32)
    key, sha256, decibel = put_decibel(power, ports.blobs)
    row = StoredArray(
        excerpt="talk", start_s=10.0, blob_key=key, sha256=sha256, shape=decibel.shape, dtype="float16", scale="dB"
    )
    return ExtractedFeatures(
        **{
            "track_id": track_id,
            "descriptors": rng.normal(size=len(DESCRIPTORS)).tolist(),
            "audio_sha256": f"{seed:064x}",
            "duration_s": 30.0,
            "n_damaged_packets": 2,
            "seconds_lost": 0.05,
            "took_s": 0.5,
            "arrays": (row,),
            "catalogue": catalogue(),
            "fingerprint": EMPTY,
            **more,
        }
    )


def catalogue() -> dict[str, CatalogueValue]:
    """One value of each kind of worth."""
    values = dict.fromkeys(COMPUTED_COLUMNS, 0.5) | {
        "key": 9.0,
        "mode": 1.0,
        "time_signature": 4.0,
        "duration_ms": 30_000.0,
        "tempo": 120.5,
        "loudness": -14.2,
        "loudness_dbfs": -17.5,
    }
    return {
        name: CatalogueValue(name=name, value=None, status=ValueStatus.NULL)
        if name == "liveness"
        else CatalogueValue(
            name=name, value=value, status=ValueStatus.PROXY if name in _PROXIES else ValueStatus.MEASURED
        )
        for name, value in values.items()
    }


def save(ports: ApiPorts, *found: ExtractedFeatures, spec: FeatureSpec | None = None) -> None:
    """Write what was extracted under `spec`, by default the one of today."""
    under = spec or ports.spec

    def write(session: Session) -> None:
        features = FeatureRepository(session, spec=under.fingerprint)
        features.declare_spec(
            asdict(under),
            descriptor_names=[descriptor.name for descriptor in DESCRIPTORS],
            descriptor_units=[descriptor.unit for descriptor in DESCRIPTORS],
        )
        features.save_extractions(found)
        FingerprintRepository(session).save_fingerprints(
            {one.track_id: one.fingerprint for one in found if one.fingerprint is not None}
        )

    ports.store.transact_session("test.features", write)
