"""How long garbage collection keeps the API, over pages of tracks, which allocate most."""

from benchmarks.serving.load_client import LoadTarget, run_client
from benchmarks.serving.served_pair import Measurement, ServedPair, serve_program, uvicorn_arguments
from benchmarks.serving.watched_api import PAUSES_PATH
from services.cli.client import ApiClient

MAX_MS = 50.0
N_PAGES = 150
_WATCHED_APP = "benchmarks.serving.watched_api:create_watched_app"


def measure_collection_pauses(pair: ServedPair) -> Measurement:
    """The longest collection while pages of 50 tracks are asked for, in a process of its own that counts them."""
    cursors = sorted(pair.library.track_ids)[:: max(len(pair.library.track_ids) // N_PAGES, 1)]
    headers = pair.target_api([]).headers
    with serve_program([*uvicorn_arguments(_WATCHED_APP), "--port"], env=pair.system.environment) as port:
        target = LoadTarget(port=port, paths=[f"/tracks?cursor={cursor}" for cursor in cursors], headers=headers)
        client = ApiClient(f"http://127.0.0.1:{port}")
        run_client("measure_latencies", {"api": target}, n_requests=1, n_warm=5)
        client.get(PAUSES_PATH)
        run_client("measure_latencies", {"api": target}, n_requests=N_PAGES, n_warm=0)
        pauses = client.get(PAUSES_PATH)
    longest_ms = max((took_ms for _, took_ms in pauses), default=0.0)
    n_full = sum(generation == 2 for generation, _ in pauses)
    return Measurement(
        figures={"longest_ms": longest_ms, "n_collections": len(pauses), "n_full_collections": n_full},
        lines=[
            f"garbage collection over {N_PAGES} pages: {longest_ms:.0f} ms at most, {n_full} of {len(pauses)} in full"
        ],
        missed=[f"a garbage collection took {longest_ms:.0f} ms (at most {MAX_MS:g})"] if longest_ms > MAX_MS else [],
    )
