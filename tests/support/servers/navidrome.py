"""A Subsonic server as Navidrome is one: logins by salted hash, errors inside good answers."""

import hashlib
from typing import Any

from tests.support.servers.catalogue import Song, songs
from tests.support.servers.http import Answer, Asked, LocalServer

USER, PASSWORD = "ann", "secret"
SONGS_AN_ALBUM = 10


class NavidromeServer(LocalServer):
    """`login`: the only one that it takes, as Navidrome (token), supysonic (password) and OpenSubsonic (apikey) do.

    `refusal` is the code of what it says to any other.
    """

    def __init__(self, *, n_songs: int = 0, sound: bytes = b"", login: str = "token", refusal: int = 41) -> None:
        super().__init__()
        self.login, self.refusal = login, refusal
        self.songs = {f"s{song.number}": song for song in songs(n_songs)}
        self.sound = sound

    def answer(self, asked: Asked) -> Answer:  # noqa: PLR0911 (one return an answer)
        if refused := self._refused(asked):
            return refused
        every = list(self.songs.values())
        albums = [every[n : n + SONGS_AN_ALBUM] for n in range(0, len(every), SONGS_AN_ALBUM)]
        match asked.path.removeprefix("/rest/").removesuffix(".view"):
            case "getAlbumList2":
                start, size = int(asked.query["offset"]), int(asked.query["size"])
                shown = [{"id": f"a{n}", "name": f"Album {n}"} for n in range(len(albums))][start : start + size]
                return _ok({"albumList2": {"album": shown} if shown else {}})
            case "getAlbum":
                n = int(asked.query["id"].removeprefix("a"))
                return _ok({"album": {"id": f"a{n}", "song": [_song(song) for song in albums[n]]}})
            case "getPlaylists":
                return _ok(
                    {"playlists": {"playlist": [{"id": "p1", "name": "Evenings"}, {"id": "p2", "name": "Empty"}]}}
                )
            case "getPlaylist":
                entries = {"p1": [_song(song) for song in every], "p2": None}[asked.query["id"]]
                return _ok({"playlist": {"id": asked.query["id"], "entry": entries}})
            case "search3":
                start, size = int(asked.query["songOffset"]), int(asked.query["songCount"])
                return _ok({"searchResult3": {"song": [_song(song) for song in every[start : start + size]]}})
            case "getSong":
                song = self.songs.get(asked.query["id"])
                return _ok({"song": _song(song)}) if song else _failed(70, "data not found")
            case "stream":
                return Answer(self.sound, headers={"Content-Type": "audio/mpeg"})
        return _failed(0, "unknown method")

    def _refused(self, asked: Asked) -> Answer | None:
        salted = hashlib.md5(f"{PASSWORD}{asked.query.get('s', '')}".encode()).hexdigest()
        logins = {
            "token": ({"u": USER, "t": salted}, {"u", "t", "s"}),
            "password": ({"u": USER, "p": f"enc:{PASSWORD.encode().hex()}"}, {"u", "p"}),
            "apikey": ({"apiKey": PASSWORD}, {"apiKey"}),
        }
        right, names = logins[self.login]
        if names != asked.query.keys() & {"u", "t", "s", "p", "apiKey"}:
            return _failed(self.refusal, "Token authentication not supported for LDAP users")
        if any(asked.query[name] != value for name, value in right.items()):
            return _failed(44 if self.login == "apikey" else 40, "Wrong username or password")
        return None


def _song(song: Song) -> dict[str, Any]:
    row = {
        "id": f"s{song.number}",
        "title": song.title,
        "artist": song.artist,
        "album": "Album",
        "isDir": False,
        "duration": song.duration_s,
        "isrc": [song.isrc],
    }
    if song.number % 3 == 0:
        del row["isrc"], row["album"]
    return row


def _ok(more: dict[str, Any]) -> Answer:
    return Answer({"subsonic-response": {"status": "ok", "version": "1.16.1", **more}})


def _failed(code: int, message: str) -> Answer:
    return Answer({"subsonic-response": {"status": "failed", "error": {"code": code, "message": message}}})
