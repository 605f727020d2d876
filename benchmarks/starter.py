"""How good the starter is: out of fold on the clips that it was made from, beside chance and beside simpler models.

    python -m benchmarks starter [--repeats 5] [--data-set DIR] --json FILE

Reads the rows that come with mer, and needs no audio: whoever has mer can run it. Folds are by artist, and repeated
with other seeds. With `--data-set`, the folder of the labelled clips, the files are made again and compared byte by
byte.

Goals: at most 8 MB; better than a random forest on descriptors by more than the repeats differ; a calibration error of
valence and arousal within .01 of what perfectly calibrated probabilities would show on as many clips.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.arguments import existing_path
from services.starter.building import build_starter
from services.starter.clips import TAGGERS, read_clips
from services.starter.graphs import HIGH_SIDES
from services.starter.writing import write_starter
from services.trainer.fitting.cross_validation import fit_final
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.splits import inner_splits
from shared.arrays import Floats, Indices
from shared.domain.dataset import TAGGED_DESCRIPTORS, DatasetItem, LabelledTrack
from shared.domain.emotion import QUADRANT4
from shared.inference.model_inputs import block_widths
from shared.metrics.reports.classification import classification_report
from shared.metrics.reports.plane_probabilities import plane_probability_report
from shared.starter.models import load_starter_models
from shared.starter.rows import DATA, StarterRows, load_starter_rows

MOST_BYTES = 8_000_000
MOST_EXCESS_ECE = 0.01
N_REPEATS = 5
N_FOLDS = 5
MODELS = (
    ("kernel_ridge", TAGGED_DESCRIPTORS),
    ("kernel_ridge", "descriptors"),
    ("forest", TAGGED_DESCRIPTORS),
    ("forest", "descriptors"),
)
"""The starter first."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--repeats", type=int, default=N_REPEATS, help="each with its folds")
    parser.add_argument("--data-set", type=existing_path, help="the labelled clips, to make the files again")
    parser.add_argument("--keep", type=Path, help="where analysed clips are kept")


def run(repeats: int = N_REPEATS, data_set: Path | None = None, keep: Path | None = None) -> dict[str, Any]:
    """`ok` if the goals are reached."""
    rows = load_starter_rows()
    if rows is None:
        return {"summary": "the starter is left out of this installation", "ok": False}
    figures = {f"{name} on {inputs}": _cross_validate(rows, name, inputs, repeats) for name, inputs in MODELS}
    starter = next(iter(figures.values()))
    plane = _judge_plane(rows)
    size = sum(file.stat().st_size for file in DATA.iterdir())
    gain = np.array(starter["repeats"]) - np.array(figures["forest on descriptors"]["repeats"])
    reached = {
        "size": size <= MOST_BYTES,
        "better than a random forest": bool(gain.mean() > 2 * gain.std()) if repeats > 1 else bool(gain.mean() > 0),
        "calibrated": all(
            one["ece"] - one["ece_under_perfect_calibration"] <= MOST_EXCESS_ECE for one in plane.values()
        ),
    }
    if data_set is not None:
        reached["made again"] = _make_again(data_set.resolve(), keep)
    lines = [
        f"{name}: macro F1 {one['macro_f1']:.3f} ({one['low']:.3f} to {one['high']:.3f}), "
        f"accuracy {one['accuracy']:.3f}, valence {one['valence_macro_f1']:.3f}, arousal {one['arousal_macro_f1']:.3f}"
        for name, one in figures.items()
    ]
    lines.append(f"chance: macro F1 {starter['chance']:.3f}; the most frequent quadrant: {starter['majority']:.3f}")
    lines += [
        f"{name}: AUC {one['roc_auc']['value']:.3f}, calibration error {one['ece']:.3f} "
        f"(perfectly calibrated: {one['ece_under_perfect_calibration']:.3f})"
        for name, one in plane.items()
    ]
    lines.append(f"{len(rows.quadrants)} clips, {len(set(rows.artist_hashes))} artists, {size:,} bytes; {reached}")
    return {
        "summary": "\n".join(lines),
        "ok": all(reached.values()),
        "figures": figures,
        "plane": plane,
        "size_bytes": size,
        "cards": {model.taxonomy: model.card.starter for model in load_starter_models()},
        "reached": reached,
    }


def _cross_validate(rows: StarterRows, estimator: str, inputs: str, repeats: int) -> dict[str, Any]:
    """Means over the repeats; the interval is that of the first."""
    y = np.array([QUADRANT4.emotion_index(quadrant) for quadrant in rows.quadrants], dtype=np.intp)
    x = rows.select_columns(inputs)
    assert x is not None
    plan, started = FitPlan(estimator=estimator), time.monotonic()
    blocks = block_widths(inputs, n_descriptors=rows.n_descriptors, taggers=TAGGERS)
    reports = []
    for seed in range(repeats):
        probabilities, fold = np.zeros((len(y), len(QUADRANT4.emotions))), np.zeros(len(y), dtype=np.intp)
        for f, (train, test) in enumerate(inner_splits(y, rows.artist_hashes, seed=seed, n_splits=N_FOLDS)):
            items = _list_items(rows, fold)
            fitted = fit_final(
                plan.build_classifier,
                x[train],
                [items[i] for i in train],
                QUADRANT4.emotions,
                seed=seed,
                inputs=inputs,
                blocks=blocks,
            )
            probabilities[test], fold[test] = fitted.probabilities(x[test]), f
        reports.append(
            classification_report(
                probabilities,
                _list_items(rows, fold),
                classes=QUADRANT4.emotions,
                taxonomy=QUADRANT4.name,
                seed=0,
                n_resamples=300,
            )
        )
    names = ("macro_f1", "accuracy", "valence_macro_f1", "arousal_macro_f1")
    most = np.bincount(y).max() / len(y)
    return {
        **{name: float(np.mean([report[name]["value"] for report in reports])) for name in names},  # type: ignore[literal-required]
        "low": reports[0]["macro_f1"]["low"],
        "high": reports[0]["macro_f1"]["high"],
        "repeats": [report["macro_f1"]["value"] for report in reports],
        "per_class": reports[0]["per_class"],
        "chance": reports[0]["chance"]["macro_f1"]["value"],
        "majority": float(2 * most / (1 + most) / len(QUADRANT4.emotions)),
        "seconds": time.monotonic() - started,
    }


def _list_items(rows: StarterRows, fold: Indices) -> list[DatasetItem]:
    return [
        DatasetItem(
            example=LabelledTrack(track_id=str(i), target=quadrant, artist_group=group, audio_sha256=None),
            group=group,
            fold=int(fold[i]),
        )
        for i, (quadrant, group) in enumerate(zip(rows.quadrants, rows.artist_hashes, strict=True))
    ]


def _judge_plane(rows: StarterRows) -> dict[str, Any]:
    """The figures of valence and arousal in the folds of the card."""
    y = np.array([QUADRANT4.emotion_index(quadrant) for quadrant in rows.quadrants], dtype=np.intp)
    probabilities: Floats = rows.out_of_fold / rows.out_of_fold.sum(axis=1, keepdims=True)
    report = plane_probability_report(
        probabilities @ HIGH_SIDES,
        HIGH_SIDES[y] > 0,
        _list_items(rows, rows.folds),
        names=("valence", "arousal"),
        seed=0,
    )
    return dict(report["per_class"])


def _make_again(data_set: Path, keep: Path | None) -> bool:
    """Whether the files that are made of the clips are those that come with mer."""
    clips, n_refused = read_clips(data_set, keep=keep)
    with tempfile.TemporaryDirectory(prefix="mer-bench-") as folder:
        write_starter(build_starter(clips, seed=0, n_refused=n_refused), Path(folder))
        return all((DATA / file.name).read_bytes() == file.read_bytes() for file in Path(folder).iterdir())
