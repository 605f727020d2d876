"""Which tracks are missing: over a real PostgreSQL."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.file_state import FileState
from shared.domain.job import JobKind, Stage
from shared.domain.track import AudioFile, CollectedTrack, SourceRef
from shared.store import Store
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.tables import Track, TrackSource, Upload
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.missing_tracks import KnownFile, MissingTracks
from shared.store.tracks.repository import TrackRepository

T = TypeVar("T")


def audio(locator: str, *, mtime_ns: int = 1) -> AudioFile:
    return AudioFile(locator=locator, size_bytes=10, mtime_ns=mtime_ns)


def _register(piece: CollectedTrack, session: Session) -> UUID:
    return TrackRepository(session).register_track(piece).track_id


class Library:
    """Tracks with files, and what is said of them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, *locators: str, table: str | None = None) -> UUID:
        """A track with these files, or one of a table without any."""
        refs = [SourceRef("table", table)] if table else []
        track_id = None
        for locator in locators or (None,):
            files = [SourceRef("folder", locator)] if locator else []
            piece = CollectedTrack(
                refs=(*files, *refs), title="Ode", artist=None, audio=audio(locator) if locator else None
            )
            track_id = self.write(partial(_register, piece))
            refs = refs or [SourceRef("folder", locator or "")]
        assert track_id is not None
        return track_id

    def write(self, work: Callable[[Session], T]) -> T:
        return self.store.transact_session("test", work)

    def mark(self, *locators: str) -> int:
        return self.write(lambda session: MissingTracks(session).mark_missing(locators))

    def welcome(self, *files: AudioFile) -> int:
        return self.write(lambda session: MissingTracks(session).mark_returned(files))

    def refresh(self, *track_ids: UUID) -> None:
        self.write(lambda session: MissingTracks(session).refresh(track_ids))

    def since(self, track_id: UUID) -> datetime | None:
        with self.store.read_session() as session:
            return session.get_one(Track, track_id).missing_since

    def state(self, locator: str) -> str:
        with self.store.read_session() as session:
            return session.scalars(select(TrackSource.state).where(TrackSource.source_id == locator)).one()

    def unite(self, one: UUID, other: UUID) -> int:
        pair = MergePair(one=one, other=other, reason=MergeReason.PERSON, who="the tests")
        (merge_id,) = self.write(lambda session: MergeRepository(session).unite_pairs([pair]))
        return merge_id


@pytest.fixture
def library(store: Store) -> Library:
    return Library(store)


def test_a_track_is_missing_when_its_last_file_is_gone(library: Library) -> None:
    track = library.add("music/a.mp3", "copies/a.mp3")
    assert library.mark("music/a.mp3") == 1
    assert library.since(track) is None
    assert library.mark("copies/a.mp3", "music/a.mp3") == 1
    assert library.since(track) is not None


def test_a_track_that_never_had_a_file_is_not_missing(library: Library) -> None:
    track = library.add(table="t.csv#1")
    library.refresh(track)
    assert library.since(track) is None


def test_a_changed_file_is_there(library: Library) -> None:
    track = library.add("music/a.mp3", "music/b.mp3")
    library.write(
        lambda s: s.execute(
            update(TrackSource).where(TrackSource.source_id == "music/b.mp3").values(state=FileState.CHANGED)
        )
    )
    library.mark("music/a.mp3")
    assert library.since(track) is None


def test_what_stays_missing_keeps_its_date(library: Library) -> None:
    track = library.add("music/a.mp3")
    library.mark("music/a.mp3")
    first = library.since(track)
    library.refresh(track)
    assert library.since(track) == first


def test_a_track_whose_only_file_is_of_another_track_today_is_missing(library: Library) -> None:
    """The file at its path was replaced: its row went to whom it sounds like."""
    old, new, whole = library.add("music/a.mp3"), library.add("music/b.mp3"), library.add("music/c.mp3", "music/d.mp3")
    gone = update(TrackSource).where(TrackSource.source_id.in_(["music/a.mp3", "music/d.mp3"]))
    library.write(lambda s: s.execute(gone.values(track_id=new)))
    library.write(lambda s: MissingTracks(s).lose_file([old, whole]))
    since = library.since(old)
    assert since is not None
    assert (library.since(new), library.since(whole)) == (None, None)
    library.refresh(old)
    assert library.since(old) == since, "nothing says that it never had one"


def test_a_kept_upload_stands_in_for_a_file_that_is_gone(library: Library) -> None:
    track = library.add("music/a.mp3")
    library.write(lambda s: s.add(Upload(name="a.mp3", track_id=track, audio_key="uploads/a", keep=True)))
    library.mark("music/a.mp3")
    assert library.since(track) is None


def test_one_recording_is_missing_as_a_whole_or_not_at_all(library: Library) -> None:
    one, other = library.add("music/a.mp3"), library.add("music/b.mp3")
    library.mark("music/a.mp3")
    merge_id = library.unite(one, other)
    assert (library.since(one), library.since(other)) == (None, None)
    library.mark("music/b.mp3")
    assert library.since(one) == library.since(other)
    assert library.since(one) is not None
    library.welcome(audio("music/b.mp3"))
    library.write(lambda s: MergeRepository(s).undo_merge(merge_id, who="the tests"))
    assert library.since(one) is not None
    assert library.since(other) is None


def test_a_file_that_comes_back_is_what_it_was(library: Library) -> None:
    tracks = [library.add(f"music/{name}.mp3") for name in "abc"]
    library.write(
        lambda s: s.execute(
            update(TrackSource).where(TrackSource.source_id == "music/b.mp3").values(state=FileState.CHANGED)
        )
    )
    library.mark(*(f"music/{name}.mp3" for name in "abc"))
    n_returned = library.welcome(audio("music/a.mp3"), audio("music/b.mp3"), audio("music/c.mp3", mtime_ns=2))
    assert n_returned == 3
    assert [library.state(f"music/{name}.mp3") for name in "abc"] == ["present", "changed", "changed"]
    assert [library.since(track) for track in tracks] == [None, None, None]
    assert library.welcome(audio("music/a.mp3")) == 0


def test_files_of_a_folder_are_told_from_those_of_folders_named_alike(library: Library) -> None:
    names = [
        "m/a/s/1.mp3",
        "m/a/s/x/2.mp3",
        "m/a/sx/3.mp3",
        "m/a/s.mp3",
        "m/a_b/4.mp3",
        "m/aXb/5.mp3",
        "m/50%/6.mp3",
        "m/500/7.mp3",
    ]
    tracks = {name: library.add(name) for name in names}

    def unlisted(folder: str, *listed: str) -> list[str]:
        def write(session: Session) -> UUID:
            job, _ = JobRepository(session).create_job(JobKind.CRAWL, {})
            items = [NewItem(name, {}, locator=name) for name in listed]
            JobRepository(session).add_items(job.id, Stage.COLLECT, [*items, NewItem("no file", {})])
            return job.id

        job_id = library.write(write)
        with library.store.read_session() as session:
            found = MissingTracks(session).list_unlisted(job_id, folder=folder, limit=10)
        assert found == [KnownFile(file.locator, tracks[file.locator]) for file in found]
        return [file.locator for file in found]

    assert unlisted("m/a/s") == ["m/a/s/1.mp3", "m/a/s/x/2.mp3"]
    assert unlisted("m/a/s", "m/a/s/1.mp3") == ["m/a/s/x/2.mp3"]
    assert unlisted("m/a_b") == ["m/a_b/4.mp3"]
    assert unlisted("m/50%") == ["m/50%/6.mp3"]
    assert set(unlisted("m")) == set(names)
    library.mark("m/a/s/1.mp3")
    assert unlisted("m/a/s") == ["m/a/s/x/2.mp3"]


def test_unlisted_files_come_page_by_page(library: Library) -> None:
    names = sorted(f"m/{number}.mp3" for number in range(5))
    for name in names:
        library.add(name)
    job_id = library.write(lambda s: JobRepository(s).create_job(JobKind.CRAWL, {})[0].id)
    pages, after = [], ""
    with library.store.read_session() as session:
        while page := MissingTracks(session).list_unlisted(job_id, folder="m", after=after, limit=2):
            after = page[-1].locator
            pages.append([file.locator for file in page])
    assert pages == [names[:2], names[2:4], names[4:]]
