"""ReccoBeats: unknown ids are left out, and the order is not kept."""

from tests.support.servers.catalogue import songs
from tests.support.servers.http import Answer, Asked, LocalServer
from tests.support.servers.spotify import features


class ReccoBeatsServer(LocalServer):
    def __init__(self, *, n_songs: int = 0) -> None:
        super().__init__()
        self.songs = {song.spotify_id: song for song in songs(n_songs)}
        self.by_isrc = {song.isrc: song for song in self.songs.values()}

    def answer(self, asked: Asked) -> Answer:
        ids = asked.query["ids"].split(",")
        if len(ids) > 40:
            return Answer({"error": "too many ids"}, 400)
        found = [song for one in reversed(ids) if (song := self.songs.get(one) or self.by_isrc.get(one))]
        kept = (
            "acousticness",
            "danceability",
            "energy",
            "instrumentalness",
            "key",
            "liveness",
            "loudness",
            "mode",
            "speechiness",
            "tempo",
            "valence",
        )
        rows = [
            {
                "id": f"recco-{song.number}",
                "href": f"https://open.spotify.com/track/{song.spotify_id}",
                "isrc": song.isrc,
                **{name: (features(song) or {}).get(name, 0.5) for name in kept},
            }
            for song in found
        ]
        return Answer({"content": rows})
