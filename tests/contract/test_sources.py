"""What every source of the table `SOURCES` keeps: a new one gets a request here, and is held to the same."""

import json
from pathlib import Path

import pytest

from services.crawler.settings import CrawlerSettings
from services.crawler.sources import SOURCES
from services.crawler.sources.port import CrawlSource, ListedItem
from shared.domain.crawl import CrawlRequest
from shared.domain.emotion import TAXONOMIES
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject
from shared.library import MusicLibrary
from tests.support.audio import tone, write

REQUESTS = {
    "folder": CrawlRequest(source="folder", path="rock", emotion="sad"),
    "table": CrawlRequest(source="table", path="tracks.csv"),
    "demo": CrawlRequest(source="demo"),
    "m3u": CrawlRequest(source="m3u", path="list.m3u8", emotion="sad"),
    "xspf": CrawlRequest(source="xspf", path="list.xspf", emotion="sad"),
    "pls": CrawlRequest(source="pls", path="list.pls", emotion="sad"),
    "asx": CrawlRequest(source="asx", path="list.asx", emotion="sad"),
    "wpl": CrawlRequest(source="wpl", path="list.wpl", emotion="sad"),
    "jspf": CrawlRequest(source="jspf", path="list.jspf", emotion="sad"),
    "mtg_jamendo": CrawlRequest(source="mtg_jamendo", path="mtg"),
}
BAD_PATHS = {
    "folder": ("jazz", "../out", "/etc"),
    "table": ("jazz.csv", "../out", "/etc/passwd", "rock"),
    "demo": (),
    "m3u": ("jazz.m3u", "../out", "rock"),
    "xspf": ("jazz.xspf", "../out", "rock", "list.m3u8"),
    **{kind: (f"jazz.{kind}", "../out", "rock", "list.m3u8") for kind in ("pls", "asx", "wpl", "jspf")},
    "mtg_jamendo": ("jazz.tsv", "../out", "rock", "tracks.csv"),
}
GONE: dict[str, JsonObject] = {
    "folder": {"path": "gone.wav"},
    "table": {"line": 2, "cells": {"path": "gone.wav"}},
    "demo": {"id": "gone"},
    "m3u": {"number": 1, "location": "gone.wav"},
    "xspf": {"number": 1, "location": "gone.wav"},
    **{kind: {"number": 1, "location": "gone.wav"} for kind in ("pls", "asx", "wpl", "jspf")},
    "mtg_jamendo": {"id": "1", "tags": [], "audio": "gone.mp3"},
}
"""A payload of each source that no longer leads to a track; `path` and `audio` are below the library's root."""
N_COLLECTED = 4


@pytest.fixture(params=sorted(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    root = tmp_path / "music"
    for place in ("rock/a.wav", "rock/b.wav", "rock/live/a.wav"):
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, tone(440, duration_s=0.2), sr=22_050, form="wav16")
    (root / "rock" / "cover.jpg").write_bytes(b"x")
    (root / "tracks.csv").write_text(
        "id,title,artist,energy,path,emotion\n"
        "1,Ode,Vox,0.5,rock/a.wav,sad\n"
        "0VjIjW4GlUZAMYd2vXMi3b,Hymn,Pax,0.25,,calm\n"
        ",Elegy,Nox,,,\n"
    )
    (root / "list.m3u8").write_text("rock/a.wav\nrock/b.wav\n")
    (root / "list.xspf").write_text(
        '<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>'
        "<track><location>rock/a.wav</location></track><track><location>rock/b.wav</location></track>"
        "</trackList></playlist>"
    )
    (root / "list.pls").write_text("[playlist]\nFile1=rock/a.wav\nFile2=rock/b.wav\nNumberOfEntries=2\n")
    (root / "list.asx").write_text('<asx><entry><ref href="rock/a.wav"/></entry><entry><ref href="rock/b.wav"/></asx>')
    (root / "list.wpl").write_text(
        '<?wpl version="1.0"?><smil><media src="rock/a.wav"/><media src="rock\\b.wav"/></smil>'
    )
    (root / "list.jspf").write_text(
        '{"playlist": {"track": [{"location": ["rock/a.wav"]}, {"location": "rock/b.wav"}]}}'
    )
    (root / "mtg" / "audio" / "48").mkdir(parents=True)
    write(root / "mtg" / "audio" / "48" / "948.mp3", tone(440, duration_s=0.2), sr=22_050, form="mp3")
    (root / "mtg" / "autotagging_moodtheme.tsv").write_text(
        "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\n"
        "track_0000948\tartist_000087\talbum_000149\t48/948.mp3\t0.2\tmood/theme---sad\n"
        "track_0000950\tartist_000088\talbum_000150\t50/950.mp3\t0.2\tmood/theme---film\n"
    )
    return root


@pytest.fixture
def source(name: str, music: Path) -> CrawlSource:
    return SOURCES[name](MusicLibrary([music]), CrawlerSettings(demo_dir=music / "demo"))


def listed(source: CrawlSource, name: str) -> list[ListedItem]:
    return list(source.list_items(REQUESTS[name]).items)


def test_a_source_has_something_to_list(source: CrawlSource, name: str) -> None:
    assert listed(source, name)


def test_listing_twice_gives_the_same_in_the_same_order(source: CrawlSource, name: str) -> None:
    assert listed(source, name) == listed(source, name)


def test_keys_are_unique_within_a_listing(source: CrawlSource, name: str) -> None:
    keys = [piece.key for piece in listed(source, name)]
    assert len(set(keys)) == len(keys)


def test_a_listed_piece_survives_the_way_through_its_row(source: CrawlSource, name: str) -> None:
    for piece in listed(source, name):
        assert json.loads(json.dumps(piece.payload, allow_nan=False)) == piece.payload
        assert "\0" not in json.dumps(piece.key)


def test_collecting_gives_refs_that_stay_the_same_and_name_one_track_each(source: CrawlSource, name: str) -> None:
    pieces = listed(source, name)[:N_COLLECTED]
    once = [source.collect_track(piece.payload, REQUESTS[name]) for piece in pieces]
    again = [source.collect_track(piece.payload, REQUESTS[name]) for piece in pieces]
    assert [track.refs for track in once] == [track.refs for track in again]
    assert all(track.refs for track in once)
    refs = [ref for track in once for ref in track.refs]
    assert len(set(refs)) == len(refs)


def test_what_is_collected_has_a_title_and_a_judgement_in_known_words(source: CrawlSource, name: str) -> None:
    for piece in listed(source, name)[:N_COLLECTED]:
        track = source.collect_track(piece.payload, REQUESTS[name])
        assert track.title
        assert track.annotator_name
        if track.label is not None:
            assert track.label.emotion in TAXONOMIES[track.label.taxonomy].emotions


def test_only_the_demo_is_synthetic(source: CrawlSource, name: str) -> None:
    assert {source.collect_track(p.payload, REQUESTS[name]).synthetic for p in listed(source, name)[:2]} == {
        name == "demo"
    }


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in BAD_PATHS.items() for path in paths])
def test_a_bad_path_is_refused_before_anything_is_listed(name: str, path: str, music: Path) -> None:
    (music.parent / "out").mkdir()
    source = SOURCES[name](MusicLibrary([music]), CrawlerSettings())
    with pytest.raises(PermanentError) as caught:
        list(source.list_items(CrawlRequest(source=name, path=path)).items)
    assert caught.value.reason in {
        Reason.NOT_FOUND,
        Reason.OUTSIDE_LIBRARY,
        Reason.UNREADABLE_TABLE,
        Reason.UNREADABLE_PLAYLIST,
    }


def test_a_piece_that_is_gone_is_refused_with_a_reason(source: CrawlSource, name: str, music: Path) -> None:
    payload = {key: str(music / value) if key in {"path", "audio"} else value for key, value in GONE[name].items()}
    with pytest.raises(PermanentError) as caught:
        source.collect_track(payload, REQUESTS[name])
    assert caught.value.reason is Reason.NOT_FOUND


def test_a_table_row_names_its_sound_by_the_file_its_recording_by_the_catalogue_and_its_text_by_itself(
    music: Path,
) -> None:
    source = SOURCES["table"](MusicLibrary([music]), CrawlerSettings())
    tracks = [source.collect_track(piece.payload, REQUESTS["table"]) for piece in listed(source, "table")]
    assert [[ref.source for ref in track.refs] for track in tracks] == [["folder", "table"], ["spotify"], ["table"]]
    assert tracks[0].audio is not None
    assert tracks[0].catalogue == {"energy": 0.5}


def test_a_table_cannot_reach_sound_outside_the_library(music: Path) -> None:
    (music.parent / "out.wav").write_bytes(b"x")
    source = SOURCES["table"](MusicLibrary([music]), CrawlerSettings())
    for path in ("../out.wav", str(music.parent / "out.wav"), "/etc/passwd"):
        with pytest.raises(PermanentError) as caught:
            source.collect_track({"line": 2, "cells": {"path": path}}, REQUESTS["table"])
        assert caught.value.reason is Reason.OUTSIDE_LIBRARY


def test_a_table_row_that_loops_through_a_link_is_refused(music: Path) -> None:
    (music / "loop.wav").symlink_to(music / "loop.wav")
    source = SOURCES["table"](MusicLibrary([music]), CrawlerSettings())
    with pytest.raises(PermanentError) as caught:
        source.collect_track({"line": 2, "cells": {"path": "loop.wav"}}, REQUESTS["table"])
    assert caught.value.reason is Reason.NOT_FOUND
