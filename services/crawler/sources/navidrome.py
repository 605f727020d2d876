"""Navidrome, and other servers that speak Subsonic.

Citation: Subsonic API 1.16.1, http://www.subsonic.org/pages/api.jsp; https://www.navidrome.org/docs/developers/subsonic-api.
Terms: none; it is the user's own server and music. Limits: the server's own strength; we ask at most 10 times a second.
The password is not sent by default: each call carries a salt and the MD5 of both. Servers that cannot check that (they
keep no plain password: supysonic, LDAP users) are told the password itself, hex-encoded, or an OpenSubsonic API key,
over TLS or to private addresses only. Errors come as HTTP 200 with status `failed`.
"""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from services.crawler.files.kinds import without_sound_suffix
from services.crawler.http.session import JsonApi
from services.crawler.http.throttle import FaultError
from services.crawler.sources.context import AudioOffer, WebSourceContext, source_track_id
from services.crawler.sources.paging import ListPart, walk_targets
from services.crawler.sources.port import ListedItem, SourceListing
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

_NAVIDROME = WEB_SOURCES["navidrome"]
_ALBUMS_A_PAGE = 20
_SONGS_A_SEARCH = 500
_NOBODY = frozenset({"[unknown]", "[unknown artist]", "[unknown album]", "[non-album tracks]"})
"""What servers call an artist or an album that no tag names; folded."""
_VERSION = "1.16.1"
_MEANINGS = {
    40: Reason.NO_CREDENTIALS,
    41: Reason.NO_CREDENTIALS,
    42: Reason.NO_CREDENTIALS,
    44: Reason.NO_CREDENTIALS,
    50: Reason.FORBIDDEN,
    60: Reason.FORBIDDEN,
    70: Reason.NOT_FOUND,
}
_LOGIN_NOT_TAKEN = {10, 41, 42}
"""A missing parameter (it knows no such login), a user without tokens, a login that it does not take."""
_OTHER_LOGINS = {"token": "password or apikey", "password": "token or apikey", "apikey": "token or password"}


class NavidromeSource:
    """Everything on the server, or its playlists, searches and single songs; with whole songs."""

    def __init__(self, outside: WebSourceContext) -> None:
        self._outside = outside
        self._settings = outside.settings
        self._url = (outside.settings.navidrome_url or "").rstrip("/")
        self._host = urlsplit(self._url).netloc
        self._api = JsonApi(
            f"{self._url}/rest",
            gate=outside.open_gate(_NAVIDROME),
            client=outside.client,
            title=_NAVIDROME.title,
            check=self._check_document,
            max_answer_s=outside.max_answer_s,
        )

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """All songs of all targets; without targets all songs of all albums."""
        require_source(_NAVIDROME, self._settings)
        targets = list(request.list_targets()) or [CrawlTarget("all", "", request.emotion)]
        return walk_targets(targets, self._fetch_page, limit=request.limit)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one song."""
        return to_collected(_NAVIDROME, payload, request)

    def find_audio(self, track: CollectedTrack) -> AudioOffer | None:
        """The song itself, as it lies on the server."""
        known = source_track_id(track, "navidrome")
        if known is None:
            return None
        query = urlencode({**self._login_params(), "id": known.rpartition("/")[2], "format": "raw"})
        return AudioOffer(
            url=f"{self._url}/rest/stream.view?{query}", hosts=(self._host,), source_id=known, match_score=1.0
        )

    def _call_api(self, method: str, **params: Any) -> JsonObject:
        answer = self._api.get_json(f"/{method}.view", **{**self._login_params(), **params})
        response: JsonObject = answer["subsonic-response"]
        return response

    def _login_params(self) -> dict[str, str]:
        about = {"v": _VERSION, "c": "mer", "f": "json"}
        password, user = self._settings.get_secret("navidrome_password"), self._settings.navidrome_user or ""
        if self._settings.navidrome_auth == "apikey":
            return {"apiKey": password, **about}
        if self._settings.navidrome_auth == "password":
            return {"u": user, "p": f"enc:{password.encode().hex()}", **about}
        salt = secrets.token_hex(8)
        token = hashlib.md5(f"{password}{salt}".encode()).hexdigest()  # noqa: S324 (the protocol's)
        return {"u": user, "t": token, "s": salt, **about}

    def _check_document(self, document: JsonObject) -> None:
        """Raises what the server says inside a good answer: FaultError, or PermanentError."""
        answer = document.get("subsonic-response")
        if not isinstance(answer, dict):
            raise FaultError("the server does not answer as Subsonic does: is MER_NAVIDROME_URL right?")
        if answer.get("status") == "ok":
            return
        error = answer.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        message = text_at(error, "message") or "no reason given"
        if code in (None, 0):
            raise FaultError(f"the server failed: {message}")
        if code in _LOGIN_NOT_TAKEN:
            auth = self._settings.navidrome_auth
            hint = f"it does not take the login MER_NAVIDROME_AUTH={auth}: set it to {_OTHER_LOGINS[auth]}"
            raise PermanentError(Reason.NO_CREDENTIALS, f"the server refuses (code {code}: {message}); {hint}")
        raise PermanentError(_MEANINGS.get(code, Reason.SOURCE_REFUSED), f"the server refuses (code {code}): {message}")

    def _fetch_page(self, target: CrawlTarget, offset: int, wanted: int | None) -> ListPart:  # noqa: ARG002 (the port's)
        if target.kind == "all":
            return self._fetch_albums(target, offset)
        if target.kind == "playlist":
            name, songs = self._fetch_playlist(target.value)
            return self._to_part(CrawlTarget("playlist", name, target.emotion), songs, None)
        if target.kind == "search":
            response = self._call_api(
                "search3", query=target.value, songCount=_SONGS_A_SEARCH, songOffset=offset, albumCount=0, artistCount=0
            )
            songs = rows_at(response, "searchResult3", "song")
            return self._to_part(target, songs, offset + _SONGS_A_SEARCH if len(songs) == _SONGS_A_SEARCH else None)
        ids = target.value.split(",")
        song = self._call_api("getSong", id=ids[offset].rpartition("/")[2]).get("song")
        return self._to_part(target, [song], offset + 1 if offset + 1 < len(ids) else None)

    def _fetch_albums(self, target: CrawlTarget, offset: int) -> ListPart:
        listing = self._call_api("getAlbumList2", type="alphabeticalByName", size=_ALBUMS_A_PAGE, offset=offset)
        albums = rows_at(listing, "albumList2", "album")
        songs: list[Any] = []
        for album in albums:
            if album_id := text_at(album, "id"):
                songs += rows_at(self._call_api("getAlbum", id=album_id), "album", "song")
        return self._to_part(target, songs, offset + _ALBUMS_A_PAGE if len(albums) == _ALBUMS_A_PAGE else None)

    def _fetch_playlist(self, named: str) -> tuple[str, Sequence[Any]]:
        """`(name, songs)` of the playlist with this id or name."""
        for playlist in rows_at(self._call_api("getPlaylists"), "playlists", "playlist"):
            playlist_id, name = text_at(playlist, "id"), text_at(playlist, "name")
            if playlist_id and named in {playlist_id, name}:
                return name or playlist_id, rows_at(self._call_api("getPlaylist", id=playlist_id), "playlist", "entry")
        raise PermanentError(Reason.NOT_FOUND, "the server has no playlist of this name or id")

    def _to_part(self, target: CrawlTarget, songs: Sequence[Any], following: int | None) -> ListPart:
        rows = [row for row in map(self._to_row, songs) if row]
        items: tuple[ListedItem, ...] = tuple(to_listed_item(_NAVIDROME, target, row) for row in rows)
        part = ListPart(items, following)
        if len(rows) < len(songs):
            part.ignored["entry that is no song"] += len(songs) - len(rows)
        return part

    def _to_row(self, song: Any) -> WebTrackRow | None:
        song_id = text_at(song, "id")
        if song_id is None or song.get("isDir") or song.get("isVideo"):
            return None
        codes = rows_at(song, "isrc")
        return {
            # A number on one server is another song on the next.
            "id": f"{self._host}/{song_id}",
            "title": _song_title(song),
            "artist": _name_or_none(song, "artist"),
            "album": _name_or_none(song, "album"),
            "isrc": isrc_at({"isrc": codes[0]}, "isrc") if codes else isrc_at(song, "isrc"),
            "duration_s": seconds_at(song, "duration"),
        }


def _song_title(song: Any) -> str | None:
    """A file without tags has its name for a title, with the suffix that the server names beside it."""
    title = text_at(song, "title")
    return without_sound_suffix(title, file_name=(text_at(song, "path") or title).rpartition("/")[2]) if title else None


def _name_or_none(song: Any, key: str) -> str | None:
    name = text_at(song, key)
    return None if name is None or name.casefold() in _NOBODY else name
