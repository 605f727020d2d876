"""The annotation files of well-known sets, with the columns and the folders that they are published with."""

from pathlib import Path
from typing import Any

import pytest

from services.crawler.sources.table import TableSource
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceLabel
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from tests.support.audio import tone, write

DEAM = "song_id, valence_mean, valence_std, arousal_mean, arousal_std\n2,3.1,0.94,3,0.63\n3,3.5,1.75,3.3,1.62\n"
SONG_LEVEL = "DEAM/annotations/annotations averaged per song/song_level"
GEMS = "amazement, solemnity, tenderness, nostalgia, calmness, power, joyful_activation, tension, sadness"
EMOTIFY = f"track id, genre, {GEMS}, mood, liked, disliked, age, gender, mother tongue\n"


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path


def sound(music: Path, *places: str) -> None:
    for place in places:
        path = music / place
        path.parent.mkdir(parents=True, exist_ok=True)
        form = "mp3" if path.suffix == ".mp3" else "wav16"
        write(path, tone(440, duration_s=0.2), sr=22_050, form=form)


def table(music: Path, place: str, content: str) -> str:
    (music / place).parent.mkdir(parents=True, exist_ok=True)
    (music / place).write_text(content)
    return place


def crawl(music: Path, place: str, **more: Any) -> tuple[list[CollectedTrack | PermanentError], dict[str, int]]:
    source = TableSource(MusicLibrary([music]))
    request = CrawlRequest(source="table", path=place, **more)
    listing = source.list_items(request)
    collected: list[CollectedTrack | PermanentError] = []
    for piece in listing.items:
        try:
            collected.append(source.collect_track(piece.payload, request))
        except PermanentError as error:
            collected.append(error)
    return collected, dict(listing.ignored)


def tracks(music: Path, place: str, **more: str) -> list[CollectedTrack]:
    collected, _ = crawl(music, place, **more)
    return [track for track in collected if isinstance(track, CollectedTrack)]


def locators(found: list[CollectedTrack]) -> list[str | None]:
    return [track.audio.locator.partition("/")[2] if track.audio else None for track in found]


def test_deams_song_id_names_the_file_beside_it_and_its_ratings_run_from_1_to_9(music: Path) -> None:
    sound(music, "2.mp3")
    found = tracks(music, table(music, "h-deam.csv", DEAM))
    assert locators(found) == ["2.mp3", None]
    assert found[0].valence_arousal == pytest.approx((-0.475, -0.5))
    assert found[1].valence_arousal == pytest.approx((-0.375, -0.425))
    assert [ref.source_id.rpartition("#")[2] for ref in found[1].refs] == ["3"]
    assert found[1].title == "DEAM 3"


def test_deams_audio_is_found_where_its_archives_unpack_it(music: Path) -> None:
    sound(music, "DEAM/MEMD_audio/2.mp3")
    _, ignored = crawl(music, table(music, f"{SONG_LEVEL}/static_annotations_averaged_songs_1_2000.csv", DEAM))
    assert ignored["track without its audio file"] == 1
    assert locators(tracks(music, f"{SONG_LEVEL}/static_annotations_averaged_songs_1_2000.csv")) == [
        "DEAM/MEMD_audio/2.mp3",
        None,
    ]


def test_a_folder_that_was_named_is_the_only_one(music: Path) -> None:
    sound(music, "2.mp3", "elsewhere/3.mp3")
    assert locators(tracks(music, table(music, "deam.csv", DEAM), audio_path="elsewhere")) == [None, "elsewhere/3.mp3"]


def test_a_files_name_elsewhere_in_the_library_is_no_track_of_the_set(music: Path) -> None:
    sound(music, "albums/2.mp3", "2.mp3")
    assert locators(tracks(music, table(music, "sets/deam/x.csv", DEAM))) == [None, None]


def test_emomusics_ratings_and_clips_are_read(music: Path) -> None:
    sound(music, "emoMusic/clips_45seconds/7.mp3")
    content = "song_id,mean_arousal,std_arousal,mean_valence,std_valence\n7,9.0,1.2,1.0,0.5\n"
    (found,) = tracks(music, table(music, "emoMusic/annotations/static_annotations.csv", content))
    assert (found.valence_arousal, found.attribution) == ((-1.0, 1.0), "emoMusic")
    assert locators([found]) == ["emoMusic/clips_45seconds/7.mp3"]


def test_pmemos_means_run_from_0_to_1(music: Path) -> None:
    sound(music, "PMEmo2019/chorus/1.mp3")
    content = "musicId,Arousal(mean),Valence(mean)\n1,0.4,0.575\n4,1.2,0.5\n"
    found, _ = crawl(music, table(music, "PMEmo2019/annotations/static_annotations.csv", content))
    assert isinstance(found[0], CollectedTrack)
    assert found[0].valence_arousal == pytest.approx((0.15, -0.2))
    assert locators([found[0]]) == ["PMEmo2019/chorus/1.mp3"]
    assert isinstance(found[1], PermanentError)
    assert found[1].reason is Reason.UNKNOWN_LABEL


def test_emotifys_listeners_are_one_row_of_each_track_and_its_genres_number_their_files(music: Path) -> None:
    sound(music, "emotifymusic/classical/1.mp3", "emotifymusic/rock/1.mp3")
    content = EMOTIFY + (
        "1,classical,0,1,0,0,1,0,0,0,0,3,1,0,21,1,English\n"
        "1,classical,0,0,0,1,1,0,0,0,0,3,0,1,41,1,Dutch\n"
        "101,rock,0,0,0,0,0,1,1,0,0,2,0,1,30,0,Dutch\n"
        "1,classical,0,0,0,0,0,0,0,0,0,3,0,1,24,1,English\n"
        "1,classical,0,0,0,0,0,0,0,0,1,3,0,1,24,1,English\n"
        "202,electronic,1,0,0,0,0,0,0,0,0,1,0,1,24,1,English\n"
    )
    found = tracks(music, table(music, "data.csv", content))
    assert locators(found) == ["emotifymusic/classical/1.mp3", "emotifymusic/rock/1.mp3", None]
    assert [track.tags for track in found] == [("calmness",), ("power", "joyful_activation"), ("amazement",)]
    assert [track.label for track in found] == [None, None, None]


def test_4q_names_files_in_the_folders_of_its_quadrants(music: Path) -> None:
    sound(music, "Q3/MT0000040632.mp3")
    content = '"Song","Quadrant"\n"MT0000040632","Q3"\n"MT0000088320","Q1"\n'
    found = tracks(music, table(music, "panda_dataset_taffc_annotations.csv", content))
    assert locators(found) == ["Q3/MT0000040632.mp3", None]
    assert [track.label for track in found] == [SourceLabel("quadrant4", "Q3"), SourceLabel("quadrant4", "Q1")]
    assert found[1].title == "4Q MT0000088320"


def test_4qs_metadata_adds_names_and_moods(music: Path) -> None:
    content = (
        '"Song","Artist","Title","Quadrant","PQuad","MoodsTotal","Moods","MoodsFoundStr","MoodsStr","MoodsStrSplit",'
        '"Genres","GenresStr","Sample","SampleURL"\n'
        '"MT0000040632","Vox","Ode","Q3",0.8,2,2,"sad","Gloomy; Sad","Gloomy; Sad",1,"Pop",1,"http://x"\n'
    )
    (found,) = tracks(music, table(music, "panda_dataset_taffc_metadata.csv", content))
    assert (found.title, found.artist, found.tags) == ("Ode", "Vox", ("Gloomy", "Sad"))
    assert found.label == SourceLabel("quadrant4", "Q3")


def test_a_table_of_ones_own_songs_and_quadrants_keeps_its_titles(music: Path) -> None:
    (found,) = tracks(music, table(music, "mine.csv", "song,quadrant\nOde,Q3\n"))
    assert (found.title, found.attribution) == ("Ode", None)


def test_mtg_jamendos_table_is_known_by_its_columns(music: Path) -> None:
    sound(music, "mtg/48/948.mp3")
    content = (
        "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\n"
        "track_0000948\tartist_000087\talbum_000149\t48/948.mp3\t212.7\tmood/theme---sad\tmood/theme---dark\n"
    )
    (found,) = tracks(music, table(music, "mtg/autotagging_moodtheme.tsv", content))
    assert (found.tags, found.annotator_name) == (("sad", "dark"), "mtg_jamendo tags")
    assert locators([found]) == ["mtg/48/948.mp3"]


@pytest.mark.parametrize(
    ("content", "instead"),
    [
        ("song_id,sample_15000ms,sample_15500ms\n2,0.1,0.2\n", "static annotations"),
        ("workerID, SongId, Valence, Arousal\na,2,3,4\n", "annotations_averaged_per_song"),
        ("musicId,frameTime,Arousal(mean),Valence(mean)\n1,15.0,0.4,0.5\n", "static_annotations.csv"),
        ("musicId,Arousal(std),Valence(std)\n1,0.4,0.5\n", "static_annotations.csv"),
    ],
)
def test_a_file_that_annotates_no_whole_track_is_refused_with_the_one_to_take(
    music: Path, content: str, instead: str
) -> None:
    with pytest.raises(PermanentError) as caught:
        crawl(music, table(music, "x.csv", content))
    assert caught.value.reason is Reason.UNREADABLE_TABLE
    assert instead in caught.value.detail


def test_a_row_of_a_set_that_names_no_track_fails_alone(music: Path) -> None:
    found, _ = crawl(music, table(music, "deam.csv", DEAM + "NA,5,1,5,1\n"))
    assert isinstance(found[2], PermanentError)
    assert found[2].reason is Reason.UNREADABLE_ROW
