"""Quadrants of real clips by the networks: what `audio_emotion` does with an estimator that trains long.

No benchmark of its own. Cross-validated, folds artist-grouped and stratified, or judged on a folder kept apart. The
exported graph answers, and what it answered is kept, so that a run that was stopped goes on with the next fold, and
within one with the next epoch.
A network learns quadrant, valence and arousal at once. Beside it stand the talk's binary figures, here as accuracies of
arousal (Q1, Q2 against the others) and valence. `fusion` is a network beside descriptors, both fitted anew in each
fold; beside it stand its network alone, and `ensemble` on the descriptors, fitted to the same folds.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import recordings
from benchmarks.recordings import Recordings
from services.trainer.dataset import leakage
from services.trainer.fitting.cross_validation import FeatureArrays, fit_final
from services.trainer.fitting.fit_plan import FitPlan, TunedClassifier
from services.trainer.networks.checkpoints import BlobCheckpoints
from services.trainer.networks.heads import ANSWER
from services.trainer.networks.late_fusion import LateFusion
from services.trainer.networks.paired_inputs import DescriptorsAndExcerpts
from services.trainer.onnx.export import export_model, predict_with_artefact
from services.trainer.protocols.training_hooks import TrainingHooks
from services.trainer.splits import inner_splits
from shared.blobs.folder import FolderBlobs
from shared.domain.dataset import SOUND, DatasetItem
from shared.domain.emotion import QUADRANT4
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.head import CLASSES, PLANE
from shared.metrics.confusion import confusion_matrix, macro_f1
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.primary_metric import PRIMARY_METRICS
from shared.metrics.report_schema import ComparisonFigures
from shared.metrics.reports.classification import classification_report
from shared.registry.gate import OVER_CHAMPION

GOAL = 0.66
FUSED_GOAL = 0.72
MOST_SECONDS = 600
_ALONE = ("descriptors", "network")
"""What stands beside a fusion."""
_HALVES = {"arousal": np.array([1, 1, 0, 0]), "valence": np.array([1, 0, 0, 1])}

_FIGURES = {
    "quadrant4.macro_f1": "macro_f1",
    "quadrant4.accuracy": "accuracy",
    "arousal.macro_f1": "arousal_macro_f1",
    "valence.macro_f1": "valence_macro_f1",
}

Answers = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Part:
    """Some of the clips of a folder."""

    clips: Recordings
    at: NDArray[np.intp]

    def items(self) -> list[DatasetItem]:
        """Of what is fitted, where folds mean nothing."""
        every = self.clips.items(self.clips.quadrants, np.zeros(len(self.clips.ids), dtype=np.intp))
        return [every[i] for i in self.at]


def run(
    train: Path,
    test: Path | None,
    *,
    estimator: str,
    hyperparameters: dict[str, Any],
    keep: Path,
    n_folds: int,
    n_repeats: int,
) -> dict[str, Any]:
    """`ok` if `cnn_attention` and `fusion` reach their goals, and every fold set stays within its time.

    With `test` one network of all clips in `train` answers those. Raises ValueError where an artist stands on both
    sides.
    """
    started = time.monotonic()
    read = recordings.read(train, keep=keep / "clips")
    apart = recordings.read(test, keep=keep / "clips_apart") if test else None
    seconds_features = time.monotonic() - started
    plan = FitPlan(estimator=estimator, hyperparameters=hyperparameters)
    said = "".join(f"-{name}={value}" for name, value in sorted(hyperparameters.items()))
    kept = keep / f"{estimator}{said}"
    rounds = (
        [_held_out(read, apart, plan, keep=kept)]
        if apart
        else [_cross_validated(read, plan, seed=seed, n_folds=n_folds, keep=kept) for seed in range(n_repeats)]
    )
    mean = {
        name: float(np.mean([one[name] for one in rounds]))
        for name in ("macro_f1", "arousal_accuracy", "valence_accuracy", *_ALONE, "seconds", "processor_s")
        if name in rounds[0]
    }
    folds = [value for one in rounds for value in one["by_fold"]]
    summary = (
        f"{estimator}: macro F1 {mean['macro_f1']:.3f} (folds {np.mean(folds):.3f} ± {np.std(folds):.3f}), accuracy of "
        f"arousal {mean['arousal_accuracy']:.3f}, of valence {mean['valence_accuracy']:.3f}; {mean['seconds']:.0f} s a "
        f"fold set ({mean['processor_s']:.0f} s of one core)"
    )
    reached = {"seconds": mean["seconds"] <= MOST_SECONDS}
    if estimator == "cnn_attention":
        reached["alone"] = mean["macro_f1"] >= GOAL
    if estimator == "fusion":
        gain = rounds[0]["gain"]
        reached["fused"] = mean["macro_f1"] >= FUSED_GOAL and gain["is_better"]
        summary += (
            f"; descriptors alone {mean['descriptors']:.3f}, the network alone {mean['network']:.3f}; gain over "
            f"descriptors, first repeat {gain['difference']:+.3f} ({gain['low']:+.3f} to {gain['high']:+.3f})"
        )
    return {
        "summary": f"{summary}\nreached: {reached}",
        "ok": all(reached.values()),
        "estimator": estimator,
        "hyperparameters": hyperparameters,
        **mean,
        **{key: float(np.mean([one["metrics"][name]["value"] for one in rounds])) for key, name in _FIGURES.items()},
        "n_train": len(read.ids),
        "n_test": len((apart or read).ids),
        "seconds_features": seconds_features,
        "seconds_training": sum(one["seconds"] for one in rounds),
        "rounds": rounds,
    }


def _cross_validated(clips: Recordings, plan: FitPlan, *, seed: int, n_folds: int, keep: Path) -> dict[str, Any]:
    sides = inner_splits(clips.y, clips.artists, seed=seed, n_splits=n_folds)
    parts = [(Part(clips, train), Part(clips, test)) for train, test in sides]
    fold = np.zeros(len(clips.ids), dtype=np.intp)
    for f, (_, test) in enumerate(sides):
        fold[test] = f
    assert leakage.check_leakage(clips.items(clips.quadrants, fold)).is_clean
    return _round(clips, parts, plan, fold=fold, seed=seed, keep=keep, name=f"of-{n_folds}")


def _held_out(clips: Recordings, apart: Recordings, plan: FitPlan, *, keep: Path) -> dict[str, Any]:
    if both := set(clips.artists) & set(apart.artists):
        raise ValueError(f"artists on both sides: {', '.join(sorted(both)[:5])}")
    every, others = np.arange(len(clips.ids)), np.arange(len(apart.ids))
    # the evaluation wants rows of two folds; the majority baseline it makes of them is not used
    return _round(
        apart, [(Part(clips, every), Part(apart, others))], plan, fold=others % 2, seed=0, keep=keep, name="apart"
    )


def _round(
    clips: Recordings,
    parts: Sequence[tuple[Part, Part]],
    plan: FitPlan,
    *,
    fold: NDArray[np.intp],
    seed: int,
    keep: Path,
    name: str,
) -> dict[str, Any]:
    """How the `clips` are answered that are the second parts, together all of them."""
    y = clips.y
    probabilities = np.zeros((len(y), len(QUADRANT4.emotions)))
    alone = {name: np.zeros_like(probabilities) for name in _ALONE if plan.estimator == "fusion"}
    plane: NDArray[Any] = np.full((len(y), 2), np.nan)
    card: dict[str, Any] = {}
    seconds, processor_s, by_fold = 0.0, 0.0, []
    for f, (train, tested) in enumerate(parts):
        test = tested.at
        found = fit_fold(train, tested, plan, seed=seed, keep=keep, name=f"{seed}-{f}-{name}")
        probabilities[test] = found[ANSWER]
        for whose, said in alone.items():
            said[test] = found[whose]
        plane[test] = found.get(PLANE, plane[test])
        seconds += float(found["seconds"])
        processor_s += float(found["processor_s"])
        card = {"n_parameters": int(found["n_parameters"])}
        by_fold.append(_macro_f1(probabilities[test], y[test]))
        print(f"repeat {seed + 1}, fold {f + 1}: macro F1 {by_fold[-1]:.3f}, {seconds:.0f} s", flush=True)
    items = clips.items(clips.quadrants, fold)
    metrics = classification_report(
        probabilities, items, classes=QUADRANT4.emotions, taxonomy="quadrant4", seed=0, n_resamples=300
    )
    beside: dict[str, Any] = {whose: _macro_f1(said, y) for whose, said in alone.items()}
    if alone:
        beside["gain"] = _gain(probabilities, alone["descriptors"], y, clips.artists)
    return {
        "seed": seed,
        "macro_f1": metrics["macro_f1"]["value"],
        "by_fold": by_fold,
        "seconds": seconds,
        "processor_s": processor_s,
        **card,
        **{f"{half}_accuracy": _halved(probabilities, y, halves) for half, halves in _HALVES.items()},
        **_of_plane(plane, y),
        **beside,
        "metrics": metrics,
    }


def fit_fold(train: Part, test: Part, plan: FitPlan, *, seed: int, keep: Path, name: str) -> Answers:
    """What the graphs fitted to the clips in `train` say of those in `test`; found again where it was kept.

    With the embeddings of a network that has some.
    """
    keep.mkdir(parents=True, exist_ok=True)
    path = keep / f"{name}.npz"
    if path.exists():
        with np.load(path) as kept:
            return dict(kept)
    items = train.items()
    checkpoints = BlobCheckpoints(FolderBlobs(keep), owner=name)
    started, at_first = time.monotonic(), time.process_time()
    fitted = fit_final(
        plan.build_classifier,
        _features(train, plan.estimator),
        items,
        QUADRANT4.emotions,
        seed=seed,
        taxonomy="quadrant4",
        inputs=_inputs(plan.estimator),
        hooks=TrainingHooks(checkpoints=checkpoints),
    )
    planned = fitted.classifier
    assert isinstance(planned, TunedClassifier)
    found: Answers = dict(predict_with_artefact(export_model(fitted), fitted, _features(test, plan.estimator)))
    told = planned.hyperparameters
    n_parameters = (told.get("of_the_network") or told["network"])["n_parameters"]
    found |= {
        "seconds": np.array(time.monotonic() - started),
        "processor_s": np.array(time.process_time() - at_first),
        "n_parameters": np.array(n_parameters),
    }
    if isinstance(planned.classifier, LateFusion):
        described = fit_final(
            FitPlan(estimator="ensemble").build_classifier,
            train.clips.descriptors[train.at],
            items,
            QUADRANT4.emotions,
            seed=seed,
        )
        found["descriptors"] = described.probabilities(test.clips.descriptors[test.at])
        network = replace(fitted, classifier=planned.classifier.network_)
        found["network"] = network.probabilities(test.clips.excerpts()[test.at])
    np.savez(path, allow_pickle=False, **found)
    checkpoints.delete_all()
    return found


def _features(part: Part, estimator: str) -> FeatureArrays:
    kind, clips, at = _inputs(estimator), part.clips, part.at
    if kind == SOUND:
        return DescriptorsAndExcerpts(clips.descriptors, clips.excerpts())[at]
    if kind == "catalogue":
        return clips.catalogue[at]
    if kind == "waveform":
        return clips.waveforms()[at]
    # what pools nothing by itself sees one excerpt of each clip in training, and all of a clip when it answers
    return clips.excerpts()[at]


def _inputs(estimator: str) -> str:
    known = ESTIMATOR_SPECS[estimator].inputs
    return SOUND if SOUND in known else known[0]


def _gain(mine: NDArray[Any], theirs: NDArray[Any], y: NDArray[np.intp], artists: Sequence[str]) -> ComparisonFigures:
    """What listening adds to the descriptors, on the same clips."""
    no_folds, targets = np.zeros(len(y), dtype=np.intp), np.eye(mine.shape[1])[y]
    rows = OutOfFold(predictions=mine, targets=targets, folds=no_folds, groups=list(artists))
    return PRIMARY_METRICS[CLASSES].paired_comparison(rows, theirs, level=OVER_CHAMPION).as_dict()


def _macro_f1(probabilities: NDArray[Any], y: NDArray[np.intp]) -> float:
    return float(macro_f1(confusion_matrix(y, probabilities)))


def _halved(probabilities: NDArray[Any], y: NDArray[np.intp], halves: NDArray[np.intp]) -> float:
    """The accuracy of the likelier half."""
    return float(((probabilities @ halves > 0.5) == halves[y]).mean())


def _of_plane(plane: NDArray[Any], y: NDArray[np.intp]) -> dict[str, float]:
    """The same from the head of valence and arousal; nothing where a network has none."""
    if np.isnan(plane).any():
        return {}
    return {
        f"{name}_accuracy_of_plane": float(((plane[:, column] > 0) == (_HALVES[name][y] == 1)).mean())
        for column, name in enumerate(("valence", "arousal"))
    }
