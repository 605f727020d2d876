"""What features cost: the talk's array, and a whole analysis, beside librosa code for the same and beside the floor.

Each clip goes through all of them in turn, so that a machine that drifts drifts for all. The floor is what nobody can
leave out: soundfile's decoder and soxr. All in one process, after a warm-up that is measured as well.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
import soxr
from numpy.typing import NDArray

from benchmarks.librosa_reference import straight_librosa, talks_mel
from services.featurizer.analysis import analyse_clip, mel_only, warm_up
from services.featurizer.audio.seek import cut_audio
from shared.domain.features import FeatureSpec

DATA_FILES = ("audio_4q/audio", "audio")
AT_LEAST = {"talk / ours": 1.5, "librosa / ours": 4.0}
AT_MOST = {"ours / floor": 3.5, "first track, s": 3.0, "peak memory, MB": 500.0}
_FIRST = """
import time
started = time.perf_counter()
from pathlib import Path
from benchmarks.librosa_reference import straight_librosa, talks_mel
from services.featurizer.analysis import analyse_clip, warm_up
from shared.domain.features import FeatureSpec
warm_up(FeatureSpec())
analyse_clip(Path({path!r}), spec=FeatureSpec())
first_s = time.perf_counter() - started
for _ in range(20):
    analyse_clip(Path({path!r}), spec=FeatureSpec())
# getrusage would give the peak of the process that started this one
peak_kb = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
print(first_s, int(peak_kb) / 1024)
"""


def run(*, data: Path, n_clips: int = 24, n_rounds: int = 3) -> dict[str, object]:
    """Medians of times (ms) and ratios over `n_clips` from all of `data`, which holds audio_4q or is it; one core.

    Each clip counts with the best of its rounds: whatever else the machine does can only slow one down.
    """
    spec = FeatureSpec()
    folder = data if (data / "audio").is_dir() else data / "audio_4q"
    clips = sorted((folder / "audio").glob("*.mp3"))
    clips = clips[:: max(len(clips) // n_clips, 1)][:n_clips]  # of all rates, not of the first alone
    ways: dict[str, Callable[[Path], Any]] = {
        "floor": floor,
        "talk": talks_mel,
        "mel": lambda path: mel_only(path, spec=spec),
        "analysis": lambda path: analyse_clip(path, spec=spec),
        "librosa": straight_librosa,
    }
    warm_up(spec)
    for way in ways.values():
        way(clips[0])
    ms: dict[str, list[float]] = {name: [] for name in ways}
    n_same = n_sought = n_compared = 0
    for path in clips:
        found: dict[str, Any] = {}
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(n_rounds):
            for name, way in ways.items():
                started = time.perf_counter()
                found[name] = way(path)
                best[name] = min(best[name], 1e3 * (time.perf_counter() - started))
        for name in ways:
            ms[name].append(best[name])
        if found["librosa"]["descriptors"].shape != found["analysis"].descriptors.shape:
            raise AssertionError(f"librosa's fields of {path.name} are not as many as ours")
        n_sought += cut_audio(path, start_s=10, duration_s=5).was_sought
        if found["talk"].shape == found["mel"].shape:
            n_compared += 1
            n_same += bool(np.max(np.abs(found["talk"] - found["mel"])) <= 1e-4 * np.max(found["talk"]))
    first_s, peak_mb = _new_process(clips[0])
    figures = {
        "talk / ours": _ratio(ms["talk"], ms["mel"]),
        "librosa / ours": _ratio(ms["librosa"], ms["analysis"]),
        "ours / floor": _ratio(ms["analysis"], ms["floor"]),
        "first track, s": first_s,
        "peak memory, MB": peak_mb,
    }
    reached = {name: figures[name] >= goal for name, goal in AT_LEAST.items()}
    reached |= {name: figures[name] <= goal for name, goal in AT_MOST.items()}
    medians = {name: statistics.median(times) for name, times in ms.items()}
    lines = ["| measure | goal | measured |", "|---|---|---|"]
    for name, goal in {**AT_LEAST, **AT_MOST}.items():
        lines.append(f"| {name} | {goal:g} | {figures[name]:.2f}{'' if reached[name] else ' (missed)'} |")
    per_minute = {name: 60_000 / medians[name] for name in ("floor", "analysis")}
    lines.append(f"| tracks a minute, one core | floor {per_minute['floor']:.0f} | {per_minute['analysis']:.0f} |")
    lines.append(f"same array as the talk: {n_same} of {n_compared}; by seeking: {n_sought}")
    return {
        "ok": all(reached.values()) and n_same == n_compared,
        "summary": "\n".join(lines),
        "n_clips": len(clips),
        "ms": medians,
        "figures": figures,
        "n_same": n_same,
        "n_compared": n_compared,
        "n_sought": n_sought,
    }


def floor(path: Path) -> NDArray[np.float32]:
    """Decode with soundfile, resample with soxr: no feature yet."""
    y, sr = sf.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(y.mean(axis=1), sr, 22_050, quality="HQ"))


def _ratio(over: list[float], under: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def _new_process(path: Path) -> tuple[float, float]:
    """Seconds from a new process to the end of its first clip, imports and warm-up included (the second of two such).

    And the most memory (MB) that it took over twenty more.
    """
    code = _FIRST.format(path=str(path))
    found = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    first_s, peak_mb = found[-1].stdout.split()
    return float(first_s), float(peak_mb)
