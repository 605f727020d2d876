"""Spotify's Web API as of 2026-11, with what it really does: nulls, renamed keys, limits by access, quotas."""

import base64
from typing import Any
from urllib.parse import quote

from tests.support.servers.catalogue import Song, songs
from tests.support.servers.http import Answer, Asked, LocalServer

CLIENT = ("mer-test", "shh")
LOOPBACK = quote("http://127.0.0.1:8888/callback", safe="")


class SpotifyServer(LocalServer):
    """Playlists are lists of songs, None (a removed track), "episode" or "local"."""

    fault_kinds = (*LocalServer.fault_kinds, "text_error")

    def __init__(self, *, n_songs: int = 0, extended: bool = False) -> None:
        super().__init__()
        self.songs = {song.spotify_id: song for song in songs(n_songs)}
        self.playlists: dict[str, list[Any]] = {"allofthem": list(self.songs.values())}
        self.foreign: set[str] = set()
        self.extended = extended
        self.token_s = 3600

    def counted(self) -> list[Asked]:
        return [call for call in self.calls if call.path != "/api/token"]

    def is_spared(self, asked: Asked) -> bool:
        return asked.path == "/api/token"

    def throttled(self, *, short: bool) -> Answer:
        return Answer(
            {"error": {"status": 429, "message": "API rate limit exceeded"}},
            429,
            {"Retry-After": "1" if short else "46800"},
        )

    def fault(self, name: str, asked: Asked) -> Answer:
        if name == "quota":
            body = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}
            return Answer(body, 429)
        if name == "text_error":
            return Answer({"error": "Service unavailable"}, 503)
        return super().fault(name, asked)

    def answer(self, asked: Asked) -> Answer:  # noqa: C901, PLR0911 (one branch an answer)
        if asked.path == "/api/token":
            return self._token(asked)
        if not asked.headers.get("Authorization", "").startswith("Bearer good"):
            return _error(401, "The access token expired")
        match asked.path.removeprefix("/v1/").strip("/").split("/"):
            case ["search"]:
                return self._search(asked)
            case ["playlists", playlist_id, "items"]:
                return self._items(asked, playlist_id)
            case ["tracks", track_id]:
                song = self.songs.get(track_id)
                return Answer(track(song)) if song else _error(404, "Resource not found")
            case ["tracks"] if self.extended:
                ids = asked.query["ids"].split(",")
                if len(ids) > 50:
                    return _error(400, "Too many ids requested")
                return Answer({"tracks": [track(self.songs[one]) if one in self.songs else None for one in ids]})
            case ["audio-features"] if self.extended:
                ids = asked.query["ids"].split(",")
                if len(ids) > 100:
                    return _error(400, "Too many ids requested")
                return Answer(
                    {"audio_features": [features(self.songs[one]) if one in self.songs else None for one in ids]}
                )
            case ["tracks"] | ["audio-features"]:
                return _error(403, "Forbidden")
        return _error(404, "Service not found")

    def _token(self, asked: Asked) -> Answer:
        login = base64.b64decode(asked.headers.get("Authorization", "Basic ").split(" ")[1]).decode()
        if login != ":".join(CLIENT):
            return Answer({"error": "invalid_client", "error_description": "Invalid client"}, 400)
        if "grant_type=refresh_token" in asked.body and "refresh_token=ended" in asked.body:
            return Answer({"error": "invalid_grant", "error_description": "Refresh token revoked"}, 400)
        answer = {"access_token": "good", "token_type": "Bearer", "expires_in": self.token_s, "scope": ""}
        if "grant_type=authorization_code" in asked.body:
            if "code=agreed" not in asked.body or LOOPBACK not in asked.body:
                return Answer({"error": "invalid_grant", "error_description": "Invalid authorization code"}, 400)
            answer["refresh_token"] = "theirs"
        return Answer(answer)

    def _search(self, asked: Asked) -> Answer:
        limit, offset = int(asked.query.get("limit", 5)), int(asked.query.get("offset", 0))
        if limit > (50 if self.extended else 10) or limit < 1 or offset + limit > 1000:
            return _error(400, "Invalid limit")
        words = asked.query["q"].casefold()
        found = [song for song in self.songs.values() if words in f"{song.title} {song.artist}".casefold()]
        return Answer({"tracks": self._page(asked, [track(song) for song in found], offset, limit)})

    def _items(self, asked: Asked, playlist_id: str) -> Answer:
        if playlist_id not in self.playlists:
            return _error(404, "Resource not found")
        if playlist_id in self.foreign and not self.extended:
            return _error(403, "Forbidden")
        limit, offset = int(asked.query.get("limit", 20)), int(asked.query.get("offset", 0))
        if limit > 50:
            return _error(400, "Invalid limit")
        rows = [self._row(entry, n) for n, entry in enumerate(self.playlists[playlist_id])]
        return Answer(self._page(asked, rows, offset, limit))

    def _row(self, entry: Any, n: int) -> Any:
        # The key was renamed; both are met.
        key = "item" if n % 2 else "track"
        if isinstance(entry, Song):
            return {"added_at": None, key: track(entry)}
        if entry == "episode":
            return {"item": {"type": "episode", "id": "E", "name": "A talk"}}
        if entry == "local":
            return {"item": {"type": "track", "id": None, "is_local": True, "name": "mine.mp3", "artists": []}}
        return {key: None}

    def _page(self, asked: Asked, rows: list[Any], offset: int, limit: int) -> dict[str, Any]:
        following = offset + limit
        more = f"{self.url}{asked.path}?offset={following}&limit={limit}" if following < len(rows) else None
        return {"items": rows[offset:following], "total": len(rows), "limit": limit, "offset": offset, "next": more}


def track(song: Song) -> dict[str, Any]:
    """A track object; every third lacks what may be lacking."""
    whole = {
        "type": "track",
        "id": song.spotify_id,
        "name": song.title,
        "artists": [{"id": "A", "name": song.artist}],
        "album": {"name": f"Album {song.number // 10}"},
        "duration_ms": song.duration_s * 1000,
        "external_ids": {"isrc": song.isrc},
        "preview_url": None,
    }
    if song.number % 3 == 0:
        return {**whole, "album": None, "artists": [{"name": song.artist}, None, {}], "popularity": None}
    return whole


def features(song: Song) -> dict[str, Any] | None:
    """Audio features; every seventh song has none."""
    if song.number % 7 == 0:
        return None
    share = song.number % 100 / 100
    return {
        "id": song.spotify_id,
        "danceability": share,
        "energy": share,
        "key": song.number % 12,
        "loudness": -9.5,
        "mode": 1,
        "speechiness": 0.04,
        "acousticness": 1 - share,
        "instrumentalness": 0.0,
        "liveness": 0.1,
        "valence": share,
        "tempo": 120.0,
        "duration_ms": song.duration_s * 1000,
        "time_signature": 4,
    }


def _error(status: int, message: str) -> Answer:
    return Answer({"error": {"status": status, "message": message}}, status)
