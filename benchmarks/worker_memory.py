"""Whether a worker's memory stays flat: the featurizer's own path over thousands of clips, in one process.

Clips are generated in several forms and lengths, stored as the worker stores them, and read again and again, in a
shuffled order. The resident memory of the process is looked at after every tenth track.

Goals: at most 500 MB at the highest, and no growth: the mean over the last tenth is at most 3 % above the mean over the
second tenth (the first warms up). `MER_BENCH_N_TRACKS` sets how many, 5,000 by default.
"""

import multiprocessing
import os
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from uuid_utils.compat import uuid7

from services.featurizer.analysis import analyse_clip, warm_up
from services.featurizer.persistence import store_arrays
from shared.blobs.folder import FolderBlobs
from shared.domain.features import FeatureSpec

MAX_MB = 500.0
MAX_GROWTH = 0.03
_SPEC = FeatureSpec()
_FORMS = (
    ("FLAC", 44_100, 2, 30),
    ("OGG", 44_100, 2, 30),
    ("WAV", 22_050, 1, 12),
    ("MP3", 44_100, 2, 30),
    ("MP3", 48_000, 2, 240),
)
"""Container, rate in Hz, channels, seconds."""
_EVERY = 10
_PAGE = resource.getpagesize()


def run() -> dict[str, Any]:
    """Megabytes of resident memory over the tracks; `ok` if both goals are reached."""
    n_tracks = int(os.environ.get("MER_BENCH_N_TRACKS", "5000"))
    with tempfile.TemporaryDirectory(prefix="mer-bench-") as folder:
        # in a process of its own: what generating them takes is not the worker's
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            clips = pool.apply(_clips, (Path(folder),))
        blobs = FolderBlobs(Path(folder) / "blobs")
        warm_up(_SPEC)
        started = time.monotonic()
        samples = _measure(clips, blobs, n_tracks=n_tracks)
        took_s = time.monotonic() - started
    return _judge(samples, n_tracks=n_tracks, took_s=took_s)


def _measure(clips: list[Path], blobs: FolderBlobs, *, n_tracks: int) -> list[float]:
    rng = random.Random(0)
    samples = []
    for n in range(n_tracks):
        started = time.perf_counter()
        analysis = analyse_clip(rng.choice(clips), spec=_SPEC)
        store_arrays(analysis, track_id=uuid7(), blobs=blobs, took_s=time.perf_counter() - started)
        if n % _EVERY == 0:
            samples.append(_resident_mb())
    return samples


def _judge(samples: list[float], *, n_tracks: int, took_s: float) -> dict[str, Any]:
    tenth = max(1, len(samples) // 10)
    early, late = statistics.mean(samples[tenth : 2 * tenth]), statistics.mean(samples[-tenth:])
    growth = late / early - 1
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    summary = (
        f"{n_tracks} tracks in one process, {n_tracks / took_s * 60:.0f} a minute (generated clips, 12 s to 4 min)\n"
        f"resident memory: {early:.0f} MB early, {late:.0f} MB late ({growth:+.1%}; goal: at most {MAX_GROWTH:.0%}), "
        f"{highest:.0f} MB at the highest (goal: at most {MAX_MB:.0f})"
    )
    return {
        "summary": summary,
        "ok": highest <= MAX_MB and growth <= MAX_GROWTH,
        "n_tracks": n_tracks,
        "took_s": took_s,
        "highest_mb": highest,
        "early_mb": early,
        "late_mb": late,
        "growth": growth,
        "samples_mb": samples[:: max(1, len(samples) // 100)],
    }


def _clips(folder: Path) -> list[Path]:
    """One file of each form, with music-like sound: chords, beats and noise."""
    rng = np.random.default_rng(0)
    made = []
    for n, (container, sr, n_channels, seconds) in enumerate(_FORMS):
        t = np.arange(sr * seconds) / sr
        notes = sum(np.sin(2 * np.pi * hz * t) for hz in rng.uniform(80, 2000, 6)) * (1 + np.sin(4 * np.pi * t)) / 20
        y = np.stack([notes + 0.02 * rng.standard_normal(t.size) for _ in range(n_channels)], axis=1)
        path = folder / f"{n}.{container.lower()}"
        _write(path, y.astype(np.float32), sr=sr, container=container)
        made.append(path)
    return made


def _write(path: Path, y: np.ndarray[Any, Any], *, sr: int, container: str) -> None:
    # by pieces: libsndfile's Vorbis encoder overflows its stack on minutes at once
    with sf.SoundFile(path, "w", sr, y.shape[1], format=container) as file:
        for start in range(0, len(y), sr):
            file.write(y[start : start + sr])


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * _PAGE / 2**20
