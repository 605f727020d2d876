from typing import Literal

StartCrawlRequestSource = Literal[
    "asx",
    "deezer",
    "demo",
    "folder",
    "itunes",
    "jamendo",
    "jspf",
    "m3u",
    "mtg_jamendo",
    "navidrome",
    "pls",
    "reccobeats",
    "spotify",
    "table",
    "wpl",
    "xspf",
]

START_CRAWL_REQUEST_SOURCE_VALUES: set[StartCrawlRequestSource] = {
    "asx",
    "deezer",
    "demo",
    "folder",
    "itunes",
    "jamendo",
    "jspf",
    "m3u",
    "mtg_jamendo",
    "navidrome",
    "pls",
    "reccobeats",
    "spotify",
    "table",
    "wpl",
    "xspf",
}


def check_start_crawl_request_source(value: str) -> StartCrawlRequestSource:
    if value in START_CRAWL_REQUEST_SOURCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {START_CRAWL_REQUEST_SOURCE_VALUES!r}")
