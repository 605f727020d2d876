"""A running system with the files of one field case, and what is read of it."""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.running import RunningSystem
from services.cli.client import RefusedError
from services.cli.commands.dataset import source_for_path
from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.redis import EmbeddedRedis

_WITHIN_S = 180.0
_ENDED = frozenset({"done", "failed", "cancelled"})
_MOST = 1_000


class CaseSystem:
    """A running system with the files of one case as its library."""

    def __init__(self, system: RunningSystem, music: Path) -> None:
        self.system = system
        self.client = system.client
        self.music = music

    def crawl(self, path: str, **body: Any) -> dict[str, Any]:
        """The ended job of a crawl of what lies at `path`, with its items' outcomes as `outcomes`.

        A request that is refused at once is a job that failed with the refusal's reason.
        """
        request = {"source": source_for_path(Path(path)), "path": path, **body}
        try:
            job = self.client.post("/crawl", request)
        except RefusedError as error:
            return {"state": "failed", "reason": "refused", "detail": str(error), "ignored": {}, "outcomes": []}
        deadline = time.monotonic() + _WITHIN_S
        while job["state"] not in _ENDED and time.monotonic() < deadline:
            time.sleep(0.2)
            job = self.client.get(f"/jobs/{job['id']}")
        items = self.client.list_rows(f"/jobs/{job['id']}/items", limit=_MOST)
        outcomes = [(item["state"], item["reason"], item["detail"] or "") for item in items]
        return {**job, "outcomes": outcomes}

    def tracks(self) -> list[dict[str, Any]]:
        """Every track with everything that is known of it."""
        return self.client.list_rows("/tracks", limit=_MOST)

    def found(self, words: str) -> set[str]:
        """Titles that a search finds."""
        return {str(track["title"]) for track in self.client.list_rows("/tracks", limit=_MOST, q=words)}

    def read(self, form: str) -> str:
        """The export in a format, as it is served."""
        return b"".join(self.client.stream_bytes("/export", format=form)).decode()

    def moods(self) -> dict[str, str | None]:
        """Title → the emotion that stands for the track."""
        return {str(track["title"]): track["emotion"] for track in self.tracks()}

    def files(self) -> dict[str, dict[str, Any]]:
        """The name of each file that is there → its track."""
        there = {path.name for path in self.music.iterdir()}
        return {
            name: track
            for track in self.tracks()
            for ref in track["sources"]
            if (name := ref["source_id"].rpartition("/")[2]) in there
        }

    def label(self, track_id: str, emotion: str, *, person: str = "ada") -> None:
        """A person says what she hears."""
        self.client.put(f"/tracks/{track_id}/annotations/{person}", {"emotion": emotion, "taxonomy": "mood4"})

    def exported(self) -> list[dict[str, Any]]:
        """Every row of the export, as it is served."""
        lines = b"".join(self.client.stream_bytes("/export", format="jsonl")).splitlines()
        return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class Seen:
    """What a case showed, and whether that is right."""

    text: str
    is_right: bool


@dataclass(frozen=True)
class FieldCase:
    """A folder of the data, what is right there, and how it is looked at."""

    folder: str
    right: str
    look: Callable[[CaseSystem], Seen]
    roots: tuple[str, ...] = ()
    """Library roots below the folder, in place of all of it."""


OF_THE_SOUND = frozenset({"too_short", "silent", "undecodable"})
"""Reasons that a file was found and read: what it holds is not part of every case."""


@contextmanager
def system_of(
    folder: Path, home: DataDirectory, postgres: EmbeddedPostgres, redis: EmbeddedRedis, *, roots: Sequence[str] = ()
) -> Iterator[CaseSystem]:
    """A system whose library is a copy of `folder`, which is empty where a case has no files.

    `roots` are library roots below it, in place of all of it.
    """
    music = home.root / f"case_{time.time_ns()}"
    if folder.is_dir():
        shutil.copytree(folder, music)
    else:
        music.mkdir()
    for root in roots:
        (music / root).mkdir(parents=True)
    system = RunningSystem(home, postgres, redis, music=music, roots=[music / root for root in roots])
    try:
        system.start("api", "crawler", "featurizer")
        system.wait_for_api()
        yield CaseSystem(system, music)
    finally:
        system.close()
        shutil.rmtree(music, ignore_errors=True)


def count_states(job: dict[str, Any]) -> dict[str, int]:
    """How many items of a crawl ended in each state."""
    counts: dict[str, int] = {}
    for state, _, _ in job["outcomes"]:
        counts[state] = counts.get(state, 0) + 1
    return counts or {job["state"]: 0}


def reasons_of(job: dict[str, Any]) -> set[str]:
    """The reason codes of the items of a crawl."""
    return {reason for _, reason, _ in job["outcomes"] if reason}


def failures_of(job: dict[str, Any], *, but: frozenset[str]) -> list[str]:
    """Details of what failed for other reasons than `but`, the job itself among it."""
    failed = [detail for state, reason, detail in job["outcomes"] if state == "failed" and reason not in but]
    return failed if job["state"] == "done" or job["outcomes"] else [*failed, str(job["detail"])]
