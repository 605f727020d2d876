"""Quiet hours and the share of cores are changed while the real workers run, and count from the next batch on."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from shared.json_objects import JsonObject
from shared.store.tables import JobItem
from tests.integration.system.conftest import SR
from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]
N = 32
ONE_CORE = max(0.05, 1 / (os.cpu_count() or 1))


@pytest.fixture
def settings(system: System) -> Iterator[Callable[..., None]]:
    """Change live settings; afterwards the defaults count again."""

    def change(**values: Any) -> None:
        answer = system.api.patch("/settings", json=values)
        assert answer.status_code == 200, answer.text

    yield change
    change(quiet_hours=None, cpu_share=None, watch=None)


def crawl(system: System, name: str, *, lowest_hz: float, n: int = N) -> JsonObject:
    folder = system.music / name
    folder.mkdir()
    for i in range(n):
        y = audio.tone(lowest_hz + 7 * i, duration_s=6.0, amplitude=0.2)
        audio.write(folder / f"{name} {i}.wav", y, sr=SR, form="wav16")
    return system.post("/crawl", {"source": "folder", "path": str(folder)})


def at_work(system: System, job: JsonObject) -> int:
    """Featurizer processes that hold items of the job."""
    with system.ports.store.read_session() as session:
        query = select(func.count(JobItem.worker.distinct())).where(
            JobItem.job_id == job["id"], JobItem.stage == "featurize", JobItem.state == "running"
        )
        return session.scalars(query).one()


def watch_until(system: System, job: JsonObject, *, n_done: int) -> list[int]:
    """How many processes were at work, looked at again and again, until so many items are done."""
    seen = []
    while system.api.get(f"/jobs/{job['id']}").json()["items"]["done"] < n_done:
        seen.append(at_work(system, job))
        time.sleep(0.02)
    return seen


def ask_about(system: System, path: Path) -> int:
    with path.open("rb") as song:
        files = {"file": (path.name, song)}
        answer = system.api.post("/predict", params={"taxonomy": "quadrant4", "wait_s": 30}, files=files)
    return int(answer.status_code)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return audio.write(tmp_path / "song.wav", audio.tone(444, duration_s=6.0), sr=SR, form="wav16")


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="a pool of two works on one core by turns at most")
def test_one_process_of_two_works_with_the_share_of_one_core_and_both_as_soon_as_it_is_raised(
    system: System, champion: None, settings: Callable[..., None], song: Path
) -> None:
    settings(cpu_share=ONE_CORE)
    job = crawl(system, "share", lowest_hz=3000, n=96)
    seen = watch_until(system, job, n_done=24)
    assert max(seen) == 1, seen
    assert ask_about(system, song) == 200  # the process without a slot is free for who waits
    settings(cpu_share=1)
    assert max(watch_until(system, job, n_done=96)) == 2
    assert system.ended(job)["items"]["done"] == 96


def test_what_is_crawled_in_quiet_hours_is_listed_waits_for_their_end_and_costs_no_attempt(
    system: System, champion: None, settings: Callable[..., None], song: Path, eventually: Callable[..., None]
) -> None:
    now = datetime.now().astimezone()
    end = now + timedelta(hours=2)
    settings(quiet_hours=f"{now - timedelta(hours=1):%H:%M}-{end:%H:%M}")
    job = crawl(system, "quiet", lowest_hz=5000)

    def document() -> Any:
        return system.api.get(f"/jobs/{job['id']}").json()

    eventually(lambda: (document()["waits"] or {}).get("n_items") == N, "all wait")
    assert document()["waits"]["detail"] == f"waits until {end:%H:%M}: quiet hours"
    time.sleep(3)  # some sweeps
    assert ask_about(system, song) == 200
    with system.ports.store.read_session() as session:
        items = session.execute(select(JobItem.state, JobItem.attempts).where(JobItem.job_id == job["id"])).all()
    assert set(items) == {("queued", 0)}
    settings(quiet_hours=None)
    assert system.ended(job)["items"]["done"] == N
