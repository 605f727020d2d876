"""What was noticed becomes a crawl: one a root, once it rests, by the rules of the last one."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.beat.folder_changes import crawl_changes
from shared.bus.routes import Task
from shared.domain.job import JobKind
from shared.json_objects import JsonObject
from shared.library import MusicLibrary
from shared.settings import WatchSettings
from shared.store.jobs.folder_changes import FolderChanges
from shared.store.jobs.repository import JobRepository
from shared.store.tables import FolderChange, Job
from shared.worker.context import WorkerContext
from tests.integration.crawler.watching.watched_library import crawls, end_crawls, noted
from tests.support.buses import RecordingBus


def note(bench: WorkerContext, folder: str, *, by: str = "hook") -> None:
    bench.store.transact_session(
        "test.note", lambda session: FolderChanges(session).record_change("music", folder, noticed_by=by)
    )


def ask_for_crawl(bench: WorkerContext, params: JsonObject) -> None:
    bench.store.transact_session("test.crawl", lambda session: JobRepository(session).create_job(JobKind.CRAWL, params))


def age(bench: WorkerContext, *, last_s: float, first_s: float) -> None:
    def write(session: Session) -> None:
        for change in session.scalars(select(FolderChange)):
            change.last_at -= timedelta(seconds=last_s)
            change.first_at -= timedelta(seconds=first_s)

    bench.store.transact_session("test.age", write)


def test_changes_without_an_end_are_crawled_after_a_minute_all_the_same(
    bench: WorkerContext, bus: RecordingBus, library: MusicLibrary, music: Path
) -> None:
    note(bench, "old")
    age(bench, last_s=1, first_s=59)
    crawl_changes(bench, library=library, watch=WatchSettings())
    assert crawls(bench) == []
    age(bench, last_s=1, first_s=2)
    crawl_changes(bench, library=library, watch=WatchSettings())
    assert crawls(bench) == [(str(music / "old"), "hook")]
    assert bus.tasks() == [Task.LIST_SOURCE]


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
        ask_for_crawl(bench, {"source": "folder", **params})
    end_crawls(bench)
    note(bench, "b")
    age(bench, last_s=10, first_s=10)
    crawl_changes(bench, library=library, watch=WatchSettings())
    with bench.store.read_session() as session:
        made = session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one().params
    assert made == {"source": "folder", "path": str(music / "b"), "noticed_by": "hook", **rules}
