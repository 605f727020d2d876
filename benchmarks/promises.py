"""What the answers of a model promise on real clips: sets, sets by class, sure answers; and what folds move.

    python -m benchmarks promises --data DIR [--estimator NAME] --json FILE

DIR holds `audio_4q` with its `tracks.csv`. Folds are by hash of the artist, as the trainer makes them. A promise counts
as kept where the interval over artists holds what was asked for, or lies above it.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.audio_emotion import read
from services.trainer.candidates.fold_assignment import evaluate_assignments, measure_time
from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.heads.strategy import CandidateSpec
from shared.domain.dataset import assign_fold
from shared.domain.emotion import QUADRANT4
from shared.domain.features import FeatureSpec
from shared.domain.head import CLASSES, ModelHead
from shared.domain.training import TrainRequest
from shared.metrics import conformal
from shared.metrics.report_schema import EmpiricalCoverage, IntervalEnds
from shared.metrics.reports.calibration import measure_class_calibration
from shared.metrics.reports.classification import classification_report

DATA_FILES = ("audio_4q/tracks.csv",)
_N_FOLDS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--estimator", default="svm")


def run(data: Path, estimator: str = "svm") -> dict[str, Any]:
    """`ok` if no promise is broken beyond what the choice of artists explains."""
    clips, classes = read(data / "audio_4q"), QUADRANT4.emotions
    items = clips.items(np.array([assign_fold(artist, _N_FOLDS) for artist in clips.artists]))
    request = TrainRequest(estimators=(estimator,), taxonomy=QUADRANT4.name)
    candidate = CandidateSpec(
        request=request,
        estimator=estimator,
        inputs="descriptors",
        x=clips.x,
        items=items,
        head=ModelHead(kind=CLASSES, name=QUADRANT4.name, outputs=classes),
        seed=0,
    )
    strategy = HEAD_STRATEGIES[CLASSES]
    answers = strategy.cross_fit(
        candidate, on_fold=lambda step: print(step.fold, f"{step.score:.3f}", flush=True), finished={}
    )
    metrics = classification_report(answers, items, classes=classes, taxonomy=QUADRANT4.name, seed=0)
    y = np.array([classes.index(quadrant) for quadrant in clips.quadrants])
    calibration = measure_class_calibration(answers, y, np.array(clips.artists), seed=0)
    kept = conformal.calibrate_prediction_sets(answers, items, classes=classes, seed=0)
    _, fit_s = measure_time(lambda: strategy.fit_final(candidate))
    own = metrics["macro_f1"]["value"]
    folds = evaluate_assignments(strategy, candidate, own=own, measure="macro F1", fit_s=fit_s).as_card()
    judged = {"marginal": kept["judged"][1], "by_class": kept["by_class"]["judged"][1]}
    by_answer = {name: row for name, row in kept["sure"]["by_answer"].items() if kept["sure"]["thresholds"][name]}
    ok = (
        judged["marginal"]["high"] >= judged["marginal"]["coverage"]
        and all(ends["high"] >= judged["by_class"]["coverage"] for ends in _intervals(judged["by_class"]))
        and all(row["precision"] and row["precision"]["high"] >= kept["sure"]["target"] for row in by_answer.values())
    )
    figures = (
        f"{estimator}, features {FeatureSpec().fingerprint}: macro F1 {own:.3f}, Brier {metrics['brier']:.3f}, "
        f"ECE {metrics['ece']:.3f} (perfect: {calibration['ece_under_perfect_calibration']:.3f}), folds {folds}"
    )
    sets = [
        f"{name}: {row['empirical']:.3f}, {row['mean_size']:.2f} words, {row['per_class']}"
        for name, row in judged.items()
    ]
    sure = [f"sure of {name} from {kept['sure']['thresholds'][name]:.2f}: {row}" for name, row in by_answer.items()]
    lines = [figures, *sets, f"{kept['sure']['share']:.3f} of the answers are sure", *sure]
    return {
        "summary": "\n".join(lines),
        "ok": ok,
        "estimator": estimator,
        "spec": FeatureSpec().fingerprint,
        "n_clips": len(items),
        "macro_f1": metrics["macro_f1"],
        "brier": metrics["brier"],
        "ece": metrics["ece"],
        **calibration,
        "sets": judged,
        "sure": kept["sure"],
        "fit_s": fit_s,
        "fold_assignments": folds,
    }


def _intervals(row: EmpiricalCoverage) -> list[IntervalEnds]:
    return list(row["per_class_interval"].values())
