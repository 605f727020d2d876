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
from services.crawler.sources.context import Offer, Outside, own_id
from services.crawler.sources.paging import Part, walk
from services.crawler.sources.port import Listed, Listing
from services.crawler.sources.rows import isrc, listed, rows_at, seconds, text, to_collected
from shared.access import require_source
from shared.domain.crawl import CrawlRequest, Target
from shared.domain.track import Collected
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import PermanentError, Reason

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

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._settings = outside.settings
        self._url = (outside.settings.navidrome_url or "").rstrip("/")
        self._host = urlsplit(self._url).netloc
        self._api = JsonApi(
            f"{self._url}/rest",
            gate=outside.gate(_NAVIDROME),
            client=outside.client,
            title=_NAVIDROME.title,
            check=self._check,
            max_answer_s=outside.max_answer_s,
        )

    def list(self, request: CrawlRequest) -> Listing:
        """All songs of all targets; without targets all songs of all albums."""
        require_source(_NAVIDROME, self._settings)
        targets = list(request.targets()) or [Target("all", "", request.emotion)]
        return walk(targets, self._fetch, limit=request.limit)

    def collect(self, payload: dict[str, Any], request: CrawlRequest) -> Collected:
        """The track of one song."""
        return to_collected(_NAVIDROME, payload, request)

    def offer(self, track: Collected) -> Offer | None:
        """The song itself, as it lies on the server."""
        known = own_id(track, "navidrome")
        if known is None:
            return None
        query = urlencode({**self._login(), "id": known.rpartition("/")[2], "format": "raw"})
        return Offer(url=f"{self._url}/rest/stream.view?{query}", hosts=(self._host,), source_id=known, match_score=1.0)

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        answer = self._api.get(f"/{method}.view", **{**self._login(), **params})
        found: dict[str, Any] = answer["subsonic-response"]
        return found

    def _login(self) -> dict[str, str]:
        about = {"v": _VERSION, "c": "mer", "f": "json"}
        password, user = self._settings.secret("navidrome_password"), self._settings.navidrome_user or ""
        if self._settings.navidrome_auth == "apikey":
            return {"apiKey": password, **about}
        if self._settings.navidrome_auth == "password":
            return {"u": user, "p": f"enc:{password.encode().hex()}", **about}
        salt = secrets.token_hex(8)
        token = hashlib.md5(f"{password}{salt}".encode()).hexdigest()  # noqa: S324 (the protocol's)
        return {"u": user, "t": token, "s": salt, **about}

    def _check(self, document: dict[str, Any]) -> None:
        """Raises what the server says inside a good answer: FaultError, or PermanentError."""
        answer = document.get("subsonic-response")
        if not isinstance(answer, dict):
            raise FaultError("the server does not answer as Subsonic does: is MER_NAVIDROME_URL right?")
        if answer.get("status") == "ok":
            return
        error = answer.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        said = text(error, "message") or "no reason given"
        if code in (None, 0):
            raise FaultError(f"the server failed: {said}")
        if code in _LOGIN_NOT_TAKEN:
            auth = self._settings.navidrome_auth
            hint = f"it does not take the login MER_NAVIDROME_AUTH={auth}: set it to {_OTHER_LOGINS[auth]}"
            raise PermanentError(Reason.NO_CREDENTIALS, f"the server refuses (code {code}: {said}); {hint}")
        raise PermanentError(_MEANINGS.get(code, Reason.SOURCE_REFUSED), f"the server refuses (code {code}): {said}")

    def _fetch(self, target: Target, offset: int, wanted: int | None) -> Part:  # noqa: ARG002 (the port's)
        if target.kind == "all":
            return self._albums(target, offset)
        if target.kind == "playlist":
            name, songs = self._playlist(target.value)
            return self._part(Target("playlist", name, target.emotion), songs, None)
        if target.kind == "search":
            found = self._ask(
                "search3", query=target.value, songCount=_SONGS_A_SEARCH, songOffset=offset, albumCount=0, artistCount=0
            )
            songs = rows_at(found, "searchResult3", "song")
            return self._part(target, songs, offset + _SONGS_A_SEARCH if len(songs) == _SONGS_A_SEARCH else None)
        ids = target.value.split(",")
        song = self._ask("getSong", id=ids[offset].rpartition("/")[2]).get("song")
        return self._part(target, [song], offset + 1 if offset + 1 < len(ids) else None)

    def _albums(self, target: Target, offset: int) -> Part:
        listing = self._ask("getAlbumList2", type="alphabeticalByName", size=_ALBUMS_A_PAGE, offset=offset)
        albums = rows_at(listing, "albumList2", "album")
        songs: list[Any] = []
        for album in albums:
            if album_id := text(album, "id"):
                songs += rows_at(self._ask("getAlbum", id=album_id), "album", "song")
        return self._part(target, songs, offset + _ALBUMS_A_PAGE if len(albums) == _ALBUMS_A_PAGE else None)

    def _playlist(self, named: str) -> tuple[str, Sequence[Any]]:
        """`(name, songs)` of the playlist with this id or name."""
        for playlist in rows_at(self._ask("getPlaylists"), "playlists", "playlist"):
            playlist_id, name = text(playlist, "id"), text(playlist, "name")
            if playlist_id and named in {playlist_id, name}:
                return name or playlist_id, rows_at(self._ask("getPlaylist", id=playlist_id), "playlist", "entry")
        raise PermanentError(Reason.NOT_FOUND, "the server has no playlist of this name or id")

    def _part(self, target: Target, songs: Sequence[Any], following: int | None) -> Part:
        rows = [row for row in map(self._row, songs) if row]
        found: tuple[Listed, ...] = tuple(listed(_NAVIDROME, target, row) for row in rows)
        part = Part(found, following)
        if len(rows) < len(songs):
            part.ignored["entry that is no song"] += len(songs) - len(rows)
        return part

    def _row(self, song: Any) -> dict[str, Any] | None:
        song_id = text(song, "id")
        if song_id is None or song.get("isDir") or song.get("isVideo"):
            return None
        codes = rows_at(song, "isrc")
        return {
            # A number on one server is another song on the next.
            "id": f"{self._host}/{song_id}",
            "title": _title(song),
            "artist": _named(song, "artist"),
            "album": _named(song, "album"),
            "isrc": isrc({"isrc": codes[0]}, "isrc") if codes else isrc(song, "isrc"),
            "duration_s": seconds(song, "duration"),
        }


def _title(song: Any) -> str | None:
    """A file without tags has its name for a title, with the suffix that the server names beside it."""
    title = text(song, "title")
    return without_sound_suffix(title, file_name=(text(song, "path") or title).rpartition("/")[2]) if title else None


def _named(song: Any, key: str) -> str | None:
    name = text(song, key)
    return None if name is None or name.casefold() in _NOBODY else name
