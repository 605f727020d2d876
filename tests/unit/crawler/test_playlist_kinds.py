"""PLS, ASX, WPL and JSPF: what their files say, without trusting any of it."""

import json
from collections.abc import Callable, Iterator

import pytest

from services.crawler.playlists.asx import read_asx
from services.crawler.playlists.jspf import read_jspf
from services.crawler.playlists.pls import read_pls
from services.crawler.playlists.reader import PlaylistEntry
from services.crawler.playlists.wpl import read_wpl
from shared.errors import PermanentError, Reason

Read = Callable[[bytes], Iterator[PlaylistEntry]]


def test_a_pls_gives_its_files_in_the_order_of_their_numbers() -> None:
    content = (
        "[Playlist]\r\nNumberOfEntries=3\r\nFile10=c.mp3\r\nfile2=rock\\b.mp3\r\nTitle2=Vox - Ode\r\nLength2=180\r\n"
        "File1=a=1.mp3\r\nTitle9=Lost\r\nVersion=2\r\n"
    )
    assert list(read_pls(content.encode("utf-8-sig"))) == [
        PlaylistEntry(number=1, location="a=1.mp3"),
        PlaylistEntry(number=2, location="rock\\b.mp3", title="Ode", artist="Vox"),
        PlaylistEntry(number=3, location="c.mp3"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_pls_is_read_in_the_encodings_that_players_write(encoding: str) -> None:
    content = "[playlist]\nFile1=Björk/Jóga.mp3\n".encode(encoding)
    assert [entry.location for entry in read_pls(content)] == ["Björk/Jóga.mp3"]


def test_an_asx_is_read_although_it_is_no_xml() -> None:
    content = (
        '<ASX Version="3.0"><Title>Rain</TITLE><author>Radio</author>'
        '<Entry><Title>Ode & Joy</title><Author>Vox</Author><Ref href = "rock\\a & b.mp3" /><ref href="http://x/a"/></ENTRY>'
        "<entry><title>Not closed<REF HREF='c.mp3'></entry><entry></entry></asx>"
    )
    assert list(read_asx(content.encode())) == [
        PlaylistEntry(number=1, location="rock\\a & b.mp3", title="Ode & Joy", artist="Vox"),
        PlaylistEntry(number=2, location="c.mp3", title="Not closed"),
        PlaylistEntry(number=3, location=""),
    ]


def test_an_element_of_an_asx_that_html_knows_otherwise_hides_nothing_behind_it() -> None:
    content = b"<asx><entry><script><ref href='a.mp3'></entry><entry><ref href='b.mp3'></entry></asx>"
    assert [entry.location for entry in read_asx(content)] == ["a.mp3", "b.mp3"]


def test_a_wpl_gives_its_media_with_what_it_says_of_them() -> None:
    content = (
        '<?wpl version="1.0"?>\r\n<smil><head><title>Rain</title></head><body><seq>'
        '<media src="..\\rock\\a &amp; b.mp3" albumTitle="Songs" albumArtist="Vox" trackTitle="Ode"/>'
        '<media src="c.mp3"/>'
        "</seq></body></smil>"
    )
    assert list(read_wpl(content.encode())) == [
        PlaylistEntry(number=1, location="..\\rock\\a & b.mp3", title="Ode", artist="Vox", album="Songs"),
        PlaylistEntry(number=2, location="c.mp3"),
    ]


def test_a_jspf_gives_each_track_with_its_first_location() -> None:
    tracks = [
        {"location": ["file:///m/a%20b.mp3", "http://x/a"], "title": "Ode", "creator": "Vox", "album": "Songs"},
        {"location": "c.mp3", "title": 7},
        {"identifier": ["https://musicbrainz.org/recording/1"]},
        None,
    ]
    assert list(read_jspf(json.dumps({"playlist": {"title": "Rain", "track": tracks}}).encode())) == [
        PlaylistEntry(number=1, location="file:///m/a%20b.mp3", title="Ode", artist="Vox", album="Songs"),
        PlaylistEntry(number=2, location="c.mp3"),
        PlaylistEntry(number=3, location=""),
        PlaylistEntry(number=4, location=""),
    ]


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><smil><media src="&b;"/></smil>'


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (read_pls, b""),
        (read_pls, b"File1=a.mp3\n"),
        (read_pls, bytes(range(256))),
        (read_asx, b"<html><title>Not found</title></html>"),
        (read_asx, b"[playlist]\nFile1=a.mp3\n"),
        (read_wpl, b"<smil><media>"),
        (read_wpl, b"<playlist></playlist>"),
        (read_wpl, BOMB),
        (read_jspf, b"{"),
        (read_jspf, b"[" * 100_000),
        (read_jspf, b"[]"),
        (read_jspf, b'{"playlist": {"track": {"location": "a.mp3"}}}'),
    ],
)
def test_what_is_no_such_playlist_is_refused_as_a_whole(read: Read, content: bytes) -> None:
    with pytest.raises(PermanentError) as caught:
        list(read(content))
    assert caught.value.reason is Reason.UNREADABLE_PLAYLIST
