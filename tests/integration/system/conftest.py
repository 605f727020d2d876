"""One running system a test process, for the tests of this folder; each test crawls a folder of its own."""

import csv
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.standalone.redis import EmbeddedRedis
from tests.conftest import TEMPLATE, Servers
from tests.support import audio
from tests.support.running_system import System

SR = 22_050
N_ARTISTS = 36
"""A track each: as many as a model needs to be promoted without force."""


@pytest.fixture(scope="session")
def servers(servers: Servers) -> Iterator[Servers]:
    """The same PostgreSQL, and a Redis that no other test sends to: the workers here would take its messages."""
    if servers.redis is None:
        yield servers
        return
    root = Path(tempfile.mkdtemp(prefix="mer-redis-", dir="/tmp"))
    own = EmbeddedRedis(root / "redis", root / "run")
    try:
        own.start()
        yield replace(servers, redis=own, redis_url=own.url, celery_url=own.celery_url)
    finally:
        own.stop()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def system(servers: Servers) -> Iterator[System]:
    root = Path(tempfile.mkdtemp(prefix="mer-system-", dir="/tmp"))
    name = root.name.replace("-", "_").lower()
    servers.execute(f'create database "{name}" template "{TEMPLATE}"')
    servers.redis_client().flushall()
    running = System(root=root, database_url=servers.url_for_database(name), celery_url=servers.celery_url)
    running.start("crawler", "featurizer", "trainer", "scorer", "beat")
    try:
        running.await_ready("crawler", "featurizer", "trainer", "scorer", "beat")
        yield running
    finally:
        running.stop()
    servers.execute(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")  # of a module it would be set up again when xdist takes its tests in turns
def labelled(system: System) -> Path:
    """A table of real files: high busy songs are Q1, low slow tones are Q3, each by an artist of its own."""
    folder = system.music / "labelled"
    folder.mkdir()
    with (folder / "tracks.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "artist", "title", "quadrant", "path"])
        for i in range(N_ARTISTS):
            quadrant = "Q1" if i % 2 else "Q3"
            y = (
                audio.click_track(bpm=140 + i, duration_s=7.0) + audio.tone(880 + 20 * i, duration_s=7.0) * 0.4
                if quadrant == "Q1"
                else audio.chord(110 + i, 131 + i, duration_s=7.0, amplitude=0.2)
            )
            audio.write(folder / f"{i}.wav", y, sr=SR, form="wav16")
            writer.writerow([f"t{i}", f"artist {i}", f"song {i}", quadrant, f"{i}.wav"])
    job = system.ended(system.post("/crawl", {"source": "table", "path": str(folder / "tracks.csv")}))
    assert job["items"]["done"] == N_ARTISTS, job
    return folder


@pytest.fixture(scope="session")  # of a module it would be set up again when xdist takes its tests in turns
def champion(system: System, labelled: Path) -> None:
    """A model of `quadrant4` on descriptors that answers, whichever test comes first."""
    body = {"estimators": ["svm"], "inputs": ["descriptors"], "taxonomy": "quadrant4"}
    assert system.ended(system.post("/train", body))["state"] == "done"
