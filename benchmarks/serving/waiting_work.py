"""What somebody waits for while workers do it: `POST /predict` of a song, also during a crawl, and how soon a training
begins. Songs are synthetic MP3 files of 30 s; all audio taggers are on.
"""

import statistics
import time
from pathlib import Path
from typing import Any

import av
import numpy as np

from benchmarks.field_case_audio import SR, make_song, write_wav
from benchmarks.serving.served_pair import Measurement, ServedPair

MAX_PREDICT_MS = 350.0
MAX_TRAIN_BEGINS_S = 2.0
N_SONGS = 20
N_CRAWLED = 120
N_TRAININGS = 5
_DURATION_S = 30.0
_FEATURIZERS = 2
_WITHIN_S = 300.0


def measure_uploads(pair: ServedPair) -> Measurement:
    """Medians of `POST /predict`, with idle workers and while a crawl keeps them busy."""
    folder = pair.system.music / "serving"
    folder.mkdir(parents=True, exist_ok=True)
    songs = [_write_mp3(folder / f"song {i}.mp3", seed=i) for i in range(N_SONGS)]
    crawled = folder / "crawled"
    crawled.mkdir(exist_ok=True)
    for i in range(N_CRAWLED):
        write_wav(crawled / f"{i}.wav", make_song(seed=1000 + i, duration_s=_DURATION_S))
    pair.system.start("featurizer", "uploads", "crawler", "beat", featurizer_processes=_FEATURIZERS)
    _wait_for_workers(pair, "features", "uploads", "crawl")
    _predict_all(pair, songs[:3])
    idle_ms = statistics.median(_predict_all(pair, songs))
    job = pair.system.client.post("/crawl", {"source": "folder", "path": str(crawled)})
    _wait_for_queue(pair)
    busy = [_predict(pair, song) for song in songs if pair.system.client.get("/health")["queues"]["features"]]
    pair.system.client.delete(f"/jobs/{job['id']}")
    pair.system.stop("featurizer", "uploads", "crawler", "beat")
    busy_ms = statistics.median(busy) if busy else float("nan")
    missed = [f"/predict takes {idle_ms:.0f} ms (at most {MAX_PREDICT_MS:g})"] if idle_ms > MAX_PREDICT_MS else []
    return Measurement(
        figures={"idle_median_ms": idle_ms, "during_crawl_median_ms": busy_ms, "n_during_crawl": len(busy)},
        lines=[
            (
                f"/predict of {_DURATION_S:g} s of MP3: median {idle_ms:.0f} ms; while {N_CRAWLED} files are analysed "
                f"{busy_ms:.0f} ms ({len(busy)} songs)"
            )
        ],
        missed=missed,
    )


def measure_training_start(pair: ServedPair) -> Measurement:
    """Seconds from `POST /train` until its job runs, several times in a row, the trainer's signs of life among them."""
    pair.system.start("trainer", "beat")
    _wait_for_workers(pair, "train")
    took = []
    for _ in range(N_TRAININGS):
        took.append(_begin_training(pair))
        time.sleep(2)
    pair.system.stop("trainer", "beat")
    longest_s = max(took)
    missed = []
    if longest_s > MAX_TRAIN_BEGINS_S:
        missed.append(f"a training begins after {longest_s:.2f} s (at most {MAX_TRAIN_BEGINS_S:g})")
    return Measurement(
        figures={"begins_s": took},
        lines=[f"a training begins after {statistics.median(took):.2f} s, at most {longest_s:.2f} s"],
        missed=missed,
    )


def _begin_training(pair: ServedPair) -> float:
    started = time.perf_counter()
    job = pair.system.client.post("/train", {"taxonomy": "mood4", "inputs": ["descriptors"]})
    while time.perf_counter() - started < _WITHIN_S:
        # this library has too few labels: the job then ends at once, which it can do only after it has begun
        if pair.system.client.get(f"/jobs/{job['id']}")["state"] != "queued":
            break
        time.sleep(0.01)
    return time.perf_counter() - started


def _predict_all(pair: ServedPair, songs: list[Path]) -> list[float]:
    return [_predict(pair, song) for song in songs]


def _predict(pair: ServedPair, song: Path) -> float:
    """Milliseconds. Raises RuntimeError where there is no answer."""
    started = time.perf_counter()
    answer: dict[str, Any] = pair.system.client.upload_file("/predict", song, wait_s=60)
    took_ms = 1000 * (time.perf_counter() - started)
    if "probabilities" not in answer:
        raise RuntimeError(f"no answer: {answer}")
    return took_ms


def _wait_for_workers(pair: ServedPair, *queues: str) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while time.monotonic() < deadline:
        workers = pair.system.client.get("/health")["workers"]
        if all(workers[queue]["alive"] for queue in queues):
            return
        time.sleep(0.2)
    raise TimeoutError(f"no worker of {', '.join(queues)} took a message")


def _wait_for_queue(pair: ServedPair) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not pair.system.client.get("/health")["queues"]["features"]:
        if time.monotonic() > deadline:
            raise TimeoutError("the crawl lists nothing")
        time.sleep(0.05)


def _write_mp3(path: Path, *, seed: int) -> Path:
    y = make_song(seed=seed, duration_s=_DURATION_S)
    samples = np.clip(y * 32_767, -32_768, 32_767).astype(np.int16)[np.newaxis]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mp3", rate=SR)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(samples, format="s16p", layout="mono")
        frame.sample_rate = SR
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return path
