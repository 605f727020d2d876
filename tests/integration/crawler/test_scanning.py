"""A folder is scanned again: what did not change is counted, and costs no work of its own."""

import os
from pathlib import Path

import pytest

from services.crawler import collection
from shared.store import Store
from shared.store.jobs.repository import JobRepository
from shared.store.tables import JobItem
from shared.store.tracks.annotations import AnnotationRepository
from tests.integration.crawler.scanning import Crawler
from tests.support.audio import tone, write

Y = tone(440, duration_s=0.1)
UNCHANGED = ("skipped", "unchanged")
WAITS = ("queued", None)


@pytest.fixture
def crawler(store: Store, folder: Path) -> Crawler:
    music = folder / "music"
    for name in ("a.wav", "b.wav", "live/c.wav"):
        path = music / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, Y, sr=22_050, form="wav16")
    return Crawler(store, music)


@pytest.fixture
def known(crawler: Crawler) -> Crawler:
    """The folder was crawled as sad music, and analysed."""
    crawler.featurize(crawler.crawl("folder", emotion="sad"))
    return crawler


def test_new_files_are_all_collected(crawler: Crawler) -> None:
    job = crawler.crawl("folder")
    assert crawler.tally(job) == {WAITS: 3}
    assert crawler.n_to_collect == 3


def test_what_a_batch_that_took_long_did_not_come_to_waits_without_an_attempt(
    crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "_BATCH_S", -1.0)
    job = crawler.crawl("folder")
    assert crawler.tally(job) == {("queued", "rate_limited"): 3}
    assert {(item.stage, item.attempts) for item in crawler.items(job)} == {("collect", 0)}


def test_unchanged_files_are_counted_with_their_tracks_and_collected_by_nobody(known: Crawler) -> None:
    job = known.crawl("folder", emotion="sad")
    assert known.tally(job) == {UNCHANGED: 3}
    assert known.n_to_collect == 0
    assert job.state == "done"
    assert all(item.track_id is not None and item.finished_at is not None for item in known.items(job))


def test_a_crawl_that_brings_no_label_leaves_unchanged_files_alone_too(known: Crawler) -> None:
    assert known.tally(known.crawl("folder")) == {UNCHANGED: 3}
    assert known.n_to_collect == 0


def test_only_a_touched_file_is_collected_again(known: Crawler) -> None:
    os.utime(known.music / "a.wav", ns=(0, 1))
    assert known.tally(known.crawl("folder", emotion="sad")) == {UNCHANGED: 2, WAITS: 1}
    assert known.n_to_collect == 1


def test_a_new_file_beside_known_ones_is_the_only_one_collected(known: Crawler) -> None:
    write(known.music / "d.wav", Y, sr=22_050, form="wav16")
    assert known.tally(known.crawl("folder", emotion="sad")) == {UNCHANGED: 3, WAITS: 1}
    assert known.n_to_collect == 1


def test_a_file_without_features_of_this_spec_is_never_skipped(crawler: Crawler) -> None:
    crawler.crawl("folder")
    again = crawler.crawl("folder")
    assert crawler.tally(again) == {WAITS: 3}
    assert crawler.n_to_collect == 3


def test_another_emotion_is_news_and_is_written_down(known: Crawler) -> None:
    job = known.crawl("folder", emotion="calm")
    assert known.n_to_collect == 3
    assert known.tally(job) == {("done", None): 3}
    tracks = [item.track_id for item in known.items(job) if item.track_id]
    with known.store.read_session() as session:
        said = AnnotationRepository(session).list_by_track(tracks)
    assert {tuple(a.emotion for a in annotations) for annotations in said.values()} == {("sad", "calm")}


def test_an_emotion_that_was_taken_back_since_is_news_again(known: Crawler) -> None:
    known.crawl("folder", emotion="calm")
    known.crawl("folder", emotion="sad")
    assert known.n_to_collect == 3


def test_the_same_folder_by_another_spelling_says_the_same_word_and_another_folder_one_of_its_own(
    known: Crawler,
) -> None:
    for spelled in (str(known.music), f"{known.music}/", "./live/..", f"{known.music}/./live/.."):
        assert known.tally(known.crawl("folder", spelled, emotion="sad")) == {UNCHANGED: 3}
    known.crawl("folder", "live", emotion="sad")
    assert known.n_to_collect == 1


def test_a_file_that_may_not_be_read_any_more_is_collected_and_says_so(known: Crawler) -> None:
    if os.geteuid() == 0:
        (known.music / "a.wav").unlink()
        (known.music / "a.wav").symlink_to("/etc/hostname")
    else:
        (known.music / "a.wav").chmod(0)
    tally = known.tally(known.crawl("folder", emotion="sad"))
    assert tally[UNCHANGED] == 2
    assert {state for state, _ in tally} == {"skipped", "failed"}


def test_listing_twice_after_a_crash_counts_each_file_once(known: Crawler) -> None:
    job = known.crawl("folder", emotion="sad")
    known.store.transact_session(
        "test.reopen", lambda session: JobRepository(session).reopen_job(job.id, as_a_whole=True)
    )
    known.list_again(job.id)
    assert known.tally(job) == {UNCHANGED: 3}


def test_an_unchanged_file_keeps_what_retrying_would_need(known: Crawler) -> None:
    items: list[JobItem] = known.items(known.crawl("folder", emotion="sad"))
    assert {Path(item.payload["path"]).name for item in items} == {"a.wav", "b.wav", "c.wav"}
