"""`GET /tracks/<id>/emotion` beside a route that selects three columns by primary key."""

import statistics
from collections.abc import Mapping

from benchmarks.serving.load_client import LoadTarget, quantile, run_client
from benchmarks.serving.served_pair import Measurement, ServedPair

MAX_RATIO = 1.2
MAX_RATIO_WITH_KEY = 1.25
MAX_P99_RATIO = 3.0
"""Of the 99th percentile to the median."""
MIN_THROUGHPUT = 0.8
"""Of the answers a second of the bare app."""
CLIENTS = (1, 8, 32, 128)


def measure_track_emotion(pair: ServedPair) -> Measurement:
    """Medians one at a time, and answers a second to several clients, each beside the bare app's of the same moment."""
    paths = [f"/tracks/{track_id}/emotion" for track_id in pair.library.track_ids]
    targets = {"bare": pair.target_bare(paths), "api": pair.target_api(paths), "floor": pair.target_floor()}
    took = run_client("measure_latencies", targets, n_requests=pair.n_requests, n_warm=200)
    medians = {name: statistics.median(of_target) for name, of_target in took.items()}
    ratio = medians["api"] / medians["bare"]
    p99 = {name: quantile(of_target, 0.99) for name, of_target in took.items()}
    throughput = {n_clients: _measure_shares(pair, targets, n_clients) for n_clients in CLIENTS}
    max_ratio = MAX_RATIO if pair.key is None else MAX_RATIO_WITH_KEY
    shares = {n_clients: figures["share"] for n_clients, figures in throughput.items()}
    missed = []
    if ratio > max_ratio:
        missed.append(f"the median of /emotion is {ratio:.2f} of the bare route's (at most {max_ratio})")
    if p99["api"] > MAX_P99_RATIO * medians["api"]:
        missed.append(f"p99 of /emotion is {p99['api'] / medians['api']:.1f} medians (at most {MAX_P99_RATIO:g})")
    missed += [
        f"{share:.2f} of the bare throughput at {n_clients} clients (at least {MIN_THROUGHPUT})"
        for n_clients, share in shares.items()
        if share < MIN_THROUGHPUT
    ]
    return Measurement(
        figures={
            "median_ms": medians,
            "p99_ms": p99,
            "ratio": ratio,
            "throughput": throughput,
            "with_key": pair.key is not None,
        },
        lines=[
            (
                f"/tracks/<id>/emotion{' with a key' if pair.key else ''}: median {medians['api']:.2f} ms, "
                f"{ratio:.2f} of the bare route's {medians['bare']:.2f} ms, "
                f"of which the client {medians['floor']:.2f}; "
                f"p99 {p99['api']:.2f} ms, {p99['api'] / medians['api']:.1f} medians (bare {p99['bare']:.2f} ms)"
            ),
            "answers a second, and of the bare app's: "
            + ", ".join(
                f"{n_clients} clients {figures['api']:.0f} ({figures['share']:.2f})"
                for n_clients, figures in throughput.items()
            ),
        ],
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
