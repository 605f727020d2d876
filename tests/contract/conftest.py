"""The API with real Postgres, Redis, blobs and library, and no worker behind it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import boto3
import pytest
from fastapi.testclient import TestClient
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from services.api.deps import ApiPorts
from services.api.main import create_app
from services.api.settings import ApiSettings
from services.scorer.evaluation import evaluate_model
from shared.blobs import Blobs, open_blobs
from shared.blobs.folder import FolderBlobs
from shared.bus.celery_app import create_celery
from shared.bus.celery_bus import CeleryBus
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage
from shared.domain.track import CollectedTrack, SourceRef
from shared.library import MusicLibrary
from shared.registry.champions import ChampionCache
from shared.settings import BlobSettings, BusSettings, StoreSettings, WorkSettings
from shared.store import Store, open_store
from shared.store.tables import JobItem
from shared.store.tracks.repository import TrackRepository
from shared.worker.context import WorkerContext
from tests.conftest import TEMPLATE, Servers
from tests.support.served_api import RunMer, runner_of, serve_api

AddTrack = Callable[..., UUID]
Evaluated = Callable[..., dict[str, Any]]


@contextmanager
def asking(ports: ApiPorts) -> Iterator[TestClient]:
    """A client that sees what a caller sees, also where the service breaks."""
    with TestClient(create_app(ports), raise_server_exceptions=False) as client:
        yield client


def ports_of(store: Store, celery_url: str, folder: Path) -> ApiPorts:
    """Ports on `folder`: music in one half, blobs in the other. Promotions are seen at once."""
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
    )


@pytest.fixture
def ports(store: Store, celery_url: str, folder: Path) -> ApiPorts:
    return ports_of(store, celery_url, folder)


@pytest.fixture
def client(ports: ApiPorts) -> Iterator[TestClient]:
    with asking(ports) as client:
        yield client


@pytest.fixture(scope="module")
def shared_client(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One empty database for many requests that leave nothing behind."""
    name = f"mer_test_{secrets.token_hex(6)}"
    servers.execute(f"create database {name} template {TEMPLATE}")
    store = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
    with asking(ports_of(store, servers.celery_url, tmp_path_factory.mktemp("api"))) as client:
        yield client
    store.close()
    servers.execute(f"drop database if exists {name} with (force)")


@pytest.fixture
def add_track(store: Store) -> AddTrack:
    """`add_track(title=…, synthetic=…)`: a track as a crawl registers it."""

    def add(**said: Any) -> UUID:
        ref = SourceRef("table", f"music/tracks.csv#{secrets.token_hex(6)}")
        collected = CollectedTrack(**{"refs": (ref,), "title": "Ode", "artist": "Vox", **said})
        return store.transact("test.track", lambda session: TrackRepository(session).register_track(collected).track_id)

    return add


@pytest.fixture
def evaluated(client: TestClient, ports: ApiPorts) -> Evaluated:
    """`evaluated(model, source=…)`: ask, let the scorer work, and give the job."""

    def ask(model: UUID, **subset: Any) -> dict[str, Any]:
        job = client.post(f"/models/{model}/evaluate", json=subset)
        assert job.status_code == 202, job.text
        with ports.store.read() as session:
            waiting = tuple(session.scalars(select(JobItem.id).where(JobItem.stage == "evaluate")))
        bench = WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")
        evaluate_model(ItemsMessage(waiting), bench=bench, blobs=ports.blobs, champions=ports.champions)
        ended: dict[str, Any] = client.get(job.headers["Location"]).json()
        return ended

    return ask


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="dummy", aws_secret_access_key="dummy"
    )
    client.create_bucket(Bucket="mer-blobs")
    yield url
    server.stop()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "dummy")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    if request.param == "folder":
        return open_blobs(BlobSettings(blob_url=str(tmp_path / "blobs")))
    monkeypatch.setenv("MER_S3_ENDPOINT_URL", request.getfixturevalue("s3_url"))
    return open_blobs(BlobSettings(blob_url=f"s3://mer-blobs/{tmp_path.name}"))


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
