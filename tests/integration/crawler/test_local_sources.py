"""Local sources through the crawler's handlers: what they leave in the store, and what is counted."""

import unicodedata
from pathlib import Path
from typing import Literal

import av
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from shared.domain.labels import NO_WEIGHTS, resolve_label
from shared.domain.targets import resolve_tags
from shared.store import Store
from shared.store.tables import CatalogueFeatures, Job
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.repository import TrackRepository
from tests.integration.crawler.scanning import Crawler
from tests.support.audio import tone, write


@pytest.fixture
def crawler(store: Store, folder: Path) -> Crawler:
    (folder / "music" / "rock").mkdir(parents=True)
    write(folder / "music" / "rock" / "a.wav", tone(440, duration_s=0.1), sr=22_050, form="wav16")
    return Crawler(store, folder / "music")


def tagged(path: Path, *, frequency: float = 440, duration_s: float = 0.5, **tags: str) -> None:
    """A FLAC of a tone with these tags."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = path.with_name("plain.wav")
    write(plain, tone(frequency, duration_s=duration_s), sr=22_050, form="wav16")
    with av.open(str(plain)) as source, av.open(str(path), "w", format="flac") as out:
        out.metadata.update(tags)
        stream = out.add_stream("flac", rate=22_050, layout="mono")
        for frame in source.decode(audio=0):
            frame.pts = None
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    plain.unlink()


def shown(crawler: Crawler) -> dict[str | None, tuple[str | None, set[str]]]:
    """Title → artist and labels of every track."""
    with crawler.store.read_session() as session:
        tracks = TrackRepository(session).list_page(limit=100)
        judged = AnnotationRepository(session).list_by_track([track.id for track in tracks])
        return {
            track.title: (track.artist, {one.emotion for one in judged[track.id] if one.emotion}) for track in tracks
        }


def test_rows_without_an_id_are_tracks_of_their_own_each_with_its_file_and_label(crawler: Crawler) -> None:
    for number in range(3):
        tagged(crawler.music / f"s{number}.flac", frequency=300 + 90 * number)
    (crawler.music / "r.csv").write_text(
        '"track_id","path","title","artist","mood"\nNA,"s0.flac","Clouds","Ann","happy"\n'
        'NA,"s1.flac","Rain","Bob","sad"\nNA,"s2.flac","Sun",NA,"calm"\n'
    )
    (crawler.music / "pandas.csv").write_text(
        "id,title,artist,mood\nnan,One,A,happy\nnan,Two,B,sad\nNone,Three,C,None\n0,Four,D,NaN\n0,Five,E,calm\n"
    )
    assert crawler.tally(crawler.crawl("table", "r.csv")).total() == 3
    assert crawler.tally(crawler.crawl("table", "pandas.csv")) == {("done", None): 5}
    assert shown(crawler) == {
        "Clouds": ("Ann", {"happy"}),
        "Rain": ("Bob", {"sad"}),
        "Sun": (None, {"calm"}),
        "One": ("A", {"happy"}),
        "Two": ("B", {"sad"}),
        "Three": ("C", set()),
        "Four": ("D", set()),
        "Five": ("E", {"calm"}),
    }


def test_a_table_that_names_only_paths_takes_the_rest_from_the_files_tags(crawler: Crawler) -> None:
    tagged(crawler.music / "sub" / "one.flac", title="Ode", artist="Vox", album="Songs")
    (crawler.music / "backslash.csv").write_text("path,mood\nsub\\one.flac,happy\n")
    (crawler.music / "slash.csv").write_text("path,mood\nsub/one.flac,happy\n")
    crawler.crawl("table", "backslash.csv")
    crawler.crawl("table", "slash.csv")
    crawler.crawl("folder", "sub")
    assert shown(crawler) == {"Ode": ("Vox", {"happy"})}


def test_what_a_table_says_of_a_file_stands_above_the_files_tags(crawler: Crawler) -> None:
    tagged(crawler.music / "one.flac", title="Ode", artist="Vox")
    (crawler.music / "t.csv").write_text("path,title\none.flac,Hymn\n")
    crawler.crawl("table", "t.csv")
    assert shown(crawler) == {"Hymn": ("Vox", set())}


@pytest.mark.parametrize(("on_disk", "written"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_composed_and_decomposed_names_are_one_in_tables_and_playlists(
    crawler: Crawler, on_disk: Literal["NFC", "NFD"], written: Literal["NFC", "NFD"]
) -> None:
    tagged(crawler.music / "Music" / unicodedata.normalize(on_disk, "Noël.flac"), title="Noël")
    line = unicodedata.normalize(written, "Music/Noël.flac")
    (crawler.music / "list.m3u8").write_text(f"#EXTM3U\n{line}\n")
    (crawler.music / "list.pls").write_text(f"[playlist]\nFile1={line}\n")
    (crawler.music / "table.csv").write_text(f"path,mood\n{line},sad\n")
    for source, name in (("m3u", "list.m3u8"), ("pls", "list.pls"), ("table", "table.csv")):
        assert not [item.detail for item in crawler.items(crawler.crawl(source, name)) if item.state == "failed"]
    assert shown(crawler) == {"Noël": (None, {"sad"})}


def test_values_outside_their_range_cost_their_rows_and_a_column_of_0_to_100_is_scaled(crawler: Crawler) -> None:
    (crawler.music / "mixed.csv").write_text(
        "id,title,danceability,valence,loudness\n1,V100,63,27,-5.9\n2,Vneg,-0.3,-0.9,-5\n3,Vbig,0.3,2.5,55\n"
    )
    (crawler.music / "percent.csv").write_text("id,title,energy,valence\n1,Half,50,27\n2,Most,90,63\n")
    assert crawler.tally(crawler.crawl("table", "mixed.csv")) == {("failed", "unreadable_row"): 3}
    job = crawler.crawl("table", "percent.csv")
    assert job.ignored == {
        "read column energy as 0 to 100, divided by 100": 2,
        "read column valence as 0 to 100, divided by 100": 2,
    }
    with crawler.store.read_session() as session:
        rows = session.scalars(select(CatalogueFeatures)).all()
        assert sorted((row.energy, row.valence) for row in rows) == [(0.5, 0.27), (0.9, 0.63)]


def test_tables_of_european_and_of_windows_programs_are_read_and_said(crawler: Crawler) -> None:
    (crawler.music / "eu.csv").write_bytes("title;energy;mood\r\nLied;0,635;sad\r\n".encode("utf-8-sig"))
    (crawler.music / "utf16.csv").write_bytes("title,artist,mood\r\nПесня,Автор,happy\r\n".encode("utf-16"))
    assert crawler.crawl("table", "eu.csv").ignored == {"read decimal commas as points": 1}
    crawler.crawl("table", "utf16.csv")
    assert shown(crawler) == {"Lied": (None, {"sad"}), "Песня": ("Автор", {"happy"})}


def label_of(crawler: Crawler, job: Job) -> tuple[str, str, str]:
    """Kind and name of the annotator whose word stands for the job's only track, and that word."""
    (track_id,) = {item.track_id for item in crawler.items(job) if item.track_id}
    with crawler.store.read_session() as session:
        label = resolve_label(
            AnnotationRepository(session).list_by_track([track_id])[track_id], taxonomy="mood4", weights=NO_WEIGHTS
        )
    assert label is not None
    return label.annotator.kind.value, label.annotator.name, label.emotion


def test_a_playlists_mood_stands_over_the_folders(crawler: Crawler) -> None:
    (crawler.music / "rain.m3u").write_text("rock/a.wav\nrock/gone.wav\nhttp://x.example/a.mp3\n")
    crawler.crawl("folder", emotion="happy")
    job = crawler.crawl("m3u", "rain.m3u", emotion="sad")
    assert label_of(crawler, job) == ("playlist", "music/rain.m3u", "sad")
    tally = crawler.tally(job)
    assert (tally["failed", "not_found"], tally["failed", "unsupported"]) == (1, 1)
    assert tally.total() == 3


@pytest.mark.parametrize("name", ["cover.jpg", "rekordbox.xml"])
def test_a_file_that_is_no_sound_is_refused_and_leaves_no_track(crawler: Crawler, name: str) -> None:
    (crawler.music / name).write_bytes(b"\xff\xd8\xff\xe0 no sound")
    job = crawler.crawl("folder", name)
    assert (job.state, job.reason) == ("failed", "unsupported")
    (crawler.music / "list.m3u").write_text(f"{name}\nrock/a.wav\n")
    (crawler.music / "table.csv").write_text(f"title,path\nCover,{name}\nOde,rock/a.wav\n")
    for source, path in (("m3u", "list.m3u"), ("table", "table.csv")):
        tally = crawler.tally(crawler.crawl(source, path))
        assert tally["failed", "unsupported"] == 1
        assert tally.total() == 2
    with crawler.store.read_session() as session:
        assert TrackRepository(session).count_tracks() == 1


def test_what_a_rule_passes_over_is_counted_as_skipped_in_folders_playlists_and_tables(crawler: Crawler) -> None:
    (crawler.music / "list.m3u").write_text("rock/a.wav\n")
    (crawler.music / "table.csv").write_text("title,artist,duration_ms\nSkit,Vox,5000\nOde,Vox,200000\n")
    assert crawler.tally(crawler.crawl("folder", min_s=30.0)) == {("skipped", "excluded"): 1}
    assert crawler.tally(crawler.crawl("m3u", "list.m3u", exclude=("a",))) == {("skipped", "excluded"): 1}
    tally = crawler.tally(crawler.crawl("table", "table.csv", min_s=30.0))
    assert tally == {("done", None): 1, ("skipped", "excluded"): 1}
    with crawler.store.read_session() as session:
        assert TrackRepository(session).count_tracks() == 1


def test_a_playlist_crawled_again_adds_nothing(crawler: Crawler) -> None:
    (crawler.music / "rain.m3u").write_text("rock/a.wav\n")
    crawler.featurize(crawler.crawl("m3u", "rain.m3u", emotion="sad"))
    assert crawler.tally(crawler.crawl("m3u", "rain.m3u", emotion="sad")) == {("skipped", "unchanged"): 1}


def test_a_broken_playlist_fails_the_job_with_a_reason(crawler: Crawler) -> None:
    (crawler.music / "rain.xspf").write_text("<playlist>")
    job = crawler.crawl("xspf", "rain.xspf", emotion="sad")
    assert (job.state, job.reason) == ("failed", "unreadable_playlist")


def test_an_exportify_export_becomes_spotify_tracks_and_names_the_columns_it_passed_over(crawler: Crawler) -> None:
    (crawler.music / "liked.csv").write_text(
        '"Track URI","Track Name","Artist Name(s)","Explicit","Label","Danceability"\n'
        '"spotify:track:0VjIjW4GlUZAMYd2vXMi3b","Ode","Vox,Nox","false","Some Records","0.5"\n'
        '"spotify:local:Vox::Hymn:180","Hymn","Vox","false","","0.5"\n'
    )
    job = crawler.crawl("table", "liked.csv", emotion="calm")
    assert crawler.tally(job) == {("done", None): 2}
    assert job.ignored == {"column explicit": 1, "column record_label": 1}


def test_a_parquet_table_that_is_damaged_inside_fails_the_job_and_keeps_what_was_read(crawler: Crawler) -> None:
    path = crawler.music / "t.parquet"
    pq.write_table(pa.table({"title": [f"Ode {n}" for n in range(4_000)]}), path, row_group_size=1_000)
    content = bytearray(path.read_bytes())
    later = 5 * len(content) // 8  # in the third of four row groups
    content[later : later + 1_000] = bytes(1_000)
    path.write_bytes(content)
    job = crawler.crawl("table", "t.parquet")
    assert job.state == "failed"
    assert job.reason == "unreadable_table"
    assert "after row" in (job.detail or "")
    assert len(crawler.items(job)) > 0


def test_tags_of_a_table_are_an_imports_word_and_a_bad_cell_costs_its_row_only(crawler: Crawler) -> None:
    (crawler.music / "tagged.csv").write_text(
        'title,artist,mood,tags\nOde,Vox,sad,Dark; slow piano\nHymn,Pax,,"[""dark"", 3]"\nElegy,Nox,,dark|bright\n'
    )
    job = crawler.crawl("table", "tagged.csv")
    assert crawler.tally(job) == {("done", None): 2, ("failed", "unreadable_row"): 1}
    with crawler.store.read_session() as session:
        judged = AnnotationRepository(session).list_annotated(synthetic=False)
    assert sorted(resolve_tags(said) for said in judged.values()) == [("bright", "dark"), ("dark", "slow piano")]
    assert {one.annotator.name for said in judged.values() for one in said} == {"table music/tagged.csv"}
    assert crawler.tally(crawler.crawl("table", "tagged.csv")) == {
        ("skipped", "unchanged"): 2,
        ("failed", "unreadable_row"): 1,
    }
