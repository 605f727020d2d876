"""What people really have in their folders and tables: every bad piece gets its reason, and everything else goes on."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import audio
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]

SR = 22_050


def write_odd_files(folder: Path) -> Any:
    """An odd file of every kind, and what should become of it."""
    good = audio.song(duration_s=7.0, sr=SR, n_channels=1, seed=11)
    audio.write(folder / "good.wav", good, sr=SR, form="wav16")
    audio.write(folder / "four channels.flac", np.tile(good, (4, 1)), sr=SR, form="flac")
    audio.write(folder / "deep.wav", good, sr=SR, form="wav24")
    audio.write(folder / "loop.m4a", good, sr=SR, form="m4a")
    audio.write(folder / "loop.aac", good, sr=SR, form="aac")
    audio.write(folder / "short.wav", good[:1024], sr=SR, form="wav16")
    audio.write(folder / "silent.flac", np.zeros(7 * SR, dtype=np.float32), sr=SR, form="flac")
    (folder / "nothing.mp3").write_bytes(b"")
    (folder / "only tags.mp3").write_bytes(b"ID3\x03\x00\x00\x00\x00\x04\x00" + bytes(512))
    (folder / "words.ogg").write_text("this is text\n")
    (folder / "page.mp3").write_text("<!doctype html><title>404</title>")
    (folder / "noise.flac").write_bytes(np.random.default_rng(1).bytes(20_000))
    (folder / "sound designer.sd2").write_bytes(np.random.default_rng(2).bytes(20_000))
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    done = {"good.wav", "four channels.flac", "deep.wav", "loop.m4a", "loop.aac"}
    failed = {
        "short.wav": "too_short",
        "silent.flac": "silent",
        **dict.fromkeys(
            ["nothing.mp3", "only tags.mp3", "words.ogg", "page.mp3", "noise.flac", "sound designer.sd2"], "undecodable"
        ),
    }
    return done, failed


def test_every_kind_of_odd_file_gets_its_reason_and_the_worker_lives_on(system: System) -> None:
    folder = system.music / "odd files"
    folder.mkdir()
    done, failed = write_odd_files(folder)
    ended = system.ended(system.post("/crawl", {"source": "folder", "path": str(folder)}))
    items = system.api.get(f"/jobs/{ended['id']}/items").json()["items"]
    outcome = {item["key"].rpartition("/")[2]: item["reason"] or item["state"] for item in items}
    assert outcome == {**dict.fromkeys(done, "done"), **failed}
    assert ended["ignored"] == {".jpg": 1}
    assert all(item["detail"] for item in items if item["state"] == "failed")
    again = system.ended(system.post("/crawl", {"source": "folder", "path": str(folder)}))
    assert again["items"]["skipped"] == again["items"]["requested"] == len(outcome), "bad files are not tried for ever"


def test_failed_items_can_be_retried_after_they_were_mended(system: System) -> None:
    folder = system.music / "mended"
    folder.mkdir()
    (folder / "track.wav").write_bytes(b"not yet")
    job = system.ended(system.post("/crawl", {"source": "folder", "path": str(folder)}))
    assert job["reasons"] == {"undecodable": 1}
    audio.write(folder / "track.wav", audio.song(duration_s=6.0, sr=SR, n_channels=1, seed=3), sr=SR, form="wav16")
    assert system.api.post(f"/jobs/{job['id']}/retry").status_code == 202
    assert system.ended(job)["items"]["done"] == 1


def test_a_bad_table_fails_row_by_row_and_keeps_the_good_ones(system: System) -> None:
    path = system.music / "mixed.csv"
    rows = [
        ["id", "energy", "tempo", "emotion"],
        ["a", "0.5", "120", "calm"],
        ["id", "energy", "tempo", "emotion"],
        ["b", "loud", "120", "sad"],
        ["c", "0.1", "90", "melancholic"],
        ["d", "0.3", "90"],
        ["e", "0.9", "150", "happy"],
    ]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    ended = system.ended(system.post("/crawl", {"source": "table", "path": str(path)}))
    counts = {name: ended["items"][name] for name in ("requested", "done", "failed", "skipped")}
    assert counts == {"requested": 6, "done": 2, "failed": 3, "skipped": 1}
    assert ended["reasons"] == {"unreadable_row": 2, "unknown_label": 1, "stray_header": 1}


def test_a_table_without_known_columns_fails_as_a_whole_and_says_which_there_are(system: System) -> None:
    path = system.music / "strange.csv"
    path.write_text("un;deux;trois\n1;2;3\n")
    ended = system.ended(system.post("/crawl", {"source": "table", "path": str(path)}))
    assert (ended["state"], ended["reason"]) == ("failed", "unreadable_table")
    assert "danceability" in ended["detail"]


def test_training_without_labels_fails_with_what_to_do(system: System) -> None:
    body = {"estimators": ["svm"], "inputs": ["descriptors"], "taxonomy": "quadrant4", "library": "synthetic"}
    ended = system.ended(system.post("/train", body))
    assert (ended["state"], ended["reason"]) == ("failed", "not_enough_labels")
    assert "label" in ended["detail"]
    assert ended["items"]["failed"] == ended["items"]["requested"] == 1
