"""What is stored of an analysis, and what is taken over from an earlier one."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from uuid_utils.compat import uuid7

from services.featurizer.persistence import has_stage, store_arrays
from services.featurizer.spectral.mel import from_decibel
from shared.blobs.folder import FolderBlobs
from shared.domain.catalogue import CatalogueValue, ValueStatus
from shared.domain.file_tags import NO_TAGS
from shared.inference.model_inputs import load_array
from shared.store.features.repository import ExtractedFeatures
from shared.store.tables import ArrayRow

TRACK = uuid7()
TEMPO = CatalogueValue(name="tempo", value=120.0, status=ValueStatus.MEASURED)
ENERGY = CatalogueValue(name="energy", value=0.5, status=ValueStatus.PROXY)


def analysis(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    stack = rng.uniform(1e-6, 10, (3, 128, 216)).astype(np.float32)
    return SimpleNamespace(
        mel=stack[0],
        excerpts=stack,
        excerpt_starts_s=(0.0, 5.0, 10.0),
        excerpt_start_s=10.0,
        duration_s=20.0,
        descriptors=rng.normal(size=4).astype(np.float32),
        audio_sha256=f"{seed:064x}",
        n_damaged_packets=1,
        seconds_lost=0.026,
        tags=NO_TAGS,
        catalogue=(TEMPO, ENERGY),
        waveform=np.empty(0, np.int16),
        decoded_sha256=None,
        fingerprint=None,
        tagger_outputs={"chords": np.full(52, seed, dtype=np.float32)},
    )


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path)


def test_the_excerpts_of_a_clip_are_one_array_with_their_starts(blobs: FolderBlobs) -> None:
    given = analysis(0)
    talk, stack = store_arrays(given, track_id=TRACK, blobs=blobs, took_s=0.4).arrays
    assert (talk.excerpt, talk.shape, talk.start_s, talk.starts_s) == ("talk", (128, 216), 10.0, None)
    assert (stack.excerpt, stack.shape, stack.starts_s) == ("excerpts", (3, 128, 216), (0.0, 5.0, 10.0))
    row = ArrayRow(blob_key=stack.blob_key, sha256=stack.sha256)
    np.testing.assert_allclose(from_decibel(load_array(blobs, row)), given.excerpts, rtol=3.7e-3)


def test_a_waveform_is_one_more_array_of_whole_numbers(blobs: FolderBlobs) -> None:
    given = analysis(0)
    given.waveform = np.arange(-500, 500, dtype=np.int16)
    *_, wave = store_arrays(given, track_id=TRACK, blobs=blobs, took_s=0.4).arrays
    assert (wave.excerpt, wave.shape, wave.dtype, wave.scale, wave.start_s) == ("waveform", (1000,), "int16", "PCM", 10)
    np.testing.assert_array_equal(
        load_array(blobs, ArrayRow(blob_key=wave.blob_key, sha256=wave.sha256)), given.waveform
    )


def test_what_was_lost_what_it_took_and_what_values_are_worth_are_kept(blobs: FolderBlobs) -> None:
    found = store_arrays(analysis(0), track_id=TRACK, blobs=blobs, took_s=0.4)
    assert (found.seconds_lost, found.took_s, found.n_damaged_packets) == (0.026, 0.4, 1)
    assert found.catalogue == {"tempo": TEMPO, "energy": ENERGY}
    assert found.tagger_outputs.keys() == {"chords"}


@pytest.mark.parametrize("stage", ["mel", "excerpts", "descriptors", "catalogue"])
def test_a_stage_that_is_carried_over_comes_from_before_and_the_others_from_now(blobs: FolderBlobs, stage: str) -> None:
    older = replace(TEMPO, value=60.0)
    before = store_arrays(analysis(1), track_id=TRACK, blobs=blobs, took_s=1.0)
    before = replace(before, catalogue={"tempo": older})
    now = store_arrays(analysis(2), track_id=TRACK, blobs=blobs, took_s=0.2, carried={stage}, before=before)
    fresh = store_arrays(analysis(2), track_id=TRACK, blobs=blobs, took_s=0.2)
    for name, of_before, of_now, of_fresh in (
        ("mel", *(_key(one, "talk") for one in (before, now, fresh))),
        ("excerpts", *(_key(one, "excerpts") for one in (before, now, fresh))),
        ("descriptors", before.descriptors, now.descriptors, fresh.descriptors),
        ("catalogue", before.catalogue, now.catalogue, fresh.catalogue),
    ):
        assert of_now == (of_before if name == stage else of_fresh)
    assert has_stage(now, stage)


def test_what_an_earlier_extraction_lacks_is_not_held(blobs: FolderBlobs) -> None:
    bare = replace(
        store_arrays(analysis(1), track_id=TRACK, blobs=blobs, took_s=1.0), arrays=(), catalogue={}, descriptors=[]
    )
    assert not any(has_stage(bare, stage) for stage in ("mel", "excerpts", "descriptors", "catalogue"))


def _key(found: ExtractedFeatures, excerpt: str) -> str:
    return next(array.blob_key for array in found.arrays if array.excerpt == excerpt)
