"""The MTG-Jamendo tables: tags as emotions, licences a track, and audio where it is."""

from pathlib import Path
from typing import Any

import pytest

from services.crawler.sources.mtg_jamendo import MtgJamendoSource, emotion_from_tags, load_mood_tags
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from tests.support.audio import tone, write

HEADER = "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS"
ROWS = (
    "track_0000948\tartist_000087\talbum_000149\t48/948.mp3\t212.7\tmood/theme---sad\tmood/theme---slow",
    "track_0000950\tartist_000087\talbum_000149\t50/950.mp3\t60.0\tgenre---rock\tmood/theme---happy\tmood/theme---sad",
)
LICENCES = (
    "48/948.mp3\nOde by Vox from Jamendo: http://www.jamendo.com/track/948\n"
    "Available under a Creative Commons Attribution license: http://creativecommons.org/licenses/by/3.0/\n\n"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "music" / "mtg" / "data"
    folder.mkdir(parents=True)
    (folder / "autotagging_moodtheme.tsv").write_text("\n".join((HEADER, *ROWS)) + "\n")
    (folder.parent / "audio_licenses.txt").write_text(LICENCES)
    return folder


def crawl(data: Path, **more: Any) -> tuple[list[CollectedTrack], dict[str, int]]:
    source = MtgJamendoSource(MusicLibrary([data.parents[1]]))
    request = CrawlRequest(**{"source": "mtg_jamendo", "path": "mtg/data", **more})
    listing = source.list_items(request)
    return [source.collect_track(piece.payload, request) for piece in listing.items], dict(listing.ignored)


def test_tags_are_kept_and_read_as_an_emotion_unless_they_contradict_each_other(data: Path) -> None:
    (sad, torn), _ = crawl(data)
    assert sad.tags == ("sad", "slow")
    assert sad.label is not None
    assert (sad.label.taxonomy, sad.label.emotion) == ("mood4", "sad")
    assert torn.tags == ("happy", "sad")
    assert torn.label is None


def test_in_quadrants_the_same_tag_is_another_word(data: Path) -> None:
    (sad, _), _ = crawl(data, taxonomy="quadrant4")
    assert sad.label is not None
    assert (sad.label.taxonomy, sad.label.emotion) == ("quadrant4", "Q3")


def test_names_licence_and_attribution_come_from_the_licence_file(data: Path) -> None:
    (known, unknown), _ = crawl(data)
    assert (known.title, known.artist) == ("Ode", "Vox")
    assert known.licence == "http://creativecommons.org/licenses/by/3.0/"
    assert known.attribution == "Ode by Vox from Jamendo: http://www.jamendo.com/track/948"
    assert (unknown.title, unknown.artist, unknown.licence) == ("Jamendo 950", "Jamendo artist 87", None)


def test_names_come_from_the_meta_table_where_there_is_one(data: Path) -> None:
    (data / "raw.meta.tsv").write_text(
        "TRACK_ID\tARTIST_ID\tALBUM_ID\tTRACK_NAME\tARTIST_NAME\tALBUM_NAME\tRELEASEDATE\tURL\n"
        'track_0000950\tartist_000087\talbum_000149\t"Hymn\tPax\tSongs\t2005\thttp://x\n'
    )
    _, hymn = crawl(data)[0]
    assert (hymn.title, hymn.artist, hymn.album) == ('"Hymn', "Pax", "Songs")


@pytest.mark.parametrize("name", ["48/948.mp3", "audio/48/948.mp3", "audio/48/948.low.mp3", "../audio/48/948.mp3"])
def test_audio_is_found_where_the_data_sets_own_scripts_put_it(data: Path, name: str) -> None:
    path = data / name
    path.parent.mkdir(parents=True)
    write(path, tone(440, duration_s=0.2), sr=22_050, form="mp3")
    (found, missing), ignored = crawl(data)
    assert found.audio is not None
    assert [ref.source for ref in found.refs] == ["folder", "jamendo"]
    assert missing.audio is None
    assert ignored == {"track without its audio file": 1}


def test_audio_is_looked_for_in_the_folder_that_was_named(data: Path) -> None:
    path = data.parents[1] / "elsewhere" / "50" / "950.mp3"
    path.parent.mkdir(parents=True)
    write(path, tone(440, duration_s=0.2), sr=22_050, form="mp3")
    assert [bool(one.audio) for one in crawl(data, audio_path="elsewhere")[0]] == [False, True]


def test_a_row_that_is_no_track_costs_only_itself(data: Path) -> None:
    with (data / "autotagging_moodtheme.tsv").open("a") as file:
        file.write("broken\trow\n")
    source = MtgJamendoSource(MusicLibrary([data.parents[1]]))
    request = CrawlRequest(source="mtg_jamendo", path="mtg/data")
    pieces = list(source.list_items(request).items)
    assert len(pieces) == 3
    with pytest.raises(PermanentError) as caught:
        source.collect_track(pieces[2].payload, request)
    assert caught.value.reason is Reason.UNREADABLE_ROW


def test_another_table_is_refused(data: Path) -> None:
    (data / "autotagging_moodtheme.tsv").write_text("title\tartist\nOde\tVox\n")
    with pytest.raises(PermanentError) as caught:
        crawl(data)
    assert caught.value.reason is Reason.UNREADABLE_TABLE


def test_every_tag_of_the_data_set_is_in_the_table_and_means_one_thing() -> None:
    assert len(load_mood_tags()) == 59
    assert emotion_from_tags(["relaxing", "soft", "film"], taxonomy="mood4") == "calm"
    assert emotion_from_tags(["film"], taxonomy="mood4") is None
