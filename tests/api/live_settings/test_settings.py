"""Live settings, the library hook, and jobs that wait for the end of quiet hours, over HTTP."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from shared.domain.job import JobKind, Stage
from shared.settings import FixedLiveSettings
from shared.store import Store
from shared.store.jobs.repository import JobRepository, NewItem
from tests.api.conftest import asking
from tests.support.quiet_hours import hours_around_now

OPEN = FixedLiveSettings(quiet_hours=None, cpu_share=None, watch=None, time_zone="UTC")


@pytest.fixture
def ports(ports: ApiPorts) -> ApiPorts:
    return replace(ports, fixed=OPEN)


def test_what_nobody_stored_is_the_default(client: TestClient) -> None:
    found = client.get("/settings").json()
    assert {
        name: (found[name]["value"], found[name]["source"], found[name]["fixed"])
        for name in ("quiet_hours", "cpu_share", "watch")
    } == {
        "quiet_hours": (None, "default", False),
        "cpu_share": (1.0, "default", False),
        "watch": (False, "default", False),
    }


def test_a_value_is_stored_normalised_and_null_takes_it_back(client: TestClient) -> None:
    found = client.patch("/settings", json={"quiet_hours": "22-7", "cpu_share": "50%", "watch": "on"})
    assert found.status_code == 200
    stored = client.get("/settings").json()
    assert [stored[name]["value"] for name in ("quiet_hours", "cpu_share", "watch")] == ["22:00-07:00", 0.5, True]
    assert stored["cpu_share"]["source"] == "stored"
    assert stored["cpu_share"]["updated_at"]
    client.patch("/settings", json={"cpu_share": None})
    again = client.get("/settings").json()
    assert (again["cpu_share"]["value"], again["cpu_share"]["source"]) == (1.0, "default")
    assert again["watch"]["value"] is True


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"cpu_share": 2}, "0.05"),
        ({"quiet_hours": "tonight"}, "22:00-07:00"),
        ({"watch": "maybe"}, "on or off"),
        ({"speed": 3}, "speed"),
        ({"watch": 0}, "body.watch"),
        ({"quiet_hours": False}, "body.quiet_hours"),
    ],
)
def test_a_bad_value_is_refused_with_how_it_is_written_and_changes_nothing(
    client: TestClient, body: dict[str, Any], words: str
) -> None:
    refused = client.patch("/settings", json={"watch": True} | body)
    assert refused.status_code == 422
    assert words in refused.text
    assert client.get("/settings").json()["watch"]["value"] is False


def test_what_the_environment_sets_wins_is_shown_as_fixed_and_is_not_changed(
    ports: ApiPorts, client: TestClient
) -> None:
    client.patch("/settings", json={"cpu_share": 0.5})
    fixed = FixedLiveSettings(quiet_hours=None, cpu_share="25%", watch=None, time_zone="UTC")
    with asking(replace(ports, fixed=fixed)) as other:
        found = other.get("/settings").json()["cpu_share"]
        assert (found["value"], found["source"], found["fixed"]) == (0.25, "environment", True)
        refused = other.patch("/settings", json={"cpu_share": 0.5})
        assert (refused.status_code, refused.json()["code"]) == (409, "setting_fixed")
        assert "MER_CPU_SHARE" in refused.json()["detail"]
        assert other.patch("/settings", json={"watch": True}).status_code == 200


def test_a_job_says_that_it_waits_for_the_end_of_quiet_hours_and_no_longer_when_they_are_lifted(
    client: TestClient, store: Store
) -> None:
    def create(session: Session) -> Any:
        job, _ = JobRepository(session).create_job(JobKind.CRAWL, {"source": "demo"}, listed=True)
        JobRepository(session).add_items(job.id, Stage.FEATURIZE, [NewItem("a", {}), NewItem("b", {})])
        other, _ = JobRepository(session).create_job(JobKind.CRAWL, {"source": "demo"}, listed=True)
        JobRepository(session).add_items(other.id, Stage.COLLECT, [NewItem("c", {})])
        return job.id, other.id

    job_id, other_id = store.transact_session("test.jobs", create)
    assert client.get(f"/jobs/{job_id}").json()["waits"] is None
    hours = hours_around_now()
    client.patch("/settings", json={"quiet_hours": hours})
    waits = client.get(f"/jobs/{job_id}").json()["waits"]
    assert (waits["reason"], waits["n_items"]) == ("quiet_hours", 2)
    assert waits["detail"] == f"waits until {hours[-5:]}: quiet hours"
    assert 7000 < waits["time_left_s"] <= 7260
    assert {job["id"]: job["waits"] is None for job in client.get("/jobs").json()["items"]} == {
        str(job_id): False,
        str(other_id): True,
    }
    client.patch("/settings", json={"quiet_hours": "off"})
    assert client.get(f"/jobs/{job_id}").json()["waits"] is None


def test_the_hook_notes_all_roots_without_a_body_and_ignores_what_it_does_not_know(
    client: TestClient, ports: ApiPorts
) -> None:
    for sent in ({}, {"content": b'{"eventType": "Download", "artist": {"path": "/data/x"}}'}):
        answer = client.post("/hooks/library", **sent)
        assert answer.status_code == 202, answer.text
        assert [change["path"] for change in answer.json()["changes"]] == [str(ports.library.roots[0])]


def test_many_calls_of_the_hook_are_one_change_of_the_folder_that_holds_them(
    client: TestClient, ports: ApiPorts
) -> None:
    music = ports.library.roots[0]
    for name in ("a", "b"):
        (music / "rock" / name).mkdir()
        (music / "rock" / name / "1.wav").touch()
    first = client.post("/hooks/library", json={"path": str(music / "rock" / "a" / "1.wav")}).json()
    assert [change["path"] for change in first["changes"]] == [str(music / "rock" / "a")]
    for _ in range(20):
        last = client.post("/hooks/library", content=b'{"path": "rock/b", "more": 1}').json()
    assert [change["path"] for change in last["changes"]] == [str(music / "rock")]
    assert client.get("/settings").json()["changes"] == last["changes"]


def test_a_path_that_is_gone_means_the_folder_above_that_is_there(client: TestClient, ports: ApiPorts) -> None:
    answer = client.post("/hooks/library", json={"path": "rock/deleted album/01.flac"}).json()
    assert [change["path"] for change in answer["changes"]] == [str(ports.library.roots[0] / "rock")]


@pytest.mark.parametrize(("body", "status"), [(b'{"path": "/etc"}', 403), (b"path=x", 422), (b'{"path": 7}', 422)])
def test_a_path_outside_and_a_body_that_cannot_be_read_are_refused(
    client: TestClient, body: bytes, status: int
) -> None:
    assert client.post("/hooks/library", content=body).status_code == status
    assert client.get("/settings").json()["changes"] == []
