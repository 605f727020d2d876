"""What a crawl of a web source costs its service, counted where it counts: at the service.

Local services that behave as the real ones do are crawled through the real clients, limits and handlers, by several
worker processes over one Redis and one PostgreSQL. Beside it what a user would write: one call a track, and one a
track for its features.

Goals: Spotify with extended access at most .035 calls a track for 5,000 tracks with features, in development mode (by
search) at most .11; the published limit of a service is never exceeded with four workers.
"""

import multiprocessing
import time
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from benchmarks.running import servers
from services.crawler.sources.composition import build_web_sources
from shared.blobs.folder import FolderBlobs
from shared.domain.crawl import CrawlRequest
from shared.errors import LaterError
from shared.settings import SourceSettings, StoreSettings
from shared.store import open_store
from shared.store.migrate import run_migrations
from tests.support.servers.deezer import DeezerServer
from tests.support.servers.spotify import CLIENT, SpotifyServer

N_TRACKS = 5000
N_SEARCHES = 6
MOST_EXTENDED, MOST_DEVELOPMENT = 0.035, 0.11
N_WORKERS, N_CALLS, DEEZER_LIMIT = 4, 200, (50, 5.0)


def run() -> dict[str, Any]:
    """Calls a track in both modes, and the most calls that the service saw within its span."""
    with servers() as (home, postgres, redis):
        database_url = postgres.create_database(f"bench_{time.time_ns()}")
        run_migrations(create_engine(database_url, poolclass=NullPool))
        place = {"database_url": database_url, "redis_url": redis.celery_url, "blobs": str(home.blobs)}
        extended = _calls_a_track(place, extended=True)
        development = _calls_a_track(place, extended=False)
        limit = _limit(place)
    ok = (
        extended["calls_a_track"] <= MOST_EXTENDED
        and development["calls_a_track"] <= MOST_DEVELOPMENT
        and limit["most_within_span"] <= limit["allowed"]
    )
    summary = (
        f"Spotify extended: {extended['calls_a_track']:.4f} calls a track (goal {MOST_EXTENDED}), development: "
        f"{development['calls_a_track']:.4f} (goal {MOST_DEVELOPMENT}); one call a track and one for its features: 2\n"
        f"Deezer, {N_WORKERS} workers, {limit['n_calls']} calls: at most {limit['most_within_span']} in "
        f"{DEEZER_LIMIT[1]:.0f} s (allowed {limit['allowed']}), {limit['calls_a_s']:.1f} calls a second in all\n"
        f"{'goals reached' if ok else 'GOAL MISSED'}"
    )
    return {
        "ok": ok,
        "summary": summary,
        "extended": extended,
        "development": development,
        "limit": limit,
        "by_hand_calls_a_track": 2.0,
    }


def _settings(server: SpotifyServer, *, extended: bool) -> SourceSettings:
    return SourceSettings(
        acknowledge_spotify_terms=True,
        spotify_client_id=CLIENT[0],
        spotify_client_secret=CLIENT[1],
        spotify_extended=extended,
        source_urls=(("spotify", f"{server.url}/v1"), ("spotify_tokens", f"{server.url}/api/token")),
    )


def _calls_a_track(place: dict[str, str], *, extended: bool) -> dict[str, Any]:
    """List as the crawler lists: a longer pause is a parked job, here one that wakes at once."""
    with SpotifyServer(n_songs=N_TRACKS, extended=extended) as server:
        if extended:
            request = CrawlRequest(source="spotify", playlists=("allofthem",))
        else:
            # A search ends at 1,000 rows.
            request = CrawlRequest(source="spotify", searches=tuple(f"artist {n}" for n in range(1, N_SEARCHES)))
        store = open_store(StoreSettings(database_url=place["database_url"]))
        sources, _ = build_web_sources(
            _settings(server, extended=extended),
            store=store,
            redis_url=place["redis_url"],
            blobs=FolderBlobs(place["blobs"]),
        )
        pages = sources["spotify"].list_items(request).pages
        assert pages is not None
        cursor, keys, n_features, n_parked = None, set(), 0, 0
        while True:
            try:
                for page in pages(cursor):
                    cursor = page.cursor
                    keys |= {listed.payload["id"] for listed in page.items}
                    n_features += sum("catalogue" in listed.payload for listed in page.items)
            except LaterError as error:
                n_parked += 1
                time.sleep(error.wait_s)
            else:
                break
        store.close()
        n_calls = len(server.counted())
    return {
        "n_tracks": len(keys),
        "n_with_features": n_features,
        "n_calls": n_calls,
        "n_parked": n_parked,
        "calls_a_track": n_calls / len(keys),
    }


def _limit(place: dict[str, str]) -> dict[str, Any]:
    with DeezerServer(n_songs=N_CALLS) as server:
        begun = time.monotonic()
        workers = [
            multiprocessing.get_context("spawn").Process(target=_worker, args=(place, server.url, server.host, n))
            for n in range(N_WORKERS)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        took_s = time.monotonic() - begun
        return {
            "n_workers": N_WORKERS,
            "n_calls": len(server.counted()),
            "allowed": DEEZER_LIMIT[0],
            "most_within_span": server.most_within(DEEZER_LIMIT[1]),
            "calls_a_s": len(server.counted()) / took_s,
        }


def _worker(place: dict[str, str], url: str, host: str, number: int) -> None:
    settings = SourceSettings(acknowledge_deezer_terms=True, source_urls=(("deezer", url),), insecure_hosts=(host,))
    store = open_store(StoreSettings(database_url=place["database_url"]))
    sources, _ = build_web_sources(
        settings, store=store, redis_url=place["redis_url"], blobs=FolderBlobs(place["blobs"])
    )
    request = CrawlRequest(source="deezer", tracks=("1",))
    for n in range(number, N_CALLS, N_WORKERS):
        while True:
            try:
                sources["deezer"].collect_track({"id": str(n + 1), "ask": True}, request)
                break
            except LaterError as error:
                time.sleep(error.wait_s)
    store.close()
