"""What a source no longer says, it withdraws: by the crawler's own handlers."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotator, AnnotatorKind
from shared.store import Store
from shared.store.tables import AnnotatorRow, Job
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.repository import TrackRepository
from tests.integration.crawler.scanning import Crawler
from tests.integration.crawler.test_local_sources import tagged


@pytest.fixture
def crawler(store: Store, folder: Path) -> Crawler:
    (folder / "music").mkdir(parents=True)
    for number, name in enumerate("abc"):
        tagged(folder / "music" / f"{name}.flac", frequency=300 + 90 * number, title=name.upper())
    return Crawler(store, folder / "music")


def ended(crawler: Crawler, source: str, path: str, **more: Any) -> Job:
    """A crawl whose files were analysed, as far as that matters here."""
    job = crawler.crawl(source, path, **more)
    crawler.analyse(job)
    return job


def labels(crawler: Crawler) -> dict[str | None, list[str | None]]:
    with crawler.store.read_session() as session:
        tracks = TrackRepository(session).list_page(limit=100)
        judged = AnnotationRepository(session).list_by_track([track.id for track in tracks])
        return {track.title: [one.emotion for one in judged[track.id]] for track in tracks}


def playlist(crawler: Crawler, *names: str) -> None:
    (crawler.music / "calm.m3u").write_text("\n".join(["#EXTM3U", *(f"{name}.flac" for name in names)]) + "\n")


def test_a_line_removed_from_a_playlist_takes_its_word_back(crawler: Crawler) -> None:
    playlist(crawler, "a", "b")
    ended(crawler, "m3u", "calm.m3u", emotion="calm")
    assert labels(crawler) == {"A": ["calm"], "B": ["calm"]}
    playlist(crawler, "a")
    ended(crawler, "m3u", "calm.m3u", emotion="calm")
    assert labels(crawler) == {"A": ["calm"], "B": []}
    playlist(crawler)
    ended(crawler, "m3u", "calm.m3u", emotion="calm")
    assert labels(crawler) == {"A": [], "B": []}
    playlist(crawler, "b")
    ended(crawler, "m3u", "calm.m3u", emotion="calm")
    assert labels(crawler) == {"A": [], "B": ["calm"]}, "what is said again stands again"


def test_only_a_list_that_was_read_to_its_end_and_says_something_takes_back(crawler: Crawler) -> None:
    playlist(crawler, "a", "b")
    ended(crawler, "m3u", "calm.m3u", emotion="calm")
    playlist(crawler, "a", "c")
    ended(crawler, "m3u", "calm.m3u", emotion="calm", limit=1)
    ended(crawler, "m3u", "calm.m3u")
    ended(crawler, "m3u", "calm.m3u", tags=("quiet",))
    ended(crawler, "m3u", "calm.m3u", emotion="Q4", taxonomy="quadrant4")
    assert labels(crawler)["B"] == ["calm"]
    tagged(crawler.music / "d.flac", frequency=999, title="D")
    playlist(crawler, "a", "d")
    job = crawler.crawl("m3u", "calm.m3u", emotion="calm")
    assert labels(crawler)["B"] == ["calm"], "files still wait for their analysis: the crawl has not ended"
    crawler.featurize(job)
    assert labels(crawler)["B"] == ["calm"], "it was cancelled"


def test_a_line_that_is_still_there_keeps_its_word_where_its_file_cannot_be_read(crawler: Crawler) -> None:
    playlist(crawler, "a", "b", "c")
    ended(crawler, "m3u", "calm.m3u", emotion="calm")
    (crawler.music / "b.flac").unlink()
    playlist(crawler, "a", "b")
    job = ended(crawler, "m3u", "calm.m3u", emotion="calm", exclude=("a.flac",))
    assert {item.reason for item in crawler.items(job)} == {"excluded", "not_found"}
    assert labels(crawler) == {"A": ["calm"], "B": ["calm"], "C": []}


def test_a_table_takes_back_a_deleted_row_and_an_emptied_cell(crawler: Crawler) -> None:
    table = crawler.music / "t.csv"
    table.write_text("path,mood\na.flac,sad\nb.flac,happy\nc.flac,calm\n")
    ended(crawler, "table", "t.csv")
    table.write_text("path,mood,tags\na.flac,,rainy\nc.flac,calm,\n")
    ended(crawler, "table", "t.csv")
    with crawler.store.read_session() as session:
        (track,) = TrackRepository(session).list_page(limit=1, search="A")
        assert [one.tags for one in AnnotationRepository(session).list_by_track([track.id])[track.id]] == [("rainy",)]
    assert labels(crawler) == {"A": [None], "B": [], "C": ["calm"]}
    table.write_text("path,title\na.flac,A\n")
    ended(crawler, "table", "t.csv")
    assert labels(crawler)["C"] == ["calm"], "a table without labels says nothing"


def test_a_row_that_says_what_it_names_but_not_what_it_means_takes_nothing_back(crawler: Crawler) -> None:
    table = crawler.music / "t.csv"
    table.write_text("id,title,mood\n1,One,sad\n2,Two,happy\n3,Three,calm\n")
    ended(crawler, "table", "t.csv")
    table.write_text("id,title,mood\n1,One,purplish\n2,Two,happy\n")
    ended(crawler, "table", "t.csv")
    assert labels(crawler) == {"One": ["sad"], "Two": ["happy"], "Three": []}
    table.write_text("id,title,mood\n1,One\n")
    ended(crawler, "table", "t.csv")
    assert labels(crawler)["Two"] == ["happy"], "nobody knows what the broken line names"


def test_the_same_track_by_another_annotator_keeps_that_ones_word(crawler: Crawler) -> None:
    playlist(crawler, "a", "b")
    ended(crawler, "m3u", "calm.m3u", emotion="calm")
    (crawler.music / "other.m3u").write_text("b.flac\n")
    ended(crawler, "m3u", "other.m3u", emotion="sad")
    playlist(crawler, "a")
    ended(crawler, "m3u", "calm.m3u", emotion="calm")
    assert labels(crawler) == {"A": ["calm"], "B": ["sad"]}


def annotators(crawler: Crawler) -> dict[str, int]:
    with crawler.store.read_session() as session:
        return {who.name: n for who, n, _ in AnnotationRepository(session).measure_agreements(taxonomy="mood4")}


def test_one_folder_under_several_spellings_is_one_annotator(crawler: Crawler) -> None:
    composed = unicodedata.normalize("NFC", "Noël")
    tagged(crawler.music / "a" / composed / "x.flac", title="X")
    ended(crawler, "folder", f"a/{composed}", emotion="sad")
    decomposed = unicodedata.normalize("NFD", composed)
    for path in (f"a/{composed}/", f"{crawler.music}/a/./{composed}", f"a/{decomposed}", f"a/../a/{composed}"):
        ended(crawler, "folder", path, emotion="sad")
    assert annotators(crawler) == {f"folder music/a/{composed}": 1}


def test_annotators_of_older_installations_are_renamed_and_united(crawler: Crawler) -> None:
    tagged(crawler.music / "s" / "x.flac", title="X")
    tagged(crawler.music / "music" / "s" / "y.flac", frequency=777, title="Y")
    x, y = (ended(crawler, "folder", path) for path in ("s", "music/s"))
    (on_x,), (on_y,) = ([item.track_id for item in crawler.items(job)] for job in (x, y))
    assert on_x is not None
    assert on_y is not None
    outside = "folder /elsewhere"

    def spell(session: Session) -> None:
        annotations = AnnotationRepository(session)
        for name, track_id in (("folder s", on_x), ("folder s/", on_x), ("folder music/s", on_y), (outside, on_x)):
            who = Annotator(AnnotatorKind.IMPORT, name)
            annotations.append_annotation(track_id, who, taxonomy="mood4", emotion="sad")
            session.get_one(AnnotatorRow, annotations.get_annotator_id(who)).spelled = True

    crawler.store.transact_session("test.spell", spell)
    ended(crawler, "folder", "s", emotion="sad")
    assert annotators(crawler) == {"folder music/s": 2, "folder music/music/s": 1, outside: 1}
    ended(crawler, "folder", "s", emotion="calm")
    with crawler.store.read_session() as session:
        said = AnnotationRepository(session).list_by_track([on_x])[on_x]
    assert [one.emotion for one in said if one.annotator.name == "folder music/s"] == ["sad", "sad", "calm"]


def names(crawler: Crawler) -> list[tuple[str | None, str | None]]:
    """Title and artist of every track, in the order in which they came."""
    with crawler.store.read_session() as session:
        return [(track.title, track.artist) for track in TrackRepository(session).list_page(limit=100)]


def test_a_table_takes_back_the_name_of_an_emptied_cell_and_of_a_deleted_row(crawler: Crawler) -> None:
    table = crawler.music / "t.csv"
    table.write_text("path,title,artist\na.flac,Hymn,Vox\nb.flac,Psalm,Vox\nc.flac,Song,Vox\n")
    ended(crawler, "table", "t.csv")
    assert names(crawler) == [("Hymn", "Vox"), ("Psalm", "Vox"), ("Song", "Vox")]
    table.write_text("path,title,artist\na.flac,,Vox\nc.flac,Song,Vox\n")
    ended(crawler, "table", "t.csv", limit=1)
    assert names(crawler) == [("A", "Vox"), ("Psalm", "Vox"), ("Song", "Vox")], "it was not read to its end"
    ended(crawler, "table", "t.csv")
    assert names(crawler) == [("A", "Vox"), ("B", None), ("Song", "Vox")]
    table.write_text("path,title,artist\na.flac,,\nc.flac,Song,Vox\n")
    ended(crawler, "table", "t.csv")
    assert names(crawler) == [("A", None), ("B", None), ("Song", "Vox")]


def test_what_a_table_takes_back_another_source_still_says(crawler: Crawler) -> None:
    for name, title in (("one.csv", "First"), ("two.csv", "Second")):
        (crawler.music / name).write_text(f"path,title\na.flac,{title}\n")
        ended(crawler, "table", name)
    assert names(crawler) == [("Second", None)], "the latest word stands"
    (crawler.music / "two.csv").write_text("path,title\nb.flac,Other\n")
    ended(crawler, "table", "two.csv")
    assert names(crawler) == [("First", None), ("Other", None)]


def test_a_row_that_cannot_be_read_just_now_keeps_the_names_that_it_gave(crawler: Crawler) -> None:
    table = crawler.music / "t.csv"
    table.write_text("path,title\na.flac,Hymn\nb.flac,Psalm\n")
    ended(crawler, "table", "t.csv")
    (crawler.music / "a.flac").unlink()
    table.write_text("path,title\na.flac,Hymn\n")
    ended(crawler, "table", "t.csv")
    assert names(crawler) == [("Hymn", None), ("B", None)]


def test_a_track_that_only_a_table_names_keeps_its_name_without_the_row(crawler: Crawler) -> None:
    table = crawler.music / "t.csv"
    table.write_text("id,title,artist\n1,Hymn,Vox\n2,Psalm,Vox\n")
    ended(crawler, "table", "t.csv")
    table.write_text("id,title,artist\n2,Psalm,\n")
    ended(crawler, "table", "t.csv")
    assert names(crawler) == [("Hymn", "Vox"), ("Psalm", None)]
