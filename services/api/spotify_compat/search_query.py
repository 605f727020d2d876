"""What Spotify's search takes as `q`: words, and filters such as `artist:"Miles Davis" year:1959`."""

import re
from dataclasses import dataclass

from shared.domain.text import clean_isrc

_FILTERS = frozenset({"track", "artist", "album", "isrc", "year"})
"""The words of the first three are looked for in all names of a track."""
_SPOTIFY_ONLY = frozenset({"genre", "tag", "upc"})
_FILTER = re.compile(rf'\b({"|".join(sorted(_FILTERS | _SPOTIFY_ONLY))}):\s*("[^"]*"|\S*)', re.IGNORECASE)
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?\Z")


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """What a track has to have, all of it."""

    words: str
    """Beginnings of words of title, artists, album or album artist; empty: any."""
    isrc: str | None = None
    years: tuple[int, int] | None = None
    """The first and the last year."""


def parse_search_query(text: str) -> SearchQuery:
    """The query of `q`. Raises ValueError for an empty one, and for filters that cannot be applied."""
    words, isrc, years = [_FILTER.sub(" ", text)], None, None
    for match in _FILTER.finditer(text):
        name, value = match[1].lower(), match[2].strip('"').strip()
        if name in _SPOTIFY_ONLY:
            raise ValueError(f"the filter {name}: is not known here; known are {', '.join(sorted(_FILTERS))}")
        if name == "isrc":
            isrc = clean_isrc(value) or value  # what is no ISRC matches none
        elif name == "year":
            years = _parse_years(value)
        else:
            words.append(value)
    query = SearchQuery(words=" ".join(" ".join(words).replace('"', " ").split()), isrc=isrc, years=years)
    if query == SearchQuery(words=""):
        raise ValueError("No search query")
    return query


def _parse_years(text: str) -> tuple[int, int]:
    match = _YEARS.match(text)
    if match is None:
        raise ValueError(f"year:{text} is no year and no range such as 1955-1960")
    return int(match[1]), int(match[2] or match[1])
