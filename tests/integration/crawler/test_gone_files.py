"""Files that are gone, come back, or only seem to be gone because their disk is away."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from services.crawler.files import missing_files
from shared.domain.job import Stage
from shared.library import MusicLibrary
from shared.library_health import LibraryHealth
from shared.store import Store
from shared.store.jobs.items import JobItemRepository
from shared.store.jobs.library_mounts import LibraryMounts
from shared.store.jobs.repository import JobRepository
from shared.store.tables import Job, JobItem, Track, TrackSource
from shared.store.tracks.missing_tracks import MissingTracks
from shared.worker.context import send_hints
from tests.integration.crawler.scanning import Crawler
from tests.support.audio import tone, write

Y = tone(440, duration_s=0.1)
FILES = ("a.wav", "b.wav", "live/c.wav", "live/d.wav")
UNCHANGED = ("skipped", "unchanged")


@pytest.fixture
def crawler(store: Store, folder: Path) -> Crawler:
    """The folder was crawled, and analysed."""
    music = folder / "music"
    for name in FILES:
        path = music / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, Y, sr=22_050, form="wav16")
    found = Crawler(store, music)
    found.featurize(found.crawl("folder"))
    return found


def missing(crawler: Crawler) -> set[str]:
    """Names of the files that are missing; their tracks are, and no others."""
    with crawler.store.read_session() as session:
        query = select(TrackSource.source_id, TrackSource.state, Track.missing_since).join(
            Track, Track.id == TrackSource.track_id
        )
        rows = session.execute(query).all()
    assert all((state == "missing") == (since is not None) for _, state, since in rows)
    return {name.removeprefix("music/") for name, state, _ in rows if state == "missing"}


def now(crawler: Crawler, job: Job) -> Job:
    with crawler.store.read_session() as session:
        return session.get_one(Job, job.id)


def go_on(crawler: Crawler, job: Job) -> Job:
    """What the sweep does when the time of a parked job has come."""
    crawler.store.transact_session("test.wake", lambda s: s.execute(update(Job).values(wake_at=None)))
    crawler.list_again(job.id)
    return now(crawler, job)


def test_a_deleted_file_is_missing_after_the_next_crawl_of_its_folder(crawler: Crawler) -> None:
    (crawler.music / "a.wav").unlink()
    job = crawler.crawl("folder")
    assert missing(crawler) == {"a.wav"}
    assert (job.state, job.n_missing) == ("done", 1)
    assert now(crawler, crawler.crawl("folder")).n_missing == 0, "it is told once"


def test_a_crawl_of_a_folder_says_nothing_of_files_elsewhere(crawler: Crawler) -> None:
    (crawler.music / "a.wav").unlink()
    (crawler.music / "live/c.wav").unlink()
    crawler.crawl("folder", "live")
    assert missing(crawler) == {"live/c.wav"}


def test_a_folder_that_became_empty_is_empty(crawler: Crawler) -> None:
    shutil.rmtree(crawler.music / "live")
    (crawler.music / "live").mkdir()
    job = crawler.crawl("folder", "live")
    assert missing(crawler) == {"live/c.wav", "live/d.wav"}
    assert (job.state, job.detail) == ("done", "the folder holds no audio file")


def test_a_file_that_comes_back_is_present_and_not_analysed_again(crawler: Crawler) -> None:
    path, aside = crawler.music / "a.wav", crawler.music.parent / "a.wav"
    path.rename(aside)
    crawler.crawl("folder")
    aside.rename(path)
    job = crawler.crawl("folder")
    assert missing(crawler) == set()
    assert crawler.tally(job) == {UNCHANGED: 4}
    assert job.n_returned == 1


def test_a_playlist_brings_a_file_back_too(crawler: Crawler) -> None:
    path, aside = crawler.music / "a.wav", crawler.music.parent / "a.wav"
    path.rename(aside)
    crawler.crawl("folder")
    aside.rename(path)
    (crawler.music / "calm.m3u").write_text("a.wav\n")
    job = crawler.crawl("m3u", "calm.m3u")
    assert missing(crawler) == set()
    assert now(crawler, job).n_returned == 1


def test_what_a_rule_passes_over_is_not_missing(crawler: Crawler) -> None:
    (crawler.music / "b.wav").unlink()
    crawler.crawl("folder", exclude=("live", "a.wav"))
    assert missing(crawler) == {"b.wav"}
    (crawler.music / "live").rename(crawler.music / ".live")
    crawler.crawl("folder")
    assert missing(crawler) == {"b.wav", "live/c.wav", "live/d.wav"}, "at its place it is gone, hidden or not"


@pytest.mark.parametrize(
    "request_", [{"limit": 10}, {"source": "m3u", "path": "calm.m3u"}, {"path": "b.wav"}], ids=["limit", "list", "file"]
)
def test_only_a_whole_folder_tells_what_is_gone(crawler: Crawler, request_: dict[str, Any]) -> None:
    (crawler.music / "a.wav").unlink()
    (crawler.music / "calm.m3u").write_text("b.wav\n")
    crawler.crawl(**{"source": "folder", **request_})
    assert missing(crawler) == set()


def test_a_listing_that_met_an_unreadable_folder_marks_nothing(
    crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    (crawler.music / "a.wav").unlink()
    scandir = os.scandir

    def refuse(path: Path) -> Any:
        if str(path).endswith("live"):
            raise OSError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    job = crawler.crawl("folder")
    assert job.ignored == {"unreadable folder": 1}
    assert missing(crawler) == set()


def test_a_cancelled_crawl_marks_nothing(crawler: Crawler, monkeypatch: pytest.MonkeyPatch) -> None:
    (crawler.music / "a.wav").unlink()
    is_gone = missing_files._is_gone

    def cancel_meanwhile(*file: Any) -> Any:
        crawler.store.transact_session(
            "test.cancel", lambda s: [JobRepository(s).cancel_job(job_id) for job_id in s.scalars(select(Job.id))]
        )
        return is_gone(*file)

    monkeypatch.setattr(missing_files, "_is_gone", cancel_meanwhile)
    assert crawler.crawl("folder").state == "cancelled"
    assert missing(crawler) == set()


def test_only_the_systems_word_for_a_missing_entry_counts(crawler: Crawler, monkeypatch: pytest.MonkeyPatch) -> None:
    (crawler.music / "a.wav").unlink()

    lstat = Path.lstat

    def refuse(path: Path) -> Any:
        if path.name == "a.wav":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", refuse)
    crawler.crawl("folder")
    assert missing(crawler) == set()


def test_a_disk_that_refuses_while_it_is_listed_is_tried_a_few_times(
    crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(Path, "is_symlink", refuse)
    job = crawler.crawl("folder")
    for n_attempts in (1, 2):
        assert (job.state, job.note, job.attempts) == ("running", "parked: io_error", n_attempts)
        job = go_on(crawler, job)
    assert (job.state, job.reason) == ("failed", "io_error")


@pytest.mark.parametrize("away", ["not there", "empty", "without audio"])
def test_a_library_root_that_is_away_parks_the_job_until_it_is_back(crawler: Crawler, away: str) -> None:
    aside = crawler.music.with_name("aside")
    crawler.music.rename(aside)
    if away != "not there":
        crawler.music.mkdir()
    if away == "without audio":
        (crawler.music / "lost+found").mkdir()
        (crawler.music / "NOT MOUNTED.txt").write_text("mount me")
    job = crawler.crawl("folder")
    with crawler.store.read_session() as session:
        parked = JobRepository(session).list_parked([job.id])[job.id]
    problem = "is not there" if away == "not there" else "holds no audio file"
    assert parked.detail == f"the folder {crawler.music} {problem}; 4 known tracks lie under it: is the share mounted?"
    assert (job.state, parked.reason, parked.n_items, job.attempts) == ("running", "library_away", 0, 0)
    assert missing(crawler) == set()
    for _ in range(5):
        assert go_on(crawler, job).state == "running", "however long it takes"
    shutil.rmtree(crawler.music, ignore_errors=True)
    aside.rename(crawler.music)
    ended = go_on(crawler, job)
    assert (ended.state, ended.detail, missing(crawler)) == ("done", None, set())
    assert crawler.tally(job) == {UNCHANGED: 4}


@pytest.mark.parametrize("path", [".", "live"])
@pytest.mark.parametrize("is_there", [True, False])
def test_accept_empty_says_that_it_is_meant(crawler: Crawler, path: str, *, is_there: bool) -> None:
    shutil.rmtree(crawler.music)
    if is_there:
        crawler.music.mkdir()
    assert crawler.crawl("folder", path).state == "running"
    job = crawler.crawl("folder", path, accept_empty=True)
    gone = {name for name in FILES if path == "." or name.startswith("live/")}
    assert (job.state, job.n_missing, missing(crawler)) == ("done", len(gone), gone)


def test_a_root_that_cannot_be_read_is_never_empty(crawler: Crawler, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise OSError(errno.ESTALE, "Stale file handle", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    job = crawler.crawl("folder", accept_empty=True)
    assert (job.state, missing(crawler)) == ("running", set())
    assert "cannot be read (Stale file handle)" in (job.detail or "")


def test_a_share_that_goes_away_while_it_is_listed_marks_nothing(
    crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listing before was whole; the root is empty when the files are looked for."""
    (crawler.music / "a.wav").unlink()
    unlisted = MissingTracks.list_unlisted
    aside = crawler.music.with_name("aside")

    def go_away(*args: Any, **kwargs: Any) -> Any:
        if crawler.music.exists():
            crawler.music.rename(aside)
        return unlisted(*args, **kwargs)

    monkeypatch.setattr(MissingTracks, "list_unlisted", go_away)
    job = crawler.crawl("folder")
    assert (job.state, missing(crawler)) == ("running", set())
    monkeypatch.undo()
    aside.rename(crawler.music)
    assert go_on(crawler, job).state == "done"
    assert missing(crawler) == {"a.wav"}


def test_a_known_mount_point_that_is_empty_parks_crawls_above_and_below_it(crawler: Crawler) -> None:
    crawler.store.transact_session("test.mount", lambda s: LibraryMounts(s).save(["music/live"]))
    shutil.rmtree(crawler.music / "live")
    (crawler.music / "live").mkdir()
    (crawler.music / "a.wav").unlink()
    for path in (".", "live"):
        assert crawler.crawl("folder", path).state == "running"
        assert missing(crawler) == set()
    crawler.crawl("folder", accept_empty=True)
    assert missing(crawler) == {"a.wav", "live/c.wav", "live/d.wav"}
    assert crawler.crawl("folder").state == "done", "nothing that is known lies under it any more"


def test_a_crawl_remembers_the_mount_points_that_it_meets(crawler: Crawler, monkeypatch: pytest.MonkeyPatch) -> None:
    live = str(crawler.music / "live")
    monkeypatch.setattr("services.crawler.sources.folder.MountPoints", lambda: {live})
    crawler.crawl("folder")
    with crawler.store.read_session() as session:
        assert LibraryMounts(session).list_all() == ["music/live"]


def test_items_of_a_share_that_is_away_wait_and_those_of_a_deleted_file_fail(crawler: Crawler) -> None:
    for name in FILES:
        os.utime(crawler.music / name, ns=(0, 1))
    aside = crawler.music.with_name("aside")
    job = crawler.job(crawler.list_items("folder"))
    crawler.music.rename(aside)
    crawler.collect()
    assert crawler.tally(job) == {("queued", "library_away"): 4}
    assert {item.attempts for item in crawler.items(job)} == {0}
    aside.rename(crawler.music)
    (crawler.music / "a.wav").unlink()
    wake(crawler)
    crawler.collect()
    assert crawler.tally(job) == {("queued", None): 3, ("failed", "not_found"): 1}


def wake(crawler: Crawler) -> None:
    """What the sweep does when the time of parked items has come."""
    crawler.store.transact_session("test.due", lambda s: s.execute(update(JobItem).values(wake_at=func.now())))
    woken = crawler.store.transact_session("test.wake", lambda s: JobItemRepository(s).wake_parked(Stage.COLLECT))
    send_hints(crawler.bus, Stage.COLLECT, woken)


def test_a_disk_that_refuses_is_tried_a_few_times(crawler: Crawler, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(crawler.music / "a.wav", ns=(0, 1))
    open_ = Path.open

    def refuse(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "a.wav":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return open_(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    job = crawler.crawl("folder")
    assert crawler.tally(job)["queued", "io_error"] == 1
    for _ in range(2):
        wake(crawler)
        crawler.collect()
    assert crawler.tally(job) == {UNCHANGED: 3, ("failed", "io_error"): 1}


def test_a_relative_path_that_is_nowhere_may_lie_under_a_root_that_is_away(crawler: Crawler, folder: Path) -> None:
    other = folder / "more"
    other.mkdir()
    write(other / "x.wav", Y, sr=22_050, form="wav16")
    health = LibraryHealth(MusicLibrary([other, crawler.music]), crawler.store)
    assert health.away_locator("live/none") is None
    crawler.music.rename(folder / "aside")
    assert health.away_locator("live/none") == "music/live/none"
    assert health.away_locator(str(other / "none")) is None
