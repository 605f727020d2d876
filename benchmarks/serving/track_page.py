"""`GET /tracks` (50 rows) beside a route that returns the same 50 rows from one statement."""

import statistics

from benchmarks.serving.load_client import quantile, run_client
from benchmarks.serving.served_pair import Measurement, ServedPair

MAX_RATIO = 3.0
N_ROWS = 50
_SHARE_OF_REQUESTS = 0.2


def measure_track_page(pair: ServedPair) -> Measurement:
    """Medians of pages from places all over the library."""
    ids = sorted(pair.library.track_ids)
    cursors = ids[: -2 * N_ROWS : max(len(ids) // 100, 1)]
    paths = [f"/tracks?limit={N_ROWS}&cursor={cursor}" for cursor in cursors]
    targets = {"bare": pair.target_bare(paths), "api": pair.target_api(paths)}
    n_requests = int(_SHARE_OF_REQUESTS * pair.n_requests)
    took = run_client("measure_latencies", targets, n_requests=n_requests, n_warm=20)
    medians = {name: statistics.median(of_target) for name, of_target in took.items()}
    p99 = {name: quantile(of_target, 0.99) for name, of_target in took.items()}
    ratio = medians["api"] / medians["bare"]
    return Measurement(
        figures={"median_ms": medians, "p99_ms": p99, "ratio": ratio},
        lines=[
            (
                f"/tracks of {N_ROWS} rows: median {medians['api']:.1f} ms, {ratio:.2f} of the bare route's "
                f"{medians['bare']:.1f} ms; p99 {p99['api']:.1f} ms (bare {p99['bare']:.1f} ms)"
            )
        ],
        missed=[f"/tracks takes {ratio:.2f} of the bare route (at most {MAX_RATIO:g})"] if ratio > MAX_RATIO else [],
    )
