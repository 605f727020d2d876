"""Where paths of tables and playlists lead."""

import unicodedata
from pathlib import Path

import pytest

from services.crawler.files.locations import local_paths, locate_file
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for place in ("music/sub/one.flac", "music/a#1?.flac", f"music/{unicodedata.normalize('NFD', 'Noël')}.flac"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    (tmp_path / unicodedata.normalize("NFD", "Été.flac")).touch()
    return tmp_path / "music"


def located(location: str, music: Path) -> str:
    try:
        path = locate_file(location, folder=music, library=MusicLibrary([music]), named="line 7")
    except PermanentError as error:
        return error.reason.value if error.detail.startswith("line 7: ") else error.detail
    return unicodedata.normalize("NFC", path.relative_to(music).as_posix())


@pytest.mark.parametrize(
    ("location", "file"),
    [
        ("sub/one.flac", "sub/one.flac"),
        ("sub\\one.flac", "sub/one.flac"),
        (".\\sub\\one.flac", "sub/one.flac"),
        ("Noël.flac", "Noël.flac"),
        ("No%C3%ABl.flac", "Noël.flac"),
        ("a#1?.flac", "a#1?.flac"),
        ("gone.flac", "not_found"),
        ("", "not_found"),
        ("a\0.flac", "not_found"),
        ("../Été.flac", "outside_library"),
        ("https://x.example/a.flac", "unsupported"),
        ("file://nas/share/a.flac", "unsupported"),
    ],
)
def test_a_location_leads_to_its_file_or_to_a_reason(location: str, file: str, music: Path) -> None:
    assert located(unicodedata.normalize("NFC", location), music) == file


def test_file_uris_lead_to_their_files_also_where_their_writer_was_careless(music: Path) -> None:
    assert located((music / "sub/one.flac").as_uri(), music) == "sub/one.flac"
    assert located((music / "a#1?.flac").as_uri(), music) == "a#1?.flac"
    assert located(f"file://{music}/a#1?.flac", music) == "a#1?.flac"
    assert located(f"file:{music}/sub/one.flac", music) == "sub/one.flac"
    assert located("FILE://localhost" + str(music / "sub/one.flac"), music) == "sub/one.flac"


def test_an_address_on_another_machine_is_refused_by_name() -> None:
    with pytest.raises(PermanentError) as caught:
        local_paths("file://nas/share/a.flac")
    assert caught.value.reason is Reason.UNSUPPORTED
