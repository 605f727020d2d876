"""What tags say of a file, from the crawl to the track: read at once, or while the file is decoded."""

from pathlib import Path
from typing import Any

import av
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.file_tags import FileTags
from shared.store import Store
from shared.store.tables import Duplicate, Track, TrackSource
from shared.store.tracks.names import TrackNaming
from tests.integration.crawler.scanning import Crawler
from tests.support import audio
from tests.support import tagged_files as made


@pytest.fixture
def crawler(store: Store, tmp_path: Path) -> Crawler:
    return Crawler(store, tmp_path)


def tracks(crawler: Crawler) -> list[Track]:
    with crawler.store.read_session() as session:
        return list(session.scalars(select(Track).order_by(Track.id)))


def add(crawler: Crawler, locator: str, **tags: Any) -> bool:
    def write(session: Session) -> bool:
        row = session.scalars(select(TrackSource).where(TrackSource.source_id == locator)).one()
        return TrackNaming(session).add_tags(row, FileTags(**tags))

    return crawler.store.transact_session("test.tags", write)


def locator_of(crawler: Crawler) -> str:
    with crawler.store.read_session() as session:
        return str(session.scalars(select(TrackSource.locator)).one())


def test_a_crawl_keeps_what_the_tags_say(crawler: Crawler) -> None:
    names: dict[str, Any] = {"TIT2": "Get Ready", "TPE1": ["Two", "Ray"], "TPE2": "Various Artists", "TALB": "X"}
    tag = made.id3(**names, TRCK="3", TPOS="1", TDRC="1991", TCON="Dance", TMOO="Happy")
    (crawler.music / "a.mp3").write_bytes(tag + made.mpeg_frames())
    crawler.crawl("folder")
    (track,) = tracks(crawler)
    assert (track.title, track.artist, track.artist_group) == ("Get Ready", "Two; Ray", "two")
    assert track.artists == ["Two", "Ray"]
    assert (track.album, track.album_artist, track.track_number, track.disc_number) == ("X", "Various Artists", 3, 1)
    assert (track.year, track.genres, track.moods) == (1991, ["Dance"], ["Happy"])
    with crawler.store.read_session() as session:
        kept = session.scalars(select(TrackSource.tags)).all()
    assert [tags["artists"] for tags in kept if tags] == [["Two", "Ray"]]


def test_what_the_decoder_reads_fills_gaps_and_nothing_else(crawler: Crawler) -> None:
    (crawler.music / "07 ode.mka").write_bytes(b"\x1a\x45\xdf\xa3" + bytes(64))
    crawler.crawl("folder")
    (track,) = tracks(crawler)
    assert (track.title, track.artist) == ("07 ode", None)
    locator = locator_of(crawler)
    assert add(crawler, locator, title="Ode", artist="Vox; Ray", artists=("Vox", "Ray"), year=2001)
    (track,) = tracks(crawler)
    assert (track.title, track.artist, track.artist_group, track.year) == ("Ode", "Vox; Ray", "vox", 2001)
    assert track.identity_keys, "it can be a duplicate now"
    assert not add(crawler, locator, title="Else", artist="Else")
    assert tracks(crawler)[0].title == "Ode"


def test_names_that_a_person_or_a_table_gave_stay(crawler: Crawler) -> None:
    (crawler.music / "ode.mka").write_bytes(b"\x1a\x45\xdf\xa3" + bytes(64))
    crawler.crawl("folder")
    (track,) = tracks(crawler)

    def correct(session: Session) -> None:
        session.get_one(Track, track.id).corrected_names = {"title": "ode"}
        session.get_one(Track, track.id).given_names = [{"source": "table t", "artist": "Given"}]

    crawler.store.transact_session("test.correct", correct)
    add(crawler, locator_of(crawler), title="Else", artist="Else", album="Air")
    (track,) = tracks(crawler)
    assert (track.title, track.artist, track.album) == ("ode", "Given", "Air")


def test_a_file_name_with_a_line_break_is_one_clean_title(crawler: Crawler) -> None:
    (crawler.music / "line\nbreak\x1b.mp3").write_bytes(made.mpeg_frames())
    crawler.crawl("folder")
    assert [track.title for track in tracks(crawler)] == ["line break"]


def test_a_table_of_paths_leaves_names_to_the_tags_of_the_files(crawler: Crawler) -> None:
    (crawler.music / "one.mp3").write_bytes(made.id3(TIT2="Ode", TPE1="Vox") + made.mpeg_frames())
    (crawler.music / "t.csv").write_text("path,mood\none.mp3,sad\n")
    crawler.crawl("table", "t.csv")
    assert [(track.title, track.artist) for track in tracks(crawler)] == [("Ode", "Vox")]
    crawler.crawl("folder")
    assert [(track.title, track.artist) for track in tracks(crawler)] == [("Ode", "Vox")]


def test_movements_of_one_title_with_other_numbers_are_no_question(crawler: Crawler) -> None:
    for number in (1, 5):
        tag = made.id3(TIT2="I. Allegro", TPE1="Vox", TRCK=str(number))
        (crawler.music / f"{number}.mp3").write_bytes(tag + made.mpeg_frames())
    crawler.crawl("folder")
    with crawler.store.read_session() as session:
        assert session.scalars(select(Duplicate)).all() == []


def test_a_container_that_only_ffmpeg_reads(tmp_path: Path) -> None:
    from services.featurizer.audio.decode import open_clip  # noqa: PLC0415

    for form in ("matroska", "webm", "caf"):
        path, codec = tmp_path / f"a.{form}", {"webm": "libopus", "matroska": "flac"}.get(form, "pcm_s16le")
        with av.open(str(path), "w", format=form) as out:
            out.metadata.update({"title": "Ode", "artist": "Vox", "album": "Air"})
            stream: Any = out.add_stream(codec, rate=48_000, layout="mono")
            frame = audio._frame(
                audio.tone(440, duration_s=1, sr=48_000).reshape(-1, 1), sr=48_000, layout="mono", pts=0
            )
            resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
            for ready in resampler.resample(frame):
                out.mux(stream.encode(ready))
            out.mux(stream.encode(None))
        assert open_clip(path, reach_s=5).tags.title == "Ode", form
