"""One song in two files is one track."""

import pytest
from sqlalchemy import select

from shared.store.tables import Track
from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


def test_two_files_with_the_same_decoded_audio_become_one_track(system: System) -> None:
    folder = system.music / "same audio"
    folder.mkdir()
    song = audio.song(duration_s=6.0, sr=22_050, n_channels=1, seed=31_415)
    audio.write(folder / "a.wav", song, sr=22_050, form="wav16")
    audio.write(folder / "b.flac", song, sr=22_050, form="flac")
    other = audio.song(duration_s=6.0, sr=22_050, n_channels=1, seed=27_182)
    audio.write(folder / "c.wav", other, sr=22_050, form="wav16")
    ended = system.ended(system.post("/crawl", {"source": "folder", "path": str(folder), "emotion": "calm"}))
    assert (ended["items"]["requested"], ended["items"]["done"]) == (3, 3), system.log_tails()
    items = system.api.get(f"/jobs/{ended['id']}/items").json()["items"]
    by_name = {item["key"].rpartition("/")[2]: item["track_id"] for item in items}
    with system.ports.store.read_session() as session:
        query = select(Track.id, Track.survivor_id).where(Track.id.in_(by_name.values()))
        survivor = {str(track): str(stands) for track, stands in session.execute(query)}
    assert survivor[by_name["a.wav"]] == survivor[by_name["b.flac"]] == min(by_name["a.wav"], by_name["b.flac"])
    assert survivor[by_name["c.wav"]] == by_name["c.wav"]
    track = system.api.get(f"/tracks/{by_name['b.flac']}").json()
    assert [merge["reason"] for merge in track["merges"]] == ["same_audio"]
    assert len(track["sources"]) == 2
    assert track["features"]["state"] == "ready"
