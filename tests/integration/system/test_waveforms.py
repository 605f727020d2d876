"""`MER_STORE_WAVEFORMS` over real workers: from files to samples that a network reads."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import delete

from services.standalone.redis import EmbeddedRedis
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from shared.inference.model_inputs import WAVEFORM
from shared.json_objects import JsonObject
from shared.packs.reader import PackReader
from shared.store.tables import ArrayRow
from tests.conftest import TEMPLATE, Servers
from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]

SR = 22_050
SECONDS = 5 * SR
WAVEFORMS_ONLY = {
    "acoustic_fingerprint": 0,
    "mel": 0,
    "excerpts": 0,
    "descriptors": 0,
    "catalogue": 0,
    "waveform": 1,
}


@pytest.fixture
def keeping(servers: Servers) -> Iterator[System]:
    """A system that stores waveforms, with a Redis of its own: other workers of this process store none."""
    root = Path(tempfile.mkdtemp(prefix="mer-waves-", dir="/tmp"))
    redis = EmbeddedRedis(root / "redis", root / "run")
    redis.start()
    name = root.name.replace("-", "_").lower()
    servers.execute(f'create database "{name}" template "{TEMPLATE}"')
    system = System(
        root=root,
        database_url=servers.url_for_database(name),
        celery_url=redis.celery_url,
        more={"MER_STORE_WAVEFORMS": "true"},
    )
    system.start("crawler", "featurizer", "beat")
    yield system
    system.stop()
    redis.stop()
    servers.execute(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(root, ignore_errors=True)


def waveforms_of(system: System, track_id: str) -> list[JsonObject]:
    arrays = system.api.get(f"/tracks/{track_id}/features").json()["arrays"]
    return [array for array in arrays if array["excerpt"] == WAVEFORM]


def test_samples_are_stored_packed_read_by_networks_and_added_where_they_are_missing(
    keeping: System, tmp_path: Path
) -> None:
    songs = [audio.song(duration_s=20.0, sr=SR, n_channels=1, seed=n)[:, 0] for n in (1, 2)]
    for n, y in enumerate(songs):
        audio.write(keeping.music / f"{n}.wav", y, sr=SR, form="wav16")
    crawled = keeping.ended(keeping.post("/crawl", {"source": "folder", "path": str(keeping.music)}))
    assert crawled["items"]["done"] == 2, crawled
    items = keeping.api.get(f"/jobs/{crawled['id']}/items").json()["items"]
    first, second = (item["track_id"] for item in sorted(items, key=lambda item: item["key"]))
    stored = {"excerpt": WAVEFORM, "shape": [SECONDS], "dtype": "int16", "scale": "PCM", "starts_s": [10.0]}
    assert [waveforms_of(keeping, one) for one in (first, second)] == [[stored], [stored]]
    assert keeping.api.get("/features/status").json()["n_without_waveform"] == 0

    # as if the setting had been off when it was crawled
    forget = delete(ArrayRow).where(ArrayRow.track_id == second, ArrayRow.excerpt == WAVEFORM)
    keeping.ports.store.transact_session("test.forget", lambda session: session.execute(forget))
    before = keeping.api.get(f"/tracks/{second}/features").json()
    plan = keeping.api.get("/features/recompute").json()
    assert (plan["n_to_compute"], plan["stages"]) == (1, WAVEFORMS_ONLY)
    assert plan["said"].startswith("recomputes 1 of 2 tracks")
    assert keeping.api.get("/features/status").json()["n_without_waveform"] == 1
    recomputed = keeping.ended(keeping.post("/features/recompute", {}))
    assert (recomputed["state"], recomputed["items"]["done"]) == ("done", 1), recomputed
    after = keeping.api.get(f"/tracks/{second}/features").json()
    rate = keeping.api.get("/features/recompute").json()["seconds_a_track"]
    assert rate == plan["seconds_a_track"], "what a part took says nothing of a whole analysis"
    assert after["arrays"] == [*before["arrays"], stored]
    assert (after["descriptors"], after["catalogue"]) == (before["descriptors"], before["catalogue"])

    packed = keeping.ended(keeping.post("/features/pack", {"kind": WAVEFORM}))
    assert packed["items"]["done"] == 1, packed
    [pack] = keeping.api.get("/features/status").json()["packs"]
    reader = PackReader.open(
        keeping.ports.blobs, key=pack["manifest_key"], sha256=pack["manifest_sha256"], cache=tmp_path
    )
    heard = ExcerptArrays(reader, [UUID(first), UUID(second)], excerpt=(SECONDS,))
    for at, y in enumerate(songs):
        np.testing.assert_allclose(heard.read(at), [y[2 * SECONDS : 3 * SECONDS]], atol=2 / 32_768)
