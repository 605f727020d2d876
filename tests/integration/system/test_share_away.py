"""A library that is away for some seconds while its files are crawled: over real workers."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.json_objects import JsonObject
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]

AWAY_S = 6.0


@contextmanager
def away(folder: Path, *, leaves_empty: bool = False) -> Iterator[None]:
    """The folder is not there in the block, or is an empty one."""
    aside = folder.with_name(f"{folder.name} aside")
    folder.rename(aside)
    if leaves_empty:
        folder.mkdir()
    try:
        yield
    finally:
        if leaves_empty:
            folder.rmdir()
        aside.rename(folder)


def track_ids(system: System, job: JsonObject) -> set[str]:
    return {
        item["track_id"] for item in system.api.get(f"/jobs/{job['id']}/items", params={"limit": 500}).json()["items"]
    }


def assert_all_answer(system: System, ids: set[str]) -> None:
    """Each track has its features and its arrays, and the champion answers for it."""
    for track_id in ids:
        assert system.api.get(f"/tracks/{track_id}").json()["features"]["state"] == "ready"
        features = system.api.get(f"/tracks/{track_id}/features").json()
        assert features["arrays"], features
        answer = system.api.get(f"/tracks/{track_id}/emotion", params={"taxonomy": "quadrant4"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["predicted"], answer.json()


@pytest.mark.usefixtures("champion")
@pytest.mark.parametrize(
    ("point", "leaves_empty"),
    [
        pytest.param("before.crawl.items", False, id="listing"),
        pytest.param("before.collect.claim", True, id="collecting", marks=pytest.mark.long),
        pytest.param("before.featurize.claim", False, id="analysing", marks=pytest.mark.long),
    ],
)
def test_a_library_that_is_away_for_a_moment_costs_nothing_but_time(
    system: System, labelled: Path, point: str, leaves_empty: bool
) -> None:
    known = system.ended(system.post("/crawl", {"source": "folder", "path": str(labelled)}))
    ids = track_ids(system, known)
    for n in range(0, len(ids), 2):
        os.utime(labelled / f"{n}.wav")
    system.points.arm(point)
    job = system.post("/crawl", {"source": "folder", "path": str(labelled)})
    pid = system.points.reached(point)
    with away(system.music, leaves_empty=leaves_empty):
        system.points.release(point, pid)
        time.sleep(AWAY_S)
        parked = system.api.get(f"/jobs/{job['id']}").json()["parked"]
        assert_all_answer(system, ids)
    ended = system.ended(job)
    assert parked["reason"] == "library_away", parked
    assert (ended["state"], ended["items"]["failed"], ended["missing"]) == ("done", 0, 0), ended
    assert ended["items"]["requested"] == len(ids)
    assert_all_answer(system, ids)


@pytest.mark.usefixtures("champion")
def test_files_of_a_folder_that_is_away_fail_for_the_moment_and_are_analysed_by_the_next_crawl(
    system: System, labelled: Path
) -> None:
    """Below a library that is there: whether they come back, nobody knows. What was computed stays."""
    request = {"source": "folder", "path": str(labelled)}
    ids = track_ids(system, system.ended(system.post("/crawl", request)))
    for n in range(0, len(ids), 2):
        os.utime(labelled / f"{n}.wav")
    (system.music / "another.wav").write_bytes((labelled / "0.wav").read_bytes())
    system.points.arm("before.featurize.claim")
    job = system.post("/crawl", request)
    pid = system.points.reached("before.featurize.claim")
    with away(labelled):
        system.points.release("before.featurize.claim", pid)
        ended = system.ended(job)
        assert set(ended["reasons"]) <= {"not_found", "unchanged"}, ended
        assert ended["items"]["failed"] > 0
        assert_all_answer(system, ids)
    again = system.ended(system.post("/crawl", request))
    assert (again["state"], again["items"]["failed"]) == ("done", 0), again
    assert again["items"]["done"] >= ended["items"]["failed"], again
    assert_all_answer(system, ids)
