"""Quadrants of real clips: the project's own featurizer, trainer and ONNX scorer, artists on one side.

    python -m benchmarks audio_emotion --train DIR [--test DIR | --cv 5] [--estimator NAME] [--inputs KIND] --json FILE
    python -m benchmarks audio_emotion --train DIR --estimator cnn_fc [--set scale=power] [--keep DIR] --json FILE

A folder holds `tracks.csv` with id, artist, quadrant and path. Without `--test` the folds are artist-grouped and
repeated with other seeds; every fold is answered by the exported graph, never by the estimator that was fitted.
`--inputs` is `descriptors+audio_tags` by default; with `--keep` the clips are analysed once. Networks, and `fusion`,
which is a network beside descriptors, are in `network_emotion`.
"""

import argparse
import csv
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import network_emotion
from benchmarks.arguments import existing_path
from benchmarks.artists import artist_groups
from services.featurizer.analysis import analyse_clip
from services.featurizer.descriptors import DESCRIPTORS
from services.trainer.dataset import leakage
from services.trainer.estimators import ESTIMATORS
from services.trainer.fitting.cross_validation import FittedModel, fit_final
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.onnx.export import export_model
from services.trainer.splits import inner_splits
from shared.domain.dataset import (
    AUDIO_TAGS,
    TAGGED_DESCRIPTORS,
    TAGGER_POOL,
    TAGGER_READERS,
    DatasetItem,
    LabelledTrack,
)
from shared.domain.emotion import QUADRANT4
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.features import FeatureSpec
from shared.domain.taggers import BUILT_IN_TAGGERS, MUSICNN_POOL, TaggerSpec
from shared.errors import PermanentError
from shared.inference.model_inputs import block_widths
from shared.inference.predictor import OnnxModel
from shared.metrics.report_schema import ClassificationReport
from shared.metrics.reports.classification import classification_report
from shared.settings import FeatureSettings
from shared.store.features.output_values import decode_values, encode_values

GOALS = {"quadrant4.macro_f1": 0.77, "arousal.macro_f1": 0.915, "valence.macro_f1": 0.83}
N_REPEATS = 5
TAGGERS = tuple(BUILT_IN_TAGGERS.values())
INPUTS = ("descriptors", AUDIO_TAGS, TAGGED_DESCRIPTORS, TAGGER_POOL)
_TRAIN, _TEST = 0, 1


@dataclass(frozen=True, eq=False)
class Clips:
    """The clips of a folder that could be analysed."""

    ids: tuple[str, ...]
    artists: tuple[str, ...]
    quadrants: tuple[str, ...]
    x: NDArray[np.float32]
    n_refused: int
    seconds: float
    inputs: str = "descriptors"
    taggers: tuple[TaggerSpec, ...] = TAGGERS

    @property
    def blocks(self) -> tuple[int, ...]:
        """Widths of the columns that are scaled together."""
        return block_widths(self.inputs, n_descriptors=len(DESCRIPTORS), taggers=self.taggers)

    def items(self, fold: NDArray[np.intp]) -> list[DatasetItem]:
        """As the trainer has them, each in its fold."""
        rows = zip(self.ids, self.artists, self.quadrants, fold.tolist(), strict=True)
        return [
            DatasetItem(
                example=LabelledTrack(track_id=track_id, target=quadrant, artist_group=artist, audio_sha256=None),
                group=artist,
                fold=f,
            )
            for track_id, artist, quadrant, f in rows
        ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--train", type=existing_path, required=True, help="a folder with tracks.csv")
    parser.add_argument("--test", type=existing_path, help="another one, by other artists")
    parser.add_argument("--cv", type=int, default=5, help="folds, where there is no test folder")
    parser.add_argument("--estimator", default="kernel_ridge", choices=sorted(ESTIMATORS))
    parser.add_argument(
        "--inputs", choices=INPUTS, help=f"by default {TAGGED_DESCRIPTORS}, or what the estimator reads"
    )
    parser.add_argument("--taggers", help="names of MER_TAGGERS, also of your own: the built-in ones by default")
    parser.add_argument("--repeats", type=int, help=f"each with its seed: {N_REPEATS}, and 1 of a network or fusion")
    parser.add_argument("--keep", type=Path, help="where clips are kept, and finished folds of a network or fusion")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a hyperparameter of a network or fusion"
    )


def run(
    train: Path,
    test: Path | None = None,
    cv: int = 5,
    estimator: str = "kernel_ridge",
    inputs: str | None = None,
    taggers: str | None = None,
    repeats: int | None = None,
    keep: Path | None = None,
    **others: Any,
) -> dict[str, Any]:
    """`ok` if the goals are reached."""
    spec = ESTIMATOR_SPECS[estimator]
    if any(spec.trains_network(inputs) for inputs in spec.inputs):
        hyperparameters = {name: _value(value) for name, value in (one.split("=", 1) for one in others["set"])}
        with tempfile.TemporaryDirectory(prefix="mer-bench-") as folder:
            return network_emotion.run(
                train.resolve(),
                test.resolve() if test else None,
                estimator=estimator,
                hyperparameters=hyperparameters,
                keep=keep or Path(folder),
                n_folds=cv,
                n_repeats=repeats or 1,
            )
    if inputs is None:
        inputs = TAGGED_DESCRIPTORS if TAGGED_DESCRIPTORS in spec.inputs else spec.inputs[0]
    specs = TAGGERS if taggers is None else FeatureSettings(taggers=taggers).tagger_specs
    if inputs == TAGGER_POOL:
        specs = (MUSICNN_POOL,)
    clips = read(train.resolve(), inputs=inputs, keep=keep, taggers=specs)
    plan = FitPlan(estimator=estimator)
    started = time.monotonic()
    if test is not None:
        apart = read(test.resolve(), inputs=inputs, keep=keep, taggers=specs)
        found = _held_out(plan, clips, apart)
        n_test, seconds_features = len(apart.ids), clips.seconds + apart.seconds
    else:
        found = _cross_validated(plan, clips, n_folds=cv, n_repeats=repeats or N_REPEATS)
        n_test, seconds_features = len(clips.ids), clips.seconds
    flat = {
        f"{group}.{name}": value
        for group in ("quadrant4", "arousal", "valence")
        for name, value in found[group].items()
    }
    reached = {name: flat[name] >= goal for name, goal in GOALS.items()}
    said = ", ".join(f"{name} {value:.3f}" for name, value in flat.items() if isinstance(value, float))
    return {
        "summary": f"{estimator} on {inputs} ({clips.x.shape[1]} columns), {len(clips.ids)} clips: {said}\n"
        f"reached: {reached}",
        "ok": all(reached.values()),
        **flat,
        **found,
        "estimator": estimator,
        "inputs": inputs,
        "n_descriptors": clips.x.shape[1],
        "n_train": len(clips.ids),
        "n_test": n_test,
        "n_refused": clips.n_refused,
        "seconds_features": seconds_features,
        "seconds_training": time.monotonic() - started,
        "goals": GOALS,
    }


def _value(written: str) -> Any:
    """A number as one, a word as a word."""
    try:
        return json.loads(written)
    except ValueError:
        return written


def read(
    folder: Path,
    *,
    inputs: str = "descriptors",
    keep: Path | None = None,
    taggers: tuple[TaggerSpec, ...] = TAGGERS,
) -> Clips:
    """Analyse the clips of a folder with all cores, as the featurizer does; with `keep`, once for each version."""
    with (folder / "tracks.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    started = time.monotonic()
    described = _describe_clips([folder / row["path"] for row in rows], inputs=inputs, keep=keep, taggers=taggers)
    kept = [i for i, found in enumerate(described) if found is not None]
    return Clips(
        ids=tuple(rows[i]["id"] for i in kept),
        artists=tuple(artist_groups([rows[i]["artist"] for i in kept], [rows[i]["id"] for i in kept])),
        quadrants=tuple(rows[i]["quadrant"] for i in kept),
        x=np.array([described[i] for i in kept], dtype=np.float32),
        n_refused=len(rows) - len(kept),
        seconds=time.monotonic() - started,
        inputs=inputs,
        taggers=taggers,
    )


def _describe_clips(
    paths: Sequence[Path], *, inputs: str, keep: Path | None, taggers: tuple[TaggerSpec, ...]
) -> list[NDArray[np.float32] | None]:
    """A row a clip, None where it is refused."""
    versions = [FeatureSpec().fingerprint, *(spec.fingerprint for spec in taggers)]
    digits = hashlib.sha256("\n".join([inputs, *versions, *map(str, paths)]).encode()).hexdigest()[:12]
    kept = keep / f"clips-{digits}.npz" if keep else None
    if kept and kept.is_file():
        stored = np.load(kept)
        return [row if is_there else None for row, is_there in zip(stored["x"], stored["is_there"], strict=True)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        described = list(pool.map(partial(_describe_clip, inputs=inputs, taggers=taggers), paths, chunksize=4))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        width = next(row.size for row in described if row is not None)
        empty = np.zeros(width, dtype=np.float32)
        x = np.stack([empty if row is None else row for row in described])
        np.savez(kept, x=x, is_there=np.array([row is not None for row in described]))
    return described


def _describe_clip(path: Path, *, inputs: str, taggers: tuple[TaggerSpec, ...]) -> NDArray[np.float32] | None:
    taggers = taggers if inputs in TAGGER_READERS else ()
    has_descriptors = inputs not in {AUDIO_TAGS, TAGGER_POOL}
    wanted = None if has_descriptors else frozenset[str]()
    try:
        analysis = analyse_clip(path, spec=FeatureSpec(), wanted=wanted, taggers=taggers)
    except PermanentError:
        return None
    if len(analysis.tagger_outputs) < len(taggers):
        return None  # one of the owner's failed on it
    # as they are stored and read again
    values = [decode_values(encode_values(analysis.tagger_outputs[spec.name])) for spec in taggers]
    return np.concatenate([*([analysis.descriptors] if has_descriptors else []), *values])


def _held_out(plan: FitPlan, clips: Clips, others: Clips) -> dict[str, Any]:
    """One model of all training clips. Raises ValueError where an artist stands on both sides."""
    both = set(clips.artists) & set(others.artists)
    if both:
        raise ValueError(f"artists on both sides: {', '.join(sorted(both)[:5])}")
    probabilities = _answered(plan, clips, np.arange(len(clips.ids)), others.x, seed=0)
    # the evaluation wants out-of-fold rows of two folds; the majority baseline it makes of them is not used
    fold = np.arange(len(others.ids), dtype=np.intp) % 2
    return _figures([(probabilities, others.items(fold), None)])


def _cross_validated(plan: FitPlan, clips: Clips, *, n_folds: int, n_repeats: int) -> dict[str, Any]:
    y = np.array([QUADRANT4.emotion_index(quadrant) for quadrant in clips.quadrants], dtype=np.intp)
    rounds = []
    for seed in range(n_repeats):
        probabilities = np.zeros((len(y), len(QUADRANT4.emotions)))
        fold = np.zeros(len(y), dtype=np.intp)
        for f, (train, test) in enumerate(inner_splits(y, clips.artists, seed=seed, n_splits=n_folds)):
            probabilities[test] = _answered(plan, clips, train, clips.x[test], seed=seed)
            fold[test] = f
        items = clips.items(fold)
        assert leakage.check_leakage(items).is_clean
        rounds.append((probabilities, items, fold))
        print(
            f"repeat {seed + 1} of {n_repeats}: macro F1 {_figures(rounds[-1:])['quadrant4']['macro_f1']:.3f}",
            flush=True,
        )
    return _figures(rounds)


def _answered(
    plan: FitPlan, clips: Clips, train: NDArray[np.intp], x: NDArray[np.float32], *, seed: int
) -> NDArray[np.float64]:
    """What the exported graph of a model fitted to the clips `train` says of `x`."""
    return OnnxModel(export_model(fit_clips(plan, clips, train, seed=seed))).run(x).astype(np.float64)


def fit_clips(plan: FitPlan, clips: Clips, train: NDArray[np.intp], *, seed: int) -> FittedModel:
    """A model of the clips `train`."""
    items = clips.items(np.zeros(len(clips.ids), dtype=np.intp))
    return fit_final(
        plan.build_classifier,
        clips.x[train],
        [items[i] for i in train],
        QUADRANT4.emotions,
        seed=seed,
        inputs=clips.inputs,
        blocks=clips.blocks,
    )


def _figures(
    rounds: Sequence[tuple[NDArray[np.float64], list[DatasetItem], NDArray[np.intp] | None]],
) -> dict[str, Any]:
    """Means over the repeats; the deviation is over all folds of all repeats."""
    pooled = [_metrics(probabilities, items) for probabilities, items, _ in rounds]
    by_fold = []
    for probabilities, items, fold in rounds:
        for f in np.unique(fold) if fold is not None else []:
            rows = np.flatnonzero(fold == f)
            # two halves of one test fold: the evaluation's baseline needs two, the figures do not depend on them
            halves = [
                DatasetItem(example=items[i].example, group=items[i].group, fold=int(n % 2)) for n, i in enumerate(rows)
            ]
            by_fold.append(_metrics(probabilities[rows], halves))
    mean = partial(_mean_of, pooled)
    spread = float(np.std([found["macro_f1"]["value"] for found in by_fold])) if by_fold else None
    return {
        "quadrant4": {
            "macro_f1": mean("macro_f1"),
            "accuracy": mean("accuracy"),
            "macro_f1_mean_of_folds": _mean_of(by_fold, "macro_f1") if by_fold else None,
            "macro_f1_deviation_of_folds": spread,
        },
        "arousal": {"macro_f1": mean("arousal_macro_f1")},
        "valence": {"macro_f1": mean("valence_macro_f1")},
        "interval": {key: pooled[0]["macro_f1"][key] for key in ("low", "high")},
        "repeats": [found["macro_f1"]["value"] for found in pooled],
        "per_class": pooled[0]["per_class"],
        "confusion": pooled[0]["confusion"],
    }


def _metrics(probabilities: NDArray[np.float64], items: Sequence[DatasetItem]) -> ClassificationReport:
    return classification_report(
        probabilities, items, classes=QUADRANT4.emotions, taxonomy="quadrant4", seed=0, n_resamples=300
    )


def _mean_of(found: Sequence[Mapping[str, Any]], name: str) -> float:
    return float(np.mean([metrics[name]["value"] for metrics in found]))
