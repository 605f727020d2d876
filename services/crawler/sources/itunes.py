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

from services.crawler.http.session import JsonApi
from services.crawler.http.throttle import ThrottledError
from services.crawler.sources.context import AudioOffer, WebSourceContext, source_track_id
from services.crawler.sources.paging import ListPart, walk_targets
from services.crawler.sources.port import ListedItem, SourceListing
from services.crawler.sources.recording_match import GOOD, match_score
from services.crawler.sources.rows import WebTrackRow, rows_at, seconds_at, text_at, to_collected, to_listed_item
from shared.access import require_source
from shared.domain.crawl import CrawlRequest, CrawlTarget
from shared.domain.track import CollectedTrack
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import Reason
from shared.json_objects import JsonObject

_ITUNES = WEB_SOURCES["itunes"]
_HOSTS = ("itunes.apple.com", "mzstatic.com")
_COUNTRY = "US"
_LOOKUP = 100
_CANDIDATES = 25


class ItunesSource:
    """Searches and single songs, with previews of 30 s."""

    def __init__(self, outside: WebSourceContext) -> None:
        self._outside = outside
        self._api = JsonApi(
            outside.settings.api_url("itunes", "https://itunes.apple.com"),
            gate=outside.open_gate(_ITUNES),
            client=outside.client,
            title=_ITUNES.title,
            refusals=_check_refusal,
            max_answer_s=outside.max_answer_s,
        )

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """All songs of all targets."""
        require_source(_ITUNES, self._outside.settings)
        return walk_targets(list(request.list_targets(mood_kind="search")), self._fetch_page, limit=request.limit)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one row."""
        return to_collected(_ITUNES, payload, request)

    def find_audio(self, track: CollectedTrack) -> AudioOffer | None:
        """The preview of the song with this id, or of the one that fits best by artist, title and length."""
        known = source_track_id(track, "itunes")
        if known is not None:
            songs = rows_at(self._api.get_json("/lookup", id=known, country=_COUNTRY), "results")
        elif track.title:
            words = f"{track.artist or ''} {track.title}".strip()
            songs = rows_at(self._search_songs(words, _CANDIDATES), "results")
        else:
            return None
        best: AudioOffer | None = None
        for song in songs:
            row, url = _to_row(song), text_at(song, "previewUrl")
            if row is None or not url:
                continue
            fits = (
                1.0
                if known
                else match_score(track, title=row["title"], artist=row["artist"], duration_s=row["duration_s"])
            )
            if fits >= GOOD and (best is None or fits > best.match_score):
                best = AudioOffer(url=url, hosts=_HOSTS, source_id=row["id"], match_score=fits)
        return best

    def _search_songs(self, words: str, size: int) -> JsonObject:
        return self._api.get_json("/search", term=words, media="music", entity="song", limit=size, country=_COUNTRY)

    def _fetch_page(self, target: CrawlTarget, offset: int, wanted: int | None) -> ListPart:
        if target.kind == "tracks":
            return self._lookup_songs(target, offset)
        size = _ITUNES.page_size if wanted is None else min(_ITUNES.page_size, wanted)
        ignored: Counter[str] = Counter()
        rows = []
        for song in rows_at(self._search_songs(target.value, size), "results"):
            row = _to_row(song)
            if row is None:
                ignored["result that is no song"] += 1
            else:
                rows.append(to_listed_item(_ITUNES, target, row))
        return ListPart(tuple(rows), None, ignored)

    def _lookup_songs(self, target: CrawlTarget, offset: int) -> ListPart:
        ids = target.value.split(",")
        asked = ids[offset : offset + _LOOKUP]
        answer = self._api.get_json("/lookup", id=",".join(asked), country=_COUNTRY)
        rows_by_id = {row["id"]: row for row in map(_to_row, rows_at(answer, "results")) if row}
        rows = tuple(
            to_listed_item(_ITUNES, target, rows_by_id[one])
            if one in rows_by_id
            else ListedItem(f"track {one}", {"reason": Reason.NOT_FOUND.value, "detail": f"iTunes has no song {one}"})
            for one in asked
        )
        return ListPart(rows, offset + _LOOKUP if offset + _LOOKUP < len(ids) else None)


def _to_row(song: Any) -> WebTrackRow | None:
    track_id = text_at(song, "trackId")
    if track_id is None or song.get("kind", "song") != "song":
        return None
    return {
        "id": track_id,
        "title": text_at(song, "trackName"),
        "artist": text_at(song, "artistName"),
        "album": text_at(song, "collectionName"),
        "duration_s": seconds_at(song, "trackTimeMillis", per_second=1000),
        "attribution": text_at(song, "trackViewUrl") or "provided courtesy of iTunes",
    }


def _check_refusal(response: httpx.Response, content: bytes) -> None:
    if response.status_code == httpx.codes.FORBIDDEN and not content:
        raise ThrottledError("iTunes: more than about 20 calls in a minute", wait_s=60.0)
