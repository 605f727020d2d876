"""Audio from another source: found, fetched at once, resolved again when its address has died, never kept as a URL."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceRef
from shared.errors import LaterError, PermanentError, Reason
from shared.settings import SourceSettings
from tests.contract.web.conftest import Open, Opened
from tests.support.servers.catalogue import Song
from tests.support.servers.deezer import DeezerServer
from tests.support.servers.http import LocalServer
from tests.support.servers.itunes import ItunesServer
from tests.support.servers.jamendo import JamendoServer
from tests.support.servers.navidrome import PASSWORD, USER, NavidromeServer

SettingsFor = Callable[..., SourceSettings]

SOUND = b"ID3\x03" + bytes(3000)


def known_from_spotify(number: int, **other: Any) -> CollectedTrack:
    song = Song(number)
    said = {"title": song.title, "artist": song.artist, "isrc": song.isrc, "duration_s": float(song.duration_s)}
    return CollectedTrack(refs=(SourceRef("spotify", song.spotify_id),), **{**said, **other})


@pytest.fixture
def deezer() -> Iterator[DeezerServer]:
    with DeezerServer(n_songs=20, sound=SOUND) as running:
        yield running


@pytest.fixture
def itunes() -> Iterator[ItunesServer]:
    with ItunesServer(n_songs=20, sound=SOUND) as running:
        yield running


@pytest.fixture
def opened(open_source: Open, settings_for: SettingsFor, deezer: DeezerServer, itunes: ItunesServer) -> Opened:
    return open_source("deezer", settings_for(deezer=deezer, itunes=itunes))


@pytest.fixture
def settings_for() -> SettingsFor:
    def make(**servers: LocalServer) -> SourceSettings:
        return SourceSettings(
            acknowledge_deezer_terms=True,
            acknowledge_itunes_terms=True,
            jamendo_client_id="me",
            source_urls=tuple((name, server.url) for name, server in servers.items()),
            insecure_hosts=tuple(server.host for server in servers.values()),
        )

    return make


def test_an_isrc_leads_from_spotify_to_a_preview_at_deezer(opened: Opened, deezer: DeezerServer) -> None:
    clip = opened.clips.fetch_audio(known_from_spotify(3), ("deezer", "itunes"))
    assert (clip.source, clip.match_score > 0.9) == ("deezer", True)
    assert opened.blobs.get(clip.key) == SOUND
    assert [call.path for call in deezer.calls] == ["/track/isrc:XXMER2600003", "/preview/3.mp3"]


def test_an_isrc_that_another_recording_carries_gives_no_audio(opened: Opened) -> None:
    wrong = known_from_spotify(3, title="Quite Another Thing (Live)", artist="Nobody")
    with pytest.raises(PermanentError) as caught:
        opened.clips.fetch_audio(wrong, ("deezer",))
    assert caught.value.reason is Reason.NO_AUDIO


def test_without_an_isrc_itunes_is_asked_by_words_and_the_score_is_kept(opened: Opened, itunes: ItunesServer) -> None:
    clip = opened.clips.fetch_audio(known_from_spotify(7, isrc=None), ("deezer", "itunes"))
    assert clip.source == "itunes"
    assert 0.8 <= clip.match_score <= 1.0
    assert itunes.calls[0].path == "/search"


def test_without_a_preview_the_next_source_is_asked(opened: Opened, deezer: DeezerServer) -> None:
    deezer.without_preview.add(5)
    assert opened.clips.fetch_audio(known_from_spotify(5), ("deezer", "itunes")).source == "itunes"


def test_an_address_that_died_on_the_way_is_resolved_once_more(opened: Opened, deezer: DeezerServer) -> None:
    deezer.expire_next = 1
    assert opened.clips.fetch_audio(known_from_spotify(4), ("deezer",)).size_bytes == len(SOUND)
    assert [call.path for call in deezer.calls] == 2 * ["/track/isrc:XXMER2600004", "/preview/4.mp3"]


def test_an_address_that_dies_twice_is_given_up_with_its_reason(opened: Opened, deezer: DeezerServer) -> None:
    deezer.expire_next = 2
    with pytest.raises(PermanentError) as caught:
        opened.clips.fetch_audio(known_from_spotify(4), ("deezer",))
    assert caught.value.reason is Reason.NO_AUDIO


def test_a_web_page_in_place_of_sound_is_refused(opened: Opened, deezer: DeezerServer) -> None:
    deezer.sound = b"<html>not in your country</html>"
    with pytest.raises(PermanentError) as caught:
        opened.clips.fetch_audio(known_from_spotify(4), ("deezer",))
    assert caught.value.reason is Reason.UNDECODABLE


def test_a_download_without_content_is_for_later(opened: Opened, deezer: DeezerServer) -> None:
    deezer.sound = b""
    with pytest.raises(LaterError) as caught:
        opened.clips.fetch_audio(known_from_spotify(4), ("deezer",))
    assert caught.value.reason is Reason.SOURCE_UNAVAILABLE


def test_the_same_work_twice_writes_over_what_it_left(opened: Opened) -> None:
    first, second = (opened.clips.fetch_audio(known_from_spotify(3), ("deezer",)) for _ in range(2))
    assert first.key == second.key
    assert first.key.startswith("tmp/deezer/")


def test_jamendo_gives_whole_songs_where_the_artist_allows(open_source: Open, settings_for: SettingsFor) -> None:
    with JamendoServer(n_songs=10, sound=SOUND) as server:
        opened = open_source("jamendo", settings_for(jamendo=server))
        track = CollectedTrack(refs=(SourceRef("jamendo", "1"),), title="x")
        assert opened.clips.fetch_audio(track, ("jamendo",)).match_score == 1.0
        with pytest.raises(PermanentError) as caught:
            opened.clips.fetch_audio(CollectedTrack(refs=(SourceRef("jamendo", "4"),), title="x"), ("jamendo",))
    assert caught.value.reason is Reason.NO_AUDIO


def test_navidrome_streams_from_the_server_that_the_operator_named(open_source: Open) -> None:
    with NavidromeServer(n_songs=3, sound=SOUND) as server:
        settings = SourceSettings(navidrome_url=server.url, navidrome_user=USER, navidrome_password=PASSWORD)
        opened = open_source("navidrome", settings)
        request = CrawlRequest(source="navidrome")
        track = opened.source.collect_track(opened.rows(request)[0].payload, request)
        assert opened.clips.fetch_audio(track, ("navidrome",)).size_bytes == len(SOUND)
