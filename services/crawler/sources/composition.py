"""How the web sources of a process are made: one client, one throttle, one way to download."""

import time
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

import httpx

from services.crawler.clips import ClipFetcher
from services.crawler.http.download import ClipDownloads
from services.crawler.http.guarded_client import guarded_client
from services.crawler.http.throttle import SourceThrottle
from services.crawler.sources.context import ClipSource, WebSourceContext
from services.crawler.sources.port import CrawlSource
from services.crawler.sources.web import WEB
from shared.blobs import Blobs
from shared.domain.crawl import AUDIO_SOURCES
from shared.settings import SourceSettings
from shared.store import Store
from shared.store.tracks.lookups import UncataloguedTrack

_HTTP_PORT = 80


def build_web_sources(
    settings: SourceSettings,
    *,
    store: Store,
    redis_url: str,
    blobs: Blobs,
    sleep: Callable[[float], None] = time.sleep,
    max_answer_s: float = 30.0,
) -> tuple[dict[str, CrawlSource], ClipFetcher]:
    """`(sources by name, the fetcher of their audio)`. Connects to nothing yet."""

    def known(after: int, limit: int) -> list[UncataloguedTrack]:
        with store.read() as repositories:
            return repositories.track_lookups.list_without_catalogue("reccobeats", after=after, limit=limit)

    own = [urlsplit(settings.navidrome_url).netloc] if settings.navidrome_url else []
    client = guarded_client([*settings.insecure_hosts, *own], private=_credential_hosts(settings))
    throttle = SourceThrottle(redis_url, store, sleep=sleep)
    outside = WebSourceContext(
        settings=settings, throttle=throttle, client=client, known=known, max_answer_s=max_answer_s
    )
    sources = {name: make(outside) for name, make in WEB.items()}
    downloads = ClipDownloads(
        client, max_bytes=settings.max_clip_mb * 1_000_000, insecure_hosts=settings.insecure_hosts, own_servers=own
    )
    clip_sources = {name: cast("ClipSource", sources[name]) for name in AUDIO_SOURCES}
    return sources, ClipFetcher(clip_sources, downloads, blobs)


def _credential_hosts(settings: SourceSettings) -> list[str]:
    """Where a password or a key goes without TLS, as connections name it (`host:port`)."""
    url = httpx.URL(settings.navidrome_url or "")
    if settings.navidrome_auth == "token" or url.scheme == "https":
        return []
    return [f"{url.raw_host.decode('ascii')}:{url.port or _HTTP_PORT}"]
