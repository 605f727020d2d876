"""The talk's open questions with figures: sample rate, duration, start, kind of spectrogram, number of excerpts.

    python -m benchmarks ablation --data DIR [--clips N] --json FILE

One thing is changed at a time, from the talk's own settings (22,050 Hz, 5 s from second 10, one excerpt, mel in dB).
Every variant is summarised alike (mean and deviation of each band over time) and read by the same logistic regression,
on the same artist-grouped folds: it compares what is read, not models. Audio is loaded with librosa, as the talk did.
"""

import argparse
import csv
import os
import warnings
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import librosa
import numpy as np
from numpy.typing import NDArray

from benchmarks.artists import artist_groups
from services.trainer.fitting.cross_validation import cross_fit
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.splits import inner_splits
from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.domain.emotion import QUADRANT4
from shared.metrics.reports.classification import classification_report

TALK: dict[str, Any] = {"sr": 22_050, "duration_s": 5.0, "start_s": 10.0, "kind": "mel dB", "n_excerpts": 1}
VARIANTS: dict[str, dict[str, Any]] = {
    "the talk's": {},
    "sample rate 11,025": {"sr": 11_025},
    "sample rate 16,000": {"sr": 16_000},
    "duration 2 s": {"duration_s": 2.0},
    "duration 10 s": {"duration_s": 10.0},
    "duration 29 s from 0": {"duration_s": 29.0, "start_s": 0.0},
    "start 0 s": {"start_s": 0.0},
    "start 20 s": {"start_s": 20.0},
    "mel power, no logarithm": {"kind": "mel power"},
    "linear spectrum in dB": {"kind": "linear dB"},
    "harmonic and percussive mel in dB": {"kind": "hpss dB"},
    "3 excerpts": {"n_excerpts": 3},
    "5 excerpts": {"n_excerpts": 5},
}
DATA_FILES = ("audio_4q/tracks.csv", "tracks.csv")
_N_MELS = 128
_CLIP_S = 29.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--clips", type=int, default=0, help="only so many, drawn by seed; 0: all")


def run(data: Path, clips: int = 0) -> dict[str, Any]:
    """There is no goal: the differences are the figures."""
    folder = data if (data / "tracks.csv").exists() else data / "audio_4q"
    with (folder / "tracks.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if clips:
        order = np.random.default_rng(0).permutation(len(rows))[:clips]
        rows = [rows[i] for i in sorted(order.tolist())]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        described = list(pool.map(_described, [folder / row["path"] for row in rows], chunksize=2))
    kept = [i for i, found in enumerate(described) if found is not None]
    items = _items([rows[i] for i in kept])
    figures = {}
    for name in VARIANTS:
        x = np.array([described[i][name] for i in kept], dtype=np.float32)  # type: ignore[index]
        figures[name] = _judged(x, items)
    base = figures["the talk's"]["macro_f1"]["value"]
    lines = [
        f"{name:34} macro F1 {found['macro_f1']['value']:.3f} ({found['macro_f1']['value'] - base:+.3f}), arousal "
        f"{found['arousal_macro_f1']['value']:.3f}, valence {found['valence_macro_f1']['value']:.3f}"
        for name, found in figures.items()
    ]
    said = f"{len(kept)} clips; 95 % interval of a figure about ± {_half_width(figures):.2f}"
    return {"summary": "\n".join([said, *lines]), "ok": True, "n_clips": len(kept), "rows": figures}


def _described(path: Path) -> Mapping[str, NDArray[np.float32]] | None:
    """The summary of every variant; None for a clip that is too short or cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            signals = {sr: librosa.load(path, sr=sr)[0] for sr in sorted({22_050, 16_000, 11_025})}
        except (OSError, EOFError):
            return None
        if len(signals[22_050]) < _CLIP_S * 22_050:
            return None
        return {name: _summary(signals, **{**TALK, **changed}) for name, changed in VARIANTS.items()}


def _summary(
    signals: Mapping[int, NDArray[np.float32]],
    *,
    sr: int,
    duration_s: float,
    start_s: float,
    kind: str,
    n_excerpts: int,
) -> NDArray[np.float32]:
    starts = [start_s] if n_excerpts == 1 else np.linspace(0, _CLIP_S - duration_s, n_excerpts).tolist()
    bands = [
        _bands(signals[sr][int(start * sr) : int((start + duration_s) * sr)], sr=sr, kind=kind) for start in starts
    ]
    statistics = [np.concatenate([part.mean(axis=1), part.std(axis=1)]) for part in bands]
    return np.asarray(np.mean(statistics, axis=0, dtype=np.float32))


def _bands(y: NDArray[np.float32], *, sr: int, kind: str) -> NDArray[np.float32]:
    """`(n_bands, n_frames)`."""
    power = np.abs(librosa.stft(y, n_fft=2048, hop_length=512)) ** 2
    if kind == "linear dB":
        return np.asarray(librosa.power_to_db(power[:1024].reshape(_N_MELS, -1, power.shape[1]).mean(axis=1)))
    parts = librosa.decompose.hpss(power) if kind == "hpss dB" else [power]
    mels = [librosa.feature.melspectrogram(S=part, sr=sr, n_mels=_N_MELS // len(parts)) for part in parts]
    mel = np.concatenate(mels)
    return np.asarray(mel if kind == "mel power" else librosa.power_to_db(mel))


def _items(rows: list[dict[str, str]]) -> list[DatasetItem]:
    y = np.array([QUADRANT4.emotion_index(row["quadrant"]) for row in rows], dtype=np.intp)
    groups = artist_groups([row["artist"] for row in rows], [row["id"] for row in rows])
    fold = np.zeros(len(rows), dtype=np.intp)
    for f, (_, test) in enumerate(inner_splits(y, groups, seed=0, n_splits=5)):
        fold[test] = f
    return [
        DatasetItem(
            example=LabelledTrack(track_id=row["id"], target=row["quadrant"], artist_group=group, audio_sha256=None),
            group=group,
            fold=int(f),
        )
        for row, group, f in zip(rows, groups, fold, strict=True)
    ]


def _judged(x: NDArray[np.float32], items: list[DatasetItem]) -> dict[str, Any]:
    plan = FitPlan(estimator="logistic", hyperparameters={"C": 0.01})
    oof = cross_fit(plan.build_classifier, x, items, QUADRANT4.emotions, seed=0, on_fold=lambda _: None)
    metrics = classification_report(oof, items, classes=QUADRANT4.emotions, taxonomy="quadrant4", seed=0)
    return {name: metrics[name] for name in ("macro_f1", "accuracy", "arousal_macro_f1", "valence_macro_f1")}


def _half_width(figures: Mapping[str, dict[str, Any]]) -> float:
    return float(np.mean([(found["macro_f1"]["high"] - found["macro_f1"]["low"]) / 2 for found in figures.values()]))
