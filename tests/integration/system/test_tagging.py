"""Audio taggers over real workers: a library that was analysed without them, and the first song after."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.standalone.redis import EmbeddedRedis
from shared.bus.routes import Task
from shared.domain.messages import TickMessage
from shared.domain.taggers import CHORDS, YAMNET, list_versions
from shared.tagger_files import read_tagger_file
from tests.conftest import TEMPLATE, Servers
from tests.support import audio
from tests.support.owner_taggers import write_tagger
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]

SR = 22_050


@pytest.fixture
def tagging(servers: Servers) -> Iterator[System]:
    """A system with two taggers and one of the owner's, its featurizer not started yet, with a Redis of its own."""
    root = Path(tempfile.mkdtemp(prefix="mer-tags-", dir="/tmp"))
    (root / "taggers").mkdir()
    write_tagger(root / "taggers")
    redis = EmbeddedRedis(root / "redis", root / "run")
    redis.start()
    name = root.name.replace("-", "_").lower()
    servers.execute(f'create database "{name}" template "{TEMPLATE}"')
    system = System(
        root=root,
        database_url=servers.url_for_database(name),
        celery_url=redis.celery_url,
        more={"MER_TAGGERS": "yamnet,chords,mine", "MER_TAGGER_FILES": str(root / "taggers")},
    )
    system.start("crawler", "beat")
    yield system
    system.stop()
    redis.stop()
    servers.execute(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(root, ignore_errors=True)


def tagged(system: System) -> dict[str, tuple[int, int]]:
    """Of each tagger, how many tracks have its values, and how many lack them."""
    stages = system.api.get("/features/status").json()["stages"]
    return {name: (stages[name]["n_ready"], stages[name]["n_lacking"]) for name in ("yamnet", "chords", "mine")}


def crawl(system: System, name: str, *, seed: int) -> None:
    (system.music / name).mkdir()
    y = audio.song(duration_s=8.0, sr=SR, n_channels=1, seed=seed)[:, 0]
    audio.write(system.music / name / "song.wav", y, sr=SR, form="wav16")
    job = system.ended(system.post("/crawl", {"source": "folder", "path": str(system.music / name)}))
    assert job["items"]["done"] == 1, job


def test_a_library_is_tagged_in_the_background_and_a_new_song_in_its_analysis(
    tagging: System, eventually: Callable[..., None]
) -> None:
    with_taggers = dict(tagging.env)
    tagging.env["MER_TAGGERS"] = ""
    tagging.start("featurizer")
    crawl(tagging, "before", seed=1)
    tagging.kill("featurizer")
    assert tagged(tagging) == dict.fromkeys(("yamnet", "chords", "mine"), (0, 1))
    assert "1 of them lack audio tags only" in tagging.api.get("/features/recompute").json()["said"]

    tagging.env = with_taggers
    tagging.start("featurizer")
    crawl(tagging, "after", seed=2)
    assert tagged(tagging) == dict.fromkeys(("yamnet", "chords", "mine"), (1, 1))
    tagging.ports.bus.publish(Task.TAG_LIBRARY, TickMessage("features"))  # as the beat does every five minutes

    def recomputations() -> list[dict[str, Any]]:
        return [job for job in tagging.api.get("/jobs").json()["items"] if job["kind"] == "recompute"]

    eventually(lambda: len(recomputations()) == 1, "a job in the background")
    mine = read_tagger_file(tagging.root / "taggers" / "mine.json")
    [job] = recomputations()
    assert job["params"] == {"background": True, "taggers": list_versions((YAMNET, CHORDS, mine))}
    assert tagging.ended(job)["items"]["done"] == 1
    assert tagged(tagging) == dict.fromkeys(("yamnet", "chords", "mine"), (2, 0))
