"""How near our mel spectrograms are to the talk's two librosa lines, and what each costs.

The reference is `x, sr = librosa.load(file, offset=10, duration=5)`, then `librosa.feature.melspectrogram(y=x, sr=sr)`.
A clip agrees if no value differs by more than 1e-4 of the spectrogram's maximum, before storage. A clip that ends
before 15 s cannot be compared: there those lines give fewer frames, and we the last five seconds.
Such clips are listed.
"""

import csv
import statistics
import time
from pathlib import Path

import librosa
import numpy as np
from numpy.typing import NDArray

from services.featurizer.analysis import analyse_clip, mel_only, warm_up
from services.featurizer.spectral.mel import from_decibel, to_decibel
from shared.domain.features import FeatureSpec
from shared.errors import PermanentError

DATA_FILES = ("audio_4q/tracks.csv",)
TOLERANCE = 1e-4


def run(*, data: Path, n_clips: int | None = None) -> dict[str, object]:
    """Compare every clip (or the first `n_clips`) of `data`/audio_4q/audio. Times are in milliseconds.

    `ok` if every clip that can be compared agrees and none is refused. `max_ratio` is the largest difference over the
    reference's maximum; `max_ratio_stored` the same after decibels in float16.
    """
    spec = FeatureSpec()
    warm_up(spec)
    clips = sorted((data / "audio_4q" / "audio").glob("*.mp3"))[:n_clips]
    mel_only(clips[0], spec=spec)
    _talks_mel(clips[0])
    compared: list[dict[str, float]] = []
    refused: list[dict[str, str]] = []
    ends_early: list[str] = []
    for path in clips:
        try:
            row = _compare(path, spec=spec)
        except PermanentError as error:
            refused.append({"file": path.name, "reason": error.reason.value})
            continue
        if row is None:
            ends_early.append(path.name)
        else:
            compared.append(row)
    ratios = [row["ratio"] for row in compared]
    n_within = sum(ratio <= TOLERANCE for ratio in ratios)
    result: dict[str, object] = {
        "tolerance": TOLERANCE,
        "n_clips": len(clips),
        "n_listed": _n_listed(data),
        "n_compared": len(compared),
        "n_within": n_within,
        "ends_before_15_s": ends_early,
        "refused": refused,
        "max_ratio": max(ratios),
        "median_ratio": statistics.median(ratios),
        "max_ratio_stored": max(row["stored"] for row in compared),
        "n_without_damage": sum(row["n_damaged_packets"] == 0 for row in compared),
        "ms": {
            name: {"median": statistics.median(times), "p95": float(np.percentile(times, 95))}
            for name in ("ours", "talk", "analysis")
            for times in [[row[name] for row in compared]]
        },
    }
    return {"ok": n_within == len(compared) and not refused, "summary": _summary(result), **result}


def _compare(path: Path, *, spec: FeatureSpec) -> dict[str, float] | None:
    started = time.perf_counter()
    ours = mel_only(path, spec=spec)
    after_ours = time.perf_counter()
    talk = _talks_mel(path)
    after_talk = time.perf_counter()
    analysis = analyse_clip(path, spec=spec)
    after_analysis = time.perf_counter()
    if not np.array_equal(analysis.mel, ours):
        raise AssertionError(f"{path.name}: the analysis and the path timed here give different spectrograms")
    if talk.shape != ours.shape:
        return None
    return {
        "ratio": _ratio(ours, talk),
        "stored": _ratio(from_decibel(to_decibel(ours)), talk),
        "n_damaged_packets": analysis.n_damaged_packets,
        "ours": 1e3 * (after_ours - started),
        "talk": 1e3 * (after_talk - after_ours),
        "analysis": 1e3 * (after_analysis - after_talk),
    }


def _talks_mel(path: Path) -> NDArray[np.float32]:
    x, sr = librosa.load(path, offset=10, duration=5)
    power: NDArray[np.float32] = librosa.feature.melspectrogram(y=x, sr=sr)
    return power


def _ratio(ours: NDArray[np.float32], talk: NDArray[np.float32]) -> float:
    return float(np.max(np.abs(ours - talk)) / np.max(talk))


def _n_listed(data: Path) -> int:
    with (data / "audio_4q" / "tracks.csv").open(encoding="utf-8", newline="") as table:
        return sum(1 for _ in csv.DictReader(table))


def _summary(result: dict[str, object]) -> str:
    ms = result["ms"]
    assert isinstance(ms, dict)
    times = ", ".join(f"{name} {of['median']:.0f} ms" for name, of in ms.items())
    return (
        f"{result['n_within']} of {result['n_compared']} compared clips within {TOLERANCE:g} of the maximum "
        f"(worst {result['max_ratio']:.1e}; {result['n_clips']} clips in all); median {times}"
    )
