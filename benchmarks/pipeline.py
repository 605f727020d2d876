"""What the system costs beside the feature function itself: crawl → featurize → train → predict over real clips.

Compared in one run, interleaved, medians of the rounds:

- the bare function: `analyse_clip` over the same clips, one after the other, in one process (the floor), and by
  `multiprocessing.Pool(2)` (what a user would write);
- the system with one and with two featurizer processes, from the first claim to the last commit. The items are
  collected before, so that the crawler does not compete for the two cores while the featurizers are timed.

A shared machine changes its speed from one minute to the next by more than what is looked for. So the featurizer says
with each clip how long its analysis took, and the pool does too:

- overhead: what of the wall time of one process was not analysis, over the analysis time of the same run;
- two processes beside the pool: the throughputs, where each run of the system stands between two of the pool; and the
  share of the two processes' time that was analysis, in the system over in the pool, which no drift touches.

The built-in audio taggers are on in all of them.

Goals: overhead at most 10 % of the analysis time of a 30-s clip; two processes at least .93 of the pool; with them the
system analyses at least 450 clips a minute.
"""

import multiprocessing
import statistics
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from threadpoolctl import threadpool_limits

from benchmarks.running import RunningSystem, servers
from services.featurizer.analysis import analyse_clip, warm_up
from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.redis import EmbeddedRedis
from shared.domain.features import FeatureSpec
from shared.domain.taggers import BUILT_IN_TAGGERS
from shared.errors import PermanentError
from shared.store.tables import JobItem, Track

DATA_FILES = ("audio_4q/tracks.csv",)
N_CLIPS = 200
N_ROUNDS = 3
MAX_OVERHEAD = 0.10
MIN_OF_POOL = 0.93
MIN_PER_MINUTE = 450
_SPEC = FeatureSpec()
_TAGGERS = tuple(BUILT_IN_TAGGERS.values())


@dataclass(frozen=True, kw_only=True)
class _Timing:
    """One run over all clips: from its start to its end, and the analyses in it, added up over its processes."""

    wall_s: float
    analysis_s: float

    @property
    def busy(self) -> float:
        """Analysis seconds a second: at most 2 with two processes."""
        return self.analysis_s / self.wall_s


def run(*, data: Path) -> dict[str, Any]:
    """Figures in items a minute and seconds an item; `ok` if both goals are reached."""
    table = data / "audio_4q" / "tracks.csv"
    clips = [data / "audio_4q" / row.split(",")[-1] for row in table.read_text().splitlines()[1 : N_CLIPS + 1]]
    _pin()
    warm_up(_SPEC, taggers=_TAGGERS)
    with servers() as (home, postgres, redis):
        rounds = [_round(home, postgres, redis, data=data, table=table, clips=clips) for _ in range(N_ROUNDS)]
        served = _serve(home, postgres, redis, data=data, table=table)
    return _judge(rounds, served)


def _round(
    home: DataDirectory, postgres: EmbeddedPostgres, redis: EmbeddedRedis, *, data: Path, table: Path, clips: list[Path]
) -> dict[str, _Timing]:
    started = time.monotonic()
    bare_s = sum(_analysis_s(clip) for clip in clips)
    bare = _Timing(wall_s=time.monotonic() - started, analysis_s=bare_s)
    one = _featurize(home, postgres, redis, data, table, processes=1)
    before = _pool(clips)
    two = _featurize(home, postgres, redis, data, table, processes=2)
    after = _pool(clips)
    pool = _Timing(wall_s=(before.wall_s + after.wall_s) / 2, analysis_s=(before.analysis_s + after.analysis_s) / 2)
    return {"bare": bare, "system_1": one, "system_2": two, "pool": pool}


def _pool(clips: list[Path]) -> _Timing:
    with multiprocessing.get_context("fork").Pool(2, initializer=_pin) as pool:
        pool.map(_analysis_s, clips[:2])
        started = time.monotonic()
        analysis_s = sum(pool.imap_unordered(_analysis_s, clips))
        return _Timing(wall_s=time.monotonic() - started, analysis_s=analysis_s)


def _featurize(
    home: DataDirectory, postgres: EmbeddedPostgres, redis: EmbeddedRedis, data: Path, table: Path, *, processes: int
) -> _Timing:
    """From the first claim to the last commit of all clips, by so many processes."""
    system = RunningSystem(home, postgres, redis, music=data)
    try:
        system.start("api", "crawler")
        system.wait_for_api()
        system.client.post("/crawl", {"source": "table", "path": str(table), "limit": N_CLIPS})
        _until(lambda: _count(system, stage="featurize", state="queued") == N_CLIPS)
        system.stop("api", "crawler")
        system.start("featurizer", featurizer_processes=processes)
        _until(lambda: _count(system, state="running") > 0)
        started = time.time()
        # seldom: on two busy cores every question would slow what it asks about
        _until(lambda: _count(system, state="done") + _count(system, state="failed") == N_CLIPS, every_s=1.0)
        with system.store.read_session() as session:
            ended = session.scalars(select(func.max(JobItem.finished_at))).one()
        assert ended is not None
        analysis_s = sum(event["analysis_s"] for event in system.events("track.featurized"))
        return _Timing(wall_s=ended.timestamp() - started, analysis_s=analysis_s)
    finally:
        system.close()


def _serve(
    home: DataDirectory, postgres: EmbeddedPostgres, redis: EmbeddedRedis, *, data: Path, table: Path
) -> dict[str, float]:
    """The whole path with everything running: seconds of crawl and training, milliseconds an answer."""
    system = RunningSystem(home, postgres, redis, music=data)
    try:
        system.start("api", "crawler", "trainer", "beat", "featurizer", featurizer_processes=2)
        system.wait_for_api()
        crawl_s = _timed(lambda: _job(system, "/crawl", {"source": "table", "path": str(table), "limit": N_CLIPS}))
        train_s = _timed(lambda: _job(system, "/train", {"taxonomy": "quadrant4"}))
        with system.store.read_session() as session:
            tracks = session.scalars(select(Track.id)).all()
        first, again = (
            [1000 * _timed(partial(system.client.get, f"/tracks/{track}/emotion")) for track in tracks]
            for _ in range(2)
        )
        return {
            "crawl_with_start_s": crawl_s,
            "train_s": train_s,
            "first_answer_ms": statistics.median(first),
            "later_answer_ms": statistics.median(again),
        }
    finally:
        system.close()


def _judge(rounds: list[dict[str, _Timing]], served: dict[str, float]) -> dict[str, Any]:
    overheads = [found["system_1"].wall_s / found["system_1"].analysis_s - 1 for found in rounds]
    of_pool = [found["pool"].wall_s / found["system_2"].wall_s for found in rounds]
    busy_of_pool = [found["system_2"].busy / found["pool"].busy for found in rounds]
    scaling = [found["system_1"].wall_s / found["system_2"].wall_s for found in rounds]
    overhead, share, busy = (statistics.median(values) for values in (overheads, of_pool, busy_of_pool))
    per_minute = {
        name: 60 * N_CLIPS / statistics.median(found[name].wall_s for found in rounds)
        for name in ("bare", "pool", "system_1", "system_2")
    }
    bare_ms = 1000 * statistics.median(found["bare"].analysis_s for found in rounds) / N_CLIPS
    summary = (
        f"{N_CLIPS} clips of 30 s, {N_ROUNDS} rounds, medians\n"
        f"items a minute: bare function {per_minute['bare']:.0f}, Pool(2) {per_minute['pool']:.0f}, "
        f"system with 1 process {per_minute['system_1']:.0f}, with 2 {per_minute['system_2']:.0f} "
        f"(ratio {statistics.median(scaling):.2f}; goal: at least {MIN_PER_MINUTE})\n"
        f"analysis {bare_ms:.0f} ms an item, overhead {overhead:+.1%} (goal: at most {MAX_OVERHEAD:.0%}; "
        f"rounds {', '.join(f'{value:.1%}' for value in overheads)})\n"
        f"two processes reach {share:.2f} of Pool(2) (goal: at least {MIN_OF_POOL}; "
        f"rounds {', '.join(f'{value:.2f}' for value in of_pool)}); by share of time spent in analysis {busy:.2f}\n"
        f"training {served['train_s']:.1f} s; "
        f"an answer {served['first_answer_ms']:.1f} ms the first time, {served['later_answer_ms']:.1f} ms later"
    )
    return {
        "summary": summary,
        "ok": overhead <= MAX_OVERHEAD and share >= MIN_OF_POOL and per_minute["system_2"] >= MIN_PER_MINUTE,
        "n_clips": N_CLIPS,
        "items_per_minute": per_minute,
        "overhead": {"median": overhead, "rounds": overheads},
        "share_of_pool": {"median": share, "rounds": of_pool},
        "busy_of_pool": {"median": busy, "rounds": busy_of_pool},
        "two_over_one": {"median": statistics.median(scaling), "rounds": scaling},
        "rounds": [{name: asdict(timing) for name, timing in found.items()} for found in rounds],
        "served": served,
    }


def _pin() -> None:
    """One thread a process, as in the featurizer, whatever the environment says: else a pool fights itself."""
    threadpool_limits(limits=1)


def _analysis_s(clip: Path) -> float:
    """How long one analysis takes. A clip that is refused costs its time too."""
    started = time.perf_counter()
    with suppress(PermanentError):
        analyse_clip(clip, spec=_SPEC, taggers=_TAGGERS)
    return time.perf_counter() - started


def _job(system: RunningSystem, path: str, body: dict[str, Any]) -> None:
    job = system.client.post(path, body)
    while job["state"] not in {"done", "failed", "cancelled"}:
        time.sleep(0.05)
        job = system.client.get(f"/jobs/{job['id']}")
    if job["state"] != "done":
        raise RuntimeError(f"{path} ended as {job}")


def _count(system: RunningSystem, **where: str) -> int:
    query = select(func.count()).select_from(JobItem)
    for name, value in where.items():
        query = query.where(getattr(JobItem, name) == value)
    with system.store.read_session() as session:
        return session.scalar(query) or 0


def _until(condition: Any, *, every_s: float = 0.02, within_s: float = 600.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the system did not get there")
        time.sleep(every_s)


def _timed(work: Any) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
