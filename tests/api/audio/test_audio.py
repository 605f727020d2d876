"""`GET /tracks/<id>/audio`: real files of the library, whole and in parts, and why a track cannot be played."""

import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.api.audio.media_type import MP3
from services.api.audio.opened_file import OpenedFileResponse
from tests.api.audio.conftest import AddFile
from tests.api.conftest import AddTrack
from tests.support.audio import tone, write
from tests.support.problem_answers import problem

SR = 22_050


@pytest.fixture
def song(music: Path) -> Path:
    return write(music / "song.mp3", tone(440, duration_s=2), sr=SR, form="mp3")


def test_a_file_is_sent_whole_with_its_type_and_is_asked_for_again_each_time(
    client: TestClient, add_file: AddFile, song: Path
) -> None:
    answer = client.get(f"/tracks/{add_file(song.name)}/audio")
    assert (answer.status_code, answer.content) == (200, song.read_bytes())
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-disposition" not in answer.headers, "a page plays it, and a file name would hold the path"


def test_bytes_are_sent_as_asked_for(client: TestClient, add_file: AddFile, song: Path) -> None:
    url, content = f"/tracks/{add_file(song.name)}/audio", song.read_bytes()
    etag = client.head(url).headers["etag"]
    for asked, part in (("bytes=100-199", content[100:200]), ("bytes=-50", content[-50:]), ("bytes=9-", content[9:])):
        answer = client.get(url, headers={"Range": asked, "If-Range": etag})
        assert (answer.status_code, answer.content) == (206, part)
        assert answer.headers["content-range"].endswith(f"/{len(content)}")
        assert "content-encoding" not in answer.headers
    other = client.get(url, headers={"Range": "bytes=100-199", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, content), "of another file the part would not fit"


def test_bytes_that_there_are_not_are_a_problem_that_names_the_length(
    client: TestClient, add_file: AddFile, song: Path
) -> None:
    url = f"/tracks/{add_file(song.name)}/audio"
    answer = client.get(url, headers={"Range": "bytes=99999999-"})
    problem(answer, 416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{song.stat().st_size}"
    problem(client.get(url, headers={"Range": "bytes=b-a"}), 400, "invalid_range")


def test_a_file_that_changed_since_it_was_analysed_is_not_sent(
    client: TestClient, add_file: AddFile, song: Path
) -> None:
    url = f"/tracks/{add_file(song.name)}/audio"
    os.utime(song, ns=(1, 1))
    problem(client.get(url), 409, "audio_changed")


def test_a_track_without_a_file_says_so(client: TestClient, add_track: AddTrack) -> None:
    problem(client.get(f"/tracks/{add_track()}/audio"), 404, "no_audio_file")


def test_a_file_that_went_away_is_not_found(client: TestClient, add_file: AddFile, song: Path) -> None:
    url = f"/tracks/{add_file(song.name)}/audio"
    song.unlink()
    problem(client.get(url), 404, "not_found")


def test_a_link_that_leads_out_of_the_library_is_not_followed(
    client: TestClient, add_file: AddFile, song: Path, folder: Path
) -> None:
    url = f"/tracks/{add_file(song.name)}/audio"
    song.rename(folder / "outside.mp3")
    song.symlink_to(folder / "outside.mp3")
    problem(client.get(url), 403, "outside_library")


@pytest.mark.parametrize("asked", ["bytes=0-", "bytes=0-9", "bytes=99999999-"])
def test_the_file_is_closed_when_it_was_sent(song: Path, asked: str) -> None:
    with song.open("rb") as file:
        TestClient(OpenedFileResponse(file, media_type=MP3)).get("/", headers={"Range": asked})
        assert file.closed
