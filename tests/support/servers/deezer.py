"""Deezer's API: errors inside good answers, and previews behind signatures that die."""

from typing import Any

from tests.support.servers.catalogue import Song, songs
from tests.support.servers.http import Answer, Asked, LocalServer


class DeezerServer(LocalServer):
    def __init__(self, *, n_songs: int = 0, sound: bytes = b"") -> None:
        super().__init__()
        self.songs = {str(song.number): song for song in songs(n_songs)}
        self.sound = sound
        self.signature = 1
        self.expire_next = 0
        self.without_preview: set[int] = set()

    def expire(self) -> None:
        """All addresses given so far are dead."""
        self.signature += 1

    def throttled(self, *, short: bool) -> Answer:
        if short:
            return Answer({"error": {"type": "Exception", "message": "Service busy", "code": 700}})
        return Answer({"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}})

    def answer(self, asked: Asked) -> Answer:
        match asked.path.strip("/").split("/"):
            case ["search"]:
                words = asked.query["q"].casefold()
                found = [song for song in self.songs.values() if words in f"{song.title} {song.artist}".casefold()]
                return self._page(asked, [self._track(song, whole=False) for song in found])
            case ["playlist", "all", "tracks"]:
                return self._page(asked, [self._track(song, whole=False) for song in self.songs.values()])
            case ["track", named]:
                number = named.removeprefix("isrc:XXMER26").lstrip("0") if named.startswith("isrc:") else named
                song = self.songs.get(number)
                return Answer(self._track(song)) if song else _no_data()
            case ["preview", _]:
                return self._preview(asked)
        return _no_data()

    def _track(self, song: Song, *, whole: bool = True) -> dict[str, Any]:
        signed = f"{self.url}/preview/{song.number}.mp3?hdnea=exp=1~{self.signature}"
        row = {
            "id": song.number,
            "title": song.title,
            "duration": song.duration_s,
            "preview": "" if song.number in self.without_preview else signed,
            "bpm": 0,
            "artist": {"name": song.artist},
            "album": None if song.number % 3 == 0 else {"title": "Album"},
        }
        return {**row, "isrc": song.isrc} if whole else row

    def _preview(self, asked: Asked) -> Answer:
        if self.expire_next:
            self.expire_next -= 1
            self.expire()
        if not asked.query["hdnea"].endswith(f"~{self.signature}"):
            return Answer(b"", 403)
        return Answer(self.sound, headers={"Content-Type": "audio/mpeg"})

    def _page(self, asked: Asked, rows: list[Any]) -> Answer:
        start, size = int(asked.query.get("index", 0)), int(asked.query.get("limit", 25))
        end = start + size
        more = {"next": f"{self.url}{asked.path}?index={end}"} if end < len(rows) else {}
        return Answer({"data": [*rows[start:end], *([None] if start == 0 else [])], "total": len(rows), **more})


def _no_data() -> Answer:
    return Answer({"error": {"type": "DataException", "message": "no data", "code": 800}})
