"""Similar tracks over the real workers: a file through the featurizer, a library through the scorer."""

import re
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.domain.job import Stage
from shared.json_objects import JsonObject
from shared.store.similarity.projections import ProjectionRepository
from shared.store.tables import ProjectedVector
from shared.worker.context import send_hints
from tests.integration.system.conftest import N_ARTISTS, SR
from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


def tracks_of(system: System, quadrant: str) -> set[str]:
    """The tracks of `labelled`: other tests have crawled others."""
    shown = system.api.get("/tracks", params={"q": "song ", "limit": 500}).json()["items"]
    found = {track["id"]: re.fullmatch(r"song (\d+)", track["title"]) for track in shown}
    return {its for its, number in found.items() if number and int(number[1]) % 2 == (quadrant == "Q1")}


def nearest(system: System, answer: JsonObject, n: int) -> list[str]:
    """The first `n` of the items that `labelled` holds."""
    known = tracks_of(system, "Q1") | tracks_of(system, "Q3")
    return [item["track_id"] for item in answer["items"] if item["track_id"] in known][:n]


def asked(system: System, where: Any, *, within_s: float = 120.0, **query: Any) -> Any:
    """The answer, when the workers have done what it needs."""
    deadline = time.monotonic() + within_s
    while True:
        said = system.api.get(where, params=query)
        if said.status_code != 202:
            return said
        assert time.monotonic() < deadline, system.log_tails()
        system.revive()
        time.sleep(0.1)


def test_a_track_and_an_unknown_file_sound_like_tracks_of_their_kind(
    system: System, labelled: Path, tmp_path: Path
) -> None:
    lively = tracks_of(system, "Q1")
    asked_about = min(lively)
    said = asked(system, f"/tracks/{asked_about}/similar", limit=200, per_artist=200, by="descriptors")
    assert said.status_code == 200, said.text
    near = nearest(system, said.json(), 5)
    assert len(near) == 5
    assert set(near) <= lively - {asked_about}
    query: JsonObject = {"limit": 200, "by": "descriptors", "emotion": "Q1", "taxonomy": "quadrant4"}
    spaced = asked(system, f"/tracks/{asked_about}/similar", **query).json()
    artists = [item["artist"] for item in spaced["items"] if item["artist"]]  # who nobody names is nobody's double
    assert len(artists) == len(set(artists))
    own = system.api.get(f"/tracks/{asked_about}").json()["artist"]
    assert {f"artist {i}" for i in range(1, N_ARTISTS, 2)} - {own} <= set(artists), "every second one is Q1"
    y = audio.click_track(bpm=151, duration_s=7.0) + audio.tone(905, duration_s=7.0) * 0.4
    path = audio.write(tmp_path / "unknown.mp3", y, sr=SR, form="mp3")
    with path.open("rb") as song:
        sent = system.api.post("/similar", params={"wait_s": 0}, files={"file": (path.name, song)})
    assert sent.status_code == 202, sent.text
    found = asked(system, sent.headers["Location"], limit=200, per_artist=200, by="descriptors")
    assert found.status_code == 200, (found.text, system.log_tails())
    assert set(nearest(system, found.json(), 5)) <= lively


def test_the_scorer_places_a_library(system: System, labelled: Path) -> None:
    where = f"/tracks/{min(tracks_of(system, 'Q3'))}/similar"
    before = asked(system, where, by="descriptors").json()
    store, spec = system.ports.store, system.ports.spec.fingerprint

    def schedule(session: Session) -> tuple[UUID, list[int]]:
        standards = ProjectionRepository(session, spec=spec, synthetic=False)
        standard = standards.get_current()
        assert standard is not None
        session.execute(delete(ProjectedVector).where(ProjectedVector.standard_id == standard.id))
        return standards.schedule_library(standard)

    job_id, item_ids = store.transact_session("test.schedule", schedule)
    send_hints(system.ports.bus, Stage.STANDARDISE, item_ids)
    ended = system.ended({"id": str(job_id)})
    assert ended["items"]["done"] + ended["items"]["skipped"] == ended["items"]["requested"] > 0, system.log_tails()
    again = asked(system, where, by="descriptors").json()
    assert again["items"][0]["track_id"] == before["items"][0]["track_id"]
