"""The web sources a crawl may name: a table name → class."""

from collections.abc import Callable, Mapping

from services.crawler.sources.context import WebSourceContext
from services.crawler.sources.deezer import DeezerSource
from services.crawler.sources.itunes import ItunesSource
from services.crawler.sources.jamendo import JamendoSource
from services.crawler.sources.navidrome import NavidromeSource
from services.crawler.sources.port import CrawlSource
from services.crawler.sources.reccobeats import ReccoBeatsSource
from services.crawler.sources.spotify import SpotifySource

WEB: Mapping[str, Callable[[WebSourceContext], CrawlSource]] = {
    "spotify": SpotifySource,
    "deezer": DeezerSource,
    "itunes": ItunesSource,
    "jamendo": JamendoSource,
    "reccobeats": ReccoBeatsSource,
    "navidrome": NavidromeSource,
}
