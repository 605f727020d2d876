"""How fast the API answers, beside a bare app of the same framework on the same database.

    python -m benchmarks serving [--tracks 5000] [--only NAME …] --json FILE

Synthetic rows in a real, durable PostgreSQL; the API as `mer up` starts it, one process, without a key; and
`bare_app`: a `def` route of FastAPI, a psycopg2 pool in autocommit, one statement by primary key, one uvicorn process
without access log. Both speak HTTP by h11 on asyncio's own loop: the API by its subclass of uvicorn's protocol, the
bare app by what uvicorn chooses (`auto`), which is the same where neither httptools nor uvloop is installed. One client
asks both in turn over connections that it keeps, in the same run, so that the ratios hold on a busy machine.

Goals, as ratios to the bare app: `/tracks/<id>/emotion` at most 1.2 in the median (with a key 1.25), its 99th
percentile at most 3 medians, at least .8 of the answers a second to 1, 8, 32 and 128 clients; `/tracks` of 50 rows at
most 3 times a route that returns the same rows from one statement; no garbage collection above 50 ms;
`/tracks/<id>/similar` at most 5 (judged with `--tracks 100000`), its first question at most 1 s, a new track found
within a minute; `POST /predict` of 30 s of MP3 at most 350 ms; a training begins within 2 s.

A measurement is a function of a `ServedPair` in a module of its own, listed in `MEASUREMENTS`.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.running import RunningSystem, servers
from benchmarks.serving.collection_pauses import measure_collection_pauses
from benchmarks.serving.library import fill_library
from benchmarks.serving.served_pair import Measurement, ServedPair, serve_program, uvicorn_arguments
from benchmarks.serving.similar_tracks import measure_similar_tracks
from benchmarks.serving.track_emotion import measure_track_emotion, measure_track_emotion_with_key
from benchmarks.serving.track_page import measure_track_page
from benchmarks.serving.waiting_work import measure_training_start, measure_uploads

MEASUREMENTS = MappingProxyType(
    {
        "emotion": measure_track_emotion,
        "tracks": measure_track_page,
        "pauses": measure_collection_pauses,
        # these start workers, and the API anew
        "similar": measure_similar_tracks,
        "uploads": measure_uploads,
        "training": measure_training_start,
        "emotion_with_key": measure_track_emotion_with_key,
    }
)
"""By the name that `--only` takes, in their order: after the last one every request needs a key."""

N_TRACKS = 5_000
_SEED = 7
_BARE_APP = "benchmarks.serving.bare_app:create_app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--tracks", type=int, default=N_TRACKS)
    parser.add_argument("--requests", type=int, default=2_000, help="of each server, one at a time")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each server with several clients")
    parser.add_argument("--slice-s", type=float, default=1.0, help="seconds of a turn")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--only", action="append", choices=sorted(MEASUREMENTS), help="several are fine; default: all")


def run(
    tracks: int = N_TRACKS,
    requests: int = 2_000,
    rounds: int = 5,
    slice_s: float = 1.0,
    seed: int = _SEED,
    only: Sequence[str] | None = None,
) -> dict[str, Any]:
    """The figures of each measurement; `ok` if all goals are reached."""
    with servers() as (home, postgres, redis):
        system = RunningSystem(home, postgres, redis, music=home.cache)
        try:
            library = fill_library(system, n_tracks=tracks, seed=seed)
            system.start("api")
            system.wait_for_api()
            bare_env = {**system.environment, "BENCH_MODEL_ID": str(library.model_id)}
            with (
                serve_program([*uvicorn_arguments(_BARE_APP), "--port"], env=bare_env) as bare_port,
                serve_program([str(Path(__file__).with_name("fixed_server.py"))]) as floor_port,
            ):
                pair = ServedPair(
                    system=system,
                    library=library,
                    bare_port=bare_port,
                    floor_port=floor_port,
                    seed=seed,
                    n_requests=requests,
                    rounds=rounds,
                    slice_s=slice_s,
                )
                load_before = os.getloadavg()
                found = {
                    name: measure(pair) for name, measure in MEASUREMENTS.items() if name in (only or MEASUREMENTS)
                }
        finally:
            system.close()
    return _judge(found, n_tracks=tracks, seed=seed, load=(load_before, os.getloadavg()))


def _judge(found: dict[str, Measurement], *, n_tracks: int, seed: int, load: object) -> dict[str, Any]:
    missed = [goal for measurement in found.values() for goal in measurement.missed]
    lines = [line for measurement in found.values() for line in measurement.lines]
    summary = "\n".join([f"{n_tracks} tracks, seed {seed}", *lines, *(f"missed: {goal}" for goal in missed)])
    figures = {name: measurement.figures for name, measurement in found.items()}
    return {"summary": summary, "ok": not missed, "n_tracks": n_tracks, "seed": seed, "load": load, **figures}
