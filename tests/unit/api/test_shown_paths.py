"""Paths are shortened to what lies below a library root, wherever they stand in a text."""

from pathlib import Path

import pytest

from services.api.access.shown_paths import PathShortener
from shared.library import MusicLibrary


@pytest.fixture(scope="module")
def shortener(tmp_path_factory: pytest.TempPathFactory) -> PathShortener:
    """Of two roots: one that is known by three paths, and another of the same name with a blank in its path."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "music").mkdir()
    (folder / "my backup" / "music").mkdir(parents=True)
    (folder / "link").symlink_to(folder / "music")
    return PathShortener.from_library(
        MusicLibrary([folder / "link", folder / "my backup" / "music"], host_path=Path("/volume1/Musik"))
    )


@pytest.fixture(scope="module")
def folder(shortener: PathShortener) -> str:
    return next(root.removesuffix("/music") for root in shortener.root_names if root.endswith("home0/music"))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("{}/music/albums/ode (live).mp3", "albums/ode (live).mp3"),
        ("{}/link/albums/ode.mp3", "albums/ode.mp3"),
        ("/volume1/Musik/ode.mp3", "ode.mp3"),
        ("{}/my backup/music/ode.mp3", "ode.mp3"),
        ("{}/music", "link"),
        ("{}/music/", "link"),
        ("{}/music-old/ode.mp3", "…/ode.mp3"),
        ("/etc/passwd", "…/passwd"),
        ("albums/ode.mp3", "albums/ode.mp3"),
        ("music/home/ode.mp3", "music/home/ode.mp3"),
    ],
)
def test_a_path_is_shown_from_its_root_on(shortener: PathShortener, folder: str, path: str, shown: str) -> None:
    assert shortener.shorten_path(path.format(folder)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "the folder {}/music is not there: is the share mounted?",
            "the folder link is not there: is the share mounted?",
        ),
        ("{}/music/a b/ode.mp3 may not be read", "a b/ode.mp3 may not be read"),
        ("there is no {}/my backup/music/ode.mp3", "there is no ode.mp3"),
        ("not under a library root ({}/music, {}/link). Add it", "not under a library root (link, link). Add it"),
        ("look into {}/music.", "look into link."),
        ("[Errno 2] No such file: '{}/blobs/ab/ab12'", "[Errno 2] No such file: '…/ab12'"),
        ("file://{}/music/ode.mp3", "ode.mp3"),
        ("POST /train or GET /tracks/{{id}}/emotion", "POST /train or GET /tracks/{{id}}/emotion"),
        ("https://example.com/home/ode.mp3", "https://example.com/home/ode.mp3"),
        ("link/home/ode.mp3", "link/home/ode.mp3"),
    ],
)
def test_the_paths_in_a_text_are_shown_from_their_roots_on(
    shortener: PathShortener, folder: str, text: str, shown: str
) -> None:
    assert shortener.shorten_text(text.replace("{}", folder)) == shown


def test_without_roots_other_paths_are_shortened_too() -> None:
    assert PathShortener.from_library(MusicLibrary([])).shorten_text("see /etc/mer/key") == "see …/key"
