"""What a model reads of a track, from the store."""

import secrets

import numpy as np

from shared.blobs import open_blobs
from shared.domain.track import CATALOGUE_COLUMNS, Collected, SourceRef
from shared.registry.inputs import feature_names, read_inputs
from shared.settings import BlobSettings
from shared.store.features import Extraction, Features
from shared.store.tracks import Tracks

SPEC = "spec1"


def test_fusion_reads_descriptors_and_then_the_catalogue_columns_of_tracks_that_have_both(store, folder) -> None:
    def fill(session):
        Features(session, spec=SPEC).declare({}, descriptor_names=["a", "b"], descriptor_units=["1", "1"])
        made = []
        for n in range(3):
            ref = SourceRef("table", f"table.csv#{n}")
            made.append(Tracks(session).register(Collected(refs=(ref,), title="Ode", artist="Vox")).track_id)
        both, heard, listed = made
        for track_id in (both, listed):
            row = {name: float(i) for i, name in enumerate(CATALOGUE_COLUMNS)}
            Tracks(session).save_catalogue(track_id, row, origin="table")
        Features(session, spec=SPEC).save([
            Extraction(
                track_id=track_id, descriptors=[0.5, 0.25], audio_sha256=secrets.token_hex(32), duration_s=30.0,
                n_damaged_packets=0, arrays=(),
            )
            for track_id in (both, heard)
        ])  # fmt: skip
        return made

    tracks = store.transact("test.fill", fill)
    blobs = open_blobs(BlobSettings(blob_url=str(folder)))
    with store.read() as session:
        read = read_inputs(session, tracks, kind="fusion", spec=SPEC, blobs=blobs)
    assert read.track_ids == (tracks[0],)
    np.testing.assert_array_equal(read.x, [[0.5, 0.25, *range(13)]])
    assert read.origins == ("table",)
    assert feature_names("fusion", descriptors=["a", "b"], n_mels=128) == ("a", "b", *CATALOGUE_COLUMNS)
