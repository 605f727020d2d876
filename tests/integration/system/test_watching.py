"""Music that is put below a root is crawled without anybody asking: the watcher's own process, beside real workers."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.standalone.redis import EmbeddedRedis
from tests.conftest import TEMPLATE, Servers
from tests.integration.system.conftest import SR
from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


@pytest.fixture
def watched(servers: Servers) -> Iterator[System]:
    """A system of its own, on a Redis of its own: its watcher would crawl the folders of all other tests."""
    root = Path(tempfile.mkdtemp(prefix="mer-watched-", dir="/tmp"))
    name = root.name.replace("-", "_").lower()
    servers.execute(f'create database "{name}" template "{TEMPLATE}"')
    redis = EmbeddedRedis(root / "redis", root / "run")
    redis.start()
    more = {"MER_WATCH_QUIET_S": "1"}
    system = System(root=root, database_url=servers.url_for_database(name), celery_url=redis.celery_url, more=more)
    system.start("crawler", "featurizer", "beat")
    argv = [sys.executable, "-m", "services.crawler.watching"]
    watcher = subprocess.Popen(argv, env=system.env, start_new_session=True)
    try:
        system.await_ready("crawler", "featurizer", "beat")
        yield system
    finally:
        watcher.terminate()
        watcher.wait(20)
        system.stop()
        redis.stop()
        servers.execute(f'drop database if exists "{name}" with (force)')
        shutil.rmtree(root, ignore_errors=True)


def write_songs(folder: Path, *, n: int, lowest_hz: float) -> None:
    folder.mkdir(parents=True)
    for i in range(n):
        y = audio.tone(lowest_hz + 20 * i, duration_s=6.0, amplitude=0.2)
        audio.write(folder / f"{folder.name} {i}.wav", y, sr=SR, form="wav16")


def test_new_music_is_analysed_by_itself_once_watching_is_switched_on(
    watched: System, eventually: Callable[..., None]
) -> None:
    write_songs(watched.music / "before", n=2, lowest_hz=300)
    assert watched.api.patch("/settings", json={"watch": True}).status_code == 200

    def jobs() -> list[tuple[str, str]]:
        return [(job["params"]["path"], job["state"]) for job in watched.api.get("/jobs").json()["items"]]

    eventually(lambda: jobs() == [(str(watched.music), "done")], "what was there is crawled", within_s=90)
    write_songs(watched.music / "artist" / "after", n=3, lowest_hz=900)
    new = (str(watched.music / "artist" / "after"), "done")
    eventually(lambda: jobs()[0] == new, "what came is crawled", within_s=90)
    tracks = watched.api.get("/tracks", params={"limit": 50}).json()["items"]
    assert sorted(track["title"] for track in tracks) == ["after 0", "after 1", "after 2", "before 0", "before 1"]
    assert len(jobs()) <= 3
    root = watched.api.get("/settings").json()["watched"][0]
    assert (root["root"], root["mode"], root["n_files"]) == (str(watched.music), "events", 5)
