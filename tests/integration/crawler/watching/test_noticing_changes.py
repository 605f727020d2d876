"""Files are written below a watched root, and the real watcher, store and sweep make crawls of what changed."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.beat.folder_changes import crawl_changes
from services.crawler.watching.watcher import Watcher
from shared.library import MusicLibrary
from shared.settings import WatchSettings
from shared.store.jobs.folder_changes import WatchedRoots
from shared.worker.context import WorkerContext
from tests.integration.crawler.watching.watched_library import SOON, crawls, end_crawls, noted, settle, turns, write


def test_a_first_look_is_a_crawl_of_each_root_of_music_but_not_of_the_demo(
    bench: WorkerContext, library: MusicLibrary
) -> None:
    watcher = Watcher(bench, library, SOON)
    watcher.run_once()
    watcher.close()
    assert noted(bench) == [("music", "", "watch")]


def test_a_start_over_files_that_are_as_they_were_crawls_nothing_and_over_others_does(
    bench: WorkerContext, watcher: Watcher, library: MusicLibrary, music: Path
) -> None:
    watcher.close()
    again = Watcher(bench, library, SOON)
    again.run_once()
    again.close()
    assert noted(bench) == []
    write(music / "old" / "2.mp3")
    third = Watcher(bench, library, SOON)
    third.run_once()
    third.close()
    assert noted(bench) == [("music", "", "watch")]


@pytest.mark.parametrize(
    ("change", "below"),
    [
        (lambda music: write(music / "new album" / "1.flac"), "new album"),
        (lambda music: write(music / "old" / "2.mp3"), "old"),
        (lambda music: write(music / "old" / "1.mp3", b"another sound"), "old"),
        (lambda music: (music / "old" / "1.mp3").unlink(), "old"),
        (lambda music: (music / "old" / "1.mp3").rename(music / "old" / "one.mp3"), "old"),
        (lambda music: (music / "old").rename(music / "renamed"), ""),
        (lambda music: (music / "old").rename(music.parent / "elsewhere"), ""),
        (lambda music: shutil.rmtree(music / "old"), ""),
    ],
    ids=[
        "new folder",
        "new file",
        "changed",
        "removed",
        "renamed",
        "folder renamed",
        "folder moved out",
        "folder removed",
    ],
)
def test_what_happens_to_files_is_noticed_by_events(
    bench: WorkerContext,
    watcher: Watcher,
    music: Path,
    eventually: Callable[..., None],
    change: Callable[..., Any],
    below: str,
) -> None:
    write(music / "kept" / "9.mp3")  # a root without any file would count as away
    turns(watcher, lambda: noted(bench), eventually, "the first is noticed")
    settle(bench)
    change(music)
    turns(watcher, lambda: noted(bench), eventually, "the change is noticed")
    assert noted(bench) == [("music", below, "watch")]


def test_a_folder_that_is_moved_in_is_noticed_with_its_files(
    bench: WorkerContext, watcher: Watcher, music: Path, eventually: Callable[..., None]
) -> None:
    write(music.parent / "download" / "Album.2003" / "cd1" / "1.mp3")
    (music.parent / "download").rename(music / "download")
    turns(watcher, lambda: noted(bench), eventually, "the folder is noticed")
    assert noted(bench) == [("music", "download/Album.2003/cd1", "watch")]


def test_covers_hidden_and_half_downloaded_files_and_reading_are_no_change(
    bench: WorkerContext, watcher: Watcher, music: Path
) -> None:
    write(music / "old" / "cover.jpg")
    write(music / "old" / ".2.mp3.part")
    write(music / "old" / "2.mp3.crdownload")
    write(music / ".trash" / "3.mp3")
    write(music / "#recycle" / "3.mp3")
    (music / "old" / "1.mp3").read_bytes()
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        watcher.run_once()
        time.sleep(0.2)
    assert noted(bench) == []


def test_ten_thousand_files_are_one_crawl_of_the_folder_that_holds_them(
    bench: WorkerContext, watcher: Watcher, music: Path, library: MusicLibrary, eventually: Callable[..., None]
) -> None:
    for folder in range(20):
        (music / "new" / f"{folder}").mkdir(parents=True)
        for file in range(500):
            (music / "new" / f"{folder}" / f"{file}.mp3").touch()
        watcher.run_once()
        crawl_changes(bench, library=library, watch=SOON)

    def all_noticed() -> bool:
        with bench.store.read_session() as session:
            return WatchedRoots(session).list_by_name()["music"].n_files == 10_001

    def all_crawled() -> bool:
        crawl_changes(bench, library=library, watch=SOON)
        return bool(crawls(bench))

    turns(watcher, all_noticed, eventually, "all are noticed", within_s=120)
    eventually(all_crawled, "it is crawled")
    assert len(crawls(bench)) == 1
    end_crawls(bench)
    crawl_changes(bench, library=library, watch=SOON)
    assert len(crawls(bench)) <= 2


def test_a_file_that_is_being_written_is_crawled_when_it_rests(
    bench: WorkerContext, watcher: Watcher, music: Path, library: MusicLibrary, eventually: Callable[..., None]
) -> None:
    path = music / "old" / "long.wav"
    with path.open("wb") as file:
        for _ in range(8):
            file.write(b"0" * 1000)
            file.flush()
            time.sleep(0.15)
            watcher.run_once()
            crawl_changes(bench, library=library, watch=WatchSettings(watch_quiet_s=0.8))
            assert crawls(bench) == []

    def is_crawled() -> bool:
        watcher.run_once()
        crawl_changes(bench, library=library, watch=WatchSettings(watch_quiet_s=0.8))
        return crawls(bench) != []

    eventually(is_crawled, "it is crawled", within_s=20)
    assert crawls(bench) == [(str(music / "old"), "watch")]
