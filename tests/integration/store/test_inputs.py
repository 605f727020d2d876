"""What a model reads of a track, from the store."""

import io
import secrets
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from shared.blobs import open_blobs
from shared.blobs.port import content_key
from shared.domain.track import CATALOGUE_COLUMNS, CollectedTrack, SourceRef
from shared.inference.lazy_arrays import LazyArrays
from shared.inference.model_inputs import feature_names, read_inputs
from shared.settings import BlobSettings
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository, StoredArray
from shared.store.tracks.repository import TrackRepository

SPEC = "spec1"


def test_fusion_reads_descriptors_and_then_the_catalogue_columns_of_tracks_that_have_both(
    store: Store, folder: Path
) -> None:
    def fill(session: Session) -> list[UUID]:
        FeatureRepository(session, spec=SPEC).declare_spec({}, descriptor_names=["a", "b"], descriptor_units=["1", "1"])
        made = []
        for n in range(3):
            ref = SourceRef("table", f"table.csv#{n}")
            made.append(
                TrackRepository(session).register_track(CollectedTrack(refs=(ref,), title="Ode", artist="Vox")).track_id
            )
        both, heard, listed = made
        for track_id in (both, listed):
            row = {name: float(i) for i, name in enumerate(CATALOGUE_COLUMNS)}
            TrackRepository(session).save_catalogue(track_id, row, origin="table")
        FeatureRepository(session, spec=SPEC).save_extractions(
            [
                ExtractedFeatures(
                    track_id=track_id,
                    descriptors=[0.5, 0.25],
                    audio_sha256=secrets.token_hex(32),
                    duration_s=30.0,
                    n_damaged_packets=0,
                    arrays=(),
                )
                for track_id in (both, heard)
            ]
        )
        return made

    tracks = store.transact_session("test.fill", fill)
    blobs = open_blobs(BlobSettings(blob_url=str(folder)))
    with store.read() as session:
        read = read_inputs(session, tracks, kind="fusion", spec=SPEC, blobs=blobs)
    assert read.track_ids == (tracks[0],)
    np.testing.assert_array_equal(read.x, [[0.5, 0.25, *range(13)]])
    assert read.origins == ("table",)
    assert feature_names("fusion", descriptors=["a", "b"], n_mels=128) == ("a", "b", *CATALOGUE_COLUMNS)


def test_sound_is_descriptors_beside_the_excerpts_of_tracks_that_have_both(store: Store, folder: Path) -> None:
    blobs = open_blobs(BlobSettings(blob_url=str(folder)))
    decibel = np.full((2, 4, 5), -30, dtype=np.float16)
    content = io.BytesIO()
    np.save(content, decibel)
    key, sha256 = content_key("arrays", content.getvalue(), suffix=".npy")
    blobs.put(key, content.getvalue())
    stack = StoredArray(
        excerpt="excerpts", start_s=0.0, blob_key=key, sha256=sha256, shape=decibel.shape, dtype="float16", scale="dB"
    )

    def fill(session: Session) -> list[UUID]:
        made = []
        for n in range(3):
            ref = SourceRef("folder", f"{n}.wav")
            made.append(
                TrackRepository(session)
                .register_track(CollectedTrack(refs=(ref,), title=f"Ode {n}", artist="Vox"))
                .track_id
            )
        FeatureRepository(session, spec=SPEC).save_extractions(
            [
                ExtractedFeatures(
                    track_id=made[n],
                    descriptors=[0.5, n],
                    audio_sha256=f"{n:064}",
                    duration_s=30.0,
                    n_damaged_packets=0,
                    arrays=(stack,) if n else (),
                )
                for n in range(2)
            ]
        )
        return made

    tracks = store.transact_session("test.fill", fill)
    with store.read() as session:
        read = read_inputs(session, tracks, kind="sound", spec=SPEC, blobs=blobs)
    assert (read.track_ids, read.origins, read.audio_sha256) == ((tracks[1],), ("audio",), (f"{1:064}",))
    assert isinstance(read.x, LazyArrays)
    np.testing.assert_array_equal(read.x.descriptor_rows(), [[0.5, 1.0]])
    np.testing.assert_array_equal(read.x.read(0), decibel)
    assert feature_names("sound", descriptors=["a", "b"], n_mels=128) == ("a", "b")
