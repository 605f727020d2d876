"""`GET /roots`: the folders that may be crawled, and how many sound files lie below each."""

from pathlib import Path

from fastapi.testclient import TestClient

from services.api.crawl.root_files import RootFileCounts, count_sound_files


def test_roots_are_listed_with_their_files(client: TestClient, folder: Path) -> None:
    for name in ("a.mp3", "b.FLAC", "cover.jpg", ".hidden.mp3", "#recycle/c.mp3", "deep/er/d.opus"):
        path = folder / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (root,) = client.get("/roots").json()
    assert root == {
        "name": "music",
        "path": str((folder / "music").resolve()),
        "n_files": 3,
        "is_complete": True,
        "problem": None,
    }
    assert client.post("/crawl", json={"source": "folder", "path": root["path"]}).status_code == 202


def test_a_root_that_is_away_says_so_and_a_slow_one_is_counted_in_part(tmp_path: Path) -> None:
    away = count_sound_files(tmp_path / "away", until=1e12)
    assert (away.n_files, away.is_complete) == (0, False)
    assert "is the disk or share mounted?" in (away.problem or "")
    (tmp_path / "a").mkdir()
    (tmp_path / "one.mp3").touch()
    (tmp_path / "a" / "two.mp3").touch()
    slow = count_sound_files(tmp_path, until=-1.0, clock=lambda: 0.0)
    assert (slow.n_files, slow.is_complete, slow.problem) == (1, False, None)


def test_a_count_is_remembered_for_a_moment(tmp_path: Path) -> None:
    now = [0.0]
    counts = RootFileCounts(clock=lambda: now[0])
    assert counts.count(tmp_path).n_files == 0
    (tmp_path / "one.mp3").touch()
    assert counts.count(tmp_path).n_files == 0
    now[0] = 60.0
    assert counts.count(tmp_path).n_files == 1
