"""Paths of this machine are shown to those who operate it, and to others from the library root on."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from services.api.access.role_table import ROLE_BY_ROUTE
from services.api.deps import ApiPorts
from shared.domain.job import JobKind, Stage
from shared.domain.roles import Role
from shared.domain.track import AudioFile, SourceRef
from shared.errors import Reason
from shared.store import Store
from shared.store.features.repository import FeatureRepository
from shared.store.jobs.repository import NewItem
from shared.store.repositories import Repositories
from tests.api.conftest import AddTrack
from tests.support.api_keys import Headers, add_key, bearer
from tests.support.problem_answers import problem


@dataclass(frozen=True)
class Library:
    """What the tests ask for: a track with a file, and a job that failed on it."""

    root: str
    track_id: UUID
    job_id: UUID


@pytest.fixture
def reader(store: Store) -> Headers:
    return bearer(add_key(store, "reader", Role.READ))


@pytest.fixture
def operator(store: Store) -> Headers:
    return bearer(add_key(store, "operator", Role.OPERATE))


@pytest.fixture
def library(ports: ApiPorts, folder: Path, add_track: AddTrack) -> Library:
    """Errors and parameters with the paths that a crawl by an absolute path leaves."""
    root = str(folder / "music")
    audio = AudioFile(locator="music/rock/ode.mp3", size_bytes=1, mtime_ns=1)
    track_id = add_track(refs=(SourceRef("folder", audio.locator),), audio=audio)

    def crawl(repositories: Repositories) -> UUID:
        job, _ = repositories.jobs.create_job(JobKind.CRAWL, {"source": "folder", "path": f"{root}/rock"})
        repositories.jobs.add_items(job.id, Stage.COLLECT, [NewItem(key=f"{root}/rock/ode.mp3", payload={})])
        return job.id

    job_id = ports.store.transact("test.crawl", crawl)
    details = {
        "jobs": f"the folder {root} is not there: is the share mounted?",
        "job_items": f"{root}/rock/ode.mp3 may not be read; see /etc/fstab",
        "track_sources": f"[Errno 5] {root}/rock/ode.mp3",
    }
    for table, detail in details.items():
        execute(ports.store, f"update {table} set detail = :detail", detail=detail)
    return Library(root, track_id, job_id)


def execute(store: Store, statement: str, **values: str) -> None:
    store.transact_session("test.execute", lambda session: session.execute(text(statement), values))


def fill(route: str, library: Library) -> str:
    path = route.removeprefix("GET ").replace("{track_id}", str(library.track_id))
    return path.replace("{job_id}", str(library.job_id))


@pytest.mark.slow
def test_no_answer_shows_where_the_library_lies_to_a_reader(
    client: TestClient, library: Library, reader: Headers, operator: Headers
) -> None:
    routes = [route for route, role in ROLE_BY_ROUTE.items() if role is Role.READ and not route.endswith("/events")]
    paths = [path for route in routes if "{" not in (path := fill(route, library))]
    paths += ["/health", *(f"/export?format={name}" for name in ("csv", "jsonl", "m3u", "xspf"))]
    assert {f"/jobs/{library.job_id}/items", f"/tracks/{library.track_id}", "/settings", "/health"} <= set(paths)
    home = library.root.removesuffix("/music")
    shown_to = {
        "reader": {path for path in paths if home in client.get(path, headers=reader).text},
        "operator": {path for path in paths if home in client.get(path, headers=operator).text},
    }
    assert shown_to["reader"] == set()
    of_one = {f"/jobs/{library.job_id}", f"/jobs/{library.job_id}/items", f"/tracks/{library.track_id}"}
    lists = {"/jobs", "/tracks", "/health", "/export", "/export?format=m3u", "/export?format=xspf"}
    assert shown_to["operator"] >= of_one | lists


def test_a_reader_sees_paths_from_the_root_on(client: TestClient, library: Library, reader: Headers) -> None:
    job = client.get(f"/jobs/{library.job_id}", headers=reader).json()
    assert job["params"]["path"] == "rock"
    assert job["detail"] == "the folder music is not there: is the share mounted?"
    (item,) = client.get(f"/jobs/{library.job_id}/items", headers=reader).json()["items"]
    assert (item["key"], item["detail"]) == ("rock/ode.mp3", "rock/ode.mp3 may not be read; see …/fstab")
    assert client.get("/health", headers=reader).json()["roots"] == ["music"]
    assert client.get("/export?format=m3u", headers=reader).text.splitlines()[-1] == "rock/ode.mp3"


def test_the_events_of_a_job_show_no_more(
    client: TestClient, ports: ApiPorts, library: Library, reader: Headers
) -> None:
    execute(ports.store, "update jobs set state = 'failed', finished_at = now()")
    events = client.get(f"/jobs/{library.job_id}/events", headers=reader).text
    assert "is the share mounted?" in events
    assert library.root not in events


def test_errors_are_shortened_where_they_become_documents(
    client: TestClient, library: Library, reader: Headers, operator: Headers
) -> None:
    asked = {"source": "folder", "path": "/etc/passwd"}
    assert library.root in problem(client.post("/crawl", json=asked, headers=operator), 403, "outside_library")
    refused = client.get("/tracks", params={"cursor": f"{library.root}/y"}, headers=reader)
    assert problem(refused, 422, "invalid_cursor").startswith("'y' is not a cursor")


def test_on_an_open_installation_paths_are_shown(client: TestClient, library: Library) -> None:
    assert client.get(f"/jobs/{library.job_id}").json()["params"]["path"] == f"{library.root}/rock"
    assert client.get("/health").json()["roots"] == [library.root]


def test_home_shows_paths_and_buttons_to_those_who_operate(
    client: TestClient, library: Library, reader: Headers, operator: Headers, ports: ApiPorts
) -> None:
    failure = [(library.track_id, Reason.UNDECODABLE, "damaged")]
    ports.store.transact_session(
        "test.failure",
        lambda session: FeatureRepository(session, spec=ports.spec.fingerprint).save_failures(failure),
    )
    for headers, sees in ((reader, False), (operator, True)):
        page = client.get("/", headers=headers)
        assert "Analyse" in page.text
        assert (library.root in page.text) == sees
    ports.store.transact("test.end", lambda repositories: repositories.jobs.cancel_job(library.job_id))
    for headers, sees in ((reader, False), (operator, True)):
        page = client.get("/", headers=headers)
        assert "1 file could not be read" in page.text
        assert ('data-request="/features/recompute"' in page.text) == sees
