"""Roots that tell nothing, that are away, or that are shares: folders are looked through, and it is said why."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TypeVar

import pytest

from services.crawler.watching.feed import EventFeed
from services.crawler.watching.mounts import kinds_without_events
from services.crawler.watching.snapshot import RootAwayError, Snapshot
from services.crawler.watching.watched_root import NoticedChange, RootWatch
from services.crawler.watching.watcher import Watcher
from shared.errors import RetryableError
from shared.library import MusicLibrary
from shared.store import Store
from shared.store.jobs.folder_changes import WatchedRoots
from shared.store.live_settings import LiveSettingRows
from shared.store.repositories import RepositorySession
from shared.worker.context import WorkerContext
from tests.integration.crawler.watching.watched_library import (
    QUICK,
    SOON,
    no_events,
    noted,
    settle,
    turns,
    write,
)

T = TypeVar("T")


def look_until_noticed(watch: RootWatch, eventually: Callable[..., None], words: str) -> NoticedChange:
    noticed: list[NoticedChange] = []

    def looks() -> bool:
        noticed.extend(found for found in [watch.check_changes()] if found is not None)
        return bool(noticed)

    eventually(looks, words, within_s=10)
    return noticed[0]


def test_where_events_end_folders_are_looked_through_and_it_is_said_why(
    bench: WorkerContext, library: MusicLibrary, music: Path, eventually: Callable[..., None]
) -> None:
    watch = RootWatch("music", music, signature=None, rescan_s=0.2, open_feed=lambda root: EventFeed(root, no_events))
    first = watch.check_changes()
    assert first is not None
    assert first.watched.mode == "rescan"
    assert "max_user_watches" in first.watched.detail
    write(music / "new" / "1.mp3")
    assert look_until_noticed(watch, eventually, "it is found").folder == "new"
    watch.close()


class DeafFeed(EventFeed):
    """Says that it listens, and hears nothing."""

    opened = 0

    def __init__(self, root: Path) -> None:
        DeafFeed.opened += 1
        super().__init__(root, no_events if DeafFeed.opened > 1 else silence)


def silence(root: Path, stop: Event) -> Iterator[set[str]]:
    while not stop.wait(0.05):
        yield set()


def test_events_that_got_lost_are_made_good_and_show_that_folders_have_to_be_looked_through(
    bench: WorkerContext, music: Path, eventually: Callable[..., None]
) -> None:
    watch = RootWatch("music", music, signature=None, rescan_s=0.05, open_feed=DeafFeed)
    first = watch.check_changes()
    assert first is not None
    assert first.watched.mode == "events"
    write(music / "new" / "1.mp3")
    assert look_until_noticed(watch, eventually, "it is found").folder == "new"
    said = look_until_noticed(watch, eventually, "it is said")
    assert (said.folder, said.watched.mode) == (None, "rescan")
    watch.close()


def test_watching_is_switched_on_and_off_while_it_runs(
    bench: WorkerContext, watcher: Watcher, music: Path, eventually: Callable[..., None]
) -> None:
    bench.store.transact_session("test.off", lambda session: LiveSettingRows(session).save("watch", False, by="test"))
    watcher.run_once()
    write(music / "old" / "2.mp3")
    time.sleep(1.5)
    watcher.run_once()
    assert noted(bench) == []
    bench.store.transact_session("test.on", lambda session: LiveSettingRows(session).save("watch", True, by="test"))
    turns(watcher, lambda: noted(bench), eventually, "what changed meanwhile is noticed")


def test_an_emptied_root_is_away_and_changes_nothing_until_it_is_back(
    bench: WorkerContext, library: MusicLibrary, music: Path, eventually: Callable[..., None]
) -> None:
    watcher = Watcher(bench, library, QUICK)
    watcher.run_once()
    settle(bench)
    music.rename(music.parent / "unmounted")
    music.mkdir()

    def mode() -> str:
        with bench.store.read_session() as session:
            return WatchedRoots(session).list_by_name()["music"].mode

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
    first = watch.check_changes()
    assert first is not None
    assert first.watched.mode == "events"

    def turns_to(mode: str) -> bool:
        found = watch.check_changes()
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
def test_network_shares_are_known_by_the_list_of_mounts(tmp_path: Path, root: str, kinds: list[str]) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    assert kinds_without_events(Path(root), mounts=tmp_path / "mountinfo") == kinds


def test_what_cannot_be_told_now_is_told_later(
    bench: WorkerContext, watcher: Watcher, music: Path, eventually: Callable[..., None]
) -> None:
    write(music / "old" / "2.mp3")
    away = replace(bench, store=AwayStore(bench.store.engine))
    there, watcher._bench = watcher._bench, away
    for _ in range(15):
        watcher.run_once()
        time.sleep(0.1)
    watcher._bench = there
    turns(watcher, lambda: noted(bench), eventually, "it is told")


class AwayStore(Store):
    def transact_session(
        self,
        name: str,
        work: Callable[[RepositorySession], T],  # noqa: ARG002 (never called)
        *,
        patience_s: float | None = None,  # noqa: ARG002 (gives up at once)
    ) -> T:
        raise RetryableError(f"the database is away ({name})")
