"""Exports are safe by themselves: also where a row of before holds a line break, or a file is named so."""

import csv
import io
import json
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import text

from services.crawler.playlists.reader import read_m3u
from services.crawler.tables.reader import find_header, read_rows
from shared.domain.file_tags import FileTags
from shared.domain.track import AudioFile, SourceRef
from shared.store import Store
from tests.api.conftest import AddTrack

BROKEN = "One\nTwo\u2028\x1b[31m\x85Three"


def add(store: Store, add_track: AddTrack) -> None:
    audio = AudioFile(locator="music/line\nbreak.flac", size_bytes=1, mtime_ns=1)
    tags = FileTags(
        artists=("Two", "Ray"), album_artist="All", year=2001, track_number=3, genres=("Rock", "Pop"), moods=("calm",)
    )
    add_track(refs=(SourceRef("folder", audio.locator),), audio=audio, tags_of_file=tags.to_json())
    broken = text("update tracks set title = :name, artist = :name, album = :name")
    store.transact_session("test.broken", lambda session: session.execute(broken, {"name": BROKEN}))


def test_no_format_has_a_line_break_within_a_row(client: TestClient, store: Store, add_track: AddTrack) -> None:
    add(store, add_track)
    clean = "One Two [31m Three"
    for form, n_lines in (("csv", 2), ("jsonl", 1), ("m3u", 3), ("xspf", 4)):
        content = client.get("/export", params={"format": form}).text
        assert len(content.splitlines()) == n_lines, form
        assert clean in content
    (row,) = csv.DictReader(io.StringIO(client.get("/export", params={"format": "csv"}).text))
    assert (row["title"], row["artist"], row["album"]) == (clean, clean, clean)
    assert row["path"].startswith("file:///")
    assert row["path"].endswith("/music/line%0Abreak.flac")


def test_a_playlist_names_such_a_file_so_that_it_is_found_again(
    client: TestClient, store: Store, add_track: AddTrack
) -> None:
    add(store, add_track)
    (entry,) = read_m3u(client.get("/export", params={"format": "m3u"}).content)
    assert entry.location.startswith("file:///")
    assert entry.location.endswith("line%0Abreak.flac")


def test_what_tags_say_stands_behind_the_columns_of_before(
    client: TestClient, store: Store, add_track: AddTrack
) -> None:
    add(store, add_track)
    header = client.get("/export", params={"format": "csv"}).text.splitlines()[0].split(",")
    of_tags = ["artists", "album_artist", "genres", "moods", "track_number", "disc_number", "year"]
    assert header[header.index("artists") :] == [
        *of_tags,
        "valence_spotify_scale",
        "emotion_name",
        "personal_annotator",
    ]
    row = json.loads(client.get("/export", params={"format": "jsonl"}).text)
    assert [row[name] for name in of_tags] == ["Two; Ray", "All", "Rock; Pop", "calm", 3, None, 2001]
    (track,) = client.get("/tracks").json()["items"]
    assert (track["artists"], track["genres"], track["moods"]) == (["Two", "Ray"], ["Rock", "Pop"], ["calm"])
    assert (track["album_artist"], track["track_number"], track["disc_number"], track["year"]) == ("All", 3, None, 2001)
    assert track["labels"] == track["annotations"] == [], "an embedded mood is nobody's label"


def test_a_spreadsheet_runs_no_title_of_a_csv_export_and_a_crawl_reads_it_back(
    client: TestClient, add_track: AddTrack, tmp_path: Path
) -> None:
    formula = '=HYPERLINK("http://there","Ode")'
    add_track(title=formula, artist="-14.2")
    table = tmp_path / "export.csv"
    table.write_bytes(client.get("/export", params={"format": "csv"}).content)
    with table.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["title"], row["artist"]) == (f"'{formula}", "-14.2")
    (read,) = read_rows(table, find_header(table))
    assert read["cells"]["title"] == formula
    assert formula in client.get("/export", params={"format": "jsonl"}).json()["title"], "JSON is no spreadsheet"
