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

from services.crawler.sources.context import Outside
from services.crawler.sources.paging import Part, walk
from services.crawler.sources.port import Listed, Listing
from services.crawler.sources.rows import catalogue, isrc, listed, names, rows_at, seconds, text, to_collected
from services.crawler.spotify.client import SpotifyClient
from shared.access import require_source
from shared.domain.crawl import CrawlRequest, Target
from shared.domain.track import Collected
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import PermanentError, Reason

_SPOTIFY = WEB_SOURCES["spotify"]
_FEATURES_A_CALL = 100
_TRACKS_A_CALL = 50
_SEARCH_END = 1000
_LINK = re.compile(r"(?:open\.spotify\.com/(?:intl-\w+/)?|spotify:)(playlist|track)[/:]([0-9A-Za-z]+)")
_ID = re.compile(r"[0-9A-Za-z]{1,64}")


class SpotifySource:
    """Playlists, searches and single tracks."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._extended = outside.settings.spotify_extended
        self._client = SpotifyClient(outside.settings, outside.gate(_SPOTIFY), max_answer_s=outside.max_answer_s)

    def list(self, request: CrawlRequest) -> Listing:
        """All rows of all targets, page by page; with extended access with their audio features."""
        require_source(_SPOTIFY, self._outside.settings)
        return walk(list(request.targets()), self._fetch, limit=request.limit)

    def collect(self, payload: dict[str, Any], request: CrawlRequest) -> Collected:
        """The track of one row; a single track of development mode is asked for here."""
        if payload.get("ask"):
            row = _row(self._client.call("track", payload["id"]))
            if row is None:
                raise PermanentError(Reason.NOT_FOUND, f"Spotify has no track {payload['id']}")
            # The id asked for, not the one answered: Spotify relinks tracks between markets.
            payload = {**payload, **row, "id": payload["id"]}
        return to_collected(_SPOTIFY, payload, request)

    def _fetch(self, target: Target, offset: int, wanted: int | None) -> Part:
        if target.kind == "tracks":
            return self._tracks(target, offset)
        if target.kind == "playlist":
            target = Target("playlist", _id("playlist", target.value), target.emotion)
        ignored: Counter[str] = Counter()
        rows: list[dict[str, Any]] = []
        following: int | None = offset
        # With features two pages together, so that no call for features goes half empty.
        for _ in range(2 if self._extended else 1):
            if following is None or (wanted is not None and len(rows) >= wanted):
                break
            found, following = self._page(target, following)
            rows += _readable(found, ignored)
        return Part(self._listed(target, rows[:wanted]), following, ignored)

    def _page(self, target: Target, offset: int) -> tuple[Sequence[Any], int | None]:
        if target.kind == "playlist":
            size = _SPOTIFY.page_size
            page = self._client.call(
                "playlist_items", target.value, limit=size, offset=offset, additional_types=("track",)
            )
            found = [
                row.get("item") or row.get("track") if isinstance(row, dict) else None for row in rows_at(page, "items")
            ]
        else:
            size = min(_SPOTIFY.page_size if self._extended else _SPOTIFY.search_page_size, _SEARCH_END - offset)
            answer = self._client.call("search", target.value, limit=size, offset=offset, type="track")
            page = answer["tracks"] if isinstance(answer.get("tracks"), dict) else {}
            found = rows_at(page, "items")
        following = offset + size
        is_last = not page.get("next") or (target.kind == "search" and following >= _SEARCH_END)
        return found, None if is_last else following

    def _tracks(self, target: Target, offset: int) -> Part:
        named = target.value.split(",")
        here = named[offset : offset + _FEATURES_A_CALL]
        following = offset + _FEATURES_A_CALL if offset + _FEATURES_A_CALL < len(named) else None
        asked, strange = _ids(here)
        if not self._extended:
            rows = (listed(_SPOTIFY, target, {"id": one, "ask": True}) for one in asked)
            return Part((*rows, *strange), following)
        return Part((*self._batches(target, asked), *strange), following)

    def _batches(self, target: Target, asked: Sequence[str]) -> tuple[Listed, ...]:
        rows: dict[str, dict[str, Any] | None] = {}
        for start in range(0, len(asked), _TRACKS_A_CALL):
            some = asked[start : start + _TRACKS_A_CALL]
            answered = rows_at(self._client.call("tracks", some), "tracks")
            rows |= {one: _row(found) for one, found in zip(some, answered, strict=False)}
        readable = [{**found, "id": one} for one, found in rows.items() if found]
        unknown = (_not_found(one, f"Spotify has no track {one}") for one in asked if not rows.get(one))
        return (*self._listed(target, readable), *unknown)

    def _listed(self, target: Target, rows: Sequence[dict[str, Any]]) -> tuple[Listed, ...]:
        if self._extended and rows:
            ids = list(dict.fromkeys(row["id"] for row in rows))
            features: dict[str, dict[str, float]] = {}
            for start in range(0, len(ids), _FEATURES_A_CALL):
                some = ids[start : start + _FEATURES_A_CALL]
                # In the order of the ids, null where there are none.
                for found in self._client.features(some):
                    if isinstance(found, dict) and found.get("id"):
                        features[found["id"]] = catalogue(found)
            rows = [{**row, "catalogue": features.get(row["id"], {})} for row in rows]
        return tuple(listed(_SPOTIFY, target, row) for row in rows)


def _ids(named: Sequence[str]) -> tuple[list[str], list[Listed]]:
    """The ids of tracks, each once, and what is none as items that fail."""
    ids: dict[str, None] = {}
    strange = []
    for value in named:
        try:
            ids[_id("track", value.strip())] = None
        except PermanentError as error:
            strange.append(_not_found(value[:100], error.detail))
    return list(ids), strange


def _not_found(named: str, detail: str) -> Listed:
    return Listed(f"track {named}", {"reason": Reason.NOT_FOUND.value, "detail": detail})


def _id(kind: str, value: str) -> str:
    link = _LINK.search(value)
    if link and link[1] == kind:
        return link[2]
    if link or not _ID.fullmatch(value):
        raise PermanentError(Reason.NOT_FOUND, f"{value[:100]!r} is no id and no link of a Spotify {kind}")
    return value


def _readable(found: Sequence[Any], ignored: Counter[str]) -> list[dict[str, Any]]:
    rows = []
    for entry in found:
        row = _row(entry)
        if row is not None:
            rows.append(row)
        elif isinstance(entry, dict) and entry.get("type") == "episode":
            ignored["episode"] += 1
        elif isinstance(entry, dict) and entry.get("is_local"):
            ignored["local file of the playlist's owner"] += 1
        else:
            ignored["row without a track"] += 1
    return rows


def _row(track: Any) -> dict[str, Any] | None:
    """What is kept of a track object, or None where it is none."""
    track_id = text(track, "id")
    if track_id is None or track.get("type", "track") != "track":
        return None
    return {
        "id": track_id,
        "title": text(track, "name"),
        "artist": names(track, "artists"),
        "album": text(track, "album", "name"),
        "isrc": isrc(track, "external_ids", "isrc"),
        "duration_s": seconds(track, "duration_ms", per_second=1000),
        "attribution": f"Spotify, https://open.spotify.com/track/{track_id}",
    }
