"""Jamendo.

Citation: Jamendo API v3.0, https://developer.jamendo.com/v3.0/tracks (2026-11).
Terms: https://devportal.jamendo.com/api_terms_of_use; the music is under Creative Commons, each track under its own
licence, kept as `license_ccurl`; credit the artist and Jamendo.
Limits: 35,000 calls a month for a free client id, 200 rows a page. Whether an answer is good says `headers.code`,
whatever the HTTP status. `audiodownload` is empty where the artist does not allow it; then there is no audio here.

A track's own tags are kept, and read as an emotion by the table `jamendo_moods.csv` beside this file, which is meant
to be edited. A track whose tags contradict each other has no emotion.
"""

import csv
from functools import cache
from importlib import resources
from typing import Any

from services.crawler.http.session import JsonApi
from services.crawler.http.throttle import FaultError, ThrottledError
from services.crawler.sources.context import AudioOffer, WebSourceContext, source_track_id
from services.crawler.sources.paging import ListPart, walk_targets
from services.crawler.sources.port import ListedItem, SourceListing
from services.crawler.sources.rows import WebTrackRow, rows_at, seconds_at, text_at, to_collected, to_listed_item
from shared.access import require_source
from shared.domain.crawl import CrawlRequest, CrawlTarget
from shared.domain.emotion import MOOD4
from shared.domain.track import CollectedTrack
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject

_JAMENDO = WEB_SOURCES["jamendo"]
_HOSTS = ("jamendo.com",)
_LOOKUP = 50
_OK, _BAD_CLIENT, _SUSPENDED, _LIMIT = 0, 5, 12, 6


class JamendoSource:
    """Searches by tag and single tracks, with whole songs where their artists allow it."""

    def __init__(self, outside: WebSourceContext) -> None:
        self._outside = outside
        self._client_id = outside.settings.get_secret("jamendo_client_id")
        self._api = JsonApi(
            outside.settings.api_url("jamendo", "https://api.jamendo.com/v3.0"),
            gate=outside.open_gate(_JAMENDO),
            client=outside.client,
            title=_JAMENDO.title,
            check=_check_document,
            max_answer_s=outside.max_answer_s,
        )

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """All tracks of all targets; the words of a search are tags."""
        require_source(_JAMENDO, self._outside.settings)
        return walk_targets(list(request.list_targets(mood_kind="search")), self._fetch_page, limit=request.limit)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one row."""
        return to_collected(_JAMENDO, payload, request)

    def find_audio(self, track: CollectedTrack) -> AudioOffer | None:
        """The song itself, where it may be downloaded."""
        known = source_track_id(track, "jamendo")
        if known is None:
            return None
        for song in rows_at(self._request_tracks(id=known), "results"):
            url = text_at(song, "audiodownload") if isinstance(song, dict) else None
            if url and song.get("audiodownload_allowed", True):
                return AudioOffer(url=url, hosts=_HOSTS, source_id=known, match_score=1.0)
        return None

    def _request_tracks(self, **asked: Any) -> JsonObject:
        more = {"client_id": self._client_id, "format": "json", "include": "musicinfo licenses", "audioformat": "mp32"}
        return self._api.get_json("/tracks/", **{**more, **asked})

    def _fetch_page(self, target: CrawlTarget, offset: int, wanted: int | None) -> ListPart:
        if target.kind == "tracks":
            return self._lookup_tracks(target, offset)
        size = _JAMENDO.page_size if wanted is None else min(_JAMENDO.page_size, wanted)
        tracks = rows_at(self._request_tracks(fuzzytags=target.value, limit=size, offset=offset), "results")
        rows = tuple(
            to_listed_item(_JAMENDO, target, _label_from_tags(row, target)) for row in map(_to_row, tracks) if row
        )
        part = ListPart(rows, offset + size if len(tracks) == size else None)
        part.ignored["row without a track"] += len(tracks) - len(rows)
        return ListPart(part.rows, part.following, +part.ignored)

    def _lookup_tracks(self, target: CrawlTarget, offset: int) -> ListPart:
        ids = target.value.split(",")
        asked = ids[offset : offset + _LOOKUP]
        answer = self._request_tracks(id=" ".join(asked), limit=_LOOKUP)
        rows_by_id = {row["id"]: row for row in map(_to_row, rows_at(answer, "results")) if row}
        rows = tuple(
            to_listed_item(_JAMENDO, target, _label_from_tags(rows_by_id[one], target))
            if one in rows_by_id
            else ListedItem(f"track {one}", {"reason": Reason.NOT_FOUND.value, "detail": f"Jamendo has no track {one}"})
            for one in asked
        )
        return ListPart(rows, offset + _LOOKUP if offset + _LOOKUP < len(ids) else None)


@cache
def load_mood_tags() -> dict[str, str]:
    """Tag → mood4 emotion, from the table beside this file. Raises ValueError for an emotion that there is not."""
    table = resources.files(__package__).joinpath("jamendo_moods.csv").read_text(encoding="utf-8")
    read = {row["tag"].strip().casefold(): row["emotion"].strip() for row in csv.DictReader(table.splitlines())}
    for emotion in read.values():
        MOOD4.emotion_index(emotion)
    return read


def emotion_from_tags(tags: list[str]) -> str | None:
    """The emotion that the tags mean, None where they mean none or several."""
    meant = {load_mood_tags()[tag.casefold()] for tag in tags if tag.casefold() in load_mood_tags()}
    return meant.pop() if len(meant) == 1 else None


def _label_from_tags(row: WebTrackRow, target: CrawlTarget) -> WebTrackRow:
    """The row with the emotion of its own tags, where the crawl names none."""
    if target.emotion is not None:
        return row
    return {**row, "emotion": emotion_from_tags(row["tags"]), "taxonomy": MOOD4.name, "annotator": "jamendo tags"}


def _to_row(track: Any) -> WebTrackRow | None:
    track_id = text_at(track, "id")
    if track_id is None:
        return None
    tags = [text_at({"tag": tag}, "tag") for tag in rows_at(track, "musicinfo", "tags", "vartags")]
    artist = text_at(track, "artist_name")
    return {
        "id": track_id,
        "title": text_at(track, "name"),
        "artist": artist,
        "album": text_at(track, "album_name"),
        "duration_s": seconds_at(track, "duration"),
        "licence": text_at(track, "license_ccurl"),
        "attribution": f"{artist or 'unknown artist'} on Jamendo, {text_at(track, 'shareurl') or 'https://www.jamendo.com'}",
        "tags": [tag for tag in tags if tag],
    }


def _check_document(document: JsonObject) -> None:
    headers = document.get("headers")
    code = headers.get("code") if isinstance(headers, dict) else None
    if code == _OK:
        return
    message = text_at(headers, "error_message") or "no reason given"
    if code is None:
        raise FaultError("Jamendo answered without its headers")
    if code == _LIMIT:
        raise ThrottledError(f"Jamendo: {message}", wait_s=60.0)
    if code in {_BAD_CLIENT, _SUSPENDED}:
        raise PermanentError(Reason.NO_CREDENTIALS, f"Jamendo: {message}. Check MER_JAMENDO_CLIENT_ID")
    raise PermanentError(Reason.SOURCE_REFUSED, f"Jamendo refuses (code {code}): {message}")
