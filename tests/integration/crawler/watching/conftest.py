"""A library that is watched."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.crawler.watching.watcher import Watcher
from shared.library import MusicLibrary
from shared.settings import FixedLiveSettings, WorkSettings
from shared.store import Store
from shared.store.live_settings import LiveSettingRows
from shared.worker.context import WorkerContext
from tests.integration.crawler.watching.watched_library import SOON, settle, write
from tests.support.buses import RecordingBus


@pytest.fixture
def music(folder: Path) -> Path:
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
def bus() -> RecordingBus:
    return RecordingBus()


@pytest.fixture
def bench(store: Store, bus: RecordingBus) -> WorkerContext:
    fixed = FixedLiveSettings(quiet_hours=None, cpu_share=None, watch=None)
    store.transact_session("test.watch", lambda session: LiveSettingRows(session).save("watch", True, by="test"))
    return WorkerContext(store=store, bus=bus, work=WorkSettings(), worker="here:1", fixed=fixed)


@pytest.fixture
def watcher(bench: WorkerContext, library: MusicLibrary) -> Iterator[Watcher]:
    """A watcher that has seen what is there, and whose first crawl has ended."""
    watcher = Watcher(bench, library, SOON)
    watcher.run_once()
    settle(bench)
    yield watcher
    watcher.close()
