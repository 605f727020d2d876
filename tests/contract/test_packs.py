"""Packs over every blob store: what the featurizer packs, a reader with numpy alone finds by its track."""

import os
import secrets
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from uuid_utils.compat import uuid7

from services.featurizer.persistence import npy_bytes, put_decibel
from services.featurizer.spectral.mel import FLOOR_DB, from_decibel
from shared.blobs import Blobs
from shared.blobs.port import content_key
from shared.errors import PermanentError, Reason
from shared.packs.reader import PackManifest, PackReader, VariantReader
from shared.packs.writer import WrittenPack, pack_digest, write_pack
from shared.store.tables import ArrayRow, VariantRow

SHAPE = (16, 20)
SPEC = "f00d"
ONE = 2 * SHAPE[0] * SHAPE[1]
"""Bytes of an excerpt."""


def power(*shape: int, seed: int) -> NDArray[np.float32]:
    return (10 ** np.random.default_rng(seed).uniform(-9, 3, shape)).astype(np.float32)


def row_of(blobs: Blobs, power: NDArray[np.float32], *, excerpt: str = "talk") -> ArrayRow:
    key, sha256, decibel = put_decibel(power, blobs)
    starts_s = [5.0 * n for n in range(len(power))] if power.ndim == 3 else None
    return ArrayRow(
        track_id=uuid7(),
        spec=SPEC,
        excerpt=excerpt,
        start_s=10.0,
        starts_s=starts_s,
        blob_key=key,
        sha256=sha256,
        shape=list(decibel.shape),
        dtype="float16",
        scale="dB",
    )


def wave_of(blobs: Blobs, wave: NDArray[np.int16]) -> ArrayRow:
    content = npy_bytes(wave)
    key, sha256 = content_key("waveforms", content, suffix=".npy")
    blobs.put(key, content)
    return ArrayRow(
        track_id=uuid7(),
        spec=SPEC,
        excerpt="waveform",
        start_s=10.0,
        starts_s=None,
        blob_key=key,
        sha256=sha256,
        shape=list(wave.shape),
        dtype="int16",
        scale="PCM",
    )


def variant_of(blobs: Blobs, track_id: UUID, *, seed: int, transform: str = "pitch_shift") -> VariantRow:
    key, sha256, decibel = put_decibel(power(*SHAPE, seed=seed), blobs)
    return VariantRow(
        track_id=track_id,
        spec=SPEC,
        transform=transform,
        seed=seed,
        copy=0,
        parameters={"semitones": float(seed)},
        blob_key=key,
        sha256=sha256,
        shape=list(decibel.shape),
    )


def pack(blobs: Blobs, rows: list[Any], *, kind: str = "talk", shard_bytes: int = 3 * ONE) -> WrittenPack:
    return write_pack(rows, kind=kind, spec=SPEC, blobs=blobs, shard_bytes=shard_bytes)


def reader(blobs: Blobs, packed: WrittenPack, cache: Path) -> PackReader:
    return PackReader.open(blobs, key=packed.manifest_key, sha256=packed.manifest_sha256, cache=cache)


def test_every_track_has_its_own_array_whatever_shard_it_is_in(blobs: Blobs, tmp_path: Path) -> None:
    arrays = [power(*SHAPE, seed=n) for n in range(8)]
    rows = [row_of(blobs, array) for array in arrays]
    packed = pack(blobs, rows)
    assert [shard.n for shard in packed.manifest.shards] == [3, 3, 2]
    read = reader(blobs, packed, tmp_path / "cache")
    assert (len(read), read.track_ids) == (8, tuple(row.track_id for row in rows))
    for row, array in zip(rows, arrays, strict=True):
        assert read[row.track_id].shape == (1, *SHAPE)
        np.testing.assert_allclose(
            from_decibel(read[row.track_id][0]), np.maximum(array, 10 ** (FLOOR_DB / 10)), rtol=3.7e-3
        )
        assert read.starts_s(row.track_id) == (10.0,)


def test_a_view_is_mapped_and_cannot_be_written_to(blobs: Blobs, tmp_path: Path) -> None:
    rows = [row_of(blobs, power(*SHAPE, seed=0))]
    view = reader(blobs, pack(blobs, rows), tmp_path)[rows[0].track_id]
    base: Any = view
    while base is not None and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        view[:] = 0


def test_stacks_of_different_lengths_keep_their_starts(blobs: Blobs, tmp_path: Path) -> None:
    rows = [row_of(blobs, power(n, *SHAPE, seed=n), excerpt="excerpts") for n in (1, 4, 2)]
    read = reader(blobs, pack(blobs, rows, kind="excerpts", shard_bytes=5 * ONE), tmp_path)
    assert [read[row.track_id].shape[0] for row in rows] == [1, 4, 2]
    assert read.starts_s(rows[1].track_id) == (0.0, 5.0, 10.0, 15.0)


def test_waveforms_are_packed_as_they_are_stored(blobs: Blobs, tmp_path: Path) -> None:
    waves = [np.random.default_rng(n).integers(-(2**15), 2**15, 300).astype(np.int16) for n in range(3)]
    rows = [wave_of(blobs, wave) for wave in waves]
    packed = pack(blobs, rows, kind="waveform", shard_bytes=2 * 600)
    assert (packed.manifest.shape, packed.manifest.dtype, packed.manifest.scale) == ((300,), "int16", "PCM")
    assert [shard.n for shard in packed.manifest.shards] == [2, 1]
    read = reader(blobs, packed, tmp_path)
    for row, wave in zip(rows, waves, strict=True):
        assert read[row.track_id].dtype == np.int16
        np.testing.assert_array_equal(read[row.track_id], wave[np.newaxis])
    np.testing.assert_array_equal(read.gather_batch([row.track_id for row in rows]), np.stack(waves).astype(np.float32))


def test_a_batch_is_the_first_excerpts_in_the_order_asked_for(blobs: Blobs, tmp_path: Path) -> None:
    rows = [row_of(blobs, power(*SHAPE, seed=n)) for n in range(5)]
    read = reader(blobs, pack(blobs, rows), tmp_path)
    asked = [rows[n].track_id for n in (4, 0, 2)]
    batch = read.gather_batch(asked)
    assert batch.shape == (3, *SHAPE)
    assert batch.dtype == np.float32
    for at, track_id in enumerate(asked):
        np.testing.assert_array_equal(batch[at], read[track_id][0].astype(np.float32))


def test_the_same_content_has_the_same_keys_and_another_has_others(blobs: Blobs) -> None:
    rows = [row_of(blobs, power(*SHAPE, seed=n)) for n in range(4)]
    first, again, fewer = pack(blobs, rows), pack(blobs, rows), pack(blobs, rows[:3])
    assert first.manifest_key == again.manifest_key != fewer.manifest_key
    assert pack_digest(rows, kind="talk", spec=SPEC) == pack_digest(rows, kind="talk", spec=SPEC)
    others = {
        pack_digest(rows, kind="talk", spec=SPEC),
        pack_digest(rows[:3], kind="talk", spec=SPEC),
        pack_digest(rows, kind="excerpts", spec=SPEC),
        pack_digest(rows, kind="talk", spec="beef"),
    }
    assert len(others) == 4


def test_a_damaged_array_is_left_out_and_counted(blobs: Blobs, tmp_path: Path) -> None:
    rows = [row_of(blobs, power(*SHAPE, seed=n)) for n in range(4)]
    blobs.put(rows[1].blob_key, b"damaged")
    blobs.delete(rows[2].blob_key)
    packed = pack(blobs, rows)
    assert packed.left_out == {"corrupt_artefact": 2}
    assert reader(blobs, packed, tmp_path).track_ids == (rows[0].track_id, rows[3].track_id)


def test_what_a_killed_worker_left_half_written_is_cleared_away(blobs: Blobs) -> None:
    dead, alive = (blobs.scratch_dir() / f"mer-pack-{secrets.token_hex(6)}" for _ in range(2))
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "shard.npy").write_bytes(b"half")
    os.utime(dead, (0, 0))
    pack(blobs, [row_of(blobs, power(*SHAPE, seed=0))])
    assert not dead.exists()
    assert alive.exists()
    shutil.rmtree(alive)


def test_nothing_to_pack_says_what_to_do(blobs: Blobs) -> None:
    with pytest.raises(PermanentError, match="crawl or recompute") as caught:
        pack(blobs, [])
    assert caught.value.reason is Reason.NO_FEATURES


@pytest.mark.parametrize("harm", ["damaged", "gone"])
def test_a_shard_that_is_not_what_was_packed_is_corrupt(blobs: Blobs, tmp_path: Path, harm: str) -> None:
    rows = [row_of(blobs, power(*SHAPE, seed=0))]
    packed = pack(blobs, rows)
    [shard] = packed.manifest.shards
    content = blobs.get(shard.key)
    blobs.delete(shard.key)
    if harm == "damaged":
        blobs.put(shard.key, content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(PermanentError, match="pack again") as caught:
        reader(blobs, packed, tmp_path)[rows[0].track_id]
    assert caught.value.reason is Reason.CORRUPT_ARTEFACT


def test_a_manifest_survives_its_json_and_another_version_is_refused(blobs: Blobs) -> None:
    packed = pack(blobs, [row_of(blobs, power(2, *SHAPE, seed=1), excerpt="excerpts")], kind="excerpts")
    assert PackManifest.from_json(packed.manifest.to_json()) == packed.manifest
    with pytest.raises(PermanentError, match="version 7: pack again"):
        PackManifest.from_json(packed.manifest.to_json().replace(b'"version":1', b'"version":7'))


def test_variants_come_for_training_tracks_only_and_say_what_they_are(blobs: Blobs, tmp_path: Path) -> None:
    training, held_out = [uuid7(), uuid7()], [uuid7()]
    rows = [variant_of(blobs, track_id, seed=seed) for track_id in training + held_out for seed in (1, 2)]
    packed = pack(blobs, rows, kind="variants")
    read = VariantReader.open(blobs, key=packed.manifest_key, sha256=packed.manifest_sha256, cache=tmp_path)
    given = list(read.for_training(training, held_out=held_out))
    assert [(track_id, variant["seed"]) for track_id, variant, _ in given] == [
        (track_id, seed) for track_id in training for seed in (1, 2)
    ]
    assert {mel.shape for _, _, mel in given} == {SHAPE}
    assert given[0][1] == {"transform": "pitch_shift", "parameters": {"semitones": 1.0}, "seed": 1, "copy": 0}
    assert read.as_card() == {"pitch_shift": {"n": 6, "seeds": [1, 2], "parameters": {"semitones": [1.0, 2.0]}}}


def test_a_track_on_both_sides_of_a_fold_is_refused(blobs: Blobs, tmp_path: Path) -> None:
    track_id = uuid7()
    packed = pack(blobs, [variant_of(blobs, track_id, seed=1)], kind="variants")
    read = VariantReader.open(blobs, key=packed.manifest_key, sha256=packed.manifest_sha256, cache=tmp_path)
    with pytest.raises(ValueError, match="trained on and held out"):
        list(read.for_training([track_id], held_out=[track_id]))


def test_variants_and_tracks_are_not_taken_for_each_other(blobs: Blobs, tmp_path: Path) -> None:
    variants = pack(blobs, [variant_of(blobs, uuid7(), seed=1)], kind="variants")
    tracks = pack(blobs, [row_of(blobs, power(*SHAPE, seed=0))])
    with pytest.raises(ValueError, match="training folds only"):
        PackReader.open(blobs, key=variants.manifest_key, sha256=variants.manifest_sha256, cache=tmp_path)
    with pytest.raises(ValueError, match="no variants"):
        VariantReader.open(blobs, key=tracks.manifest_key, sha256=tracks.manifest_sha256, cache=tmp_path)


def test_a_stored_array_is_within_its_error_and_its_size(blobs: Blobs) -> None:
    """The talk's excerpt: half a step of float16 below 64 dB, which is 1/64 dB, and at most 60 kB."""
    array = power(128, 216, seed=3)
    key, _, decibel = put_decibel(array, blobs)
    exact = np.maximum(10 * np.log10(array.astype(np.float64)), FLOOR_DB)
    assert np.abs(decibel.astype(np.float64) - exact).max() < 0.016
    assert len(blobs.get(key)) <= 60_000
