from pathlib import Path

import pytest

from services.crawler.files.kinds import FileKind, file_kind, named_file_kind, without_sound_suffix
from shared.domain.junk_folders import is_junk_folder
from tests.support.audio import tone, write, write_film

Y = tone(440, duration_s=6.0, sr=44_100)
CONTAINERS = {
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".mov": "mov",
    ".3gp": "3gp",
    ".mkv": "matroska",
    ".webm": "matroska",
    ".avi": "avi",
}


@pytest.mark.parametrize("suffix", CONTAINERS)
def test_a_container_with_a_moving_picture_is_a_film_and_without_one_it_is_sound(tmp_path: Path, suffix: str) -> None:
    film = write_film(tmp_path / f"film{suffix}", container=CONTAINERS[suffix], n_pictures=150, y=Y)
    song = write_film(tmp_path / f"song{suffix}", container=CONTAINERS[suffix], n_pictures=0, y=Y)
    assert (file_kind(film), file_kind(song)) == (FileKind.FILM, FileKind.SOUND)


def test_a_film_in_fragments_and_one_with_its_header_at_its_end_are_films(tmp_path: Path) -> None:
    whole = write_film(tmp_path / "film.mp4", container="mp4", n_pictures=50, y=Y).read_bytes()
    assert whole.index(b"moov") > whole.index(b"mdat")
    box, handler = whole.index(b"stsz") + 8, whole.index(b"vide")
    assert handler < box
    in_fragments = tmp_path / "fragments.mp4"
    in_fragments.write_bytes(whole[: box + 4] + bytes(4) + whole[box + 8 :])
    assert file_kind(in_fragments) is FileKind.FILM


def test_a_song_with_one_picture_is_no_film(tmp_path: Path) -> None:
    assert file_kind(write_film(tmp_path / "song.mp4", container="mp4", n_pictures=1, y=Y)) is FileKind.SOUND


@pytest.mark.parametrize("suffix", [*CONTAINERS, ".flv", ".wmv", ".rm"])
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 64, b"\xff" * 64, bytes(range(256)), b"FLV", b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67"]
)
def test_a_header_that_says_nothing_is_left_to_whoever_decodes_it(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(content)
    assert file_kind(path) is FileKind.SOUND
    assert file_kind(tmp_path / f"gone{suffix}") is FileKind.SOUND


def test_a_flash_film_says_in_its_flags_whether_it_moves(tmp_path: Path) -> None:
    (tmp_path / "film.flv").write_bytes(b"FLV\x01\x05\0\0\0\x09")
    (tmp_path / "song.flv").write_bytes(b"FLV\x01\x04\0\0\0\x09")
    assert file_kind(tmp_path / "film.flv") is FileKind.FILM
    assert file_kind(tmp_path / "song.flv") is FileKind.SOUND


@pytest.mark.parametrize(
    "suffix", [".w64", ".dts", ".eac3", ".amr", ".mka", ".FLAC", ".m4b", ".tak", ".dff", ".oma", ".shn"]
)
def test_what_can_be_decoded_is_sound(suffix: str) -> None:
    assert file_kind(f"song{suffix}") is FileKind.SOUND


@pytest.mark.parametrize("suffix", [".mpg", ".vob", ".m2ts", ".ogv"])
def test_what_holds_films_only_is_a_film(suffix: str) -> None:
    assert file_kind(f"film{suffix}") is FileKind.FILM


@pytest.mark.parametrize("name", ["cover.jpg", "album.cue", "rip.log", "rekordbox.xml", "notes.txt", "a.zip", "README"])
def test_what_is_beside_music_is_neither(name: str) -> None:
    assert file_kind(name) is FileKind.OTHER


def test_a_named_file_without_a_suffix_is_known_by_how_it_begins(tmp_path: Path) -> None:
    for form in ("flac", "ogg", "mp3", "m4a", "wav16", "aac"):
        assert named_file_kind(write(tmp_path / form, Y, sr=44_100, form=form)) is FileKind.SOUND, form
    (tmp_path / "README").write_text("A text.")
    (tmp_path / "EMPTY").write_bytes(b"")
    assert named_file_kind(tmp_path / "README") is FileKind.OTHER
    assert named_file_kind(tmp_path / "EMPTY") is FileKind.OTHER


@pytest.mark.parametrize(
    "name", ["#recycle", "$Recycle.Bin", "lost+found", "SYSTEM VOLUME INFORMATION", "@eaDir", "Network Trash Folder"]
)
def test_what_systems_keep_for_themselves_is_junk_in_any_case(name: str) -> None:
    assert is_junk_folder(name)


@pytest.mark.parametrize("name", ["recycle", "Lost and Found", "Garbage", "Trash Metal", "found"])
def test_a_folder_with_a_name_of_its_own_is_no_junk(name: str) -> None:
    assert not is_junk_folder(name)


def test_a_title_that_is_the_files_name_loses_its_suffix_and_others_keep_their_dots() -> None:
    assert without_sound_suffix("Song.MP3", file_name="song.mp3") == "Song"
    assert without_sound_suffix("Song.mp3", file_name="01.mp3") == "Song.mp3"
    assert without_sound_suffix("Song.mp3") == "Song"
    assert without_sound_suffix("Mr. Blue") == "Mr. Blue"
    assert without_sound_suffix("St. Louis.", file_name="St. Louis.") == "St. Louis."
    assert without_sound_suffix(".mp3") == ".mp3"
