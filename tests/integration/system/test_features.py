"""Recomputing, packing and augmenting over real workers."""

import os
import signal
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.featurizer.descriptors import DESCRIPTORS
from shared.domain.features import FeatureSpec
from shared.packs.reader import PackReader, VariantReader
from shared.store.features.repository import FeatureRepository
from shared.store.tables import ArrayRow, CatalogueFeatures, FeatureSet, TrackSource
from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]

SR = 22_050
TODAY = FeatureSpec()
OLDER = replace(TODAY, descriptors=replace(TODAY.descriptors, version=0))
"""A spec of which only the descriptors differ."""


def crawled(system: System, name: str, signals: Any) -> Any:
    """A folder with one file a signal, analysed; its track ids in the order of the signals."""
    folder = system.music / name
    folder.mkdir()
    for n, y in enumerate(signals):
        audio.write(folder / f"{name} {n}.wav", y, sr=SR, form="wav16")
    job = system.ended(system.post("/crawl", {"source": "folder", "path": str(folder)}))
    assert job["items"]["done"] == len(signals), job
    items = system.api.get(f"/jobs/{job['id']}/items").json()["items"]
    return [item["track_id"] for item in sorted(items, key=lambda item: item["key"])]


def age(system: System, track_ids: list[UUID], spec: FeatureSpec = OLDER) -> None:
    """Let the features of the tracks be those of an earlier spec, as after an upgrade."""

    def write(session: Session) -> None:
        FeatureRepository(session, spec=spec.fingerprint).declare_spec(
            asdict(spec),
            descriptor_names=[descriptor.name for descriptor in DESCRIPTORS],
            descriptor_units=[descriptor.unit for descriptor in DESCRIPTORS],
        )
        for table in (FeatureSet, ArrayRow, CatalogueFeatures):
            session.execute(
                update(table)
                .where(table.track_id.in_(track_ids), table.spec == TODAY.fingerprint)
                .values(spec=spec.fingerprint)
            )

    system.ports.store.transact_session("test.age", write)


def settled(system: System) -> Any:
    """What other tests left without features is computed; how many tracks are left, whose audio is gone."""
    system.ended(system.post("/features/recompute", {}))
    plan = system.api.get("/features/recompute").json()
    assert plan["n_to_compute"] == 0
    return plan["n_audio_gone"]


def features_of(system: System, track_id: UUID) -> Any:
    return system.api.get(f"/tracks/{track_id}/features").json()


def test_a_track_of_a_table_is_as_long_as_its_file_whatever_the_table_says(system: System) -> None:
    folder = system.music / "lengths"
    folder.mkdir()
    for n, seconds in enumerate((6.0, 7.5)):
        audio.write(folder / f"{n}.wav", audio.noise(duration_s=seconds, seed=701 + n), sr=SR, form="wav16")
    (folder / "tracks.csv").write_text("id,title,path,duration_ms\nlen0,Nothing,0.wav,\nlen1,Wrong,1.wav,200000\n")

    job = system.ended(system.post("/crawl", {"source": "table", "path": str(folder / "tracks.csv")}))
    items = system.api.get(f"/jobs/{job['id']}/items").json()["items"]
    tracks = [system.api.get(f"/tracks/{item['track_id']}").json() for item in items]

    assert {track["title"]: track["duration_s"] for track in tracks} == {"Nothing": 6.0, "Wrong": 7.5}


def test_a_recomputation_does_what_is_missing_carries_over_what_stands_and_counts_what_is_gone(system: System) -> None:
    gone_before = settled(system)
    # the same sound as another test's would be the same recording
    songs = [audio.noise(duration_s=6.0, seed=501 + n) for n in range(3)]
    kept, changed, gone, twin = crawled(system, "recomputed", [*songs, songs[1]])
    before = {track_id: features_of(system, track_id) for track_id in (kept, changed)}
    made_at = before[kept]["made_at"]
    age(system, [changed, gone, twin])
    (system.music / "recomputed" / "recomputed 2.wav").unlink()
    plan = system.api.get("/features/recompute").json()
    assert (plan["n_to_compute"], plan["n_audio_gone"]) == (2, gone_before + 1)
    assert (plan["stages"]["mel"], plan["stages"]["descriptors"]) == (0, 2)
    job = system.ended(system.post("/features/recompute", {}))
    assert (job["state"], job["items"]["requested"], job["items"]["done"]) == ("done", 3 + gone_before, 2)
    assert job["reasons"] == {"audio_gone": 1 + gone_before}
    after = features_of(system, changed)
    for name in ("descriptors", "arrays", "audio_sha256"):
        assert after[name] == before[changed][name]
    assert features_of(system, kept)["made_at"] == made_at, "what was there is not touched"
    assert features_of(system, twin)["state"] == "ready"
    assert (features_of(system, gone)["state"], features_of(system, gone)["outdated"]) == (
        "absent",
        ["catalogue", "descriptors"],
    )
    assert system.api.get(f"/tracks/{gone}/spectrogram.png").status_code == 200, "its spectrogram did not change"


def test_the_same_sound_in_two_files_is_analysed_once(system: System) -> None:
    y = audio.noise(duration_s=6.0, seed=41)
    one, other = crawled(system, "twins", [y, y])
    before = features_of(system, other)
    age(system, [one, other])
    system.ended(system.post("/features/recompute", {}))
    forget = delete(FeatureSet).where(FeatureSet.track_id == other, FeatureSet.spec == TODAY.fingerprint)
    system.ports.store.transact_session("test.forget", lambda session: session.execute(forget))
    job = system.ended(system.post("/features/recompute", {}))
    assert job["items"]["done"] == 1
    after = features_of(system, other)
    for name in ("state", "descriptors", "arrays", "audio_sha256"):
        assert after[name] == before[name]
    with system.ports.store.read_session() as session:
        assert session.get_one(FeatureSet, (other, TODAY.fingerprint)).took_s is None, "it was not analysed"


def test_a_change_that_touches_no_stage_of_a_track_needs_no_audio(system: System) -> None:
    settled(system)
    [track_id] = crawled(system, "untouched", [audio.tone(330, duration_s=6.0)])
    before = features_of(system, track_id)

    def rename(session: Session) -> None:
        # the same parameters under another fingerprint: what a change of anything but values would be
        for table in (FeatureSet, ArrayRow, CatalogueFeatures):
            session.execute(
                update(table).where(table.track_id == track_id, table.spec == TODAY.fingerprint).values(spec="renamed")
            )
        FeatureRepository(session, spec="renamed").declare_spec(asdict(TODAY), descriptor_names=[], descriptor_units=[])

    system.ports.store.transact_session("test.rename", rename)
    (system.music / "untouched" / "untouched 0.wav").unlink()
    assert system.api.get("/features/recompute").json()["n_carried_over"] == 1
    job = system.ended(system.post("/features/recompute", {}))
    assert job["items"]["done"] == 1
    after = features_of(system, track_id)
    for name in ("state", "audio_sha256", "arrays", "descriptors"):
        assert after[name] == before[name]


def test_a_pack_holds_the_arrays_of_the_tracks_and_is_written_once(system: System, tmp_path: Path) -> None:
    track_ids = crawled(system, "packed", [audio.tone(223 * n, duration_s=6.0) for n in (1, 2)])
    job, again = (system.ended(system.post("/features/pack", {"kind": "talk"})) for _ in range(2))
    assert (job["state"], job["items"]["done"]) == ("done", 1), job
    assert again["reasons"] == {"unchanged": 1}
    pack = system.api.get("/features/status").json()["packs"][0]
    reader = PackReader.open(
        system.ports.blobs, key=pack["manifest_key"], sha256=pack["manifest_sha256"], cache=tmp_path
    )
    assert pack["n_tracks"] == len(reader) >= 2
    peaks = [int(reader[UUID(one)].astype(np.float32).mean(axis=(0, 2)).argmax()) for one in track_ids]
    assert peaks[0] < peaks[1]


@pytest.mark.parametrize("point", ["after.pack.claim", "before.pack.finish", "after.pack.finish"])
def test_a_worker_that_is_killed_over_a_pack_loses_nothing_and_the_pack_is_there_once(
    system: System, point: str
) -> None:
    crawled(system, f"killed {point}", [audio.noise(duration_s=6.0, seed=sum(point.encode()))])
    system.points.arm(point)
    job = system.post("/features/pack", {"kind": "talk"})
    os.kill(system.points.reached(point), signal.SIGKILL)
    ended = system.ended(job)
    items = ended["items"]
    assert (ended["state"], items["requested"], items["done"] + items["skipped"]) == ("done", 1, 1), system.log_tails()
    status = system.api.get("/features/status").json()
    assert [pack["n_tracks"] for pack in status["packs"] if pack["kind"] == "talk"].count(status["n_ready"]) == 1


def test_augmented_variants_are_packed_for_training_and_never_taken_for_tracks(system: System, tmp_path: Path) -> None:
    [track_id] = crawled(system, "augmented", [audio.tone(440, duration_s=8.0)])
    n_tracks = system.api.get("/features/status").json()["n_tracks"]
    body = {"variants": ["pitch_shift", "background_noise"], "seed": 7, "copies": 2}
    job = system.ended(system.post("/features/augment", body))
    assert job["state"] == "done", job
    items = system.api.get(f"/jobs/{job['id']}/items", params={"limit": 500}).json()["items"]
    assert {item["stage"] for item in items} == {"augment", "pack"}
    assert [item["state"] for item in items if item["track_id"] == track_id or item["stage"] == "pack"] == ["done"] * 2
    status = system.api.get("/features/status").json()
    pack = next(pack for pack in status["packs"] if pack["kind"] == "variants")
    reader = VariantReader.open(
        system.ports.blobs, key=pack["manifest_key"], sha256=pack["manifest_sha256"], cache=tmp_path
    )
    made = list(reader.for_training([UUID(track_id)], held_out=[]))
    assert [(variant["transform"], variant["copy"]) for _, variant, _ in made] == [
        ("background_noise", 0),
        ("background_noise", 1),
        ("pitch_shift", 0),
        ("pitch_shift", 1),
    ]
    assert {mel.shape for _, _, mel in made} == {TODAY.mel.shape}
    assert {variant["seed"] for _, variant, _ in made} == {7}
    assert set(reader.as_card()) == {"pitch_shift", "background_noise"}
    assert status["n_tracks"] == n_tracks


def test_a_crawl_after_an_upgrade_analyses_only_what_the_upgrade_touched(system: System) -> None:
    """A file that did not change keeps its mel spectrogram; one that did is another track, analysed as a whole."""
    kept, changed = crawled(system, "upgraded", [audio.noise(duration_s=6.0, seed=n) for n in (31, 32)])
    before = {track_id: features_of(system, track_id) for track_id in (kept, changed)}
    age(system, [kept, changed])
    audio.write(system.music / "upgraded" / "upgraded 1.wav", audio.noise(duration_s=7.0, seed=33), sr=SR, form="wav16")
    job = system.ended(system.post("/crawl", {"source": "folder", "path": str(system.music / "upgraded")}))
    assert job["items"]["done"] == 2
    with system.ports.store.read_session() as session:
        keys = [session.get_one(ArrayRow, (kept, spec.fingerprint, "talk")).blob_key for spec in (OLDER, TODAY)]
        read = FeatureRepository(session, spec=OLDER.fingerprint, kind="mel").list_arrays([UUID(changed)])[
            UUID(changed)
        ]
        locator = TrackSource.source_id.endswith("upgraded/upgraded 1.wav")
        new = session.scalars(select(TrackSource.track_id).where(locator)).one()
    assert len(set(keys)) == 1
    assert read.spec == OLDER.fingerprint, "what was heard of the old file stays as it was"
    assert features_of(system, kept)["descriptors"] == before[kept]["descriptors"]
    assert str(new) != changed
    assert features_of(system, new)["audio_sha256"] != before[changed]["audio_sha256"]
