"""How fast a folder is scanned: new, changed and unchanged files, from the claim of the job to its last row.

The folder is synthesised: small MP3 files, each with tags of its own. The scan is the real one: the API, one crawler
worker and PostgreSQL as `mer up` starts them, with durable commits; featurizing is not part of it. Compared in one run:

- `os.walk` with a `stat` of every file (the floor of an unchanged folder);
- tinytag in a loop (what a user would write, without keeping anything).

Goals: 2,000 new or changed files a minute, 50,000 unchanged ones.
"""

import io
import os
import statistics
import struct
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import numpy as np
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from tinytag import TinyTag

from benchmarks.running import RunningSystem, servers
from shared.domain.features import FeatureSpec
from shared.domain.file_state import FileState
from shared.errors import Reason
from shared.store.features.repository import FeatureRepository
from shared.store.tables import Job, JobItem, Track, TrackSource

N_FILES = int(os.environ.get("MER_BENCH_FILES", "5000"))
FILES_A_FOLDER = 25
N_ROUNDS = 3
MIN_CHANGED = 2_000
MIN_UNCHANGED = 50_000
_SR = 22_050


def run() -> dict[str, Any]:
    """Figures in files a minute; `ok` if both goals are reached."""
    with tempfile.TemporaryDirectory(prefix="mer-scan-") as folder, servers() as (home, postgres, redis):
        music = Path(folder) / "music"
        files = _synthesise(music)
        system = RunningSystem(home, postgres, redis, music=music)
        try:
            system.start("api", "crawler")
            system.wait_for_api()
            figures = _scan(system, music, files)
        finally:
            system.close()
    return _judge(figures)


def _scan(system: RunningSystem, music: Path, files: list[Path]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"new": [_crawl(system, waits_for_features=True)]}
    _pretend_features(system)
    for name in ("walk", "tinytag", "unchanged", "changed"):
        found[name] = []
    for number in range(N_ROUNDS):
        found["walk"].append(_timed(lambda: _walk(music)))
        found["tinytag"].append(_timed(lambda: [TinyTag.get(file) for file in files]))
        found["unchanged"].append(_crawl(system, waits_for_features=False))
        for file in files:
            os.utime(file, ns=(0, 1_000_000_000 * (number + 1)))
        found["changed"].append(_crawl(system, waits_for_features=True))
        _pretend_features(system)
    return found


def _crawl(system: RunningSystem, *, waits_for_features: bool) -> float:
    """Seconds from the first claim to the last row of a crawl of the whole folder."""
    job = system.client.post("/crawl", {"source": "folder", "path": "."})
    deadline = time.monotonic() + 1_800
    while True:
        time.sleep(0.5)  # seldom: on two busy cores every question would slow what it asks about
        with system.store.read_session() as session:
            row = session.get_one(Job, UUID(job["id"]))
            query = select(JobItem.stage, JobItem.state, func.count()).where(JobItem.job_id == row.id)
            counts = {(stage, state): n for stage, state, n in session.execute(query.group_by("stage", "state"))}
        if counts == {(("featurize", "queued") if waits_for_features else ("collect", "skipped")): N_FILES}:
            break
        if time.monotonic() > deadline:
            raise TimeoutError(f"the crawl did not end: {counts}")
    last = JobItem.dispatched_at if waits_for_features else JobItem.finished_at
    with system.store.read_session() as session:
        ended = session.scalars(select(func.max(last)).where(JobItem.job_id == row.id)).one()
    if waits_for_features:
        system.client.delete(f"/jobs/{job['id']}")
    assert row.started_at is not None
    assert ended is not None
    return float((ended - row.started_at).total_seconds())


def _pretend_features(system: RunningSystem) -> None:
    """Say of every track that it was analysed, as the featurizer would."""
    with system.store.read_session() as session:
        tracks = session.scalars(select(Track.id)).all()
    spec = FeatureSpec().fingerprint

    def say(session: Session) -> None:
        FeatureRepository(session, spec=spec).save_failures([(t, Reason.TOO_SHORT, "a tenth") for t in tracks])
        session.execute(update(TrackSource).values(state=FileState.PRESENT))

    system.store.transact_session("bench.features", say)


def _judge(seconds: dict[str, list[float]]) -> dict[str, Any]:
    per_minute = {name: 60 * N_FILES / statistics.median(rounds) for name, rounds in seconds.items()}
    ok = min(per_minute["new"], per_minute["changed"]) >= MIN_CHANGED and per_minute["unchanged"] >= MIN_UNCHANGED
    summary = (
        f"{N_FILES} MP3 files with tags, {N_ROUNDS} rounds, medians, files a minute\n"
        f"new {per_minute['new']:,.0f}, changed {per_minute['changed']:,.0f} (goal: at least {MIN_CHANGED:,}); "
        f"tinytag in a loop {per_minute['tinytag']:,.0f}\n"
        f"unchanged {per_minute['unchanged']:,.0f} (goal: at least {MIN_UNCHANGED:,}); "
        f"os.walk and stat {per_minute['walk']:,.0f}"
    )
    return {"summary": summary, "ok": ok, "n_files": N_FILES, "files_per_minute": per_minute, "rounds_s": seconds}


def _walk(folder: Path) -> int:
    return sum(
        os.stat(os.path.join(place, name)).st_size  # noqa: PTH116, PTH118 (the floor is the plainest way)
        for place, _, names in os.walk(folder)
        for name in names
    )


def _synthesise(music: Path) -> list[Path]:
    sound = _mp3()
    files = []
    for number in range(N_FILES):
        folder = music / f"artist {number // FILES_A_FOLDER % 97}" / f"album {number // FILES_A_FOLDER}"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{number:06}.mp3"
        album = f"Album {number // FILES_A_FOLDER}"
        file.write_bytes(_id3(TIT2=f"Piece {number}", TPE1=folder.parent.name, TALB=album) + sound)
        files.append(file)
    return files


def _mp3() -> bytes:
    """Half a second of a sine."""
    y = (0.3 * np.sin(2 * np.pi * 440 * np.arange(_SR // 2) / _SR)).astype(np.float32)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as out:
        stream = out.add_stream("libmp3lame", rate=_SR, layout="mono")
        frame = av.AudioFrame.from_ndarray(y[None, :], format="fltp", layout="mono")
        frame.sample_rate = _SR
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)
    return buffer.getvalue()


def _id3(**frames: str) -> bytes:
    body = b"".join(
        name.encode() + struct.pack(">IH", len(text) + 1, 0) + b"\x03" + text.encode() for name, text in frames.items()
    )
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + size + body


def _timed(work: Any) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
