"""The running system crawls a local Spotify that fails some of its calls: all is counted out, nothing doubled."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from shared.store.tables import CatalogueFeatures, TrackSource
from tests.conftest import TEMPLATE, Servers
from tests.support.running_system import System
from tests.support.servers.spotify import CLIENT, SpotifyServer

pytestmark = pytest.mark.timeout(240)

MOODS = ("calm", "sad", "energetic", "happy")


@pytest.fixture
def n_tracks(request: pytest.FixtureRequest) -> int:
    """How many tracks the playlists hold together; a multiple of four."""
    return int(request.param)


@pytest.fixture
def spotify(n_tracks: int) -> Iterator[SpotifyServer]:
    with SpotifyServer(n_songs=n_tracks, extended=True) as server:
        songs = list(server.songs.values())
        for n, mood in enumerate(MOODS):
            part = songs[n * n_tracks // 4 : (n + 1) * n_tracks // 4]
            # Some tracks stand in two playlists, some rows are empty, some are no tracks.
            server.playlists[mood] = [*part, *songs[:10], None, "episode", "local"]
        # few tracks are few calls
        server.fault_rate = 0.05 if n_tracks >= 1000 else 0.3
        yield server


@pytest.fixture
def crawling(servers: Servers, spotify: SpotifyServer) -> Iterator[System]:
    root = Path(tempfile.mkdtemp(prefix="mer-web-", dir="/tmp"))
    name = root.name.replace("-", "_").lower()
    servers.execute(f'create database "{name}" template "{TEMPLATE}"')
    servers.redis_client().flushall()
    more = {
        "MER_ACKNOWLEDGE_SPOTIFY_TERMS": "true",
        "MER_SPOTIFY_CLIENT_ID": CLIENT[0],
        "MER_SPOTIFY_CLIENT_SECRET": CLIENT[1],
        "MER_SPOTIFY_EXTENDED": "true",
        "MER_SOURCE_URLS": f"spotify={spotify.url}/v1,spotify_tokens={spotify.url}/api/token",
    }
    running = System(root=root, database_url=servers.url_for_database(name), celery_url=servers.celery_url, more=more)
    running.start("crawler", "beat")
    yield running
    running.stop()
    servers.execute(f'drop database if exists "{name}" with (force)')
    shutil.rmtree(root, ignore_errors=True)


@pytest.mark.parametrize(
    "n_tracks",
    [pytest.param(160, marks=pytest.mark.slow), pytest.param(1000, marks=pytest.mark.long)],
    indirect=True,
)
def test_tracks_of_a_failing_spotify_are_counted_out_without_a_duplicate(
    crawling: System, spotify: SpotifyServer, n_tracks: int
) -> None:
    body = {"source": "spotify", "moods": {mood: [mood] for mood in MOODS}}
    ended = crawling.ended(crawling.post("/crawl", body), within_s=180)
    items = ended["items"]
    assert ended["state"] == "done", ended
    assert items["requested"] == items["done"] + items["failed"] + items["skipped"]
    assert items["done"] == n_tracks + 30, "the ten that stand in all playlists carry four judgements"
    assert ended["ignored"] == {
        "row without a track": 4,
        "episode": 4,
        "local file of the playlist's owner": 4,
    }
    assert spotify.n_faults > 0
    with crawling.ports.store.read_session() as session:
        found = Counter(session.scalars(select(TrackSource.source_id)))
        n_features = session.scalar(select(func.count()).select_from(CatalogueFeatures))
    assert len(found) == n_tracks
    assert set(found.values()) == {1}
    assert n_features == n_tracks - n_tracks // 7
    spotify.well()
    again = crawling.ended(crawling.post("/crawl", {"source": "spotify", "moods": {"calm": ["calm"]}}))
    assert again["reasons"] == {"unchanged": n_tracks // 4}, "a second run adds only what is new and says so"
