"""What the API shows and takes of names, files that cannot be decoded, and exports of files that changed."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from shared.store import Store
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from tests.api.conftest import asking, ports_of
from tests.integration.identity.library import SoundLibrary, retag


@pytest.fixture
def library(store: Store, folder: Path) -> SoundLibrary:
    return SoundLibrary(store, folder)


@pytest.fixture
def client(library: SoundLibrary, store: Store, celery_url: str, folder: Path) -> Iterator[TestClient]:
    with asking(ports_of(store, celery_url, folder)) as client:
        yield client


def test_a_correction_is_shown_stands_over_new_tags_and_is_taken_back(
    library: SoundLibrary, client: TestClient
) -> None:
    path = library.write("rock/song.flac", 1, title="Tagged", artist="Vox")
    library.crawl("rock")
    href = f"/tracks/{library.track('rock/song.flac')}"
    corrected = client.patch(href, json={"title": " Right ", "album": "Songs"})
    assert corrected.status_code == 200, corrected.text
    shown = corrected.json()
    assert (shown["title"], shown["artist"], shown["album"]) == ("Right", "Vox", "Songs")
    assert shown["corrected"] == ["album", "title"]
    retag(path, path, title="Tagged anew", artist="Voices")
    library.crawl("rock")
    shown = client.get(href).json()
    assert (shown["title"], shown["artist"]) == ("Right", "Voices")
    shown = client.patch(href, json={"title": None}).json()
    assert (shown["title"], shown["album"], shown["corrected"]) == ("Tagged anew", "Songs", ["album"])
    shown = client.patch(href, json={"album": None}).json()
    assert (shown["album"], shown["corrected"]) == (None, [])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "  "},
        {"title": "two\nlines"},
        {"artist": "a\0b"},
        {"album": "x" * 501},
        {"isrc": "USRC17607839"},
        {"title": 3},
    ],
)
def test_names_that_are_none_are_refused(library: SoundLibrary, client: TestClient, body: dict[str, object]) -> None:
    library.write("rock/song.flac", 1, title="Tagged")
    library.crawl("rock")
    href = f"/tracks/{library.track('rock/song.flac')}"
    assert client.patch(href, json=body).status_code == 422
    assert client.get(href).json()["title"] == "Tagged"


def test_a_name_of_no_track_and_of_a_merged_one(library: SoundLibrary, client: TestClient) -> None:
    assert client.patch(f"/tracks/{secrets.token_hex(16)}", json={"title": "Ode"}).status_code == 404
    for number in (1, 2):
        library.write(f"rock/{number}.flac", number, title=f"Song {number}")
    library.crawl("rock")
    one, other = library.track("rock/1.flac"), library.track("rock/2.flac")
    pair = MergePair(one=one, other=other, reason=MergeReason.PERSON, who="ada")
    library.store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    older, newer = sorted((one, other))
    moved = client.patch(f"/tracks/{newer}", json={"title": "Ode"}, follow_redirects=False)
    assert (moved.status_code, moved.headers["Location"]) == (307, f"/tracks/{older}")


def test_what_cannot_be_decoded_now_is_shown_beside_the_features_that_stay(
    library: SoundLibrary, client: TestClient
) -> None:
    path = library.write("rock/song.flac", 1)
    library.crawl("rock")
    href = f"/tracks/{library.track('rock/song.flac')}"
    assert client.get(href).json()["features"]["stale"] is None
    path.write_bytes(b"no sound at all" * 1000)
    library.crawl("rock")
    features = client.get(href).json()["features"]
    assert features["state"] == "ready"
    assert features["stale"]["reason"] == "undecodable"
    assert "replace it" in features["stale"]["detail"]


def test_a_file_that_was_never_read_says_why(library: SoundLibrary, client: TestClient) -> None:
    path = library.write("rock/song.flac", 1)
    library.crawl("rock", decode=False)
    path.unlink()
    library.decode()
    features = client.get(f"/tracks/{library.track('rock/song.flac')}").json()["features"]
    assert (features["state"], features["reason"]) == ("absent", "not_found")


def test_an_export_leaves_a_file_out_until_it_is_known_what_it_sounds_like(
    library: SoundLibrary, client: TestClient
) -> None:
    library.write("rock/song.flac", 1)
    library.crawl("rock")
    assert [path is None for path in exported_paths(client)] == [False]
    library.write("rock/song.flac", 2)
    library.crawl("rock", decode=False)
    assert exported_paths(client) == [None]
    library.decode()
    assert [path is None for path in exported_paths(client)] == [False]
    assert sorted(path is None for path in exported_paths(client, missing="include")) == [False, True]


def test_an_export_leaves_out_a_file_that_cannot_be_decoded_any_more(library: SoundLibrary, client: TestClient) -> None:
    path = library.write("rock/song.flac", 1, title="Ode")
    library.crawl("rock")
    path.write_bytes(b"a picture" * 500)
    library.crawl("rock")
    assert exported_paths(client) == [None]
    library.write("rock/song.flac", 1, title="Ode")
    library.crawl("rock")
    assert [path is None for path in exported_paths(client)] == [False]


def exported_paths(client: TestClient, **params: str) -> list[str | None]:
    answer = client.get("/export", params={"format": "jsonl", **params})
    return [json.loads(line)["path"] for line in answer.text.splitlines()]


def test_a_file_that_is_renamed_and_retagged_at_once_is_called_by_its_new_tags(
    library: SoundLibrary, client: TestClient
) -> None:
    path = library.write("rock/song.flac", 1, title="Old", artist="Vox", album="First")
    library.crawl()
    href = f"/tracks/{library.label('rock/song.flac', 'sad')}"
    retag(path, path.with_name("01 song.flac"), title="New", artist="Voices")
    path.unlink()
    library.crawl()
    shown = client.get(href).json()
    assert (shown["title"], shown["artist"], shown["emotion"]) == ("New", "Voices", "sad")
    moved = path.with_name("01 song.flac")
    retag(moved, moved, title="Newest", artist="Voices")
    library.crawl()
    assert client.get(href).json()["title"] == "Newest"
    merge_id = client.get("/merges").json()["items"][0]["id"]
    assert client.post(f"/merges/{merge_id}/undo").status_code == 200
    parted = client.get(href).json()
    assert (parted["title"], parted["artist"], parted["album"]) == ("Old", "Vox", "First")


def test_of_two_copies_the_one_that_is_there_says_what_they_are_called(
    library: SoundLibrary, client: TestClient
) -> None:
    path = library.write("rock/song.flac", 1, title="Mine", artist="Vox")
    library.crawl()
    retag(path, path.with_name("copy.flac"), title="Copy", artist="Vox")
    library.crawl()
    href = f"/tracks/{library.track('rock/song.flac')}"
    assert client.get(href).json()["title"] == "Mine"
    away = path.rename(path.with_suffix(".away"))
    library.crawl()
    assert client.get(href).json()["title"] == "Copy"
    away.rename(path)
    library.crawl()
    assert client.get(href).json()["title"] == "Mine"


def test_a_table_takes_names_back_also_where_its_file_waits_for_the_decode(
    library: SoundLibrary, client: TestClient
) -> None:
    path = library.write("song.flac", 1, title="Tagged")
    table = library.music / "t.csv"
    table.write_text("path,title,artist\nsong.flac,Hymn,Vox\n")
    library.crawl("t.csv", source="table")
    href = f"/tracks/{library.track('song.flac')}"
    assert [client.get(href).json()[name] for name in ("title", "artist")] == ["Hymn", "Vox"]
    retag(path, path, title="Tagged anew")
    table.write_text("path,title,artist\nsong.flac,,\n")
    library.crawl("t.csv", source="table")
    assert [client.get(href).json()[name] for name in ("title", "artist")] == ["Tagged anew", None]
