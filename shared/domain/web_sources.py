"""The table of web sources: terms, requirements and rate limits of each, and how many items a call returns.

Sources: the vendors' own pages, named in each adapter's docstring. Where a vendor publishes no limit, ours is careful.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class WebSource:
    """One web source, as far as a request must know it."""

    name: str
    title: str
    terms: str
    """What its terms mean for the operator, in a sentence."""
    acknowledgement: str | None = None
    """The setting that acknowledges restrictive terms; without it the source is off."""
    credentials: tuple[str, ...] = ()
    """The settings without which nothing can be asked."""
    windows: tuple[tuple[int, int], ...]
    """`(calls, seconds)`: no more calls than this in any such span, over all workers together."""
    page_size: int
    search_page_size: int
    needs_targets: bool = True
    kinds: tuple[str, ...] = ("playlist", "search", "tracks")
    """What may be asked for."""
    licence: str | None = None
    """What a track of this source carries, where it says nothing of its own."""

    @property
    def mood_kind(self) -> str:
        """What the entries of a mood crawl are to it."""
        return "playlist" if "playlist" in self.kinds else "search"


def environment_variable(setting: str) -> str:
    """The environment variable of a setting."""
    return f"MER_{setting.upper()}"


WEB_SOURCES: Mapping[str, WebSource] = MappingProxyType(
    {
        source.name: source
        for source in (
            WebSource(
                name="spotify",
                title="Spotify Web API",
                terms="Spotify's developer terms forbid training models on its content and keeping it for long; "
                "use it only where you have the right to",
                acknowledgement="acknowledge_spotify_terms",
                credentials=("spotify_client_id", "spotify_client_secret"),
                windows=((80, 30),),
                page_size=50,
                search_page_size=10,
                licence="Spotify Developer Terms",
            ),
            WebSource(
                name="deezer",
                title="Deezer API",
                terms="Deezer's terms forbid saving previews: they are analysed and dropped",
                acknowledgement="acknowledge_deezer_terms",
                windows=((50, 6),),
                page_size=100,
                search_page_size=100,
                licence="Deezer API Terms",
            ),
            WebSource(
                name="itunes",
                title="iTunes Search API",
                terms="Apple's terms allow previews for promotion only and forbid saving them: they are analysed and "
                "dropped",
                acknowledgement="acknowledge_itunes_terms",
                windows=((18, 60),),
                page_size=200,
                search_page_size=200,
                kinds=("search", "tracks"),
                licence="iTunes Search API Terms",
            ),
            WebSource(
                name="jamendo",
                title="Jamendo API v3",
                terms="Creative Commons music: each track has its own licence; credit the artist and Jamendo",
                credentials=("jamendo_client_id",),
                windows=((20, 10),),
                page_size=200,
                search_page_size=200,
                kinds=("search", "tracks"),
                licence="Creative Commons",
            ),
            WebSource(
                name="reccobeats",
                title="ReccoBeats API",
                terms="free without a key; features are ReccoBeats' own estimates",
                windows=((20, 10),),
                page_size=40,
                search_page_size=40,
                needs_targets=False,
                kinds=("tracks",),
                licence="ReccoBeats API Terms",
            ),
            WebSource(
                name="navidrome",
                title="Navidrome and other Subsonic servers",
                terms="your own server and your own music",
                credentials=("navidrome_url", "navidrome_user", "navidrome_password"),
                windows=((100, 10),),
                page_size=500,
                search_page_size=500,
                needs_targets=False,
            ),
        )
    }
)
"""Deezer allows 50 calls in 5 s; a second more makes up for calls that are under way for unlike times. iTunes: about 20
a minute. Spotify publishes none for its 30 s window; 80 was never seen refused."""
