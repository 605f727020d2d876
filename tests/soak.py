"""`make soak`: long trials of what `make test` tries shortly. Writes its result into docs/explain/reliability.md.

Two trials, half of MER_SOAK_MINUTES (10) each, both seeded by MER_SOAK_SEED (1):

- faults: crawls of real files while random faults come every second or so: a featurizer child or a whole worker killed,
  Redis emptied or restarted, PostgreSQL restarted. Every job must end and count out, and no row may stand twice.
- fuzzing: damaged copies of generated files in every format go through the feature path. Each must give features or a
  reason; an exception of another kind, a dead process or more than 30 s is a finding.
"""

import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from services.featurizer.analysis import analyse_clip, warm_up
from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.redis import EmbeddedRedis
from shared.domain.features import FeatureSpec
from shared.errors import PermanentError
from shared.json_objects import JsonObject
from shared.store.migrate import run_migrations
from shared.store.tables import AnnotationRow, ArrayRow, FeatureSet, JobItem, TrackSource
from tests.support import audio
from tests.support.file_damage import damaged
from tests.support.running_system import WORKERS, System

T = TypeVar("T")
REPORT = Path(__file__).parent.parent / "docs" / "explain" / "reliability.md"
BEGIN, END = "<!-- soak: begin -->", "<!-- soak: end -->"
N_CLIPS = 40
SR = 22_050
TOO_LONG_S = 30.0
TrackTable = type[TrackSource] | type[AnnotationRow] | type[FeatureSet] | type[ArrayRow]
ROWS_A_TRACK: dict[TrackTable, int] = {TrackSource: 1, AnnotationRow: 1, FeatureSet: 1, ArrayRow: 2}
"""Of the arrays, the talk's excerpt and the stack over the whole clip."""


def main() -> int:
    """0 if nothing was found."""
    minutes = float(os.environ.get("MER_SOAK_MINUTES", "10"))
    seed = int(os.environ.get("MER_SOAK_SEED", "1"))
    rows, findings = faults(minutes / 2, seed=seed)
    more_rows, more_findings = fuzzing(minutes / 2, seed=seed)
    findings += more_findings
    table = ["| trial | figure |", "|---|---|", *(f"| {name} | {figure} |" for name, figure in rows + more_rows)]
    said = [f"{datetime.now(UTC):%Y-%m-%d}, {minutes:g} minutes, seed {seed}: {len(findings)} findings.", "", *table]
    said += ["", *(f"- {finding}" for finding in findings)] if findings else []
    print("\n".join(said))
    text = REPORT.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    REPORT.write_text(f"{before}{BEGIN}\n{chr(10).join(said)}\n{END}{after}")
    return 1 if findings else 0


def faults(minutes: float, *, seed: int) -> tuple[list[tuple[str, int]], list[str]]:
    """Crawl under random faults until the time is over."""
    rng, done, totals = random.Random(seed), Counter[str](), Counter[str]()
    findings: list[str] = []
    with running_system() as (system, postgres, redis):
        deadline = time.monotonic() + 60 * minutes
        n_jobs = 0
        while time.monotonic() < deadline:
            n_jobs += 1
            job = crawl(system, n_jobs)
            began = time.monotonic()
            while (document := ask(system, job))["state"] not in {"done", "failed", "cancelled"}:
                if time.monotonic() - began > 300:
                    findings.append(f"job {n_jobs} did not end: {document['items']}")
                    break
                if time.monotonic() - began < 20:
                    done[one_fault(system, postgres, redis, rng)] += 1
                done.update(f"{name} ended by itself, started again" for name in system.revive())
                time.sleep(rng.uniform(0.3, 2.0))
            totals.update({name: document["items"][name] for name in ("requested", "done", "failed", "skipped")})
            totals.update({f"failed as {reason}": n for reason, n in document["reasons"].items()})
            findings += violations(system, document, n_jobs)
    rows = [("jobs", n_jobs), *((f"items {name}", n) for name, n in totals.items())]
    return rows + [(f"fault: {name}", n) for name, n in sorted(done.items())], findings


def one_fault(system: System, postgres: EmbeddedPostgres, redis: EmbeddedRedis, rng: random.Random) -> str:
    """Do something bad; its name."""
    kind = rng.choice(
        ["child killed", "child killed", "worker killed", "redis emptied", "redis restarted", "postgres restarted"]
    )
    if kind == "child killed":
        children = (
            Path(f"/proc/{system.pid('featurizer')}/task/{system.pid('featurizer')}/children").read_text().split()
        )
        if children:
            os.kill(int(rng.choice(children)), signal.SIGKILL)
    elif kind == "worker killed":
        name = rng.choice(list(WORKERS))
        system.kill(name)
        system.start(name)
    elif kind == "redis emptied":
        redis._open_client().flushall()
    elif kind == "redis restarted":
        redis.restart()
    else:
        postgres.restart()
    return kind


def violations(system: System, document: JsonObject, n_job: int) -> list[str]:
    """What must not be: items that do not add up, unexpected reasons, rows that stand twice."""
    items, found = document["items"], []
    if items["requested"] != items["done"] + items["failed"] + items["skipped"] or items["requested"] != N_CLIPS:
        found.append(f"job {n_job} does not count out: {items}")
    if unexpected := set(document["reasons"]) - {"worker_lost"}:
        found.append(f"job {n_job} has items that failed for {unexpected}")
    with system.ports.store.read_session() as session:
        query = select(JobItem.track_id).where(JobItem.job_id == document["id"], JobItem.state == "done")
        tracks = session.scalars(query).all()
        for table, n_each in ROWS_A_TRACK.items():
            n = session.scalar(select(func.count()).where(table.track_id.in_(tracks)))
            if n != n_each * len(tracks):
                found.append(f"job {n_job}: {n} rows of {table.__tablename__} for {len(tracks)} tracks")
    return found


def crawl(system: System, n_job: int) -> JsonObject:
    folder = system.music / f"job {n_job}"
    folder.mkdir()
    for i in range(N_CLIPS):
        y = audio.song(duration_s=6.0, sr=SR, n_channels=1, seed=1000 * n_job + i)
        audio.write(folder / f"{i}.wav", y, sr=SR, form="wav16")
    return retried(lambda: system.post("/crawl", {"source": "folder", "path": str(folder), "emotion": "calm"}))


def ask(system: System, job: JsonObject) -> JsonObject:
    return retried(lambda: ok(system.api.get(f"/jobs/{job['id']}")))


def ok(answer: httpx.Response) -> JsonObject:
    assert answer.status_code == 200, answer.text
    document: JsonObject = answer.json()
    return document


def retried(work: Callable[[], T]) -> T:
    """The database may be restarting just now: a person would ask again."""
    for _ in range(30):
        try:
            return work()
        except AssertionError:
            time.sleep(1.0)
    return work()


@contextmanager
def running_system() -> Iterator[tuple[System, EmbeddedPostgres, EmbeddedRedis]]:
    root = Path(tempfile.mkdtemp(prefix="mer-soak-", dir="/tmp"))
    root.chmod(0o755)
    home = DataDirectory(root / "home").create()
    postgres = EmbeddedPostgres(home.postgres, home.run / "pg")
    redis = EmbeddedRedis(home.root / "redis", home.run / "redis")
    (root / "system").mkdir()
    try:
        postgres.start()
        redis.start()
        run_migrations(create_engine(postgres.url, poolclass=NullPool))
        system = System(root=root / "system", database_url=postgres.url, celery_url=redis.celery_url)
        system.start(*WORKERS)
        yield system, postgres, redis
        system.stop()
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(root, ignore_errors=True)


def fuzzing(minutes: float, *, seed: int) -> tuple[list[tuple[str, int]], list[str]]:
    """Damage files and analyse them until the time is over."""
    rng, outcomes, findings = random.Random(seed), Counter[str](), []
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="mer-fuzz-") as folder:
        originals = [*write_originals(Path(folder)), *real_files()]
        pool = ProcessPoolExecutor(2, mp_context=context, initializer=warm_up, initargs=(FeatureSpec(),))
        deadline = time.monotonic() + 60 * minutes
        while time.monotonic() < deadline:
            copies = [damage(rng.choice(originals), Path(folder), i, rng) for i in range(16)]
            try:
                for path, (outcome, seconds) in zip(copies, pool.map(outcome_of, copies), strict=True):
                    outcomes[outcome] += 1
                    if outcome.startswith("exception") or seconds > TOO_LONG_S:
                        findings.append(f"{path.suffix}: {outcome} after {seconds:.0f} s")
            except BrokenProcessPool:
                findings.append(f"a process died over one of {[path.suffix for path in copies]}")
                pool = ProcessPoolExecutor(2, mp_context=context)
        pool.shutdown()
    rows = [("damaged files analysed", sum(outcomes.values()))]
    return rows + [(f"outcome: {name}", n) for name, n in outcomes.most_common()], findings


def real_files() -> list[Path]:
    """Recordings to damage: the odd files and some clips under MER_BENCH_DATA, where that is set."""
    data = os.environ.get("MER_BENCH_DATA")
    if data is None:
        return []
    odd = sorted(path for path in (Path(data) / "audio_edge").iterdir() if path.stat().st_size)
    return [*odd, *sorted((Path(data) / "audio_4q" / "audio").glob("*.mp3"))[:20]]


def write_originals(folder: Path) -> list[Path]:
    y = audio.song(duration_s=8.0, sr=44_100, n_channels=2, seed=5)
    forms = ["wav16", "wav_float", "flac", "ogg", "mp3", "m4a", "aac"]
    return [
        audio.write(folder / f"original-{form}{audio.SUFFIXES.get(form, '.' + form)}", y, sr=44_100, form=form)
        for form in forms
    ]


def damage(original: Path, folder: Path, i: int, rng: random.Random) -> Path:
    path = folder / f"damaged-{i}{original.suffix}"
    path.write_bytes(damaged(original.read_bytes(), rng))
    return path


def outcome_of(path: Path) -> tuple[str, float]:
    started = time.monotonic()
    try:
        analyse_clip(path, spec=FeatureSpec())
        outcome = "features"
    except PermanentError as error:
        outcome = error.reason.value
    except Exception as error:  # noqa: BLE001 (a finding, whatever it is)
        outcome = f"exception {type(error).__name__}: {error}"[:150]
    return outcome, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
