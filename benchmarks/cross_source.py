"""Trained on the talk's tables, asked about another origin's.

    python -m benchmarks cross_source --train DIR --test FILE.csv --json FILE

Columns are matched by name; those that the other table lacks are left out of the training too. Tracks that stand in
both, by id, are removed from the training.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.arguments import existing_path
from benchmarks.artists import artist_groups
from benchmarks.mood_tables import MOODS, MoodRow, honest, read_folder, read_table, table_of
from services.trainer.fitting.cross_validation import fit_final
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.onnx.export import export_model
from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.domain.track import CATALOGUE_COLUMNS
from shared.inference.predictor import OnnxModel
from shared.metrics.reports.classification import classification_report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--train", type=existing_path, required=True, help="the folder of calm.csv")
    parser.add_argument("--test", type=existing_path, required=True, help="a table with moods and catalogue columns")
    parser.add_argument("--estimator", default="boosting")
    parser.add_argument("--imbalance", default="soft_weights")


def run(train: Path, test: Path, estimator: str = "boosting", imbalance: str = "soft_weights") -> dict[str, Any]:
    """There is no goal: how far it falls is the figure."""
    asked = read_table(test)
    if not asked:
        raise SystemExit(f"{test} has no row with a mood and numbers: name the columns as the talk's tables do")
    columns = tuple(name for name in CATALOGUE_COLUMNS if all(name in row.values for row in asked))
    known = {row.track_id for row in asked}
    learned = [row for row in read_folder(train) if row.artist and row.track_id not in known]
    n_shared = len({row.track_id for row in read_folder(train)} & known)
    parted, _ = honest(learned)
    by_id = {row.track_id: row for row in learned}
    x = table_of([by_id[item.example.track_id] for item in parted.items], columns)
    plan = FitPlan(estimator=estimator)
    fitted = fit_final(plan.build_classifier, x, parted.items, MOODS, seed=0, inputs="catalogue", imbalance=imbalance)
    unique = list({row.track_id: row for row in asked}.values())
    x_test = table_of(unique, columns)
    probabilities = OnnxModel(export_model(fitted)).run(x_test).astype(np.float64)
    metrics = classification_report(probabilities, _items(unique), classes=MOODS, taxonomy="mood4", seed=0)
    shift = {
        name: float((x_test[:, i].mean() - x[:, i].mean()) / max(float(x[:, i].std()), 1e-9))
        for i, name in enumerate(columns)
    }
    moved = sorted(shift, key=lambda name: -abs(shift[name]))
    counted = (metrics["macro_f1"], metrics["weighted_f1"], metrics["accuracy"])
    names = ("macro_f1", "weighted_f1", "accuracy")
    lines = [
        f"{estimator} ({imbalance}), trained on {len(x)}, asked about {len(x_test)}",
        ", ".join(f"{name} {figure['value']:.3f}" for name, figure in zip(names, counted, strict=True)),
        *(f"  {name:10} {found}" for name, found in metrics["per_class"].items()),
        "shift in deviations: " + ", ".join(f"{name} {shift[name]:+.2f}" for name in moved),
    ]
    return {
        "summary": "\n".join(lines),
        "ok": True,
        "estimator": estimator,
        "imbalance": imbalance,
        "columns": columns,
        "columns_missing": [name for name in CATALOGUE_COLUMNS if name not in columns],
        "n_train": len(x),
        "n_test": len(x_test),
        "n_shared_ids_removed": n_shared,
        "n_artists_on_both_sides": len({item.group for item in parted.items} & {i.group for i in _items(unique)}),
        "macro_f1": metrics["macro_f1"],
        "weighted_f1": metrics["weighted_f1"],
        "accuracy": metrics["accuracy"],
        "per_class": metrics["per_class"],
        "confusion": metrics["confusion"],
        "shift": shift,
        "shares": {
            "train": _shares([i.example.target for i in parted.items]),
            "test": _shares([r.mood for r in unique]),
        },
    }


def _items(rows: list[MoodRow]) -> list[DatasetItem]:
    """In two folds, because the evaluation's baseline needs two; no figure used here depends on them."""
    made = []
    groups = artist_groups([row.artist for row in rows], [row.track_id for row in rows])
    for n, (row, group) in enumerate(zip(rows, groups, strict=True)):
        example = LabelledTrack(track_id=row.track_id, target=row.mood, artist_group=group, audio_sha256=None)
        made.append(DatasetItem(example=example, group=group, fold=n % 2))
    return made


def _shares(moods: list[str]) -> dict[str, float]:
    return {mood: moods.count(mood) / len(moods) for mood in MOODS}
