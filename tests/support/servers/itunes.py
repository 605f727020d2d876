"""The iTunes Search API: no second page, no ISRC, and an empty 403 when it is asked too often."""

from typing import Any

from tests.support.servers.catalogue import Song, songs
from tests.support.servers.http import Answer, Asked, LocalServer


class ItunesServer(LocalServer):
    fault_kinds = ("cut", "malformed", "html", "broken")

    def __init__(self, *, n_songs: int = 0, sound: bytes = b"") -> None:
        super().__init__()
        self.songs = {str(song.number): song for song in songs(n_songs)}
        self.sound = sound

    def throttled(self, *, short: bool) -> Answer:  # noqa: ARG002 (it knows one way only)
        return Answer(b"", 403)

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/preview/"):
            return Answer(self.sound, headers={"Content-Type": "audio/x-m4a"})
        if asked.path == "/lookup":
            return _results([self._row(self.songs[one]) for one in asked.query["id"].split(",") if one in self.songs])
        size = int(asked.query.get("limit", 50))
        if size > 200:
            return Answer({"errorMessage": "Invalid value(s) for key(s): [limit]"}, 400)
        words = set(asked.query["term"].casefold().split())
        found = [song for song in self.songs.values() if words <= set(f"{song.artist} {song.title}".casefold().split())]
        return _results([*[self._row(song) for song in found[:size]], {"wrapperType": "collection", "kind": "album"}])

    def _row(self, song: Song) -> dict[str, Any]:
        row = {
            "wrapperType": "track",
            "kind": "song",
            "trackId": song.number,
            "trackName": song.title,
            "artistName": song.artist,
            "collectionName": "Album",
            "trackTimeMillis": song.duration_s * 1000,
            "previewUrl": f"{self.url}/preview/{song.number}.m4a",
            "primaryGenreName": "Pop",
        }
        if song.number % 3 == 0:
            del row["collectionName"], row["primaryGenreName"]
        return row


def _results(rows: list[Any]) -> Answer:
    return Answer({"resultCount": len(rows), "results": rows}, headers={"Content-Type": "text/javascript"})
