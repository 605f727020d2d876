import unicodedata
from pathlib import Path

from shared.unicode_paths import respell_from_disk


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_a_path_is_found_in_the_other_form_at_every_level(tmp_path: Path) -> None:
    file = tmp_path / nfd("Björk") / nfc("Jóga.flac")
    file.parent.mkdir()
    file.touch()
    assert respell_from_disk(tmp_path / nfc("Björk") / nfd("Jóga.flac"), below=tmp_path) == file


def test_an_exact_name_comes_first(tmp_path: Path) -> None:
    for name in (nfc("Noël"), nfd("Noël")):
        (tmp_path / name).touch()
    for name in (nfc("Noël"), nfd("Noël")):
        assert respell_from_disk(tmp_path / name, below=tmp_path) == tmp_path / name


def test_what_is_not_there_in_any_form_is_none_and_so_is_what_lies_elsewhere(tmp_path: Path) -> None:
    assert respell_from_disk(tmp_path / "Noel", below=tmp_path) is None
    assert respell_from_disk(tmp_path / "a.flac", below=tmp_path / "music") is None


def test_a_file_that_came_since_is_found(tmp_path: Path) -> None:
    assert respell_from_disk(tmp_path / nfc("Noël"), below=tmp_path) is None
    (tmp_path / nfd("Noël")).touch()
    assert respell_from_disk(tmp_path / nfc("Noël"), below=tmp_path) == tmp_path / nfd("Noël")
