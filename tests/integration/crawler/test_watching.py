"""Files are written below a watched root, and the real watcher, store and sweep make crawls of what changed."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.beat.folder_changes import crawl_changes
from services.crawler.watching.feed import EventFeed
from services.crawler.watching.mounts import kinds_without_events
from services.crawler.watching.snapshot import RootAwayError, Snapshot
from services.crawler.watching.watched_root import RootWatch
from services.crawler.watching.watcher import Watcher
from shared.bus.routes import Task
from shared.domain.job import JobKind, JobState
from shared.errors import RetryableError
from shared.library import MusicLibrary
from shared.settings import FixedLiveSettings, WatchSettings, WorkSettings
from shared.store import Store
from shared.store.jobs.folder_changes import FolderChanges, WatchedRoots
from shared.store.jobs.repository import JobRepository
from shared.store.live_settings import LiveSettingRows
from shared.store.tables import FolderChange, Job
from shared.worker.context import WorkerContext

QUICK = WatchSettings(watch_quiet_s=0.3, watch_rescan_s=0.2)
"""Rests, and rescans where there are no events, as short as a test is patient."""
SOON = WatchSettings(watch_quiet_s=0.3, watch_rescan_s=3600)
"""Looked through once an hour at most: what is noticed was told by an event."""


class SilentBus:
    def __init__(self) -> None:
        self.sent = []

    def publish(self, task: Task, message: Any) -> None:
        self.sent.append((task, message))

    def count_waiting(self, _: Any) -> Any:
        return 0


def no_events(root: Any, stop: Any) -> Iterator[Any]:
    raise OSError(28, "OS file watch limit reached")
    yield


@pytest.fixture
def music(folder: Path) -> Any:
    root = folder / "music"
    (root / "old").mkdir(parents=True)
    write(root / "old" / "1.mp3")
    return root


@pytest.fixture
def library(music: Path, folder: Path) -> MusicLibrary:
    (folder / "demo").mkdir()
    write(folder / "demo" / "piece.wav")
    return MusicLibrary([music, folder / "demo"], demo_dir=folder / "demo")


@pytest.fixture
def bench(store: Store) -> Any:
    fixed = FixedLiveSettings(quiet_hours=None, cpu_share=None, watch=None)
    store.transact("test.watch", lambda session: LiveSettingRows(session).save("watch", True, by="test"))
    return WorkerContext(store=store, bus=SilentBus(), work=WorkSettings(), worker="here:1", fixed=fixed)


@pytest.fixture
def watcher(bench: WorkerContext, library: MusicLibrary) -> Iterator[Any]:
    """A watcher that has seen what is there, and whose first crawl has ended."""
    watcher = Watcher(bench, library, SOON)
    watcher.turn()
    settle(bench)
    yield watcher
    watcher.close()


def write(path: Any, content: bytes = b"sound") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def settle(bench: WorkerContext) -> None:
    """Take what is noted as crawled."""
    bench.store.transact(
        "test.settle", lambda session: [session.delete(row) for row in session.scalars(select(FolderChange))]
    )


def noted(bench: WorkerContext) -> Any:
    with bench.store.read() as session:
        return [(change.root, change.folder, change.noticed_by) for change in FolderChanges(session).waiting()]


def crawls(bench: WorkerContext) -> Any:
    with bench.store.read() as session:
        rows = session.scalars(select(Job).where(Job.kind == JobKind.CRAWL).order_by(Job.id))
        return [(job.params["path"], job.params.get("noticed_by")) for job in rows]


def end_crawls(bench: WorkerContext) -> None:
    bench.store.transact("test.end", lambda session: session.execute(update(Job).values(state=JobState.DONE)))


def turns(
    watcher: Any, condition: Callable[[], bool], eventually: Callable[..., None], words: Any, within_s: float = 20
) -> None:
    def turn() -> Any:
        watcher.turn()
        return condition()

    eventually(turn, words, within_s=within_s)


def test_a_first_look_is_a_crawl_of_each_root_of_music_but_not_of_the_demo(
    bench: WorkerContext, library: MusicLibrary
) -> None:
    watcher = Watcher(bench, library, SOON)
    watcher.turn()
    watcher.close()
    assert noted(bench) == [("music", "", "watch")]


def test_a_start_over_files_that_are_as_they_were_crawls_nothing_and_over_others_does(
    bench: WorkerContext, watcher: Any, library: MusicLibrary, music: Path
) -> None:
    watcher.close()
    again = Watcher(bench, library, SOON)
    again.turn()
    again.close()
    assert noted(bench) == []
    write(music / "old" / "2.mp3")
    third = Watcher(bench, library, SOON)
    third.turn()
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
    watcher: Any,
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
    bench: WorkerContext, watcher: Any, music: Path, eventually: Callable[..., None]
) -> None:
    write(music.parent / "download" / "Album.2003" / "cd1" / "1.mp3")
    (music.parent / "download").rename(music / "download")
    turns(watcher, lambda: noted(bench), eventually, "the folder is noticed")
    assert noted(bench) == [("music", "download/Album.2003/cd1", "watch")]


def test_covers_hidden_and_half_downloaded_files_and_reading_are_no_change(
    bench: WorkerContext, watcher: Any, music: Path
) -> None:
    write(music / "old" / "cover.jpg")
    write(music / "old" / ".2.mp3.part")
    write(music / "old" / "2.mp3.crdownload")
    write(music / ".trash" / "3.mp3")
    write(music / "#recycle" / "3.mp3")
    (music / "old" / "1.mp3").read_bytes()
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        watcher.turn()
        time.sleep(0.2)
    assert noted(bench) == []


def test_ten_thousand_files_are_one_crawl_of_the_folder_that_holds_them(
    bench: WorkerContext, watcher: Any, music: Path, library: MusicLibrary, eventually: Callable[..., None]
) -> None:
    for folder in range(20):
        (music / "new" / f"{folder}").mkdir(parents=True)
        for file in range(500):
            (music / "new" / f"{folder}" / f"{file}.mp3").touch()
        watcher.turn()
        crawl_changes(bench, library=library, watch=SOON)

    def all_noticed() -> Any:
        with bench.store.read() as session:
            return WatchedRoots(session).all()["music"].n_files == 10_001

    def all_crawled() -> Any:
        crawl_changes(bench, library=library, watch=SOON)
        return bool(crawls(bench))

    turns(watcher, all_noticed, eventually, "all are noticed", within_s=120)
    eventually(all_crawled, "it is crawled")
    assert len(crawls(bench)) == 1
    end_crawls(bench)
    crawl_changes(bench, library=library, watch=SOON)
    assert len(crawls(bench)) <= 2


def test_a_file_that_is_being_written_is_crawled_when_it_rests(
    bench: WorkerContext, watcher: Any, music: Path, library: MusicLibrary, eventually: Callable[..., None]
) -> None:
    path = music / "old" / "long.wav"
    with path.open("wb") as file:
        for _ in range(8):
            file.write(b"0" * 1000)
            file.flush()
            time.sleep(0.15)
            watcher.turn()
            crawl_changes(bench, library=library, watch=WatchSettings(watch_quiet_s=0.8))
            assert crawls(bench) == []

    def is_crawled() -> Any:
        watcher.turn()
        crawl_changes(bench, library=library, watch=WatchSettings(watch_quiet_s=0.8))
        return crawls(bench) != []

    eventually(is_crawled, "it is crawled", within_s=20)
    assert crawls(bench) == [(str(music / "old"), "watch")]


def note(bench: WorkerContext, folder: Path, *, by: float = "hook") -> None:
    bench.store.transact("test.note", lambda session: FolderChanges(session).note("music", folder, noticed_by=by))


def age(bench: WorkerContext, *, last_s: float, first_s: Any) -> None:
    def write(session: Session) -> None:
        for change in session.scalars(select(FolderChange)):
            change.last_at -= last_s
            change.first_at -= first_s

    last_s, first_s = timedelta(seconds=last_s), timedelta(seconds=first_s)
    bench.store.transact("test.age", write)


def test_changes_without_an_end_are_crawled_after_a_minute_all_the_same(
    bench: WorkerContext, library: MusicLibrary, music: Path
) -> None:
    note(bench, "old")
    age(bench, last_s=1, first_s=59)
    crawl_changes(bench, library=library, watch=WatchSettings())
    assert crawls(bench) == []
    age(bench, last_s=1, first_s=2)
    crawl_changes(bench, library=library, watch=WatchSettings())
    assert crawls(bench) == [(str(music / "old"), "hook")]
    assert [task for task, _ in bench.bus.sent] == [Task.LIST_SOURCE]


def test_a_root_has_one_such_crawl_at_a_time_and_what_changes_meanwhile_is_the_next(
    bench: WorkerContext, library: MusicLibrary, music: Path
) -> None:
    for folder in ("a", "b/c", "b/d"):
        note(bench, folder)
        age(bench, last_s=10, first_s=10)
        crawl_changes(bench, library=library, watch=WatchSettings())
    assert crawls(bench) == [(str(music / "a"), "hook")]
    end_crawls(bench)
    crawl_changes(bench, library=library, watch=WatchSettings())
    assert crawls(bench) == [(str(music / "a"), "hook"), (str(music / "b"), "hook")]
    assert noted(bench) == []


def test_a_crawl_of_changes_goes_by_the_rules_of_the_last_one_that_a_person_asked_for_there(
    bench: WorkerContext, library: MusicLibrary, music: Path
) -> None:
    rules = {"exclude": ["*mix*"], "max_s": 900.0}
    asked = [
        {"path": str(music)} | rules,
        {"path": str(music / "a"), "min_s": 10.0},
        {"path": "/elsewhere", "min_s": 1.0},
    ]
    for params in asked:
        bench.store.transact(
            "test.crawl",
            lambda session, params=params: JobRepository(session).create_job(
                JobKind.CRAWL, {"source": "folder", **params}
            ),
        )
    end_crawls(bench)
    note(bench, "b")
    age(bench, last_s=10, first_s=10)
    crawl_changes(bench, library=library, watch=WatchSettings())
    with bench.store.read() as session:
        made = session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one().params
    assert made == {"source": "folder", "path": str(music / "b"), "noticed_by": "hook", **rules}


def test_where_events_end_folders_are_looked_through_and_it_is_said_why(
    bench: WorkerContext, library: MusicLibrary, music: Path, eventually: Callable[..., None]
) -> None:
    watch = RootWatch("music", music, signature=None, rescan_s=0.2, open_feed=lambda root: EventFeed(root, no_events))
    first = watch.look()
    assert first.watched.mode == "rescan"
    assert "max_user_watches" in first.watched.detail
    write(music / "new" / "1.mp3")
    found = []
    eventually(lambda: (found.append(watch.look()), found[-1] is not None)[1], "it is found", within_s=10)
    assert found[-1].folder == "new"
    watch.close()


class DeafFeed(EventFeed):
    """Says that it listens, and hears nothing."""

    opened = 0

    def __init__(self, root: Any) -> None:
        DeafFeed.opened += 1
        super().__init__(root, no_events if DeafFeed.opened > 1 else silence)


def silence(root: Any, stop: Any) -> Iterator[Any]:
    while not stop.wait(0.05):
        yield set()


def test_events_that_got_lost_are_made_good_and_show_that_folders_have_to_be_looked_through(
    bench: WorkerContext, music: Path, eventually: Callable[..., None]
) -> None:
    watch = RootWatch("music", music, signature=None, rescan_s=0.05, open_feed=DeafFeed)
    assert watch.look().watched.mode == "events"
    write(music / "new" / "1.mp3")
    found = []
    eventually(lambda: (found.append(watch.look()), found[-1] is not None)[1], "it is found", within_s=10)
    assert found[-1].folder == "new"
    eventually(lambda: (found.append(watch.look()), found[-1] is not None)[1], "it is said", within_s=10)
    assert (found[-1].folder, found[-1].watched.mode) == (None, "rescan")
    watch.close()


def test_watching_is_switched_on_and_off_while_it_runs(
    bench: WorkerContext, watcher: Any, music: Path, eventually: Callable[..., None]
) -> None:
    bench.store.transact("test.off", lambda session: LiveSettingRows(session).save("watch", False, by="test"))
    watcher.turn()
    write(music / "old" / "2.mp3")
    time.sleep(1.5)
    watcher.turn()
    assert noted(bench) == []
    bench.store.transact("test.on", lambda session: LiveSettingRows(session).save("watch", True, by="test"))
    turns(watcher, lambda: noted(bench), eventually, "what changed meanwhile is noticed")


def test_an_emptied_root_is_away_and_changes_nothing_until_it_is_back(
    bench: WorkerContext, library: MusicLibrary, music: Path, eventually: Callable[..., None]
) -> None:
    watcher = Watcher(bench, library, QUICK)
    watcher.turn()
    settle(bench)
    music.rename(music.parent / "unmounted")
    music.mkdir()

    def mode() -> Any:
        with bench.store.read() as session:
            return WatchedRoots(session).all()["music"].mode

    turns(watcher, lambda: mode() == "away", eventually, "it counts as away")
    assert noted(bench) == []
    music.rmdir()
    (music.parent / "unmounted").rename(music)
    turns(watcher, lambda: mode() != "away", eventually, "it is back")
    assert noted(bench) == []
    watcher.close()


def test_a_root_that_goes_or_comes_is_known_at_the_next_turn_however_rarely_folders_are_looked_through(
    music: Path, eventually: Callable[..., None]
) -> None:
    watch = RootWatch("music", music, signature=None, rescan_s=SOON.watch_rescan_s)
    assert watch.look().watched.mode == "events"

    def turns_to(mode: Any) -> Any:
        found = watch.look()
        return found is not None and found.watched.mode == mode

    music.rename(music.parent / "unmounted")
    eventually(lambda: turns_to("away"), "it counts as away", within_s=3)
    (music.parent / "unmounted").rename(music)
    eventually(lambda: turns_to("events"), "it is back", within_s=3)
    watch.close()


def test_a_folder_that_cannot_be_read_for_a_moment_is_taken_as_it_was(music: Path) -> None:
    snapshot = Snapshot(music)
    snapshot.look_through()
    before = snapshot.signature
    if os.geteuid() != 0:
        (music / "old").chmod(0)
        write(music / "kept.mp3")
        assert snapshot.look_through() == {""}
        (music / "old").chmod(0o755)
    shutil.move(music, music.parent / "away")
    with pytest.raises(RootAwayError):
        snapshot.look_through()
    shutil.move(music.parent / "away", music)
    assert snapshot.signature == before or os.geteuid() != 0


MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 0:40 / /library rw,relatime shared:1 - nfs4 nas:/music rw
31 22 0:41 / /srv/my\\040music rw - ext4 /dev/sdb1 rw
32 31 0:42 / /srv/my\\040music/nas rw - cifs //nas/music rw
33 22 8:2 / /media/disk rw - fuseblk /dev/sdc1 rw
34 22 0:43 / /host rw - fuse.osxfs osxfs rw
"""


@pytest.mark.parametrize(
    ("root", "kinds"),
    [
        ("/library/a", ["nfs4"]),
        ("/srv/my music", ["cifs"]),
        ("/srv/my music/local", []),
        ("/media/disk/a", []),
        ("/host/x", ["fuse.osxfs"]),
        ("/home", []),
        ("/library2", []),
    ],
)
def test_network_shares_are_known_by_the_list_of_mounts(tmp_path: Path, root: str, kinds: list[Any]) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert kinds_without_events(Path(root), mounts=tmp_path / "mountinfo") == kinds


def test_what_cannot_be_told_now_is_told_later(
    bench: WorkerContext, watcher: Any, music: Path, eventually: Callable[..., None]
) -> None:
    write(music / "old" / "2.mp3")
    away = replace(bench, store=AwayStore())
    there, watcher._bench = watcher._bench, away
    for _ in range(15):
        watcher.turn()
        time.sleep(0.1)
    watcher._bench = there
    turns(watcher, lambda: noted(bench), eventually, "it is told")


class AwayStore:
    def transact(self, name: str, *_: Any, **__: Any) -> None:
        raise RetryableError(f"the database is away ({name})")
