import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from shared.settings import LibrarySettings


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for name in ("music/rock/ballad.mp3", "podcasts/talk.mp3", "private/diary.mp3"):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_bytes(b"sound")
    return tmp_path / "music"


@pytest.fixture
def library(music: Path) -> MusicLibrary:
    return MusicLibrary([music, music.parent / "podcasts"])


def refusal(library: MusicLibrary, path: str) -> Reason:
    with pytest.raises(PermanentError) as caught:
        library.admit_path(path)
    return caught.value.reason


def test_an_absolute_path_under_a_root_is_admitted(library: MusicLibrary, music: Path) -> None:
    assert library.admit_path(str(music / "rock" / "ballad.mp3")) == music / "rock" / "ballad.mp3"
    assert library.admit_path(str(music)) == music


def test_a_relative_path_is_looked_for_under_each_root(library: MusicLibrary, music: Path) -> None:
    assert library.admit_path("rock") == music / "rock"
    assert library.admit_path("talk.mp3") == music.parent / "podcasts" / "talk.mp3"


def test_a_dot_is_the_first_root_also_while_that_is_away(library: MusicLibrary, music: Path) -> None:
    assert library.admit_path(".") == music
    music.rename(music.with_name("away"))
    assert refusal(library, ".") is Reason.NOT_FOUND
    assert library.named(".") == "music"


def test_what_is_not_there_is_not_found(library: MusicLibrary, music: Path) -> None:
    assert refusal(library, "rock/hymn.mp3") is Reason.NOT_FOUND
    assert refusal(library, str(music / "jazz")) is Reason.NOT_FOUND
    assert refusal(library, "rock/ballad.mp3/within") is Reason.NOT_FOUND


@pytest.mark.parametrize("path", ["../private/diary.mp3", "rock/../../private", "..", "../nothing", "/etc/passwd", "/"])
def test_a_path_that_leads_out_is_refused_whether_or_not_it_exists(library: MusicLibrary, path: str) -> None:
    assert refusal(library, path) is Reason.OUTSIDE_LIBRARY


def test_dots_that_stay_inside_are_fine(library: MusicLibrary, music: Path) -> None:
    assert library.admit_path("rock/../rock/./ballad.mp3") == music / "rock" / "ballad.mp3"


def test_a_folder_whose_name_begins_like_a_root_is_outside(library: MusicLibrary, music: Path) -> None:
    (music.parent / "music-old").mkdir()
    assert refusal(library, str(music.parent / "music-old")) is Reason.OUTSIDE_LIBRARY


def test_the_refusal_names_the_roots_and_the_variable(library: MusicLibrary, music: Path) -> None:
    with pytest.raises(PermanentError, match=f"{music}.*MER_LIBRARY_ROOTS"):
        library.admit_path("/etc")


def test_a_link_that_leads_out_is_refused_and_one_that_stays_inside_is_followed(
    library: MusicLibrary, music: Path
) -> None:
    (music / "out").symlink_to(music.parent / "private")
    (music / "in").symlink_to(music / "rock")
    assert refusal(library, "out/diary.mp3") is Reason.OUTSIDE_LIBRARY
    assert library.admit_path("in/ballad.mp3") == music / "rock" / "ballad.mp3"
    with pytest.raises(PermanentError, match="leads out"):
        library.locate_file(music / "out" / "diary.mp3")
    with pytest.raises(PermanentError, match="outside_library"):
        library.resolve_locator("music/out/diary.mp3")


@pytest.mark.parametrize("ask", ["admit", "locator", "path"])
def test_a_link_to_itself_is_refused(library: MusicLibrary, music: Path, ask: str) -> None:
    (music / "loop.mp3").symlink_to(music / "loop.mp3")
    asked: dict[str, Callable[[], object]] = {
        "admit": lambda: library.admit_path("loop.mp3"),
        "locator": lambda: library.locate_file(music / "loop.mp3"),
        "path": lambda: library.resolve_locator("music/loop.mp3"),
    }
    with pytest.raises(PermanentError) as caught:
        asked[ask]()
    assert caught.value.reason is Reason.NOT_FOUND


@pytest.mark.parametrize("path", ["ro\0ck", "x" * 300, "x/" * 3000, "/" + "x" * 5000, "\ud800", "rock/\udcff"])
def test_a_path_that_no_file_can_have_is_refused(library: MusicLibrary, music: Path, path: str) -> None:
    assert refusal(library, path) in {Reason.NOT_FOUND, Reason.OUTSIDE_LIBRARY}
    assert refusal(library, f"{music}/{path}") is Reason.NOT_FOUND


def test_a_locator_is_read_back_and_survives_a_move_of_the_library(library: MusicLibrary, music: Path) -> None:
    locator = library.locate_file(music / "rock" / "ballad.mp3")
    assert locator == "music/rock/ballad.mp3"
    assert library.resolve_locator(locator) == music / "rock" / "ballad.mp3"
    moved = music.parent / "elsewhere" / "music"
    moved.parent.mkdir()
    music.rename(moved)
    assert MusicLibrary([moved]).resolve_locator(locator) == moved / "rock" / "ballad.mp3"


@pytest.mark.parametrize("locator", ["films/rock/ballad.mp3", "", "/etc/passwd"])
def test_a_locator_of_an_unknown_root_is_not_found(library: MusicLibrary, locator: str) -> None:
    with pytest.raises(PermanentError, match=r"not_found.*MER_LIBRARY_ROOTS"):
        library.resolve_locator(locator)


def test_a_locator_cannot_climb_out(library: MusicLibrary) -> None:
    with pytest.raises(PermanentError, match="outside_library"):
        library.resolve_locator("music/../private/diary.mp3")


def test_of_two_roots_with_one_last_name_the_first_keeps_it_and_the_others_are_told_apart(music: Path) -> None:
    roots = [music, *(music.parent / above / "music" for above in ("nas", "backup", "old/backup"))]
    for root in roots[1:]:
        (root / "rock").mkdir(parents=True)
        (root / "rock" / "ballad.mp3").write_bytes(b"another sound")
    library = MusicLibrary(roots)
    locators = [library.locate_file(root / "rock" / "ballad.mp3") for root in roots]
    assert locators == [
        "music/rock/ballad.mp3",
        "music (nas)/rock/ballad.mp3",
        "music (backup)/rock/ballad.mp3",
        "music (old backup)/rock/ballad.mp3",
    ]
    assert [library.resolve_locator(locator) for locator in locators] == [
        root / "rock" / "ballad.mp3" for root in roots
    ]
    assert library.roots == tuple(roots)


def test_a_root_that_is_given_twice_is_one(music: Path) -> None:
    (music.parent / "link").symlink_to(music)
    library = MusicLibrary([music, music.parent / "link", music])
    assert library.roots == (music,)
    assert library.locate_file(music / "rock" / "ballad.mp3") == "music/rock/ballad.mp3"


def test_a_root_called_demo_leaves_the_demo_librarys_name_to_it(music: Path) -> None:
    mine, theirs = music / "demo", music.parent / "home" / "demo"
    for root in (mine, theirs):
        root.mkdir(parents=True)
        (root / "a.wav").write_bytes(b"sound")
    library = MusicLibrary([mine, theirs], demo_dir=theirs)
    assert library.locate_file(theirs / "a.wav") == "demo/a.wav"
    assert library.locate_file(mine / "a.wav") == "demo (music)/a.wav"
    assert library.roots == (mine, theirs)
    assert library.admit_path("a.wav") == mine / "a.wav"


def test_a_missing_file_whose_root_is_written_in_another_unicode_form_is_missing(tmp_path: Path) -> None:
    root = tmp_path / unicodedata.normalize("NFC", "Müsik")
    root.mkdir()
    (root / "a.mp3").write_bytes(b"sound")
    library = MusicLibrary([root])
    other = tmp_path / unicodedata.normalize("NFD", "Müsik")
    assert refusal(library, str(other / "gone.mp3")) is Reason.NOT_FOUND
    assert refusal(library, str(other / ".." / "a.mp3")) is Reason.OUTSIDE_LIBRARY
    assert library.admit_path(str(other / "a.mp3")) == root / "a.mp3"


def test_without_roots_nothing_is_admitted() -> None:
    assert refusal(MusicLibrary([]), ".") is Reason.OUTSIDE_LIBRARY
    assert refusal(MusicLibrary([]), "/tmp") is Reason.OUTSIDE_LIBRARY


def test_a_path_of_the_host_is_found_under_the_first_root(music: Path) -> None:
    library = MusicLibrary([music], host_path=Path("/home/ada/Music"))
    assert library.admit_path("/home/ada/Music/rock/ballad.mp3") == music / "rock" / "ballad.mp3"
    assert library.admit_path("/home/ada/Music") == music
    assert refusal(library, "/home/ada/Music/../private") is Reason.OUTSIDE_LIBRARY
    assert refusal(library, "/home/ada/Musicals") is Reason.OUTSIDE_LIBRARY


def test_the_roots_of_the_settings_are_split_at_colons(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MER_LIBRARY_ROOTS", f"{music}: :{music.parent / 'podcasts'}")
    monkeypatch.setenv("MER_LIBRARY_HOST_PATH", "/home/ada/Music")
    library = MusicLibrary.from_settings(LibrarySettings())
    assert library.roots == (music, music.parent / "podcasts")
    assert library.admit_path("/home/ada/Music/rock") == music / "rock"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; the folder source's tests ask as nobody")
def test_a_file_that_may_not_be_read_is_forbidden(library: MusicLibrary, music: Path) -> None:
    (music / "rock" / "ballad.mp3").chmod(0)
    assert refusal(library, "rock/ballad.mp3") is Reason.FORBIDDEN


def test_a_file_is_opened_by_its_locator(library: MusicLibrary) -> None:
    with library.open_file("music/rock/ballad.mp3") as file:
        assert file.read() == b"sound"


def test_a_folder_that_became_a_link_after_it_was_resolved_is_not_followed(
    library: MusicLibrary, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved = library.resolve_locator("music/rock/ballad.mp3")
    (music / "rock").rename(music.parent / "elsewhere")
    (music / "rock").symlink_to(music.parent / "elsewhere")
    monkeypatch.setattr(library, "resolve_locator", lambda _: resolved)
    with pytest.raises(PermanentError):
        library.open_file("music/rock/ballad.mp3")
