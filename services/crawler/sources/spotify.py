"""Spotify, through spotipy.

Citation: Spotify Web API reference, https://developer.spotify.com/documentation/web-api (2026-11).
Terms: https://developer.spotify.com/terms forbids training models on Spotify content; hence off until acknowledged.
Limits: a rolling window of 30 s of unpublished size, and a daily quota whose refusal may ask for hours. A new app
(development mode) has search by 10, single tracks, and the items of its user's own playlists by 50. An app with
extended access (`MER_SPOTIFY_EXTENDED`) also has search by 50, tracks by 50 and audio features by 100.
Audio: none (`preview_url` is gone for new apps, and is never kept); it may come from Deezer or iTunes.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from services.crawler.sources.context import WebSourceContext
from services.crawler.sources.paging import ListPart, walk_targets
from services.crawler.sources.port import ListedItem, SourceListing
from services.crawler.sources.rows import (
    WebTrackRow,
    artist_names,
    catalogue_values,
    isrc_at,
    rows_at,
    seconds_at,
    text_at,
    to_collected,
    to_listed_item,
)
from services.crawler.spotify.client import SpotifyClient
from shared.access import require_source
from shared.domain.crawl import CrawlRequest, CrawlTarget
from shared.domain.track import CollectedTrack
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject

_SPOTIFY = WEB_SOURCES["spotify"]
_FEATURES_A_CALL = 100
_TRACKS_A_CALL = 50
_SEARCH_END = 1000
_LINK = re.compile(r"(?:open\.spotify\.com/(?:intl-\w+/)?|spotify:)(playlist|track)[/:]([0-9A-Za-z]+)")
_ID = re.compile(r"[0-9A-Za-z]{1,64}")


class SpotifySource:
    """Playlists, searches and single tracks."""

    def __init__(self, outside: WebSourceContext) -> None:
        self._outside = outside
        self._extended = outside.settings.spotify_extended
        self._client = SpotifyClient(outside.settings, outside.open_gate(_SPOTIFY), max_answer_s=outside.max_answer_s)

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """All rows of all targets, page by page; with extended access with their audio features."""
        require_source(_SPOTIFY, self._outside.settings)
        return walk_targets(list(request.list_targets()), self._fetch_part, limit=request.limit)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one row; a single track of development mode is asked for here."""
        if payload.get("ask"):
            row = _to_row(self._client.call_method("track", payload["id"]))
            if row is None:
                raise PermanentError(Reason.NOT_FOUND, f"Spotify has no track {payload['id']}")
            # The id asked for, not the one answered: Spotify relinks tracks between markets.
            payload = {**payload, **row, "id": payload["id"]}
        return to_collected(_SPOTIFY, payload, request)

    def _fetch_part(self, target: CrawlTarget, offset: int, wanted: int | None) -> ListPart:
        if target.kind == "tracks":
            return self._fetch_tracks(target, offset)
        if target.kind == "playlist":
            target = CrawlTarget("playlist", _parse_id("playlist", target.value), target.emotion)
        ignored: Counter[str] = Counter()
        rows: list[WebTrackRow] = []
        following: int | None = offset
        # With features two pages together, so that no call for features goes half empty.
        for _ in range(2 if self._extended else 1):
            if following is None or (wanted is not None and len(rows) >= wanted):
                break
            entries, following = self._fetch_page(target, following)
            rows += _readable_rows(entries, ignored)
        return ListPart(self._list_rows(target, rows[:wanted]), following, ignored)

    def _fetch_page(self, target: CrawlTarget, offset: int) -> tuple[Sequence[Any], int | None]:
        if target.kind == "playlist":
            size = _SPOTIFY.page_size
            page = self._client.call_method(
                "playlist_items", target.value, limit=size, offset=offset, additional_types=("track",)
            )
            entries = [
                row.get("item") or row.get("track") if isinstance(row, dict) else None for row in rows_at(page, "items")
            ]
        else:
            size = min(_SPOTIFY.page_size if self._extended else _SPOTIFY.search_page_size, _SEARCH_END - offset)
            answer = self._client.call_method("search", target.value, limit=size, offset=offset, type="track")
            page = answer["tracks"] if isinstance(answer.get("tracks"), dict) else {}
            entries = rows_at(page, "items")
        following = offset + size
        is_last = not page.get("next") or (target.kind == "search" and following >= _SEARCH_END)
        return entries, None if is_last else following

    def _fetch_tracks(self, target: CrawlTarget, offset: int) -> ListPart:
        named = target.value.split(",")
        here = named[offset : offset + _FEATURES_A_CALL]
        following = offset + _FEATURES_A_CALL if offset + _FEATURES_A_CALL < len(named) else None
        asked, strange = _parse_ids(here)
        if not self._extended:
            rows = (to_listed_item(_SPOTIFY, target, {"id": one, "ask": True}) for one in asked)
            return ListPart((*rows, *strange), following)
        return ListPart((*self._fetch_batches(target, asked), *strange), following)

    def _fetch_batches(self, target: CrawlTarget, asked: Sequence[str]) -> tuple[ListedItem, ...]:
        rows: dict[str, WebTrackRow | None] = {}
        for start in range(0, len(asked), _TRACKS_A_CALL):
            some = asked[start : start + _TRACKS_A_CALL]
            answered = rows_at(self._client.call_method("tracks", some), "tracks")
            rows |= {one: _to_row(track) for one, track in zip(some, answered, strict=False)}
        readable: list[WebTrackRow] = [{**row, "id": one} for one, row in rows.items() if row]
        unknown = (_not_found(one, f"Spotify has no track {one}") for one in asked if not rows.get(one))
        return (*self._list_rows(target, readable), *unknown)

    def _list_rows(self, target: CrawlTarget, rows: Sequence[WebTrackRow]) -> tuple[ListedItem, ...]:
        if self._extended and rows:
            ids = list(dict.fromkeys(row["id"] for row in rows))
            features: dict[str, dict[str, float]] = {}
            for start in range(0, len(ids), _FEATURES_A_CALL):
                some = ids[start : start + _FEATURES_A_CALL]
                # In the order of the ids, null where there are none.
                for entry in self._client.audio_features(some):
                    if isinstance(entry, dict) and entry.get("id"):
                        features[entry["id"]] = catalogue_values(entry)
            rows = [{**row, "catalogue": features.get(row["id"], {})} for row in rows]
        return tuple(to_listed_item(_SPOTIFY, target, row) for row in rows)


def _parse_ids(named: Sequence[str]) -> tuple[list[str], list[ListedItem]]:
    """The ids of tracks, each once, and what is none as items that fail."""
    ids: dict[str, None] = {}
    strange = []
    for value in named:
        try:
            ids[_parse_id("track", value.strip())] = None
        except PermanentError as error:
            strange.append(_not_found(value[:100], error.detail))
    return list(ids), strange


def _not_found(named: str, detail: str) -> ListedItem:
    return ListedItem(f"track {named}", {"reason": Reason.NOT_FOUND.value, "detail": detail})


def _parse_id(kind: str, value: str) -> str:
    link = _LINK.search(value)
    if link and link[1] == kind:
        return link[2]
    if link or not _ID.fullmatch(value):
        raise PermanentError(Reason.NOT_FOUND, f"{value[:100]!r} is no id and no link of a Spotify {kind}")
    return value


def _readable_rows(entries: Sequence[Any], ignored: Counter[str]) -> list[WebTrackRow]:
    rows = []
    for entry in entries:
        row = _to_row(entry)
        if row is not None:
            rows.append(row)
        elif isinstance(entry, dict) and entry.get("type") == "episode":
            ignored["episode"] += 1
        elif isinstance(entry, dict) and entry.get("is_local"):
            ignored["local file of the playlist's owner"] += 1
        else:
            ignored["row without a track"] += 1
    return rows


def _to_row(track: Any) -> WebTrackRow | None:
    """What is kept of a track object, or None where it is none."""
    track_id = text_at(track, "id")
    if track_id is None or track.get("type", "track") != "track":
        return None
    return {
        "id": track_id,
        "title": text_at(track, "name"),
        "artist": artist_names(track, "artists"),
        "album": text_at(track, "album", "name"),
        "isrc": isrc_at(track, "external_ids", "isrc"),
        "duration_s": seconds_at(track, "duration_ms", per_second=1000),
        "attribution": f"Spotify, https://open.spotify.com/track/{track_id}",
    }
