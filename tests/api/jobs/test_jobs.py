"""`/crawl`, `/train`, `/jobs` and `/health`, with no worker behind them: rows are moved through the repositories."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.api.jobs.router import watch_job
from shared.bus.celery_app import create_celery
from shared.bus.celery_bus import CeleryBus
from shared.bus.routes import PULSES, Queue
from shared.domain.job import ItemState, Stage
from shared.errors import Reason
from shared.settings import BusSettings
from shared.store.jobs.items import ItemOutcome, JobItemRepository
from shared.store.jobs.leases import JobLeases
from shared.store.jobs.pulses import PulseRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.repositories import Repositories
from shared.store.tracks.uploads import UploadRequest
from tests.api.conftest import asking
from tests.support.problem_answers import problem

Start = Callable[..., UUID]


@pytest.fixture
def crawl(client: TestClient, ports: ApiPorts) -> Start:
    """`crawl(done=…, failed=…, queued=…)`: a crawl whose listing is over, with so many items in each state."""

    def start(**wanted: int) -> UUID:
        job_id = UUID(client.post("/crawl", json={"source": "demo"}).json()["id"])
        keys = [NewItem(f"{state} {n}", {}) for state, number in wanted.items() for n in range(number)]
        ids = ports.store.transact_session(
            "test.items", lambda s: JobRepository(s).add_items(job_id, Stage.COLLECT, keys)
        )
        states = [state for state, number in wanted.items() for _ in range(number)]
        token = ports.store.transact_session(
            "test.claim", lambda s: JobLeases(s).claim_job(job_id, worker="w:1", lease_s=60)
        )
        assert token is not None
        ports.store.transact_session("test.listed", lambda s: JobLeases(s).end_listing(token, ignored={".jpg": 3}))
        work(ports, {item_id: state for item_id, state in zip(ids, states, strict=True) if state != "queued"})
        return job_id

    return start


def work(ports: ApiPorts, ends: dict[int, str]) -> None:
    claim = ports.store.transact_session(
        "test.work", lambda s: JobItemRepository(s).claim_items(ends, stage=Stage.COLLECT, worker="w:1", lease_s=60)
    )
    outcomes = [
        ItemOutcome(item_id=item_id, state=ItemState(state), reason=None if state == "done" else Reason.NOT_FOUND)
        for item_id, state in ends.items()
        if state != "running"
    ]
    ports.store.transact_session("test.end", lambda s: JobItemRepository(s).finish_items(claim.token, outcomes))


def items_of(client: TestClient, job_id: UUID) -> dict[str, int]:
    items: dict[str, int] = client.get(f"/jobs/{job_id}").json()["items"]
    return items


def walk(client: TestClient, path: str, between: Callable[[], object] = lambda: None, **query: Any) -> list[Any]:
    """All ids of a list, page by page; `between` is done after each page."""
    seen, cursor = [], None
    for _ in range(50):
        page = client.get(path, params={**query, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return seen
        between()
    pytest.fail(f"{path} never ends")


def test_a_crawl_is_accepted_as_a_row_and_a_message(client: TestClient, ports: ApiPorts) -> None:
    answer = client.post("/crawl", json={"source": "folder", "path": "rock", "emotion": "sad"})
    job = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == job["href"] == f"/jobs/{job['id']}"
    assert (job["kind"], job["state"]) == ("crawl", "queued")
    assert job["params"] == {"source": "folder", "path": "rock", "emotion": "sad"}
    assert client.get(job["href"]).json() == job
    assert ports.bus.count_waiting(Queue.CRAWL) == 1


def test_a_training_has_an_item_for_each_candidate_from_the_start(client: TestClient, ports: ApiPorts) -> None:
    job = client.post("/train", json={"estimators": ["svm", "majority", "svm"], "inputs": ["mel", "catalogue"]}).json()
    assert job["items"]["requested"] == job["items"]["queued"] == 4
    keys = [item["key"] for item in client.get(f"{job['href']}/items").json()["items"]]
    assert keys == ["svm on mel", "svm on catalogue", "majority on mel", "majority on catalogue"]
    assert ports.bus.count_waiting(Queue.TRAIN) == 1


def test_a_job_is_accepted_while_the_queues_are_away(ports: ApiPorts, folder: Path) -> None:
    away = CeleryBus(create_celery(BusSettings(redis_url=f"redis+socket://{folder}/none?virtual_host=0"), name="api"))
    with asking(replace(ports, bus=away)) as client:
        assert client.post("/train", json={}).status_code == 202
        health = client.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "the queues are away")
    assert ports.bus.count_waiting(Queue.TRAIN) == 0


@pytest.mark.parametrize("path", ["/train", "/crawl"])
def test_the_same_key_and_body_are_one_job_and_one_message(client: TestClient, ports: ApiPorts, path: str) -> None:
    body = {"source": "demo"} if path == "/crawl" else {"seed": 7}
    jobs = [client.post(path, json=body, headers={"Idempotency-Key": "k1"}).json() for _ in range(3)]
    assert len({job["id"] for job in jobs}) == 1
    assert jobs[0]["items"]["requested"] == (0 if path == "/crawl" else 1)
    assert sum(ports.bus.count_waiting(queue) for queue in Queue) == 1


def test_a_key_sent_by_eight_callers_at_once_is_one_job(client: TestClient, ports: ApiPorts) -> None:
    def ask(_: int) -> Any:
        return client.post("/train", json={"seed": 7}, headers={"Idempotency-Key": "k1"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert {answer.json()["items"]["requested"] for answer in answers} == {1}
    assert len(client.get("/jobs").json()["items"]) == 1
    assert ports.bus.count_waiting(Queue.TRAIN) == 1


def test_a_key_with_another_request_is_a_conflict_and_another_key_another_job(client: TestClient) -> None:
    first = client.post("/train", json={"seed": 7}, headers={"Idempotency-Key": "k1"}).json()
    for path, body in (("/train", {"seed": 8}), ("/crawl", {"source": "demo"})):
        answer = client.post(path, json=body, headers={"Idempotency-Key": "k1"})
        assert "new key" in problem(answer, 409, "idempotency_key_reused")
    other = client.post("/train", json={"seed": 7}, headers={"Idempotency-Key": "k2"}).json()
    assert other["id"] != first["id"]
    assert client.post("/train", json={"seed": 7}).json()["id"] not in {first["id"], other["id"]}


def test_progress_counts_every_item_once_and_says_why(client: TestClient, crawl: Start) -> None:
    job = client.get(f"/jobs/{crawl(done=3, failed=2, skipped=1, running=1, queued=4)}").json()
    assert job["items"] == {"requested": 11, "queued": 4, "running": 1, "done": 3, "failed": 2, "skipped": 1}
    assert job["state"] == "running"
    assert job["reasons"] == {"not_found": 3}
    assert job["ignored"] == {".jpg": 3}
    assert job["rate_per_s"] > 0
    assert job["time_left_s"] > 0


def test_a_cancelled_job_is_counted_out(client: TestClient, crawl: Start) -> None:
    job_id = crawl(done=2, failed=1, running=2, queued=5)
    job = client.delete(f"/jobs/{job_id}").json()
    assert job["state"] == "cancelled"
    assert job["items"] == {"requested": 10, "queued": 0, "running": 0, "done": 2, "failed": 1, "skipped": 7}
    assert job["reasons"] == {"cancelled": 7, "not_found": 1}
    assert client.delete(f"/jobs/{job_id}").json() == job


def test_an_ended_job_stays_as_it_ended_when_it_is_cancelled(client: TestClient, crawl: Start) -> None:
    assert client.delete(f"/jobs/{crawl(done=2)}").json()["state"] == "done"


def test_a_retry_queues_what_failed_and_only_that(client: TestClient, ports: ApiPorts, crawl: Start) -> None:
    job_id = crawl(done=2, failed=3)
    before = ports.bus.count_waiting(Queue.CRAWL)
    answer = client.post(f"/jobs/{job_id}/retry")
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    assert answer.json()["items"] == {"requested": 5, "queued": 3, "running": 0, "done": 2, "failed": 0, "skipped": 0}
    assert answer.json()["reasons"] == {}
    assert ports.bus.count_waiting(Queue.CRAWL) == before + 1
    again = {item["id"]: "done" for item in client.get(f"/jobs/{job_id}/items?state=queued").json()["items"]}
    work(ports, again)
    assert client.get(f"/jobs/{job_id}").json()["state"] == "done"


def test_a_job_that_goes_on_or_in_which_nothing_failed_cannot_be_retried(client: TestClient, crawl: Start) -> None:
    assert "cancel it first" in problem(client.post(f"/jobs/{crawl(failed=1, queued=1)}/retry"), 409, "job_not_ended")
    problem(client.post(f"/jobs/{crawl(done=1)}/retry"), 409, "nothing_failed")


def test_items_are_listed_page_by_page_and_by_state(client: TestClient, crawl: Start) -> None:
    job_id = crawl(done=5, failed=4, queued=2)
    everything = walk(client, f"/jobs/{job_id}/items", limit=3)
    assert len(everything) == len(set(everything)) == 11
    assert everything == sorted(everything)
    failed = client.get(f"/jobs/{job_id}/items", params={"state": ["failed"]}).json()["items"]
    assert [(item["state"], item["reason"]) for item in failed] == 4 * [("failed", "not_found")]
    both = walk(client, f"/jobs/{job_id}/items", limit=2, state=["failed", "queued"])
    assert len(both) == 6


def test_the_list_of_jobs_visits_every_job_once_while_jobs_are_added(client: TestClient) -> None:
    def add() -> str:
        return str(client.post("/train", json={}).json()["id"])

    first = [add() for _ in range(7)]
    assert walk(client, "/jobs", between=add, limit=2) == first[::-1]


def test_a_job_is_watched_from_how_it_stands_to_its_end(ports: ApiPorts, crawl: Start) -> None:
    job_id = crawl(done=1, queued=2)

    async def watch() -> list[Any]:
        events: list[Any] = []
        response = await watch_job(job_id, ports)
        assert isinstance(response, StreamingResponse)
        async for event in response.body_iterator:
            events.append(event)
            if len(events) == 1:
                ports.store.transact_session("test.cancel", lambda session: JobRepository(session).cancel_job(job_id))
        return events

    events = asyncio.run(watch())
    assert ["event: end\n" in event for event in events] == [False, False, True]
    said = [json.loads(event.partition("data: ")[2]) for event in events]
    assert [job["state"] for job in said] == ["running", "cancelled", "cancelled"]
    assert said[-1]["items"]["skipped"] == 2


def test_the_events_of_an_ended_job_are_one_and_the_end_which_is_asked_for_no_more(
    client: TestClient, crawl: Start
) -> None:
    path = f"/jobs/{crawl(done=2, failed=1)}"
    answer = client.get(f"{path}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    first, last = answer.text.strip().split("\n\n")
    assert json.loads(first.partition("data: ")[2]) == client.get(path).json()
    seen = first.partition("\nid: ")[2].partition("\n")[0]
    assert client.get(f"{path}/events", headers={"Last-Event-ID": seen}).text.count("event: ") == 1
    end = {"Last-Event-ID": last.partition("id: ")[2].partition("\n")[0]}
    assert client.get(f"{path}/events", headers=end).status_code == 204, "browsers stop connecting"
    client.post(f"{path}/retry")
    client.delete(path)
    assert client.get(f"{path}/events", headers=end).status_code == 204


def test_a_song_cannot_be_analysed_again_and_what_was_said_of_it_stays(client: TestClient, ports: ApiPorts) -> None:
    def fail(repositories: Repositories) -> UUID:
        upload = repositories.uploads.announce_upload(
            UploadRequest(name="a.mp3", keep=False, taxonomy=None, model_id=None)
        )
        job_id, item_ids = repositories.uploads.start_analysis(upload)
        claim = repositories.job_items.claim_items(item_ids, stage=Stage.UPLOAD, worker="w:1", lease_s=60)
        outcome = ItemOutcome(item_id=item_ids[0], state=ItemState.FAILED, reason=Reason.TOO_SHORT, detail="0.1 s")
        repositories.job_items.finish_items(claim.token, [outcome])
        return job_id

    job_id = ports.store.transact("test.upload", fail)
    assert "send it once more" in problem(client.post(f"/jobs/{job_id}/retry"), 409, "song_deleted")
    assert problem(client.get(f"/predict/{job_id}"), 422, "too_short") == "0.1 s"


def test_health_shows_queues_workers_tracks_and_roots(client: TestClient, ports: ApiPorts, folder: Path) -> None:
    client.post("/train", json={})
    ports.store.transact_session(
        "test.pulse", lambda session: PulseRepository(session).record_pulse("features", host="here")
    )
    health = client.get("/health").json()
    assert health["status"] == "ok"
    assert health["queues"] == {"crawl": 0, "features": 0, "uploads": 0, "train": 1, "score": 0, "sweep": 0}
    assert {name: worker["alive"] for name, worker in health["workers"].items()} == {
        queue.value: queue is Queue.FEATURES for queue in PULSES
    }
    assert health["tracks"] == {"real": 0, "synthetic": 0}
    assert health["roots"] == [str(folder / "music")]
