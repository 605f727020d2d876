"""Playlists of local files: each entry is taken or fails on its own, and the playlist is the annotator."""

from pathlib import Path

import pytest

from services.crawler.playlists.reader import MAX_BYTES
from services.crawler.sources.m3u import M3uSource
from services.crawler.sources.xspf import XspfSource
from shared.domain.annotation import AnnotatorKind
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceLabel
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from tests.support.audio import tone, write

Y = tone(440, duration_s=0.1)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for place in ("music/rock/a.wav", "music/rock/50% off.wav", "music/Für Elise.wav", "out.wav"):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, Y, sr=22_050, form="wav16")
    (tmp_path / "music" / "lists").mkdir()
    return tmp_path / "music"


def collect_track(music: Path, name: str, content: str) -> list[CollectedTrack | Reason]:
    (music / "lists" / name).write_text(content)
    library = MusicLibrary([music])
    source = XspfSource(library) if name.endswith("xspf") else M3uSource(library)
    request = CrawlRequest(source="m3u", path=f"lists/{name}", emotion="sad")
    found: list[CollectedTrack | Reason] = []
    for piece in source.list_items(request).items:
        try:
            found.append(source.collect_track(piece.payload, request))
        except PermanentError as error:
            found.append(error.reason)
    return found


def locators(found: list[CollectedTrack | Reason]) -> list[str]:
    return [one.value if isinstance(one, Reason) else one.refs[0].source_id for one in found]


def test_entries_are_relative_to_the_playlist_and_judged_by_it(music: Path) -> None:
    (found,) = collect_track(music, "rain.m3u", "#EXTINF:1,Vox - Ode\n../rock/a.wav\n")
    assert isinstance(found, CollectedTrack)
    assert found.refs[0].source_id == "music/rock/a.wav"
    assert (found.title, found.artist) == ("Ode", "Vox")
    assert found.label == SourceLabel("mood4", "sad")
    assert (found.annotator_kind, found.annotator_name) == (AnnotatorKind.PLAYLIST, "music/lists/rain.m3u")


def test_each_entry_that_cannot_be_had_fails_with_its_own_reason(music: Path) -> None:
    lines = ("../rock/a.wav", "../rock/gone.wav", "../../out.wav", "/etc/passwd", "http://x.example/a.mp3", "../rock")
    assert locators(collect_track(music, "mixed.m3u8", "\n".join(lines))) == [
        "music/rock/a.wav",
        "not_found",
        "outside_library",
        "outside_library",
        "unsupported",
        "not_found",
    ]


def test_percent_signs_backslashes_and_file_uris_find_their_files(music: Path) -> None:
    lines = ("../rock/50% off.wav", "..\\rock\\a.wav", "../F%C3%BCr%20Elise.wav", (music / "rock/a.wav").as_uri())
    assert locators(collect_track(music, "odd.m3u", "\n".join(lines))) == [
        "music/rock/50% off.wav",
        "music/rock/a.wav",
        "music/Für Elise.wav",
        "music/rock/a.wav",
    ]


def test_an_xspf_finds_files_by_relative_and_absolute_uris(music: Path) -> None:
    uris = ("../F%C3%BCr%20Elise.wav", (music / "rock/50% off.wav").as_uri(), "https://x.example/a.mp3")
    tracks = "".join(f"<track><location>{uri}</location><title>T</title></track>" for uri in uris)
    content = f'<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>{tracks}</trackList></playlist>'
    assert locators(collect_track(music, "p.xspf", content)) == [
        "music/Für Elise.wav",
        "music/rock/50% off.wav",
        "unsupported",
    ]


def test_a_link_that_leads_out_of_the_library_is_refused(music: Path) -> None:
    (music / "link.wav").symlink_to(music.parent / "out.wav")
    assert locators(collect_track(music, "p.m3u", "../link.wav")) == ["outside_library"]


def test_a_file_that_is_far_too_large_for_a_playlist_is_refused(music: Path) -> None:
    with (music / "huge.m3u").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(PermanentError) as caught:
        M3uSource(MusicLibrary([music])).list_items(CrawlRequest(source="m3u", path="huge.m3u"))
    assert caught.value.reason is Reason.TOO_LARGE
