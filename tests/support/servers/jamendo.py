"""Jamendo's API v3: whether an answer is good stands in its headers object, never in the HTTP status."""

from typing import Any

from tests.support.servers.catalogue import Song, songs
from tests.support.servers.http import Answer, Asked, LocalServer

TAGS: tuple[list[str], ...] = (["relaxing", "piano"], ["sad"], ["energetic", "party"], ["happy"], ["sad", "happy"], [])


class JamendoServer(LocalServer):
    def __init__(self, *, n_songs: int = 0, sound: bytes = b"", client_id: str = "me") -> None:
        super().__init__()
        self.songs = {str(song.number): song for song in songs(n_songs)}
        self.sound = sound
        self.client_id = client_id

    def throttled(self, *, short: bool) -> Answer:
        if short:
            return Answer({"message": "slow down"}, 429, {"Retry-After": "1"})
        return _failed(6, "Rate limit exceeded")

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/download/"):
            return Answer(self.sound, headers={"Content-Type": "audio/mpeg"})
        if asked.query.get("client_id") != self.client_id:
            return _failed(5, "Your credential is not authorized.")
        if "id" in asked.query:
            found = [self.songs[one] for one in asked.query["id"].split() if one in self.songs]
        else:
            found = list(self.songs.values())
        start, size = int(asked.query.get("offset", 0)), int(asked.query.get("limit", 10))
        if size > 200:
            return _failed(3, "Invalid limit")
        rows = [self._row(song) for song in found[start : start + size]]
        return Answer({"headers": {"status": "success", "code": 0, "error_message": ""}, "results": rows})

    def _row(self, song: Song) -> dict[str, Any]:
        is_allowed = song.number % 4 != 0
        return {
            "id": str(song.number),
            "name": song.title,
            "duration": song.duration_s,
            "artist_name": song.artist,
            "audio": f"{self.url}/stream/{song.number}",
            "audiodownload": f"{self.url}/download/{song.number}" if is_allowed else "",
            "audiodownload_allowed": is_allowed,
            "license_ccurl": "http://creativecommons.org/licenses/by-sa/3.0/",
            "shareurl": f"https://www.jamendo.com/track/{song.number}",
            "musicinfo": None if song.number % 11 == 0 else {"tags": {"vartags": TAGS[song.number % len(TAGS)]}},
        }


def _failed(code: int, message: str) -> Answer:
    headers = {"status": "failed", "code": code, "error_message": message, "results_count": 0}
    return Answer({"headers": headers, "results": []})
