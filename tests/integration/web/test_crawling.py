"""Whole crawls of web sources over real rows: paged, resumed, parked, woken, counted out."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.crawler.source_listing import list_source
from services.crawler.sources.composition import build_web_sources
from services.featurizer.analysis import analyse_clip
from services.featurizer.audio.decode import open_clip
from services.featurizer.audio.location import clear_stale
from services.featurizer.handlers import featurize_items
from shared.bus.port import Bus
from shared.bus.routes import Queue, Task
from shared.domain.crawl import CrawlRequest
from shared.domain.features import FeatureSpec
from shared.domain.job import JobState, Stage
from shared.domain.messages import ItemsMessage, JobMessage, TaskMessage
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from shared.store.features.repository import FeatureRepository
from shared.store.jobs.items import JobItemRepository
from shared.store.jobs.repository import JobRepository
from shared.store.tables import Base, CatalogueFeatures, Job, JobItem, Track
from shared.store.tracks.annotations import AnnotationRepository, select_ids_annotated_as
from shared.store.tracks.clips import ClipRepository
from shared.store.tracks.lookups import TrackLookups
from shared.store.tracks.repository import TrackRepository
from shared.worker.context import send_hints
from tests.integration.web.conftest import Crawler
from tests.support.audio import tone, write
from tests.support.servers.deezer import DeezerServer
from tests.support.servers.spotify import SpotifyServer

ALL = CrawlRequest(source="spotify", playlists=("allofthem",))


def n_rows(crawler: Crawler, table: type[Base]) -> int:
    with crawler.store.read_session() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_a_mood_crawl_does_in_one_job_what_four_scripts_did(crawler: Crawler, spotify: SpotifyServer) -> None:
    songs = list(spotify.songs.values())
    spotify.playlists |= {"quiet": songs[:60], "blue": [*songs[50:90], None, "episode", "local"]}
    moods = {"calm": ("quiet",), "sad": ("blue",)}
    job_id = crawler.start(CrawlRequest(source="spotify", moods=moods, tags=("playlist crawl",)))
    crawler.work()
    assert crawler.counts(job_id) == (100, 100, 0, 0)
    assert n_rows(crawler, Track) == 90
    assert crawler.job(job_id).ignored == {
        "row without a track": 1,
        "episode": 1,
        "local file of the playlist's owner": 1,
    }
    with crawler.store.read_session() as session:
        both = TrackRepository(session).list_page(search=songs[55].title)[0]
        said = [
            (a.emotion, a.annotator.kind, a.annotator.name)
            for a in AnnotationRepository(session).list_by_track([both.id])[both.id]
        ]
        tags = [a.tags for a in AnnotationRepository(session).list_by_track([both.id])[both.id]]
        source = TrackRepository(session).list_sources([both.id])[both.id][0]
    assert sorted(said) == [
        ("calm", "playlist", "spotify playlist quiet"),
        ("sad", "playlist", "spotify playlist blue"),
    ]
    assert tags == [("playlist crawl",)] * 2
    assert source.licence == "Spotify Developer Terms"
    assert source.attribution is not None
    assert source.attribution.endswith(songs[55].spotify_id)


def test_a_second_run_adds_only_what_is_new_and_says_so(crawler: Crawler, spotify: SpotifyServer) -> None:
    spotify.playlists["growing"] = list(spotify.songs.values())[:120]
    request = CrawlRequest(source="spotify", playlists=("growing",), emotion="calm")
    crawler.start(request)
    crawler.work()
    spotify.playlists["growing"] = list(spotify.songs.values())[:125]
    again = crawler.start(request)
    crawler.work()
    assert crawler.counts(again) == (125, 5, 0, 120)
    with crawler.store.read_session() as session:
        assert JobRepository(session).count_failures([again])[again] == {"unchanged": 120}
    assert n_rows(crawler, Track) == 125


def n_calm(crawler: Crawler) -> int:
    with crawler.store.read_session() as session:
        calm = select_ids_annotated_as(["calm"]).distinct().subquery()
        return session.scalars(select(func.count()).select_from(calm)).one()


def test_a_song_that_left_a_playlist_is_not_what_the_playlist_stands_for_any_more(
    crawler: Crawler, spotify: SpotifyServer
) -> None:
    songs = list(spotify.songs.values())
    spotify.playlists["shrinking"], spotify.playlists["other"] = songs[:120], songs[:5]

    def crawl(*playlists: str, **more: Any) -> int:
        crawler.start(CrawlRequest(source="spotify", moods={"calm": playlists}, **more))
        crawler.work()
        return n_calm(crawler)

    assert crawl("shrinking") == 120
    spotify.playlists["shrinking"] = songs[:40]
    assert crawl("shrinking", limit=10) == 120, "it was not read to its end"
    assert crawl("shrinking", "nowhere") == 120, "one of the playlists could not be read"
    assert crawl("other") == 120, "it is another playlist"
    assert crawl("shrinking", "other") == 40
    spotify.playlists["shrinking"] = []
    assert crawl("shrinking") == 5


class DyingBus:
    """A bus whose process dies at the n-th batch of items."""

    def __init__(self, bus: Bus, *, at: int) -> None:
        self.bus, self.left = bus, at

    def publish(self, task: Task, message: TaskMessage) -> None:
        if task is Task.COLLECT_ITEMS:
            self.left -= 1
            if self.left == 0:
                raise SystemExit
        self.bus.publish(task, message)

    def count_waiting(self, queue: Queue) -> int:
        return self.bus.count_waiting(queue)


def test_a_listing_that_died_goes_on_at_its_cursor_and_nothing_is_doubled(
    make_crawler: Callable[..., Crawler], spotify: SpotifyServer
) -> None:
    first = make_crawler()
    job_id = first.start(ALL)
    dying = type(first.bench)(store=first.store, bus=DyingBus(first.bus, at=2), work=first.bench.work, worker="here:2")
    sources = handlers_sources(first)
    with pytest.raises(SystemExit):
        list_source(JobMessage(str(job_id)), bench=dying, sources=sources, spec=FeatureSpec().fingerprint)
    cursor = first.job(job_id).cursor
    assert cursor is not None
    assert cursor["offset"] == 100
    n_before = len(spotify.counted())
    free(first, job_id)
    second = make_crawler()
    second.bus.publish(Task.LIST_SOURCE, JobMessage(str(job_id)))
    second.work()
    send_what_waits(second)
    asked_again = [call for call in spotify.counted()[n_before:] if call.query.get("offset") in {"0", "50"}]
    assert asked_again == []
    assert second.counts(job_id) == (250, 250, 0, 0)
    assert n_rows(second, Track) == 250


def handlers_sources(crawler: Crawler) -> Any:
    return build_web_sources(crawler.settings, store=crawler.store, redis_url=crawler.redis_url, blobs=crawler.blobs)[0]


def free(crawler: Crawler, job_id: UUID) -> None:
    """The dead worker's lease has run out."""

    def release(session: Session) -> None:
        job = session.get_one(Job, job_id)
        job.lease_until = None

    crawler.store.transact_session("test.free", release)


def send_what_waits(crawler: Crawler) -> None:
    """What the dead worker did not send, the sweep does."""
    waiting = crawler.store.transact_session(
        "test.unsent", lambda s: JobItemRepository(s).take_unsent(Stage.COLLECT, grace_s=-60)
    )
    send_hints(crawler.bus, Stage.COLLECT, waiting)
    crawler.work()


@pytest.mark.parametrize("fault", ["long_throttle", "quota"])
def test_a_quota_of_hours_parks_the_job_with_its_time_and_the_sweep_wakes_it(
    crawler: Crawler, spotify: SpotifyServer, fault: str
) -> None:
    job_id = crawler.start(ALL)
    spotify.will(fault)
    crawler.work()
    job = crawler.job(job_id)
    assert job.state == JobState.RUNNING
    assert job.wake_at is not None
    assert job.attempts == 0, "a pause is no attempt"
    with crawler.store.read_session() as session:
        parked = JobRepository(session).list_parked([job_id])[job_id]
    assert (parked.reason, parked.n_items) == ("rate_limited", 0)
    crawler.run_sweep()
    crawler.work()
    assert len(spotify.counted()) == 1, "nobody asks before its time"
    crawler.later(hours=14)
    crawler.run_sweep()
    crawler.work()
    assert crawler.counts(job_id) == (250, 250, 0, 0)
    assert crawler.job(job_id).state == JobState.DONE
    assert crawler.slept == []


def test_a_job_may_be_parked_more_often_than_it_may_fail(crawler: Crawler, spotify: SpotifyServer) -> None:
    job_id = crawler.start(ALL)
    for _ in range(5):
        spotify.will("long_throttle")
        crawler.work()
        crawler.later(hours=14)
        crawler.run_sweep()
    crawler.work()
    assert crawler.job(job_id).state == JobState.DONE


def test_items_that_meet_a_pause_are_parked_and_woken_while_the_others_are_done(
    make_crawler: Callable[..., Crawler], spotify: SpotifyServer
) -> None:
    crawler = make_crawler(spotify_extended=False)
    ids = tuple(spotify.songs)[:40]
    job_id = crawler.start(CrawlRequest(source="spotify", tracks=ids))
    spotify.will(*10 * ["whole"], "long_throttle")
    crawler.work()
    with crawler.store.read_session() as session:
        parked = JobRepository(session).list_parked([job_id])[job_id]
        attempts = set(session.scalars(select(JobItem.attempts).where(JobItem.wake_at.is_not(None))))
    assert crawler.counts(job_id)[:2] == (40, 10)
    assert (parked.n_items, parked.reason) == (30, "rate_limited")
    assert attempts == {0}
    assert len(spotify.counted()) == 11, "one refusal is enough for all"
    crawler.later(hours=14)
    crawler.run_sweep()
    crawler.work()
    assert crawler.counts(job_id) == (40, 40, 0, 0)
    assert crawler.job(job_id).state == JobState.DONE


def test_a_service_that_stays_away_fails_the_job_after_its_attempts_with_a_reason(
    crawler: Crawler, spotify: SpotifyServer
) -> None:
    job_id = crawler.start(ALL)
    for _ in range(4):
        spotify.will(*4 * ["broken"])
        crawler.work()
        crawler.later(hours=1)
        crawler.run_sweep()
    job = crawler.job(job_id)
    assert (job.state, job.reason) == (JobState.FAILED, Reason.SOURCE_UNAVAILABLE)
    assert job.detail is not None
    assert "failed 4 times" in job.detail


def test_audio_from_another_source_is_analysed_dropped_and_then_gone(
    crawler: Crawler, deezer: DeezerServer, tmp_path: Path
) -> None:
    write(tmp_path / "sound.mp3", tone(440, duration_s=2.0), sr=22_050, form="mp3")
    deezer.sound = (tmp_path / "sound.mp3").read_bytes()
    job_id = crawler.start(
        CrawlRequest(source="spotify", playlists=("allofthem",), limit=3, audio=("deezer",), emotion="sad")
    )
    messages = collected(crawler)
    with crawler.store.read_session() as session:
        tracks = [track.id for track in TrackRepository(session).list_page()]
        keys = [clip.key for clip in ClipRepository(session).list_by_track(tracks).values() if clip.key]
    assert len(keys) == 3
    assert all(crawler.blobs.get(key) == deezer.sound for key in keys)
    seen = []

    def analyse_clip(path: Path, wanted: frozenset[str]) -> NoReturn:
        seen.append(path)
        clip = open_clip(path, reach_s=5)
        assert clip.duration_s == pytest.approx(2.0, abs=0.1), "the decoder finds out by itself what it is"
        raise PermanentError(Reason.SILENT, "made up for this test")

    for message in messages:
        featurize_items(
            message,
            bench=crawler.bench,
            library=MusicLibrary([tmp_path]),
            blobs=crawler.blobs,
            spec=FeatureSpec(),
            analyse=analyse_clip,
        )
    assert len(seen) == 3
    assert not any(path.exists() for path in seen)
    for key in keys:
        with pytest.raises(PermanentError):
            crawler.blobs.get(key)
    assert crawler.counts(job_id) == (3, 0, 3, 0)
    again = crawler.store.transact_session("test.again", lambda s: JobItemRepository(s).retry_failed(job_id))
    send_hints(crawler.bus, Stage.FEATURIZE, again[Stage.FEATURIZE])
    for message in collected(crawler):
        featurize_items(
            message,
            bench=crawler.bench,
            library=MusicLibrary([tmp_path]),
            blobs=crawler.blobs,
            spec=FeatureSpec(),
            analyse=analyse_clip,
        )
    with crawler.store.read_session() as session:
        assert JobRepository(session).count_failures([job_id])[job_id] == {"audio_gone": 3}
    assert stored_urls(crawler) == []


def test_a_clip_of_another_source_does_not_say_how_long_the_track_is(
    crawler: Crawler, deezer: DeezerServer, tmp_path: Path
) -> None:
    write(tmp_path / "sound.mp3", tone(440, duration_s=6.0), sr=22_050, form="mp3")
    deezer.sound = (tmp_path / "sound.mp3").read_bytes()
    crawler.start(CrawlRequest(source="spotify", playlists=("allofthem",), limit=1, audio=("deezer",), emotion="sad"))
    messages = collected(crawler)
    with crawler.store.read_session() as session:
        (before,) = TrackRepository(session).list_page()

    for message in messages:
        featurize_items(
            message,
            bench=crawler.bench,
            library=MusicLibrary([tmp_path]),
            blobs=crawler.blobs,
            spec=FeatureSpec(),
            analyse=lambda path, wanted: analyse_clip(path, spec=FeatureSpec(), wanted=wanted),
        )

    with crawler.store.read_session() as session:
        (track,) = TrackRepository(session).list_page()
        features = FeatureRepository(session, spec=FeatureSpec().fingerprint).get_own(track.id)
    assert features is not None
    assert features.duration_s == pytest.approx(6, abs=0.2)
    assert track.duration_s == before.duration_s is not None


def test_what_a_killed_featurizer_left_is_removed_when_it_is_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stale, fresh = tmp_path / "mer-clip-a", tmp_path / "mer-clip-b"
    for folder in (stale, fresh):
        folder.mkdir()
        (folder / "clip").write_bytes(b"x")
    os.utime(stale, (0, 0))
    clear_stale()
    assert [path.name for path in tmp_path.iterdir()] == ["mer-clip-b"]


def collected(crawler: Crawler) -> list[ItemsMessage]:
    """Work on everything but the features; the messages for those."""
    crawler.work()
    kept, crawler.bus.for_features = crawler.bus.for_features, []
    return kept


def stored_urls(crawler: Crawler) -> list[str]:
    """Signed addresses anywhere in the rows."""
    with crawler.store.read_session() as session:
        payloads = [str(payload) for payload in session.scalars(select(JobItem.payload))]
        details = [detail for detail in session.scalars(select(JobItem.detail)) if detail]
    return [text for text in payloads + details if "hdnea" in text or "preview" in text]


def test_reccobeats_fills_the_features_of_tracks_that_are_known(
    make_crawler: Callable[..., Crawler], spotify: SpotifyServer
) -> None:
    crawler = make_crawler(spotify_extended=False)
    spotify.playlists["some"] = list(spotify.songs.values())[:110]
    crawler.start(CrawlRequest(source="spotify", playlists=("some",)))
    crawler.work()
    job_id = crawler.start(CrawlRequest(source="reccobeats"))
    crawler.work()
    # The server knows 100 songs; what it leaves out is not found.
    assert crawler.counts(job_id) == (110, 100, 10, 0)
    with crawler.store.read_session() as session:
        origins = set(session.scalars(select(CatalogueFeatures.origin)))
        left = TrackLookups(session).list_without_catalogue("reccobeats", after=0, limit=100)
    assert origins == {"reccobeats"}
    assert len(left) == 10
    assert n_rows(crawler, Track) == 110


def test_tracks_can_be_left_out_of_a_training_by_source_and_by_licence(crawler: Crawler) -> None:
    crawler.start(CrawlRequest(source="spotify", playlists=("allofthem",), limit=3))
    crawler.start(CrawlRequest(source="deezer", playlists=("all",), limit=2, audio=()))
    crawler.work()
    with crawler.store.read_session() as session:
        every = [track.id for track in TrackRepository(session).list_page()]
        lookups = TrackLookups(session)
        assert len(lookups.filter_permitted(every)) == 5
        assert len(lookups.filter_permitted(every, exclude_sources=["spotify"])) == 2
        assert len(lookups.filter_permitted(every, licences=["Spotify"])) == 3
        assert lookups.filter_permitted(every, licences=["http://creativecommons.org"]) == []
