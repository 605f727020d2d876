"""The API with real Postgres, Redis, blobs and library, and no worker behind it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.api.main import create_app
from services.api.settings import ApiSettings
from services.api.summary.service import LibrarySummaries
from services.scorer.evaluation import evaluate_model
from services.trainer.candidates.training import TrainedCandidate
from shared.blobs.folder import FolderBlobs
from shared.bus.celery_app import create_celery
from shared.bus.celery_bus import CeleryBus
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.track import CollectedTrack, SourceRef
from shared.library import MusicLibrary
from shared.registry.champions import ChampionCache
from shared.settings import BusSettings, StoreSettings, WorkSettings
from shared.store import Store, open_store
from shared.store.tracks.repository import TrackRepository
from shared.worker.context import WorkerContext
from tests.conftest import TEMPLATE, Servers
from tests.support.published_models import train
from tests.support.queued_items import queued_items
from tests.support.served_api import RunMer, runner_of, serve_api

AddTrack = Callable[..., UUID]
Evaluated = Callable[..., dict[str, Any]]


_FREE_APPS: list[FastAPI] = []
"""Applications with the usual settings that no client asks just now. To make one takes longer than most tests."""


@contextmanager
def asking(ports: ApiPorts, *, is_fresh: bool = False) -> Iterator[TestClient]:
    """A client that sees what a caller sees, also where the service breaks.

    With the usual settings the application is one that an earlier test was done with, on the ports of this one, unless
    it must be `is_fresh`: what it counts in its memory (wrong keys a minute) goes on.
    """
    is_usual = not is_fresh and ports.settings == ApiSettings()
    app = _FREE_APPS.pop() if is_usual and _FREE_APPS else create_app(ports)
    app.state.ports = ports
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    if is_usual:
        _FREE_APPS.append(app)


def ports_of(store: Store, celery_url: str, folder: Path) -> ApiPorts:
    """Ports on `folder`: music in one half, blobs in the other. Promotions and counts are seen at once."""
    (folder / "music" / "rock").mkdir(parents=True, exist_ok=True)
    (folder / "music" / "tracks.csv").write_text("title,emotion\nOde,sad\n")
    blobs = FolderBlobs(folder / "blobs")
    return ApiPorts(
        store=store,
        bus=CeleryBus(create_celery(BusSettings(redis_url=celery_url), name="api")),
        blobs=blobs,
        library=MusicLibrary([folder / "music"]),
        champions=ChampionCache(store, blobs, cache_s=0.0),
        spec=FeatureSpec(),
        settings=ApiSettings(),
        summaries=LibrarySummaries(quick_s=60.0),
    )


@pytest.fixture
def ports(store: Store, celery_url: str, folder: Path) -> ApiPorts:
    return ports_of(store, celery_url, folder)


@pytest.fixture
def client(ports: ApiPorts) -> Iterator[TestClient]:
    with asking(ports) as client:
        yield client


@pytest.fixture(scope="module")
def shared_ports(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiPorts]:
    """Ports on one empty database for the tests of a module."""
    name = f"mer_test_{secrets.token_hex(6)}"
    servers.execute(f"create database {name} template {TEMPLATE}")
    store = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
    yield ports_of(store, servers.celery_url, tmp_path_factory.mktemp("api"))
    store.close()
    servers.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="module")
def shared_client(shared_ports: ApiPorts) -> Iterator[TestClient]:
    """For many requests that leave nothing behind."""
    with asking(shared_ports) as client:
        yield client


@pytest.fixture
def add_track(store: Store) -> AddTrack:
    """`add_track(title=…, synthetic=…)`: a track as a crawl registers it."""

    def add(**said: Any) -> UUID:
        ref = SourceRef("table", f"music/tracks.csv#{secrets.token_hex(6)}")
        collected = CollectedTrack(**{"refs": (ref,), "title": "Ode", "artist": "Vox", **said})
        return store.transact_session(
            "test.track", lambda session: TrackRepository(session).register_track(collected).track_id
        )

    return add


@pytest.fixture
def bench(ports: ApiPorts) -> WorkerContext:
    """What a worker's handler gets beside its message."""
    return WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")


@pytest.fixture(scope="session")
def mood4() -> TrainedCandidate:
    """A small model of emotions on descriptors."""
    return train()


@pytest.fixture
def evaluated(client: TestClient, ports: ApiPorts, bench: WorkerContext) -> Evaluated:
    """`evaluated(model, source=…)`: ask, let the scorer work, and give the job."""

    def ask(model: UUID, **subset: Any) -> dict[str, Any]:
        job = client.post(f"/models/{model}/evaluate", json=subset)
        assert job.status_code == 202, job.text
        waiting = queued_items(ports, Stage.EVALUATE)
        evaluate_model(waiting, bench=bench, blobs=ports.blobs, champions=ports.champions)
        ended: dict[str, Any] = client.get(job.headers["Location"]).json()
        return ended

    return ask


@pytest.fixture
def served(ports: ApiPorts, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a served API, which the command line finds."""
    with serve_api(ports) as address:
        monkeypatch.setenv("MER_API_URL", address)
        yield address


@pytest.fixture
def mer(served: str) -> RunMer:
    """`mer("duplicates", "--merge", "1")`: what the command prints."""
    return runner_of(served)
