"""Deezer.

Citation: Deezer for developers, https://developers.deezer.com/api (2026-11).
Terms: https://developers.deezer.com/termsofuse forbids saving previews; hence off until acknowledged, and clips are
dropped when they are analysed.
Limits: 50 calls in 5 s an address. Errors come as HTTP 200 with `{"error": {"code": …}}`: 4 quota, 700 busy, 800 no
such thing. The address of a preview is signed and dies within the hour, so it is resolved right before it is used.
"""

from collections import Counter
from typing import Any
from urllib.parse import quote

from services.crawler.http.session import JsonApi
from services.crawler.http.throttle import FaultError, ThrottledError
from services.crawler.sources.context import AudioOffer, WebSourceContext, source_track_id
from services.crawler.sources.paging import ListPart, walk_targets
from services.crawler.sources.port import SourceListing
from services.crawler.sources.recording_match import GOOD, match_score
from services.crawler.sources.rows import (
    WebTrackRow,
    isrc_at,
    rows_at,
    seconds_at,
    text_at,
    to_collected,
    to_listed_item,
)
from shared.access import require_source
from shared.domain.crawl import CrawlRequest, CrawlTarget
from shared.domain.track import CollectedTrack
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject

_DEEZER = WEB_SOURCES["deezer"]
_HOSTS = ("dzcdn.net", "deezer.com")
_QUOTA, _BUSY, _NO_DATA = 4, 700, 800


class DeezerSource:
    """Playlists, searches and single tracks, with previews of 30 s."""

    def __init__(self, outside: WebSourceContext) -> None:
        self._outside = outside
        self._api = JsonApi(
            outside.settings.api_url("deezer", "https://api.deezer.com"),
            gate=outside.open_gate(_DEEZER),
            client=outside.client,
            title=_DEEZER.title,
            check=_check_document,
            max_answer_s=outside.max_answer_s,
        )

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """All rows of all targets."""
        require_source(_DEEZER, self._outside.settings)
        return walk_targets(list(request.list_targets()), self._fetch_page, limit=request.limit)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one row. Rows of lists have no ISRC: the track itself is asked."""
        if payload.get("ask"):
            row = _to_row(self._api.get_json(f"/track/{payload['id']}"))
            if row is None:
                raise PermanentError(Reason.NOT_FOUND, f"Deezer has no track {payload['id']}")
            payload = {**payload, **row}
        return to_collected(_DEEZER, payload, request)

    def find_audio(self, track: CollectedTrack) -> AudioOffer | None:
        """The preview of the track that has this id, or this ISRC and the same title, artist and length."""
        known, code = source_track_id(track, "deezer"), track.isrc
        if known is None and code is None:
            return None
        try:
            document = self._api.get_json(f"/track/{known}" if known else f"/track/isrc:{code}")
        except PermanentError as error:
            if error.reason is Reason.NOT_FOUND:
                return None
            raise
        row = _to_row(document)
        url = text_at(document, "preview")
        if row is None or not url:
            return None
        fits = (
            1.0 if known else match_score(track, title=row["title"], artist=row["artist"], duration_s=row["duration_s"])
        )
        return AudioOffer(url=url, hosts=_HOSTS, source_id=row["id"], match_score=fits) if fits >= GOOD else None

    def _fetch_page(self, target: CrawlTarget, offset: int, wanted: int | None) -> ListPart:
        if target.kind == "tracks":
            ids = dict.fromkeys(_track_id(one) for one in target.value.split(","))
            return ListPart(tuple(to_listed_item(_DEEZER, target, {"id": one, "ask": True}) for one in ids), None)
        size = _DEEZER.page_size if wanted is None else min(_DEEZER.page_size, wanted)
        if target.kind == "playlist":
            page = self._api.get_json(f"/playlist/{_track_id(target.value)}/tracks", index=offset, limit=size)
        else:
            page = self._api.get_json("/search", q=target.value, index=offset, limit=size)
        ignored: Counter[str] = Counter()
        tracks = rows_at(page, "data")
        rows = [row for row in map(_to_row, tracks) if row]
        ignored["row without a track"] += len(tracks) - len(rows)
        following = offset + size if page.get("next") and tracks else None
        return ListPart(tuple(to_listed_item(_DEEZER, target, row) for row in rows), following, +ignored)


def _track_id(value: str) -> str:
    """The id in a link, or the id itself, safe in a path."""
    return quote(value.strip().partition("?")[0].rstrip("/").rpartition("/")[2], safe="")


def _to_row(track: Any) -> WebTrackRow | None:
    track_id = text_at(track, "id")
    if track_id is None:
        return None
    return {
        "id": track_id,
        "title": text_at(track, "title"),
        "artist": text_at(track, "artist", "name"),
        "album": text_at(track, "album", "title"),
        "isrc": isrc_at(track, "isrc"),
        "duration_s": seconds_at(track, "duration"),
        "attribution": f"Deezer, https://www.deezer.com/track/{track_id}",
    }


def _check_document(document: JsonObject) -> None:
    error = document.get("error")
    if not error:
        return
    code = error.get("code") if isinstance(error, dict) else None
    if code == _QUOTA:
        raise ThrottledError("Deezer: the quota of calls is used up", wait_s=5.0)
    if code == _BUSY:
        raise FaultError("Deezer is busy")
    if code == _NO_DATA:
        raise PermanentError(Reason.NOT_FOUND, "Deezer has no such thing")
    raise PermanentError(Reason.SOURCE_REFUSED, f"Deezer refuses (code {code})")
