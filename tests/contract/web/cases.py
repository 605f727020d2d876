"""One case for each web source: its local server, its settings, what to ask for, and what should come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shared.domain.crawl import CrawlRequest
from shared.settings import SourceSettings
from tests.support.servers.deezer import DeezerServer
from tests.support.servers.http import LocalServer
from tests.support.servers.itunes import ItunesServer
from tests.support.servers.jamendo import JamendoServer
from tests.support.servers.navidrome import PASSWORD, USER, NavidromeServer
from tests.support.servers.reccobeats import ReccoBeatsServer
from tests.support.servers.spotify import CLIENT, SpotifyServer

N_SONGS = 130


@dataclass(frozen=True, kw_only=True)
class Case:
    """How the suite treats a source."""

    make: Callable[[], LocalServer]
    settings: Callable[[LocalServer], dict[str, Any]]
    request: CrawlRequest
    ids: tuple[str, ...]
    """Source ids that should be found, in this order."""
    n_calls: int
    """Calls that all of them cost."""
    unknown: CrawlRequest
    """Something that is not there, beside something that is."""
    n_beside: int
    off: dict[str, str] = field(default_factory=dict)
    """Setting that turns it off → the variable that the refusal names."""
    long_throttle: bool = True
    short_throttle: bool = True


NUMBERS = tuple(str(n) for n in range(1, N_SONGS + 1))
SPOTIFY_IDS = tuple(f"{n:06d}".rjust(22, "S") for n in range(1, N_SONGS + 1))


def _spotify(server: LocalServer, *, extended: bool) -> dict[str, Any]:
    return {
        "acknowledge_spotify_terms": True,
        "spotify_client_id": CLIENT[0],
        "spotify_client_secret": CLIENT[1],
        "spotify_extended": extended,
        "source_urls": (("spotify", f"{server.url}/v1"), ("spotify_tokens", f"{server.url}/api/token")),
    }


def _plain(name: str, **more: Any) -> Callable[[LocalServer], dict[str, Any]]:
    return lambda server: {"source_urls": ((name, server.url),), "insecure_hosts": (server.host,), **more}


CASES = {
    "spotify": Case(
        make=lambda: SpotifyServer(n_songs=N_SONGS),
        settings=lambda server: _spotify(server, extended=False),
        request=CrawlRequest(source="spotify", playlists=("https://open.spotify.com/playlist/allofthem?si=x",)),
        ids=SPOTIFY_IDS,
        n_calls=3,
        unknown=CrawlRequest(source="spotify", playlists=("nosuchthing", "allofthem")),
        n_beside=N_SONGS,
        off={
            "acknowledge_spotify_terms": "MER_ACKNOWLEDGE_SPOTIFY_TERMS",
            "spotify_client_secret": "MER_SPOTIFY_CLIENT_SECRET",
        },
    ),
    "spotify search": Case(
        make=lambda: SpotifyServer(n_songs=N_SONGS),
        settings=lambda server: _spotify(server, extended=False),
        request=CrawlRequest(source="spotify", searches=("artist",)),
        ids=SPOTIFY_IDS,
        n_calls=13,
        unknown=CrawlRequest(source="spotify", playlists=("nosuchthing",), searches=("artist",)),
        n_beside=N_SONGS,
    ),
    "spotify extended": Case(
        make=lambda: SpotifyServer(n_songs=N_SONGS, extended=True),
        settings=lambda server: _spotify(server, extended=True),
        request=CrawlRequest(source="spotify", playlists=("allofthem",)),
        ids=SPOTIFY_IDS,
        n_calls=5,
        unknown=CrawlRequest(source="spotify", tracks=(*SPOTIFY_IDS[:60], "nosuchthing")),
        n_beside=60,
    ),
    "deezer": Case(
        make=lambda: DeezerServer(n_songs=N_SONGS),
        settings=_plain("deezer", acknowledge_deezer_terms=True),
        request=CrawlRequest(source="deezer", playlists=("https://www.deezer.com/playlist/all",)),
        ids=NUMBERS,
        n_calls=2,
        unknown=CrawlRequest(source="deezer", playlists=("nosuchthing", "all")),
        n_beside=N_SONGS,
        off={"acknowledge_deezer_terms": "MER_ACKNOWLEDGE_DEEZER_TERMS"},
    ),
    "itunes": Case(
        make=lambda: ItunesServer(n_songs=N_SONGS),
        settings=_plain("itunes", acknowledge_itunes_terms=True),
        request=CrawlRequest(source="itunes", tracks=NUMBERS),
        ids=NUMBERS,
        n_calls=2,
        unknown=CrawlRequest(source="itunes", tracks=("999999", "1", "2")),
        n_beside=2,
        off={"acknowledge_itunes_terms": "MER_ACKNOWLEDGE_ITUNES_TERMS"},
        short_throttle=False,
    ),
    "jamendo": Case(
        make=lambda: JamendoServer(n_songs=2 * N_SONGS),
        settings=_plain("jamendo", jamendo_client_id="me"),
        request=CrawlRequest(source="jamendo", searches=("relaxing",)),
        ids=tuple(str(n) for n in range(1, 2 * N_SONGS + 1)),
        n_calls=2,
        unknown=CrawlRequest(source="jamendo", tracks=("999999", "1", "2")),
        n_beside=2,
        off={"jamendo_client_id": "MER_JAMENDO_CLIENT_ID"},
    ),
    "reccobeats": Case(
        make=lambda: ReccoBeatsServer(n_songs=N_SONGS),
        settings=_plain("reccobeats"),
        request=CrawlRequest(source="reccobeats", tracks=SPOTIFY_IDS),
        ids=SPOTIFY_IDS,
        n_calls=4,
        unknown=CrawlRequest(source="reccobeats", tracks=("nosuchthing", *SPOTIFY_IDS[:3])),
        n_beside=3,
    ),
    "navidrome": Case(
        make=lambda: NavidromeServer(n_songs=N_SONGS),
        settings=lambda server: {
            "navidrome_url": server.url,
            "navidrome_user": USER,
            "navidrome_password": PASSWORD,
        },
        request=CrawlRequest(source="navidrome"),
        ids=tuple(f"s{n}" for n in range(1, N_SONGS + 1)),
        n_calls=14,
        unknown=CrawlRequest(source="navidrome", playlists=("No Such", "Evenings")),
        n_beside=N_SONGS,
        off={"navidrome_password": "MER_NAVIDROME_PASSWORD"},
    ),
}


def settings_of(case: Case, server: LocalServer, **more: Any) -> SourceSettings:
    return SourceSettings(**{**case.settings(server), **more})
