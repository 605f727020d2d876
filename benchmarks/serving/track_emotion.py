"""`GET /tracks/<id>/emotion` beside a route that selects three columns by primary key."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import replace

from benchmarks.serving.load_client import LoadTarget, quantile, run_client
from benchmarks.serving.served_pair import Measurement, ServedPair
from shared.domain.keys import digest_key, make_key
from shared.domain.roles import Role

MAX_RATIO = 1.2
MAX_RATIO_WITH_KEY = 1.25
MAX_P99_RATIO = 3.0
"""Of the 99th percentile to the median."""
MIN_THROUGHPUT = 0.8
"""Of the answers a second of the bare app."""
CLIENTS = (1, 8, 32, 128)
_KEYS_KNOWN_AFTER_S = 2.0


def measure_track_emotion(pair: ServedPair) -> Measurement:
    """Medians one at a time, and answers a second to several clients, each beside the bare app's of the same moment."""
    alone = _measure_alone(pair, MAX_RATIO)
    targets = _list_targets(pair)
    throughput = {n_clients: _measure_shares(pair, targets, n_clients) for n_clients in CLIENTS}
    rates = (
        f"{n_clients} clients {figures['api']:.0f} ({figures['share']:.2f})"
        for n_clients, figures in throughput.items()
    )
    missed = [
        f"{figures['share']:.2f} of the bare throughput at {n_clients} clients (at least {MIN_THROUGHPUT})"
        for n_clients, figures in throughput.items()
        if figures["share"] < MIN_THROUGHPUT
    ]
    return Measurement(
        figures={**alone.figures, "throughput": throughput},
        lines=[*alone.lines, f"answers a second, and of the bare app's: {', '.join(rates)}"],
        missed=[*alone.missed, *missed],
    )


def measure_track_emotion_with_key(pair: ServedPair) -> Measurement:
    """The same, one at a time, with a key. From now on every request of this database needs one."""
    key = make_key(Role.READ)
    pair.system.store.transact(
        "bench.key",
        lambda repositories: repositories.keys.add_key(name="bench", role=Role.READ, digest=digest_key(key)),
    )
    time.sleep(_KEYS_KNOWN_AFTER_S)
    return _measure_alone(replace(pair, key=key), MAX_RATIO_WITH_KEY)


def _list_targets(pair: ServedPair) -> dict[str, LoadTarget]:
    paths = [f"/tracks/{track_id}/emotion" for track_id in pair.library.track_ids]
    return {"bare": pair.target_bare(paths), "api": pair.target_api(paths), "floor": pair.target_floor()}


def _measure_alone(pair: ServedPair, max_ratio: float) -> Measurement:
    """One request at a time."""
    took = run_client("measure_latencies", _list_targets(pair), n_requests=pair.n_requests, n_warm=200)
    medians = {name: statistics.median(of_target) for name, of_target in took.items()}
    p99 = {name: quantile(of_target, 0.99) for name, of_target in took.items()}
    ratio, spread = medians["api"] / medians["bare"], p99["api"] / medians["api"]
    missed = []
    if ratio > max_ratio:
        missed.append(f"the median of /emotion is {ratio:.2f} of the bare route's (at most {max_ratio})")
    if spread > MAX_P99_RATIO:
        missed.append(f"p99 of /emotion is {spread:.1f} medians (at most {MAX_P99_RATIO:g})")
    line = (
        f"/tracks/<id>/emotion{' with a key' if pair.key else ''}: median {medians['api']:.2f} ms, {ratio:.2f} of the "
        f"bare route's {medians['bare']:.2f} ms, of which the client {medians['floor']:.2f}; p99 {p99['api']:.2f} ms, "
        f"{spread:.1f} medians (bare {p99['bare']:.2f} ms, {p99['bare'] / medians['bare']:.1f})"
    )
    return Measurement(
        figures={"median_ms": medians, "p99_ms": p99, "ratio": ratio, "p99_in_medians": spread},
        lines=[line],
        missed=missed,
    )


def _measure_shares(pair: ServedPair, targets: Mapping[str, LoadTarget], n_clients: int) -> dict[str, float]:
    """Medians over rounds in which every target has its turn; `share` is the median of the rounds' own ratios."""
    rates = run_client("measure_throughput", targets, n_clients=n_clients, duration_s=pair.slice_s, rounds=pair.rounds)
    shares = [api / bare for api, bare in zip(rates["api"], rates["bare"], strict=True)]
    return {
        **{name: statistics.median(of_target) for name, of_target in rates.items()},
        "share": statistics.median(shares),
    }
