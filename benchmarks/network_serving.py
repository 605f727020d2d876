"""What it costs to answer with a published network: milliseconds a clip and memory, on one core.

    python -m benchmarks network_serving [--network NAME …] [--artefacts DIR] --json FILE

Each network is built, fitted for an epoch on noise (its answers mean nothing, their cost is the same), and exported by
the trainer's own code in a process of its own; `--artefacts` takes `NAME.onnx` that are there already. Another
process, which holds numpy and ONNX Runtime and nothing that trains, loads the artefact as the scorer does and answers
for clips of 30 s (six excerpts), one at a time and as a library, and for songs of 24 excerpts. Measured:

- milliseconds of one core a clip: the median over single clips of the time that the process had, since all runs on one
  thread and the machine may be busy; beside it the time on the clock, and a clip's share of a library of 60;
- the floor: ONNX Runtime itself on an array that is ready, without reading, scaling and grouping;
- memory: the peak above the process with ONNX Runtime loaded, after 10 clips and after 60 (it must not grow).

Goal: `cnn_rectangular` at most 20 ms of one core a clip; for every network 60 clips take at most 10 MB more than 10.
"""

import argparse
import hashlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from benchmarks.arguments import existing_path
from shared.domain.features import FeatureSpec
from shared.domain.model_card import ModelCard
from shared.inference.lazy_arrays import LazyArray, LazyArrays
from shared.inference.predictor import Predictor

NETWORKS = (
    "cnn_baseline",
    "cnn_fc",
    "cnn_fc_regularised",
    "cnn_rectangular",
    "lstm",
    "crnn",
    "cnn_attention",
    "wave_cnn",
)
CLASSES = ("Q1", "Q2", "Q3", "Q4")
MAX_MS = 20.0
MAX_GROWTH_MB = 10.0
_SPEC = FeatureSpec()
_N_SINGLE, _N_FEW, _N_LIBRARY, _LONG = 25, 10, 60, 24


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--network", action="append", choices=NETWORKS, help="several are fine; default: all")
    parser.add_argument("--artefacts", type=existing_path, help="a folder with NAME.onnx, instead of building them")


def run(network: list[str] | None = None, artefacts: Path | None = None) -> dict[str, Any]:
    """Figures by network; `ok` if the goals are reached."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="mer-bench-") as folder:
        for name in network or NETWORKS:
            path = (artefacts or Path(folder)) / f"{name}.onnx"
            if artefacts is None:
                _child("build", name, path)
            found[name] = json.loads(_child("measure", name, path).splitlines()[-1])
    return _judged(found)


def build(name: str, path: Path) -> None:
    """Write the artefact of a network that was fitted to noise."""
    from services.trainer.fitting.cross_validation import fit_final  # noqa: PLC0415
    from services.trainer.fitting.fit_plan import FitPlan  # noqa: PLC0415
    from services.trainer.networks.excerpt_arrays import ExcerptArrays  # noqa: PLC0415
    from services.trainer.onnx.export import export_model  # noqa: PLC0415 - what trains, in the child that builds
    from shared.domain.dataset import DatasetItem, LabelledTrack  # noqa: PLC0415

    n = 2 * len(CLASSES)
    source = {f"t{i}": _noise(name, seed=i) for i in range(n)}
    x = ExcerptArrays(source, source, excerpt=_excerpt(name))
    items = [
        DatasetItem(
            example=LabelledTrack(
                track_id=f"t{i}", target=CLASSES[i % len(CLASSES)], artist_group=f"a{i}", audio_sha256=None
            ),
            group=f"a{i}",
            fold=i % 2,
        )
        for i in range(n)
    ]
    plan = FitPlan(estimator=name, hyperparameters={"epochs": 1, "batch": 8})
    fitted = fit_final(plan.build_classifier, x, items, CLASSES, seed=0, inputs=_reads(name), taxonomy="quadrant4")
    path.write_bytes(export_model(fitted))


def measure(name: str, path: Path) -> dict[str, Any]:
    """Milliseconds and megabytes of a network in this process."""
    before = _peak_mb()
    artefact = path.read_bytes()
    scorer = Predictor.from_artefact(artefact, sha256=hashlib.sha256(artefact).hexdigest(), card=_card(name))
    clip = _noise(name)
    loaded = _peak_mb()
    single = [_ms(scorer, [clip]) for _ in range(_N_SINGLE + 3)][3:]
    _ms(scorer, [clip] * _N_FEW)
    after_few = _peak_mb()
    library, _ = _ms(scorer, [clip] * _N_LIBRARY)
    after_many = _peak_mb()
    answer = scorer.predict_outputs(_recordings([clip]))
    found: dict[str, Any] = {
        "ms_a_clip": statistics.median(cpu for cpu, _ in single),
        "ms_a_clip_on_the_clock": statistics.median(clock for _, clock in single),
        "ms_a_clip_of_a_library": library / _N_LIBRARY,
        "ms_floor": _floor_ms(artefact, clip),
        "artefact_mb": len(artefact) / 2**20,
        "dimensions": None if answer.embedding is None else answer.embedding.shape[1],
        "loaded_mb": loaded - before,
        "peak_mb": after_many - before,
        "growth_mb": after_many - after_few,
    }
    if _reads(name) == "spectrogram":
        song = _noise(name, n_excerpts=_LONG)
        found["ms_a_song"] = statistics.median(_ms(scorer, [song])[0] for _ in range(5))
        found["peak_of_a_song_mb"] = _peak_mb() - before
    return found


def _floor_ms(artefact: bytes, clip: np.ndarray) -> float:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(artefact, options, providers=["CPUExecutionProvider"])
    ready = {"features": clip[np.newaxis].astype(np.float32)}
    took = []
    for _ in range(_N_SINGLE + 3):
        started = time.process_time()
        session.run(None, ready)
        took.append(1000 * (time.process_time() - started))
    return statistics.median(took[3:])


def _ms(scorer: Predictor, clips: list[np.ndarray]) -> tuple[float, float]:
    """Of the core, and on the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    scorer.predict_outputs(_recordings(clips))
    return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - clock)


def _recordings(clips: list[np.ndarray]) -> LazyArrays:
    return LazyArrays([LazyArray(clip.shape, partial(np.asarray, clip)) for clip in clips])


def _reads(name: str) -> str:
    return "waveform" if name == "wave_cnn" else "spectrogram"


def _excerpt(name: str) -> tuple[int, ...]:
    return (_SPEC.mel.n_samples,) if _reads(name) == "waveform" else _SPEC.mel.shape


def _noise(name: str, *, n_excerpts: int = 6, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if _reads(name) == "waveform":
        return rng.normal(0, 3000, size=_excerpt(name)).astype(np.int16)
    return rng.normal(-40, 10, size=(n_excerpts, *_excerpt(name))).astype(np.float16)


def _card(name: str) -> ModelCard:
    return ModelCard(
        name=name,
        version="0",
        estimator=name,
        hyperparameters={},
        inputs=_reads(name),
        taxonomy="quadrant4",
        classes=CLASSES,
        feature_fingerprint=_SPEC.fingerprint,
        feature_names=(),
        n_features=int(np.prod(_excerpt(name))),
        snapshot_id="none",
        seed=0,
        synthetic=False,
        origins=("audio",),
        data_counts={
            "n_items": 0,
            "n_artist_groups": 0,
            "set_aside": {"duplicate": 0, "ambiguous": 0},
            "without_inputs": {},
        },
        split="none",
        metrics={},
        leak_report={},
        limits=(),
        library_versions={},
        created_at=datetime.now(UTC),
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _child(what: str, name: str, path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.network_serving", what, name, str(path)],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout


def _judged(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    rectangular = found.get("cnn_rectangular")
    ok = rectangular is None or rectangular["ms_a_clip"] <= MAX_MS
    ok = ok and all(its["growth_mb"] <= MAX_GROWTH_MB for its in found.values())
    lines = [
        f"{name:20} {its['ms_a_clip']:6.1f} ms a clip ({its['ms_a_clip_on_the_clock']:.1f} on the clock), "
        f"{its['ms_a_clip_of_a_library']:.1f} in a library, ONNX Runtime alone {its['ms_floor']:.1f}; "
        f"artefact {its['artefact_mb']:.1f} MB, peak {its['peak_mb']:.0f} MB, 10 clips to 60 {its['growth_mb']:+.1f} MB"
        for name, its in found.items()
    ]
    summary = "\n".join([*lines, f"goal: cnn_rectangular at most {MAX_MS:.0f} ms a clip of 30 s on one core"])
    return {"summary": summary, "ok": ok, "networks": found}


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(sys.argv[2], Path(sys.argv[3]))
    else:
        print(json.dumps(measure(sys.argv[2], Path(sys.argv[3]))))
