"""Tracks that are crawled after a promotion are scored without anybody asking: over the real workers."""

import os
import signal
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from shared.store.tables import Job, Prediction, Track
from tests.integration.system.conftest import SR
from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]
N = 30


def crawl(system: System, name: str, *, lowest_hz: float) -> None:
    """Thirty files of a folder, none of which sounds like another of these tests: equal ones would be merged."""
    folder = system.music / name
    folder.mkdir()
    for i in range(N):
        y = audio.tone(lowest_hz + 20 * i, duration_s=6.0, amplitude=0.2)
        audio.write(folder / f"{name} {i}.wav", y, sr=SR, form="wav16")
    job = system.ended(system.post("/crawl", {"source": "folder", "path": str(folder)}))
    assert job["items"]["done"] == N, (job, system.log_tails())


def n_scored(system: System, name: str) -> int:
    """How many of them the champion of `quadrant4` has answered."""
    with system.ports.store.read_session() as session:
        answering = system.ports.champions.get_answering("quadrant4", synthetic=False)
        assert answering.model is not None
        query = (
            select(func.count())
            .select_from(Prediction)
            .join(Track, Track.id == Prediction.track_id)
            .where(Track.title.startswith(f"{name} "), Prediction.model_id == answering.model.id)
        )
        return session.scalars(query).one()


def test_thirty_of_thirty_tracks_that_are_crawled_after_a_promotion_are_scored_by_themselves(
    system: System, champion: None, eventually: Callable[..., None]
) -> None:
    crawl(system, "late", lowest_hz=300)
    eventually(lambda: n_scored(system, "late") == N, f"all {N} are scored")
    items = system.api.get("/tracks", params={"q": "late ", "limit": 100, "taxonomy": "quadrant4"}).json()["items"]
    assert [(item["decided_by"], item["basis"]) for item in items] == [("model", "held_out")] * N


@pytest.mark.parametrize(("point", "worker"), [("after.sweep.score", "beat"), ("before.score.finish", "scorer")])
def test_a_process_that_is_killed_over_new_tracks_costs_none_of_them_and_doubles_nothing(
    system: System, champion: None, eventually: Callable[..., None], point: str, worker: str
) -> None:
    name = f"killed {worker}"
    system.points.arm(point)
    crawl(system, name, lowest_hz=1000 if worker == "beat" else 2000)
    os.kill(system.points.reached(point), signal.SIGKILL)

    def all_scored() -> bool:
        system.revive()
        return n_scored(system, name) == N

    eventually(all_scored, f"all {N} are scored", within_s=150)
    with system.ports.store.read_session() as session:
        made = session.execute(
            select(Job.params["model_id"].astext, func.count())
            .where(Job.kind == "score", Job.state.in_(("queued", "running")))
            .group_by(Job.params["model_id"].astext)
        ).all()
    assert all(n == 1 for _, n in made), made
