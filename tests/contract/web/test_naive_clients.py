"""The local servers are not polite: for each thing that they do, a client that does not expect it fails."""

from collections.abc import Iterator

import httpx
import pytest
import requests
import spotipy
from spotipy.oauth2 import SpotifyClientCredentials

from tests.support.servers.deezer import DeezerServer
from tests.support.servers.http import DRIP_S, LocalServer
from tests.support.servers.itunes import ItunesServer
from tests.support.servers.jamendo import JamendoServer
from tests.support.servers.navidrome import NavidromeServer
from tests.support.servers.reccobeats import ReccoBeatsServer
from tests.support.servers.spotify import CLIENT, SpotifyServer


@pytest.fixture
def deezer() -> Iterator[DeezerServer]:
    with DeezerServer(n_songs=120, sound=b"ID3 sound") as running:
        yield running


@pytest.fixture
def spotify() -> Iterator[SpotifyServer]:
    with SpotifyServer(n_songs=120) as running:
        yield running


def naive(server: LocalServer) -> spotipy.Spotify:
    """spotipy as its documentation shows it, pointed to the local server."""
    auth = SpotifyClientCredentials(*CLIENT, cache_handler=spotipy.cache_handler.MemoryCacheHandler())
    auth.OAUTH_TOKEN_URL = f"{server.url}/api/token"
    client = spotipy.Spotify(auth_manager=auth)
    client.prefix = f"{server.url}/v1/"
    return client


def test_half_an_answer_breaks_who_reads_to_its_end(deezer: DeezerServer) -> None:
    deezer.will("cut")
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{deezer.url}/playlist/all/tracks").json()


@pytest.mark.parametrize("fault", ["malformed", "html"])
def test_a_good_status_with_nonsense_breaks_who_believes_it(deezer: DeezerServer, fault: str) -> None:
    deezer.will(fault)
    answer = httpx.get(f"{deezer.url}/playlist/all/tracks")
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def test_a_broken_gateway_breaks_who_does_not_look_at_the_status(deezer: DeezerServer) -> None:
    deezer.will("broken")
    with pytest.raises(KeyError):
        httpx.get(f"{deezer.url}/playlist/all/tracks").json()["data"]


def test_a_timeout_does_not_end_an_answer_that_drips(deezer: DeezerServer) -> None:
    deezer.will("drip")
    answer = httpx.get(f"{deezer.url}/track/1", timeout=0.1)
    assert len(answer.content) * DRIP_S > 0.1, "it took far longer than the timeout, and nothing was raised"


def test_a_quota_inside_a_good_answer_breaks_who_looks_at_the_status(deezer: DeezerServer) -> None:
    deezer.will("long_throttle")
    answer = httpx.get(f"{deezer.url}/playlist/all/tracks")
    assert answer.is_success
    with pytest.raises(KeyError):
        answer.json()["data"]


def test_who_reads_one_page_misses_the_rest(deezer: DeezerServer, spotify: SpotifyServer) -> None:
    assert len(httpx.get(f"{deezer.url}/playlist/all/tracks").json()["data"]) < 120
    assert len(naive(spotify).playlist_items("allofthem")["items"]) < 120


def test_who_keeps_a_signed_address_comes_too_late(deezer: DeezerServer) -> None:
    address = httpx.get(f"{deezer.url}/track/1").json()["preview"]
    deezer.expire()
    assert httpx.get(address).status_code == 403


def test_an_empty_row_breaks_who_takes_its_track(spotify: SpotifyServer) -> None:
    spotify.playlists["mixed"] = [None, *spotify.playlists["allofthem"][:2]]
    with pytest.raises(TypeError):
        _ = [row["track"]["id"] for row in naive(spotify).playlist_items("mixed")["items"]]


def test_the_renamed_key_breaks_who_knows_the_old_one(spotify: SpotifyServer) -> None:
    with pytest.raises(KeyError):
        _ = [row["track"] for row in naive(spotify).playlist_items("allofthem")["items"]]


def test_a_search_page_of_fifty_is_refused_to_a_new_app(spotify: SpotifyServer) -> None:
    with pytest.raises(spotipy.SpotifyException):
        naive(spotify).search("artist", limit=50)


def test_a_null_among_audio_features_breaks_who_reads_them() -> None:
    with SpotifyServer(n_songs=20, extended=True) as server, pytest.raises(TypeError):
        _ = [found["energy"] for found in naive(server).audio_features([s.spotify_id for s in server.songs.values()])]


def test_spotipy_by_itself_sleeps_a_pause_out_and_asks_again_in_secret(spotify: SpotifyServer) -> None:
    spotify.will("short_throttle")
    naive(spotify).track(next(iter(spotify.songs)))
    assert len(spotify.counted()) == 2


def test_an_error_that_is_a_text_makes_spotipy_stumble(spotify: SpotifyServer) -> None:
    spotify.will("text_error")
    client = naive(spotify)
    client._session = requests.Session()
    with pytest.raises(AttributeError):
        client.track("x")


def test_a_quota_comes_without_a_word_of_when(spotify: SpotifyServer) -> None:
    spotify.will("quota")
    client = naive(spotify)
    client._session = requests.Session()
    with pytest.raises(spotipy.SpotifyException) as caught:
        client.track("x")
    with pytest.raises(KeyError):
        caught.value.headers["Retry-After"]


def test_an_empty_403_breaks_who_expects_an_error_document() -> None:
    with ItunesServer(n_songs=1) as server:
        server.will("long_throttle")
        with pytest.raises(ValueError):
            httpx.get(f"{server.url}/search", params={"term": "artist"}).json()


def test_a_refusal_in_the_headers_object_looks_like_an_empty_list() -> None:
    with JamendoServer(n_songs=5) as server:
        answer = httpx.get(f"{server.url}/tracks/", params={"client_id": "somebody"})
        assert answer.is_success
        assert answer.json()["results"] == []


def test_features_in_another_order_are_given_to_the_wrong_tracks() -> None:
    with ReccoBeatsServer(n_songs=5) as server:
        asked = list(server.songs)
        rows = httpx.get(f"{server.url}/audio-features", params={"ids": ",".join(asked)}).json()["content"]
        assert [row["href"].rpartition("/")[2] for row in rows] != asked


def test_a_refused_login_of_subsonic_is_a_good_answer() -> None:
    with NavidromeServer(n_songs=1) as server:
        answer = httpx.get(f"{server.url}/rest/getPlaylists.view", params={"u": "ann", "p": "secret", "f": "json"})
        assert answer.is_success
        with pytest.raises(KeyError):
            answer.json()["subsonic-response"]["playlists"]


def test_a_track_without_what_may_be_missing_breaks_who_reads_it(spotify: SpotifyServer) -> None:
    spotify.playlists["bare"] = [song for song in spotify.songs.values() if song.number % 3 == 0][:2]
    tracks = [row.get("item") or row["track"] for row in naive(spotify).playlist_items("bare")["items"]]
    with pytest.raises(TypeError):
        _ = [track["album"]["name"] for track in tracks]
    with pytest.raises(TypeError):
        _ = [artist["name"] for track in tracks for artist in track["artists"]]
