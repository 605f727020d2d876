"""What Spotify lets an app do, and what is said where it does not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.domain.crawl import CrawlRequest
from shared.errors import LaterError, PermanentError, Reason
from tests.contract.web.cases import CASES, settings_of
from tests.contract.web.conftest import Open, Opened
from tests.support.servers.spotify import SpotifyServer


@pytest.fixture
def spotify() -> Iterator[SpotifyServer]:
    with SpotifyServer(n_songs=30) as running:
        yield running


@pytest.fixture
def opened(open_source: Open, spotify: SpotifyServer) -> Open:
    def make(**more: Any) -> Opened:
        return open_source("spotify", settings_of(CASES["spotify"], spotify, **more))

    return make


def refused(call: Callable[[], object]) -> PermanentError:
    with pytest.raises(PermanentError) as caught:
        call()
    return caught.value


ALL = CrawlRequest(source="spotify", playlists=("allofthem",))


def test_wrong_credentials_are_said_so_and_name_the_variables(opened: Open) -> None:
    error = refused(lambda: opened(spotify_client_secret="wrong").rows(ALL))
    assert error.reason is Reason.NO_CREDENTIALS
    assert "MER_SPOTIFY_CLIENT_ID" in error.detail


def test_a_users_refresh_token_is_used_and_renewed(opened: Open, spotify: SpotifyServer) -> None:
    assert len(opened(spotify_refresh_token="fresh").rows(ALL)) == 30
    login = next(call for call in spotify.calls if call.path == "/api/token")
    assert "grant_type=refresh_token" in login.body
    assert "fresh" in login.body


def test_a_refresh_token_that_has_ended_asks_for_a_new_one(opened: Open) -> None:
    error = refused(lambda: opened(spotify_refresh_token="ended").rows(ALL))
    assert error.reason is Reason.NO_CREDENTIALS
    assert "six months" in error.detail


def test_another_users_playlist_is_one_failed_item_that_says_what_to_do(opened: Open, spotify: SpotifyServer) -> None:
    spotify.foreign.add("allofthem")
    rows = opened().rows(ALL)
    assert [row.payload["reason"] for row in rows] == ["forbidden"]
    assert "MER_SPOTIFY_REFRESH_TOKEN" in rows[0].payload["detail"]


def test_an_app_that_only_claims_extended_access_is_told_so(opened: Open) -> None:
    error = refused(lambda: opened(spotify_extended=True).rows(ALL))
    assert error.reason is Reason.NO_CREDENTIALS
    assert "MER_SPOTIFY_EXTENDED=false" in error.detail


def test_a_single_track_is_asked_for_when_it_is_collected(opened: Open, spotify: SpotifyServer) -> None:
    source = opened()
    song = next(iter(spotify.songs.values()))
    request = CrawlRequest(source="spotify", tracks=(f"spotify:track:{song.spotify_id}", "nosuchthing"))
    known, unknown = source.rows(request)
    assert spotify.counted() == []
    track = source.source.collect_track(known.payload, request)
    assert (track.title, track.artist, track.isrc) == (song.title, song.artist, song.isrc)
    assert refused(lambda: source.source.collect_track(unknown.payload, request)).reason is Reason.NOT_FOUND


@pytest.mark.parametrize(
    "named", ["https://open.spotify.com/album/abc", "not an id!", "https://example.com/playlist/x"]
)
def test_what_is_no_playlist_is_a_failed_item_about_which_nobody_is_asked(
    opened: Open, spotify: SpotifyServer, named: str
) -> None:
    rows = opened().rows(CrawlRequest(source="spotify", playlists=(named,)))
    assert [row.payload["reason"] for row in rows] == ["not_found"]
    assert spotify.calls == []


def test_an_id_that_is_none_does_not_lose_the_tracks_beside_it(opened: Open) -> None:
    rows = opened().rows(CrawlRequest(source="spotify", tracks=("not an id!", "abc")))
    assert [row.payload.get("reason") for row in rows] == [None, "not_found"]


def test_a_quota_without_a_time_is_left_alone_for_an_hour(opened: Open, spotify: SpotifyServer) -> None:
    spotify.will("quota")
    with pytest.raises(LaterError) as caught:
        opened().rows(ALL)
    assert caught.value.wait_s == 3600
    assert "quota" in caught.value.detail


def test_an_error_that_is_a_text_is_a_fault_that_passes(opened: Open, spotify: SpotifyServer) -> None:
    spotify.will("text_error")
    assert len(opened().rows(ALL)) == 30
