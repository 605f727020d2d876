import json
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from services.crawler.sources.folder import FolderSource
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceLabel, SourceRef
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from tests.support.audio import tone, write, write_film

NOBODY = 65_534
Y = tone(440, duration_s=0.25)


@pytest.fixture
def music(folder: Path) -> Path:
    root = folder / "music"
    root.mkdir()
    root.chmod(0o755)
    return root


@pytest.fixture
def source(music: Path) -> FolderSource:
    return FolderSource(MusicLibrary([music]))


def request(path: str = ".", **more: Any) -> CrawlRequest:
    return CrawlRequest(source="folder", path=path, **more)


def put(path: Path, form: str = "wav16") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write(path, Y, sr=22_050, form=form)


def collect_track(source: FolderSource, path: Path, **more: Any) -> CollectedTrack:
    return source.collect_track({"path": str(path)}, request(**more))


def refusal(source: FolderSource, path: Path) -> Reason:
    with pytest.raises(PermanentError) as caught:
        collect_track(source, path)
    return caught.value.reason


def id3(frames: dict[str, str]) -> bytes:
    """An ID3v2.3 tag, as MP3 files begin with."""
    body = b""
    for name, text in frames.items():
        content = b"\x01" + text.encode("utf-16")
        body += name.encode() + struct.pack(">IH", len(content), 0) + content
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def test_audio_is_listed_in_the_order_of_its_paths_whatever_the_case_of_its_suffix(
    source: FolderSource, music: Path
) -> None:
    files = [put(music / name) for name in ("b.wav", "a/2.WAV", "a/10.wav", "a/1.wav")]
    found = [listed.payload["path"] for listed in source.list_items(request()).items]
    assert sorted(found) == sorted(map(str, files))
    assert found == list(dict.fromkeys(listed.key for listed in source.list_items(request()).items))
    assert [Path(path).name for path in found] == ["b.wav", "1.wav", "10.wav", "2.WAV"]


def test_what_is_no_audio_is_counted_by_suffix_and_hidden_files_are_passed_over(
    source: FolderSource, music: Path
) -> None:
    put(music / "a.wav")
    for name in ("cover.JPG", "back.jpg", "notes.txt", "README", ".DS_Store", "._a.wav", ".trash/old.wav"):
        path = music / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    listing = source.list_items(request())
    assert [listed.key for listed in listing.items] == [str(music / "a.wav")]
    assert dict(listing.ignored) == {".jpg": 2, ".txt": 1, "no suffix": 1}


def test_a_single_file_may_be_named(source: FolderSource, music: Path) -> None:
    put(music / "b.wav")
    only = put(music / "a.wav")
    assert [listed.payload for listed in source.list_items(request("a.wav")).items] == [{"path": str(only)}]


@pytest.mark.parametrize("name", ["cover.jpg", "rekordbox.xml", "album.cue", "README", "music.zip"])
def test_a_single_file_that_is_no_sound_is_refused_and_leaves_no_item(
    source: FolderSource, music: Path, name: str
) -> None:
    (music / name).write_bytes(b"\xff\xd8\xff" if name.endswith(".jpg") else b"text")
    with pytest.raises(PermanentError, match=f"unsupported: {name} is no sound file: name a sound file") as caught:
        list(source.list_items(request(name)).items)
    assert caught.value.reason is Reason.UNSUPPORTED


def test_films_are_counted_as_video_and_sound_in_their_containers_is_listed(source: FolderSource, music: Path) -> None:
    y = tone(440, duration_s=6.0, sr=44_100)
    write_film(music / "film.mkv", container="matroska", n_pictures=50, y=y)
    write_film(music / "song.mkv", container="matroska", n_pictures=0, y=y)
    for name in ("disc.vob", "song.amr", "song.w64", "song.mka"):
        (music / name).write_bytes(b"x")
    listing = source.list_items(request())
    assert [Path(listed.key).name for listed in listing.items] == ["song.amr", "song.mka", "song.mkv", "song.w64"]
    assert dict(listing.ignored) == {"video": 2}
    with pytest.raises(PermanentError, match=r"film\.mkv is a film"):
        list(source.list_items(request("film.mkv")).items)


def test_recycle_bins_are_passed_over_and_counted_wherever_they_lie(source: FolderSource, music: Path) -> None:
    put(music / "a.wav")
    for folder in ("#recycle", "rock/$RECYCLE.BIN/S-1-5-21", "lost+found", "System Volume Information"):
        put(music / folder / "old.wav")
    listing = source.list_items(request())
    assert [listed.key for listed in listing.items] == [str(music / "a.wav")]
    assert dict(listing.ignored) == {"recycle bin or system folder": 4}


def test_a_recycle_bin_that_is_named_itself_is_crawled(source: FolderSource, music: Path) -> None:
    old = put(music / "#recycle" / "old.wav")
    assert [listed.key for listed in source.list_items(request("#recycle")).items] == [str(old)]


def test_a_cue_sheet_is_counted_and_the_album_beside_it_is_one_track(source: FolderSource, music: Path) -> None:
    put(music / "album.flac", "flac")
    (music / "album.cue").write_text('FILE "album.flac" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n')
    listing = source.list_items(request())
    assert [listed.key for listed in listing.items] == [str(music / "album.flac")]
    assert dict(listing.ignored) == {".cue": 1}


def test_excluded_names_of_files_and_folders_are_counted(source: FolderSource, music: Path) -> None:
    for name in ("a.wav", "01 Intro.wav", "DJ Sets/long.wav", "rock/dj set.wav"):
        put(music / name)
    listing = source.list_items(request(exclude=("intro", "dj set", "dj sets")))
    assert [listed.key for listed in listing.items] == [str(music / "a.wav")]
    assert dict(listing.ignored) == {"excluded by name": 2, "folder excluded by name": 1}


def test_a_file_is_excluded_by_its_length_or_by_its_title(source: FolderSource, music: Path) -> None:
    path = put(music / "a.wav")
    for rule in ({"min_s": 1.0}, {"max_s": 0.1}, {"exclude": ("a",)}):
        with pytest.raises(PermanentError) as caught:
            collect_track(source, path, **rule)
        assert caught.value.reason is Reason.EXCLUDED
    assert collect_track(source, path, min_s=0.1, max_s=1.0, exclude=("b",)).title == "a"


def test_a_title_that_is_the_files_name_loses_its_suffix(source: FolderSource, music: Path) -> None:
    path = put(music / "My Song.mp3", "mp3")
    path.write_bytes(id3({"TIT2": "My Song.mp3"}) + path.read_bytes())
    assert collect_track(source, path).title == "My Song"


def test_a_folder_that_is_not_there_is_refused_at_once(source: FolderSource) -> None:
    with pytest.raises(PermanentError, match="not_found"):
        source.list_items(request("jazz"))


@pytest.mark.parametrize("form", ["flac", "ogg", "wav16"])
def test_the_tags_of_a_file_name_its_track(source: FolderSource, music: Path, form: str) -> None:
    path = music / f"01.{form.removesuffix('16')}"
    container, subtype = {"flac": ("FLAC", "PCM_16"), "ogg": ("OGG", "VORBIS"), "wav16": ("WAV", "PCM_16")}[form]
    with sf.SoundFile(path, "w", 22_050, 1, subtype, format=container) as file:
        file.title, file.artist, file.album = "Für Elise", "Ludwig", "Bagatelles"
        file.write(Y)
    track = collect_track(source, path)
    assert (track.title, track.artist, track.album) == ("Für Elise", "Ludwig", "Bagatelles")
    assert track.duration_s == pytest.approx(0.25, abs=0.02)


def test_the_tags_of_an_mp3_are_read_with_its_recording_code(source: FolderSource, music: Path) -> None:
    path = put(music / "01.mp3", "mp3")
    tag = id3({"TIT2": "春天\0", "TPE1": "  Vox\n", "TALB": "Ode", "TSRC": "US-RC1-76-07839"})
    path.write_bytes(tag + path.read_bytes())
    track = collect_track(source, path)
    assert (track.title, track.artist, track.album, track.isrc) == ("春天", "Vox", "Ode", "USRC17607839")


def test_a_file_without_tags_is_known_by_its_name(source: FolderSource, music: Path) -> None:
    track = collect_track(source, put(music / "rock" / "Slow Ballad.wav"))
    assert (track.title, track.artist) == ("Slow Ballad", None)


@pytest.mark.parametrize("content", [b"", b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f", bytes(range(256)) * 8, b"RIFF\xff\xff"])
@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".m4a", ".wav", ".ogg", ".wma", ".aiff", ".tta"])
def test_unreadable_tags_are_no_error(source: FolderSource, music: Path, content: bytes, suffix: str) -> None:
    path = music / f"broken{suffix}"
    path.write_bytes(content)
    assert collect_track(source, path).title == "broken"


def test_the_place_in_the_library_is_the_identity_and_size_and_time_the_state(
    source: FolderSource, music: Path
) -> None:
    path = put(music / "rock" / "a.wav")
    os.utime(path, ns=(1, 1_234_567_890_123_456_789))
    track = collect_track(source, path)
    assert track.refs == (SourceRef("folder", "music/rock/a.wav"),)
    assert track.audio is not None
    assert (track.audio.locator, track.audio.size_bytes, track.audio.mtime_ns) == (
        "music/rock/a.wav",
        path.stat().st_size,
        1_234_567_890_123_456_789,
    )
    assert not track.synthetic


def test_the_emotion_asked_for_is_the_folders_judgement_and_without_one_there_is_none(
    source: FolderSource, music: Path
) -> None:
    path = put(music / "a.wav")
    judged = source.collect_track({"path": str(path)}, request("rock", emotion="Q2", taxonomy="quadrant4"))
    assert (judged.label, judged.annotator_name) == (SourceLabel("quadrant4", "Q2"), "folder music/rock")
    assert collect_track(source, path, emotion="sad").label == SourceLabel("mood4", "sad")
    assert collect_track(source, path).label is None


def test_a_link_that_leads_out_of_the_library_is_listed_and_refused(
    source: FolderSource, music: Path, folder: Path
) -> None:
    (music / "secret.wav").symlink_to(put(folder / "private" / "diary.wav"))
    (only,) = source.list_items(request()).items
    assert refusal(source, Path(only.payload["path"])) is Reason.OUTSIDE_LIBRARY


def test_a_linked_folder_is_not_followed_and_said_so(source: FolderSource, music: Path, folder: Path) -> None:
    put(music / "a.wav")
    (music / "out").symlink_to(put(folder / "private" / "diary.wav").parent)
    (music / "round").symlink_to(music)
    listing = source.list_items(request())
    assert [listed.key for listed in listing.items] == [str(music / "a.wav")]
    assert dict(listing.ignored) == {"linked folder": 2}


def test_what_is_no_longer_or_was_never_a_file_is_refused_without_waiting(source: FolderSource, music: Path) -> None:
    os.mkfifo(music / "pipe.mp3")
    (music / "loop.mp3").symlink_to(music / "loop.mp3")
    (music / "folder.mp3").mkdir()
    for name in ("gone.mp3", "pipe.mp3", "loop.mp3", "folder.mp3"):
        assert refusal(source, music / name) is Reason.NOT_FOUND


def test_a_name_that_is_no_text_is_an_item_that_can_be_shown(source: FolderSource, music: Path) -> None:
    Path(os.fsdecode(os.fsencode(music) + b"/caf\xe9.wav")).write_bytes(b"x")
    (only,) = source.list_items(request()).items
    assert "caf" in json.dumps([only.key, only.payload]).encode().decode()
    assert refusal(source, Path(only.payload["path"])) is Reason.NOT_FOUND


def test_a_file_that_may_not_be_read_is_forbidden_and_the_locator_says_which(source: FolderSource, music: Path) -> None:
    put(music / "mine.wav").chmod(0)

    def ask() -> str:
        with pytest.raises(PermanentError) as caught:
            collect_track(source, music / "mine.wav")
        return f"{caught.value.reason.value} {caught.value.detail}"

    said = as_nobody(ask)
    assert said.startswith("forbidden")
    assert "music/mine.wav" in said


def test_a_folder_that_may_not_be_read_is_counted_and_the_rest_is_listed(source: FolderSource, music: Path) -> None:
    put(music / "closed" / "a.wav")
    put(music / "open" / "b.wav")
    (music / "closed").chmod(0)

    def ask() -> str:
        listing = source.list_items(request())
        return f"{[Path(listed.key).name for listed in listing.items]} {dict(listing.ignored)}"

    try:
        assert as_nobody(ask) == "['b.wav'] {'unreadable folder': 1}"
    finally:
        (music / "closed").chmod(0o755)


def as_nobody(ask: Callable[[], str]) -> str:
    """What `ask` answers in a process that is not root."""
    if os.geteuid() != 0:
        return ask()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writing, ask().encode())
        except BaseException as error:  # noqa: BLE001 (the parent shows it)
            os.write(writing, f"raised {error!r}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as answer:
        return answer.read().decode()
