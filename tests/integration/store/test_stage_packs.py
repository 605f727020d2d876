"""Packs and variants serve the readers of their version of a stage, and no others."""

from pathlib import Path
from types import MappingProxyType

import numpy as np

from services.trainer.dataset.pack_loading import read_excerpt_arrays
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from shared.domain.augmentation import AugmentRequest
from shared.domain.features import FeatureSpec
from shared.inference.lazy_arrays import LazyArrays
from shared.inference.model_inputs import read_inputs
from shared.packs.writer import get_fresh_pack, pack_digest
from shared.store import Store
from shared.store.features.coverage import FeatureCoverage
from shared.store.features.packs import PackRepository
from tests.integration.store.versions import CATALOGUE, DESCRIPTORS, FIRST, MEL, Library

WRITTEN = MappingProxyType(
    {
        "manifest_key": "none",
        "manifest_sha256": "",
        "n_tracks": 0,
        "n_arrays": 0,
        "n_shards": 0,
        "n_bytes": 0,
        "summary": {},
    }
)
"""The rest of a pack's row."""


def test_a_network_beside_descriptors_does_not_take_a_pack_that_holds_another_sound(
    store: Store, library: Library, folder: Path
) -> None:
    """The file changed after the descriptors were raised: the older model reads both of before, or neither."""
    library.analyse("old", DESCRIPTORS, sound="another")
    ids = [library.tracks[name] for name in ("old", "recomputed")]
    with store.read_session() as session:
        packs = PackRepository(session, spec=FIRST.fingerprint)
        digest = pack_digest(packs.list_arrays("excerpts"), kind="excerpts", spec=FIRST.fingerprint)
    store.transact_session(
        "test.pack",
        lambda s: PackRepository(s, spec=FIRST.fingerprint).save_pack(
            {"kind": "excerpts", "digest": digest, **WRITTEN}
        ),
    )
    with store.read() as session:
        found = read_inputs(session, ids, kind="sound", spec=FIRST.fingerprint, blobs=library.blobs)
        stacks = read_excerpt_arrays(
            session, ids, kind="sound", spec=FIRST.fingerprint, blobs=library.blobs, folder=folder
        )
        assert isinstance(found.x, LazyArrays)
        read = ExcerptArrays(dict(zip(ids, (found.x.read(row) for row in range(2)), strict=True)), ids, excerpt=(4, 5))
    for row in range(2):
        np.testing.assert_array_equal(stacks.read(row), read.read(row))


def test_a_pack_of_before_is_fresh_where_its_stage_did_not_change(store: Store, library: Library) -> None:
    with store.read_session() as session:
        rows = PackRepository(session, spec=FIRST.fingerprint).list_arrays("talk")
    row = {"kind": "talk", "digest": pack_digest(rows, kind="talk", spec=FIRST.fingerprint)}
    store.transact_session(
        "test.pack", lambda s: PackRepository(s, spec=FIRST.fingerprint).save_pack({**row, **WRITTEN})
    )
    with store.read_session() as session:
        for spec, is_there in ((CATALOGUE, True), (DESCRIPTORS, True), (MEL, False)):
            packs = PackRepository(session, spec=spec.fingerprint)
            assert (packs.get_latest("talk") is not None) == is_there
            assert (get_fresh_pack(packs, rows, kind="talk") is not None) == is_there
            assert (len(FeatureCoverage(session, spec=spec.fingerprint).list_packs()) == 1) == is_there


def test_variants_are_those_of_the_version_of_the_spectrogram_and_of_one_draw_the_newest(
    store: Store, library: Library
) -> None:
    def write(spec: FeatureSpec, key: str) -> None:
        row = {
            "track_id": library.tracks["old"],
            "transform": "pitch_shift",
            "seed": 1,
            "copy": 0,
            "parameters": {},
            "blob_key": key,
            "sha256": key,
            "shape": [4, 5],
        }
        store.transact_session("test.variant", lambda s: PackRepository(s, spec=spec.fingerprint).save_variants([row]))

    for spec, key in ((MEL, "mel"), (FIRST, "first"), (CATALOGUE, "catalogue")):
        write(spec, key)
    asked = AugmentRequest(variants=("pitch_shift",), seed=1, copies=1)
    with store.read_session() as session:
        for spec, key in ((FIRST, "catalogue"), (DESCRIPTORS, "catalogue"), (MEL, "mel")):
            assert [row.blob_key for row in PackRepository(session, spec=spec.fingerprint).list_variants(asked)] == [
                key
            ]
            assert FeatureCoverage(session, spec=spec.fingerprint).count_variants() == [("pitch_shift", 1, 1)]
