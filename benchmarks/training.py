"""How soon a network is as good as the talk's: plain Keras against our training, each run in a process of its own.

    python -m benchmarks training --data DIR/audio_4q --json FILE

Both see the talk's one excerpt of each clip in dB, the same training side, and are judged by the same other artists;
the target is arousal, the talk's binary label. The clock starts before the network is built: compiling and judging are
in.
A training is as good as the baseline once its validation loss is the baseline's best.
"""

import argparse
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import recordings, talk_networks
from benchmarks.recordings import Recordings
from benchmarks.talk_networks import Curve
from services.trainer.estimators import load_estimator
from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.protocols.training_hooks import EpochReport, TrainingHooks
from services.trainer.protocols.training_rows import TrainingRows
from services.trainer.splits import inner_splits
from shared.arrays import Indices
from shared.domain.head import CLASSES, ModelHead

DATA_FILES = ("tracks.csv",)
GOAL = 1 / 3
FLAT = 1.1
"""Peak memory of the larger set, in that of the smaller one, that still is called flat."""
N_COPIES = 4
_MOST_EPOCHS = 60
_AROUSAL = ModelHead(kind=CLASSES, name="binary", outputs=("negative", "positive"))
_ROUSED = 2
"""Q1 and Q2 come first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--keep", type=Path, help="where analysed clips are kept for the next run")
    parser.add_argument("--seeds", type=int, default=5)
    names = sorted(talk_networks.NETWORKS)
    parser.add_argument("--networks", nargs="+", choices=names, default=names)
    parser.add_argument("--no-memory", action="store_true", help="leave out the two trainings that measure memory")


def run(
    data: Path, *, keep: Path | None = None, seeds: int = 5, networks: list[str] | None = None, no_memory: bool = False
) -> dict[str, Any]:
    """`ok` if every network is as good in a third of the time, and memory is flat."""
    with tempfile.TemporaryDirectory(prefix="mer-bench-") as folder:
        clips = recordings.read(data, keep=keep or Path(folder) / "clips")
        found = {name: _compared(name, clips, n_seeds=seeds) for name in networks or talk_networks.NETWORKS}
        memory = {} if no_memory else _memory(clips, Path(folder))
    ok = all(one["ratio_of_medians"] <= GOAL for one in found.values()) and memory.get("growth", 0) <= FLAT
    lines = [
        f"{name}: {one['ratio_of_medians']:.2f} of the time to the baseline's best loss (by seed "
        f"{', '.join(f'{ratio:.2f}' for ratio in one['ratios'])}); 1,000 clips an epoch "
        f"{one['seconds_per_1000']:.1f} s, plain {one['plain_seconds_per_1000']:.1f} s"
        for name, one in found.items()
    ]
    if memory:
        lines.append("peak memory, MB: " + ", ".join(f"{name} {value:.0f}" for name, value in memory["mb"].items()))
    return {"summary": "\n".join(lines), "ok": ok, "networks": found, "memory": memory, "goal": GOAL}


def _compared(name: str, clips: Recordings, *, n_seeds: int) -> dict[str, Any]:
    runs: list[dict[str, Any]] = []
    for seed in range(n_seeds):
        plain = _alone(partial(_plain, name, clips, seed=seed))[0]
        ours = _alone(partial(_ours, name, clips, seed=seed))[0]
        best = min(loss for _, loss in plain)
        runs.append(
            {
                "seed": seed,
                "best": best,
                "plain_s": _until(plain, best),
                "ours_s": _until(ours, best),
                "plain": plain,
                "ours": ours,
            }
        )
        print(f"{name} seed {seed}: loss {best:.3f} after {runs[-1]['plain_s']:.0f} s, ours {runs[-1]['ours_s']:.0f} s")
    n_train = len(_sides(clips, seed=0)[0])
    plain_s, ours_s = (statistics.median(one[key] for one in runs) for key in ("plain_s", "ours_s"))
    return {
        "ratio_of_medians": ours_s / plain_s,
        "ratios": [one["ours_s"] / one["plain_s"] for one in runs],
        "plain_s": plain_s,
        "ours_s": ours_s,
        "plain_seconds_per_1000": _epoch_s([one["plain"] for one in runs]) / n_train * 1000,
        "seconds_per_1000": _epoch_s([one["ours"] for one in runs]) / n_train * 1000,
        "best_plain": [one["best"] for one in runs],
        "best_ours": [min(loss for _, loss in one["ours"]) for one in runs],
        "runs": runs,
    }


def _until(curve: Curve, loss: float) -> float:
    """Seconds until the validation loss was as low; infinite where it never was."""
    return next((seconds for seconds, reached in curve if reached <= loss), float("inf"))


def _epoch_s(curves: list[Curve]) -> float:
    """Of an epoch after the first, which compiles."""
    return statistics.median(after - before for curve in curves for (before, _), (after, _) in pairwise(curve))


def _sides(clips: Recordings, *, seed: int) -> tuple[Indices, Indices]:
    """What a network of ours holds out to stop early, of these rows and this seed."""
    return inner_splits(_aroused(clips), list(clips.artists), seed=seed, n_splits=6)[0]


def _aroused(clips: Recordings) -> Indices:
    return (clips.y < _ROUSED).astype(np.intp)


def _plain(name: str, clips: Recordings, *, seed: int) -> Curve:
    train, test = _sides(clips, seed=seed)
    x = np.load(clips.folder / "talk.npy").astype(np.float32)
    return talk_networks.train(name, x, _aroused(clips), train=train, test=test, seed=seed, epochs=_MOST_EPOCHS)


def _ours(name: str, clips: Recordings, *, seed: int) -> Curve:
    tensorflow_runtime.load_tensorflow()  # imported before the clock starts, as plain Keras is
    tensorflow_runtime.load_keras()
    return _trained(name, clips.talk(), _aroused(clips), np.array(clips.artists), seed=seed)


def _trained(
    name: str, x: ExcerptArrays, y: Indices, groups: np.ndarray[Any, Any], *, seed: int, **hyperparameters: Any
) -> Curve:
    curve: Curve = []
    started = time.perf_counter()

    def tell(report: EpochReport) -> None:
        curve.append((time.perf_counter() - started, report.validation_loss or 0.0))

    rows = TrainingRows(
        y=y,
        groups=groups,
        n_features=x.shape[1],
        seed=seed,
        inputs="spectrogram",
        head=_AROUSAL,
        hooks=TrainingHooks(on_epoch=tell),
    )
    load_estimator(name, **hyperparameters).build_classifier(rows).fit(x, y)
    return curve


def _memory(clips: Recordings, folder: Path) -> dict[str, Any]:
    """Peak memory of one epoch, in MB, at two numbers of clips."""
    many = folder / "many.npy"
    np.save(many, np.tile(np.load(clips.folder / "talk.npy"), (N_COPIES, 1, 1)))
    sizes = {len(clips.ids): clips.folder / "talk.npy", N_COPIES * len(clips.ids): many}
    mb = {}
    for n, path in sizes.items():
        mb[f"plain, {n} clips"] = _alone(partial(_plain_epoch, clips, path))[1]
        mb[f"ours, {n} clips"] = _alone(partial(_our_epoch, clips, path))[1]
    _, small, plain_large, large = mb.values()
    return {"mb": mb, "growth": large / small, "plain_large": plain_large}


def _plain_epoch(clips: Recordings, path: Path) -> Curve:
    x = np.load(path).astype(np.float32)
    every = np.arange(len(x))
    y = np.tile(_aroused(clips), len(x) // len(clips.ids))
    return talk_networks.train("cnn_fc_regularised", x, y, train=every, test=every[:32], seed=0, epochs=1)


def _our_epoch(clips: Recordings, path: Path) -> Curve:
    n = len(np.load(path, mmap_mode="r"))
    y = np.tile(_aroused(clips), n // len(clips.ids))
    groups = np.tile(np.array(clips.artists), n // len(clips.ids))
    x = recordings.stacks_of(path, range(n + 1))
    return _trained("cnn_fc_regularised", x, y, groups, seed=0, epochs=1, patience=0)


def _alone(task: Callable[[], Curve]) -> tuple[Curve, float]:
    """What `task` gives in a fresh process, and the peak memory of that, MB."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_with_peak, task).result()


def _with_peak(task: Callable[[], Curve]) -> tuple[Curve, float]:
    curve = task()
    return curve, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
