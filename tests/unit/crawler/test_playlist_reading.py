import pytest

from services.crawler.files.locations import local_paths
from services.crawler.playlists.reader import PlaylistEntry, read_m3u, read_xspf
from shared.errors import PermanentError, Reason


def locations(content: bytes) -> list[str]:
    return [entry.location for entry in read_m3u(content)]


def xspf(tracks: str, *, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<playlist version="1" xmlns="http://xspf.org/ns/0/">'
        f"<trackList>{tracks}</trackList></playlist>"
    ).encode()


def test_an_extended_m3u_names_title_and_artist_of_the_line_below() -> None:
    content = b"#EXTM3U\n#PLAYLIST:Rain\n#EXTINF:180,Vox - Ode - to Joy\na.mp3\n#EXTINF:9,Hymn\n\nb.mp3\nc.mp3\n"
    assert list(read_m3u(content)) == [
        PlaylistEntry(number=1, location="a.mp3", title="Ode - to Joy", artist="Vox"),
        PlaylistEntry(number=2, location="b.mp3", title="Hymn"),
        PlaylistEntry(number=3, location="c.mp3"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_playlist_is_read_in_the_encodings_that_players_write(encoding: str) -> None:
    assert locations("#EXTM3U\r\nBjörk/Jóga.mp3\r\n".encode(encoding)) == ["Björk/Jóga.mp3"]


def test_random_bytes_raise_nothing() -> None:
    assert isinstance(locations(bytes(range(256)) * 20), list)


def test_an_xspf_gives_each_track_with_its_first_location() -> None:
    tracks = (
        "<track><location>file:///m/a%20b.mp3</location><location>http://x/a.mp3</location>"
        "<title>Ode</title><creator>Vox</creator><album>Songs</album></track><track><title>Lost</title></track>"
    )
    assert list(read_xspf(xspf(tracks))) == [
        PlaylistEntry(number=1, location="file:///m/a%20b.mp3", title="Ode", artist="Vox", album="Songs"),
        PlaylistEntry(number=2, location="", title="Lost"),
    ]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
THIEF = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#EXTM3U\na.mp3\n",
        b"<playlist><track>",
        b"<rss></rss>",
        xspf("<track><location>&b;</location></track>", before=BOMB),
        xspf("<track><location>&f;</location></track>", before=THIEF),
    ],
)
def test_what_is_no_xspf_or_declares_entities_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(PermanentError) as caught:
        list(read_xspf(content))
    assert caught.value.reason is Reason.UNREADABLE_PLAYLIST


@pytest.mark.parametrize(
    ("location", "paths"),
    [
        ("a.mp3", ["a.mp3"]),
        ("100%20.mp3", ["100%20.mp3", "100 .mp3"]),
        ("rock\\a.mp3", ["rock\\a.mp3", "rock/a.mp3"]),
        ("file:///m/a%20b.mp3", ["/m/a b.mp3"]),
        ("file://localhost/m/a.mp3", ["/m/a.mp3"]),
        ("C:\\Music\\a.mp3", ["C:\\Music\\a.mp3", "C:/Music/a.mp3"]),
    ],
)
def test_a_location_may_mean_several_paths_the_likeliest_first(location: str, paths: list[str]) -> None:
    assert local_paths(location) == paths


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("", Reason.NOT_FOUND),
        ("http://radio.example/live.mp3", Reason.UNSUPPORTED),
        ("https://x.example/%20a.mp3", Reason.UNSUPPORTED),
        ("spotify://track/1", Reason.UNSUPPORTED),
        ("file://server/share/a.mp3", Reason.UNSUPPORTED),
    ],
)
def test_what_no_local_path_can_be_is_refused_with_a_reason(location: str, reason: Reason) -> None:
    with pytest.raises(PermanentError) as caught:
        local_paths(location)
    assert caught.value.reason is reason
