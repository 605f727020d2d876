"""What a folder said of a file that moved out of it goes, and nothing else does."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from shared.store import Store
from shared.store.tables import TrackSource
from tests.integration.crawler.test_local_sources import tagged
from tests.support.crawl_pipeline import Pipeline


@pytest.fixture
def pipeline(store: Store, folder: Path) -> Pipeline:
    """`happy/` with two songs, crawled as happy."""
    music = folder / "music"
    for number, name in enumerate("xy"):
        tagged(music / "happy" / f"{name}.flac", duration_s=6.0, frequency=300 + 90 * number, title=name.upper())
    (music / "sad").mkdir()
    (music / "other.txt").touch()
    pipeline = Pipeline(store, music, blobs=folder / "blobs")
    pipeline.crawl("folder", "happy", emotion="happy")
    return pipeline


def states(pipeline: Pipeline) -> dict[str, str]:
    with pipeline.store.read_session() as session:
        return {row.source_id: row.state for row in session.scalars(select(TrackSource))}


def move(pipeline: Pipeline, *names: str, to: str = "sad") -> None:
    for name in names:
        shutil.move(pipeline.music / "happy" / f"{name}.flac", pipeline.music / to / f"{name}.flac")


def test_a_file_moved_to_another_folder_is_what_that_folder_says_although_only_that_one_is_crawled(
    pipeline: Pipeline,
) -> None:
    move(pipeline, "x")
    pipeline.crawl("folder", "sad", emotion="sad")
    assert pipeline.labels() == {"X": ["sad"], "Y": ["happy"]}
    assert states(pipeline) == {
        "music/happy/x.flac": "missing",
        "music/happy/y.flac": "present",
        "music/sad/x.flac": "present",
    }


def test_all_files_of_a_folder_may_move(pipeline: Pipeline) -> None:
    move(pipeline, "x", "y")
    pipeline.crawl("folder", "sad", emotion="sad")
    assert pipeline.labels() == {"X": ["sad"], "Y": ["sad"]}


def test_the_folder_may_be_crawled_without_an_emotion_first(pipeline: Pipeline) -> None:
    move(pipeline, "x", "y")
    pipeline.crawl("folder", "sad")
    assert pipeline.labels() == {"X": ["happy"], "Y": ["happy"]}, "as if the folder had been renamed"
    pipeline.crawl("folder", "sad", emotion="sad")
    assert pipeline.labels() == {"X": ["sad"], "Y": ["sad"]}


def test_a_file_sorted_out_into_a_folder_that_says_nothing_has_no_label(pipeline: Pipeline) -> None:
    move(pipeline, "x")
    pipeline.crawl("folder", "sad")
    assert pipeline.labels() == {"X": [], "Y": ["happy"]}


def test_a_renamed_folder_keeps_what_it_said(pipeline: Pipeline) -> None:
    (pipeline.music / "happy").rename(pipeline.music / "joy")
    pipeline.crawl("folder", "joy")
    assert pipeline.labels() == {"X": ["happy"], "Y": ["happy"]}
    assert set(states(pipeline).values()) == {"missing", "present"}


def test_a_copy_says_nothing_against_the_folder(pipeline: Pipeline) -> None:
    shutil.copy2(pipeline.music / "happy" / "x.flac", pipeline.music / "sad" / "x.flac")
    pipeline.crawl("folder", "sad")
    assert pipeline.labels() == {"X": ["happy"], "Y": ["happy"]}
    assert set(states(pipeline).values()) == {"present"}


def test_a_deleted_file_keeps_its_label(pipeline: Pipeline) -> None:
    (pipeline.music / "happy" / "x.flac").unlink()
    pipeline.crawl("folder", "happy", emotion="happy")
    assert pipeline.labels() == {"X": ["happy"], "Y": ["happy"]}


def test_an_empty_folder_may_be_a_share_that_is_away(pipeline: Pipeline) -> None:
    shutil.copy2(pipeline.music / "happy" / "x.flac", pipeline.music / "sad" / "x.flac")
    for file in (pipeline.music / "happy").iterdir():
        file.unlink()
    pipeline.crawl("folder", "sad")
    assert states(pipeline)["music/happy/x.flac"] == "present", "y lies nowhere else"
    assert pipeline.labels() == {"X": ["happy"], "Y": ["happy"]}


def test_a_single_file_that_was_labelled_is_labelled_wherever_it_lies(pipeline: Pipeline) -> None:
    pipeline.crawl("folder", "happy/y.flac", emotion="calm")
    move(pipeline, "y")
    pipeline.crawl("folder", "sad")
    assert pipeline.labels()["Y"] == ["calm"]
