"""Which picture is the cover of a file: the one in it, then those beside it, and never one outside the library."""

from pathlib import Path

import pytest

from services.featurizer.media import pictures
from services.featurizer.media.pictures import (
    FoundPicture,
    iterate_pictures,
    list_pictures_beside,
    read_embedded_picture,
)
from shared.errors import PermanentError
from shared.library import MusicLibrary
from tests.support.audio import tone, write, write_streams
from tests.support.pictures import BLUE, GREEN, RED, attach_pictures, picture_bytes

SR = 22_050


@pytest.fixture
def album(tmp_path: Path) -> Path:
    folder = tmp_path / "music" / "album"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def song(album: Path) -> Path:
    return write(album / "song.wav", tone(440, duration_s=0.2), sr=SR, form="wav16")


def found(song: Path) -> list[str]:
    library = MusicLibrary([song.parents[1]])
    return [
        one.named if isinstance(one, FoundPicture) else one.reason.value
        for one in iterate_pictures(song, library=library)
    ]


def test_the_front_of_the_sleeve_is_taken_from_the_file(album: Path) -> None:
    front, back = picture_bytes(RED), picture_bytes(BLUE)
    path = attach_pictures(
        album / "song.mp3",
        tone(440, duration_s=0.2),
        sr=SR,
        pictures=[(back, "Cover (back)"), (front, "Cover (front)")],
    )
    embedded = read_embedded_picture(path)
    assert embedded is not None
    assert embedded.content == front


def test_a_film_is_no_cover(album: Path) -> None:
    path = write_streams(
        album / "film.mkv", [tone(440, duration_s=0.2)], sr=SR, container="matroska", codec="flac", cover=True
    )
    assert read_embedded_picture(path) is None


def test_pictures_beside_a_file_come_in_their_order_whatever_their_case(song: Path) -> None:
    for name in (
        "FOLDER.JPG",
        "Cover.PNG",
        "cover.jpeg",
        "folder.webp",
        "back.jpg",
        "cover.gif",
        "cover",
        "xcover.jpg",
    ):
        (song.parent / name).write_bytes(picture_bytes(GREEN))
    names = [path.name for path in list_pictures_beside(song)]
    assert names == ["cover.jpeg", "Cover.PNG", "FOLDER.JPG", "folder.webp"]


def test_the_picture_in_the_file_goes_before_those_beside_it(album: Path) -> None:
    (album / "cover.jpg").write_bytes(picture_bytes(BLUE))
    path = attach_pictures(
        album / "song.mp3", tone(440, duration_s=0.2), sr=SR, pictures=[(picture_bytes(RED), "Cover (front)")]
    )
    assert found(path) == ["the picture in song.mp3", "cover.jpg"]


def test_a_link_that_leads_out_of_the_library_is_not_followed(song: Path, tmp_path: Path) -> None:
    (tmp_path / "private.jpg").write_bytes(picture_bytes(BLUE))
    (song.parent / "cover.jpg").symlink_to(tmp_path / "private.jpg")
    (song.parent / "folder.jpg").write_bytes(picture_bytes(RED))
    assert found(song) == ["outside_library", "folder.jpg"]


def test_a_picture_that_is_too_large_or_a_folder_is_passed_over(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PICTURE_BYTES", 1000)
    (song.parent / "cover.jpg").write_bytes(b"x" * 1001)
    (song.parent / "cover.png").mkdir()
    (song.parent / "folder.jpg").write_bytes(b"x" * 1000)
    assert found(song) == ["too_large", "not_found", "folder.jpg"]


def test_a_file_that_is_no_sound_says_so(album: Path) -> None:
    (album / "song.mp3").write_bytes(b"no sound")
    with pytest.raises(PermanentError):
        found(album / "song.mp3")
