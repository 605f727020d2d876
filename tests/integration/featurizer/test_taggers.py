"""Audio taggers in a library: with new tracks, afterwards in the background, switched off and on. Real networks."""

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from services.beat.handlers import run_sweep
from services.featurizer.recompute import list_stale, tag_library
from shared.bus.routes import Task
from shared.domain.features import FeatureSpec
from shared.domain.job import JobKind
from shared.domain.messages import JobMessage, TickMessage
from shared.domain.taggers import BUILT_IN_TAGGERS, CHORDS, MUSICNN, MUSICNN_POOL, YAMNET
from shared.domain.track_tags import TAG_RULES
from shared.library import MusicLibrary
from shared.store import Store
from shared.store.features.output_values import decode_values
from shared.store.jobs.items import JobItemRepository
from shared.store.jobs.repository import JobRepository
from shared.store.tables import ArrayRow, FeatureSet, Job, JobItem, TaggerOutputRow, Track
from tests.integration.crawler.scanning import Crawler
from tests.support import audio
from tests.support.crawl_pipeline import Pipeline

pytestmark = pytest.mark.slow

TAGGERS = tuple(BUILT_IN_TAGGERS.values())
TWO = (YAMNET, CHORDS)
SPEC = FeatureSpec()
SR = 22_050


@pytest.fixture
def library(store: Store, tmp_path: Path) -> Pipeline:
    (tmp_path / "music" / "songs").mkdir(parents=True)
    return Pipeline(store, tmp_path / "music", blobs=tmp_path / "blobs")


def write_song(library: Pipeline, name: str, *, seed: int = 0) -> Path:
    y = audio.noise(duration_s=8, sr=SR, amplitude=0.1, seed=seed) + audio.tone(440 + 30 * seed, duration_s=8, sr=SR)
    return audio.write(library.music / "songs" / name, y, sr=SR, form="wav16")


def outputs(library: Pipeline) -> dict[str, dict[str, bytes]]:
    """`{title: {tagger: values}}`."""
    by_title: dict[str, dict[str, bytes]] = {}
    with library.store.read_session() as session:
        query = select(Track.title, TaggerOutputRow).join(TaggerOutputRow, TaggerOutputRow.track_id == Track.id)
        for title, row in session.execute(query):
            by_title.setdefault(str(title), {})[row.tagger] = row.values
    return by_title


def stored_features(library: Pipeline) -> list[Any]:
    """Everything of the features that an addition of tags must not touch."""
    with library.store.read_session() as session:
        sets = session.scalars(select(FeatureSet).order_by(FeatureSet.track_id)).all()
        arrays = session.scalars(select(ArrayRow).order_by(ArrayRow.track_id, ArrayRow.excerpt)).all()
        rows = [(row.track_id, row.descriptors, row.audio_sha256, row.made_at) for row in sets]
        return [*rows, *((row.track_id, row.blob_key) for row in arrays)]


def sweep(library: Pipeline) -> None:
    """A sweep after the time that a message may be on its way."""
    library.store.transact_session(
        "test.later", lambda session: session.execute(update(JobItem).values(dispatched_at=None))
    )
    run_sweep(TickMessage("sweep"), bench=library.bench, library=MusicLibrary([library.music]))


def tag_in_background(library: Pipeline) -> list[Job]:
    """What the beat, a featurizer and the sweep do until nothing is left to do; the background jobs, in order."""
    tag_library(bench=library.bench, taggers=library.taggers)
    list_jobs(library)
    assert library.bus.take(Task.FEATURIZE_ITEMS) == [], "they are sent by the sweep"
    for _ in range(2):
        sweep(library)
        library.analyse_sent()
    with library.store.read_session() as session:
        return list(session.scalars(select(Job).where(Job.kind == JobKind.RECOMPUTE).order_by(Job.id)))


def track_ids(library: Pipeline) -> list[UUID]:
    with library.store.read_session() as session:
        return list(session.scalars(select(Track.id)))


def list_jobs(library: Pipeline) -> None:
    for message in library.bus.take(Task.LIST_STALE):
        assert isinstance(message, JobMessage)
        list_stale(message, bench=library.bench, spec=SPEC, taggers=library.taggers)


def recompute(library: Pipeline) -> None:
    """What `POST /features/recompute` starts, to its end."""
    job_id = library.store.transact_session(
        "test.job", lambda session: JobRepository(session).create_job(JobKind.RECOMPUTE, {"failed": False})[0].id
    )
    list_stale(JobMessage(str(job_id)), bench=library.bench, spec=SPEC, taggers=library.taggers)
    library.analyse_sent()


def test_a_new_track_is_tagged_in_the_analysis_that_gives_its_features(library: Pipeline) -> None:
    write_song(library, "one.wav")
    library.taggers = TAGGERS
    library.crawl("folder", "songs")
    assert outputs(library)["one"].keys() == BUILT_IN_TAGGERS.keys()
    assert [sorted(one & BUILT_IN_TAGGERS.keys()) for one in library.wanted] == [sorted(BUILT_IN_TAGGERS)]
    values = decode_values(outputs(library)["one"]["musicnn"])
    with library.store.read() as repositories:
        (tags,) = repositories.given_tags.list_by_track(track_ids(library)).values()
    assert tags == TAG_RULES.give_tags(values.tolist())
    assert tag_in_background(library) == []


def test_a_library_analysed_without_taggers_gets_them_in_the_background_and_keeps_its_features(
    library: Pipeline,
) -> None:
    for n in range(3):
        write_song(library, f"{n}.wav", seed=n)
    library.crawl("folder", "songs")
    before = stored_features(library)
    library.wanted.clear()
    assert outputs(library) == {}

    library.taggers = TWO
    (job,) = tag_in_background(library)
    assert job.state == "done"
    assert {title: by.keys() for title, by in outputs(library).items()} == {
        str(n): {"yamnet", "chords"} for n in range(3)
    }
    assert library.wanted == [frozenset({"yamnet", "chords"})] * 3, "no stage is computed again"
    assert stored_features(library) == before
    with library.store.read_session() as session:
        took = [item.payload["tagging_took_s"] for item in JobItemRepository(session).list_by_job(job.id)]
    assert all(seconds > 0 for seconds in took)

    library.taggers = TAGGERS
    assert len(tag_in_background(library)) == 2
    assert library.wanted[3:] == [frozenset({"musicnn"})] * 3, "what stands is not asked for again"
    alone = outputs(library)
    library.taggers = ()
    assert len(tag_in_background(library)) == 2
    assert outputs(library) == alone, "switched off, values stay"
    library.taggers = TAGGERS
    assert len(tag_in_background(library)) == 2, "and switched on again, nothing is to be done"


def test_what_is_inside_of_a_tagger_is_added_in_the_background_like_tags(library: Pipeline) -> None:
    library.taggers = (MUSICNN,)
    write_song(library, "one.wav")
    library.crawl("folder", "songs")
    library.wanted.clear()
    library.taggers = (MUSICNN, MUSICNN_POOL)
    (job,) = tag_in_background(library)
    assert job.state == "done"
    assert library.wanted == [frozenset({"musicnn_pool"})]
    values = outputs(library)["one"]
    assert {name: len(content) // 2 for name, content in values.items()} == {"musicnn": 500, "musicnn_pool": 1506}


def test_tags_that_are_added_equal_those_of_a_new_track(library: Pipeline, store: Store) -> None:
    write_song(library, "one.wav")
    library.crawl("folder", "songs")
    library.taggers = TWO
    tag_in_background(library)
    added = outputs(library)
    store.transact_session("test.forget", lambda session: session.execute(delete(TaggerOutputRow)))
    write_song(library, "one.wav").touch()
    library.crawl("folder", "songs")
    assert outputs(library) == added


def test_a_file_that_changed_is_tagged_anew(library: Pipeline) -> None:
    library.taggers = (CHORDS,)
    write_song(library, "one.wav")
    library.crawl("folder", "songs")
    first = outputs(library)["one"]["chords"]
    write_song(library, "one.wav", seed=3)
    library.crawl("folder", "songs")
    with library.store.read_session() as session:
        values = set(session.scalars(select(TaggerOutputRow.values)))
    assert len(values) == 2, "the new sound is a track of its own"
    assert first in values


def test_a_twin_takes_the_outputs_over(library: Pipeline) -> None:
    library.taggers = (CHORDS,)
    one = write_song(library, "one.wav")
    library.crawl("folder", "songs")
    library.taggers = ()
    shutil.copy(one, one.with_name("two.wav"))
    library.crawl("folder", "songs")
    library.taggers = (CHORDS,)
    library.wanted.clear()
    tag_in_background(library)
    assert outputs(library)["one"] == outputs(library)["two"]
    assert library.wanted == [], "nothing is decoded"


def test_a_track_whose_audio_is_gone_is_passed_over_once_and_a_recomputation_asks_again(library: Pipeline) -> None:
    song = write_song(library, "one.wav")
    library.crawl("folder", "songs")
    aside = song.rename(song.with_suffix(".aside"))
    library.taggers = (CHORDS,)
    (job,) = tag_in_background(library)
    with library.store.read_session() as session:
        assert [item.state for item in JobItemRepository(session).list_by_job(job.id)] == ["skipped"]
    assert len(tag_in_background(library)) == 1, "it is not tried again and again"
    aside.rename(song)
    assert len(tag_in_background(library)) == 1
    recompute(library)
    assert outputs(library)["one"].keys() == {"chords"}


def test_a_cancelled_job_is_not_begun_again_until_somebody_asks(library: Pipeline, store: Store) -> None:
    write_song(library, "one.wav")
    library.crawl("folder", "songs")
    library.taggers = (CHORDS,)
    tag_library(bench=library.bench, taggers=library.taggers)
    library.bus.sent.clear()
    with store.read_session() as session:
        job_id: UUID = session.scalars(select(Job.id).where(Job.kind == JobKind.RECOMPUTE)).one()
    tag_library(bench=library.bench, taggers=library.taggers)
    assert library.bus.sent == [], "it is under way"
    store.transact_session("test.cancel", lambda session: JobRepository(session).cancel_job(job_id))
    assert [job.state for job in tag_in_background(library)] == ["cancelled"]
    assert outputs(library) == {}
    recompute(library)
    assert outputs(library)["one"].keys() == {"chords"}


def test_synthetic_tracks_are_not_asked(library: Pipeline, store: Store) -> None:
    write_song(library, "one.wav")
    library.taggers = (CHORDS,)
    Crawler.crawl(library, "folder", "songs")
    store.transact_session("test.synthetic", lambda session: session.execute(update(Track).values(synthetic=True)))
    library.analyse_sent()
    assert [sorted(one & BUILT_IN_TAGGERS.keys()) for one in library.wanted] == [[]]
    assert tag_in_background(library) == []
    assert outputs(library) == {}
