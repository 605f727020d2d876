"""The iTunes Search API.

Citation: https://developer.apple.com/library/archive/documentation/AudioVideo/Conceptual/iTuneSearchAPI (2026-11).
Terms: previews are for promotion and may not be saved; hence off until acknowledged, and clips are dropped when they
are analysed.
Limits: about 20 calls a minute an address; too many answer 403 with an empty body and without `Retry-After`. A search
gives at most 200 songs and has no second page. No ISRC: a track known from elsewhere is found by artist, title and
length, and the score of that match is kept.
"""

from collections import Counter
from typing import Any

import httpx

from services.crawler.http import matching
from services.crawler.http.session import JsonApi
from services.crawler.http.throttle import ThrottledError
from services.crawler.sources.context import Offer, Outside, own_id
from services.crawler.sources.paging import Part, walk
from services.crawler.sources.port import Listed, Listing
from services.crawler.sources.rows import listed, rows_at, seconds, text, to_collected
from shared.access import require_source
from shared.domain.crawl import CrawlRequest, Target
from shared.domain.track import Collected
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import Reason

_ITUNES = WEB_SOURCES["itunes"]
_HOSTS = ("itunes.apple.com", "mzstatic.com")
_COUNTRY = "US"
_LOOKUP = 100
_CANDIDATES = 25


class ItunesSource:
    """Searches and single songs, with previews of 30 s."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._api = JsonApi(
            outside.settings.url("itunes", "https://itunes.apple.com"),
            gate=outside.gate(_ITUNES),
            client=outside.client,
            title=_ITUNES.title,
            refusals=_refusals,
            max_answer_s=outside.max_answer_s,
        )

    def list(self, request: CrawlRequest) -> Listing:
        """All songs of all targets."""
        require_source(_ITUNES, self._outside.settings)
        return walk(list(request.targets(mood_kind="search")), self._fetch, limit=request.limit)

    def collect(self, payload: dict[str, Any], request: CrawlRequest) -> Collected:
        """The track of one row."""
        return to_collected(_ITUNES, payload, request)

    def offer(self, track: Collected) -> Offer | None:
        """The preview of the song with this id, or of the one that fits best by artist, title and length."""
        known = own_id(track, "itunes")
        if known is not None:
            found = rows_at(self._api.get("/lookup", id=known, country=_COUNTRY), "results")
        elif track.title:
            words = f"{track.artist or ''} {track.title}".strip()
            found = rows_at(self._search(words, _CANDIDATES), "results")
        else:
            return None
        best: Offer | None = None
        for song in found:
            row, url = _row(song), text(song, "previewUrl")
            if row is None or not url:
                continue
            fits = (
                1.0
                if known
                else matching.score(track, title=row["title"], artist=row["artist"], duration_s=row["duration_s"])
            )
            if fits >= matching.GOOD and (best is None or fits > best.match_score):
                best = Offer(url=url, hosts=_HOSTS, source_id=row["id"], match_score=fits)
        return best

    def _search(self, words: str, size: int) -> dict[str, Any]:
        return self._api.get("/search", term=words, media="music", entity="song", limit=size, country=_COUNTRY)

    def _fetch(self, target: Target, offset: int, wanted: int | None) -> Part:
        if target.kind == "tracks":
            return self._lookup(target, offset)
        size = _ITUNES.page_size if wanted is None else min(_ITUNES.page_size, wanted)
        ignored: Counter[str] = Counter()
        rows = []
        for song in rows_at(self._search(target.value, size), "results"):
            row = _row(song)
            if row is None:
                ignored["result that is no song"] += 1
            else:
                rows.append(listed(_ITUNES, target, row))
        return Part(tuple(rows), None, ignored)

    def _lookup(self, target: Target, offset: int) -> Part:
        ids = target.value.split(",")
        asked = ids[offset : offset + _LOOKUP]
        answer = self._api.get("/lookup", id=",".join(asked), country=_COUNTRY)
        found = {row["id"]: row for row in map(_row, rows_at(answer, "results")) if row}
        rows = tuple(
            listed(_ITUNES, target, found[one])
            if one in found
            else Listed(f"track {one}", {"reason": Reason.NOT_FOUND.value, "detail": f"iTunes has no song {one}"})
            for one in asked
        )
        return Part(rows, offset + _LOOKUP if offset + _LOOKUP < len(ids) else None)


def _row(song: Any) -> dict[str, Any] | None:
    track_id = text(song, "trackId")
    if track_id is None or song.get("kind", "song") != "song":
        return None
    return {
        "id": track_id,
        "title": text(song, "trackName"),
        "artist": text(song, "artistName"),
        "album": text(song, "collectionName"),
        "duration_s": seconds(song, "trackTimeMillis", per_second=1000),
        "attribution": text(song, "trackViewUrl") or "provided courtesy of iTunes",
    }


def _refusals(response: httpx.Response, content: bytes) -> None:
    if response.status_code == httpx.codes.FORBIDDEN and not content:
        raise ThrottledError("iTunes: more than about 20 calls in a minute", wait_s=60.0)
