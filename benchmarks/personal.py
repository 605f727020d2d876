"""What a person's labels gain: the personal head against the shared model, for simulated annotators.

    python -m benchmarks personal --data DIR [--keep DIR] --json FILE

DIR holds `audio_4q/tracks.csv` with id, artist, quadrant, mood_tags, genres and path. Annotators are made from the mood
tags and genres (`simulated_annotators`), five of each kind:

- `same`: as the set. `fifth_by_dice`, `all_by_dice`: labels are drawn.
- `related_tags`: 15 mood tags that belong together are heard as another quadrant. `scattered_tags` are 15 that do not,
  each in a quadrant of its own: shown, and without a goal.
- `genre`: one of the five most frequent genres is heard as one other quadrant.

The artists are split into five folds. A person is asked about 10, 20 or 50 clips of one fold; the shared model that
predicts them, and those that predict the clips of the other folds, are fitted without that fold, and each of the latter
without the fold that it predicts as well. Components are of the library's projection, which knows no label. Reported is
macro F1 against the person's own labels, personal less shared: the mean over draws (two of each fold) for each
annotator, then mean and 95 % interval (Student's t) over the five. Beside it stands what the same head gains with the
labels of all clips of four folds, on the fifth: more cannot be had from more labels. `ok` if every goal is reached at
the lower end.
"""

import argparse
import csv
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.audio_emotion import TAGGERS, Clips, fit_clips, read
from benchmarks.simulated_annotators import ANNOTATORS, WordedClips
from services.featurizer.descriptors import DESCRIPTORS
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.splits import inner_splits
from shared.arrays import Floats, Indices, Probabilities
from shared.domain.dataset import TAGGED_DESCRIPTORS
from shared.domain.emotion import QUADRANT4
from shared.metrics.confusion import confusion_matrix, macro_f1
from shared.personal.personal_logits import PersonalHead, fit_personal_head
from shared.personal.whitening import Whitening
from shared.similarity.projection import DescriptorProjection

DATA_FILES = ("audio_4q/tracks.csv",)
N_LABELS = (10, 20, 50)
N_ANNOTATORS = 5
N_FOLDS = 5
N_DRAWS = 2
"""Of each fold."""
GOALS: Mapping[str, Mapping[int, float]] = MappingProxyType(
    {
        "same": dict.fromkeys(N_LABELS, -0.01),
        "fifth_by_dice": dict.fromkeys(N_LABELS, -0.02),
        "all_by_dice": dict.fromkeys(N_LABELS, -0.02),
        "related_tags": {50: 0.03},
        "genre": {50: 0.03},
    }
)
"""The lower end of the interval, by kind and number of labels."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--keep", type=Path, help="where analysed clips are kept, as for audio_emotion")


@dataclass(frozen=True, eq=False)
class SharedPredictions:
    """Predictions of models that were fitted without two folds, or one."""

    fold: Indices
    """`(n,)`."""
    by_folds: Mapping[tuple[int, int], Probabilities]
    """`(n, k)` by the folds left out; only the rows of these are held out."""
    artists: tuple[str, ...]
    z: Floats
    """`(n, d)`: whitened components."""

    def predict_asked(self, asked_fold: int) -> Probabilities:
        """`(n, k)`, of which the rows of the fold count."""
        return self.by_folds[asked_fold, asked_fold]

    def predict_others(self, asked_fold: int) -> tuple[Indices, Probabilities]:
        """The clips of all other folds, and what models predict that know neither theirs nor this fold."""
        rows = np.flatnonzero(self.fold != asked_fold)
        folds = [(min(asked_fold, f), max(asked_fold, f)) for f in self.fold[rows].tolist()]
        return rows, np.stack([self.by_folds[pair][row] for pair, row in zip(folds, rows.tolist(), strict=True)])


def run(data: Path, keep: Path | None = None) -> dict[str, Any]:
    """`ok` if the goals are reached."""
    folder = (data / "audio_4q").resolve()
    clips = read(folder, inputs=TAGGED_DESCRIPTORS, keep=keep)
    worded = read_words(folder, clips)
    shared = predict_shared(clips, worded.quadrants)
    kinds = {
        kind: measure_kind([make(worded, number) for number in range(N_ANNOTATORS)], worded.quadrants, shared)
        for kind, make in ANNOTATORS.items()
    }
    reached = {
        f"{kind}.{n}": kinds[kind]["labels"][n]["low"] >= goal
        for kind, goals in GOALS.items()
        for n, goal in goals.items()
    }
    return {
        "summary": "\n".join(_describe_kind(kind, figures) for kind, figures in kinds.items())
        + f"\nmissed: {', '.join(name for name, is_reached in reached.items() if not is_reached) or 'none'}",
        "ok": all(reached.values()),
        "kinds": kinds,
        "reached": reached,
        "goals": {kind: dict(goals) for kind, goals in GOALS.items()},
        "n_clips": len(clips.ids),
    }


def read_words(folder: Path, clips: Clips) -> WordedClips:
    """The mood tags and genres of the clips."""
    with (folder / "tracks.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    return WordedClips(
        quadrants=np.array([QUADRANT4.emotion_index(quadrant) for quadrant in clips.quadrants], dtype=np.intp),
        mood_tags=[frozenset(filter(None, rows[clip]["mood_tags"].split("; "))) for clip in clips.ids],
        genres=[frozenset(filter(None, rows[clip]["genres"].split("; "))) for clip in clips.ids],
    )


def predict_shared(clips: Clips, y: Indices) -> SharedPredictions:
    """Kernel ridge regression without each fold, and without each two."""
    fold = np.zeros(len(y), dtype=np.intp)
    for number, (_, test) in enumerate(inner_splits(y, clips.artists, seed=0, n_splits=N_FOLDS)):
        fold[test] = number
    plan = FitPlan(estimator="kernel_ridge")
    by_folds = {}
    for pair in combinations_with_replacement(range(N_FOLDS), 2):
        model = fit_clips(plan, clips, np.flatnonzero(~np.isin(fold, pair)), seed=0)
        by_folds[pair] = model.probabilities(clips.x)
    outputs = clips.x[:, len(DESCRIPTORS) :]
    widths = tuple(width for tagger in TAGGERS for width in tagger.scaled_widths)
    components = DescriptorProjection.from_sample(outputs, widths=widths).project_rows(outputs).astype(np.float64)
    z = Whitening.from_sample(components).whiten(components)
    return SharedPredictions(fold=fold, by_folds=by_folds, artists=clips.artists, z=z)


def measure_kind(annotators: list[Indices], y: Indices, shared: SharedPredictions) -> dict[str, Any]:
    """Gains by number of labels. `annotators` are the labels `(n,)` that each gives all clips."""
    by_size: dict[int, dict[str, Any]] = {}
    for n_labels in N_LABELS:
        results = [_measure_annotator(heard, shared, number, n_labels) for number, heard in enumerate(annotators)]
        gains = np.array([result["gain"] for result in results])
        half = stats.t.ppf(0.975, len(gains) - 1) * gains.std(ddof=1) / np.sqrt(len(gains))
        by_size[n_labels] = {
            "gain": float(gains.mean()),
            "low": float(gains.mean() - half),
            "high": float(gains.mean() + half),
            "by_annotator": gains.tolist(),
            **{name: float(np.mean([result[name] for result in results])) for name in ("accuracy_gain", "personal")},
        }
    return {
        "labels": by_size,
        "shared_macro_f1": float(np.mean([result["shared"] for result in results])),
        "changed": float(np.mean([(heard != y).mean() for heard in annotators])),
        "gain_of_all_labels": float(np.mean([_measure_all_labels(heard, shared) for heard in annotators])),
    }


def _measure_annotator(heard: Indices, shared: SharedPredictions, number: int, n_labels: int) -> dict[str, float]:
    """Means over draws: macro F1 of the shared model, what the head gains, and how often there is one at all."""
    draws = []
    for asked_fold in range(N_FOLDS):
        rows, of_others = shared.predict_others(asked_fold)
        f1_before = _macro_f1(heard[rows], of_others)
        hits_before = (of_others.argmax(axis=1) == heard[rows]).mean()
        for draw in range(N_DRAWS):
            rng = np.random.default_rng([number, asked_fold, draw])
            asked = rng.permutation(np.flatnonzero(shared.fold == asked_fold))[:n_labels]
            head = _fit_head(heard, asked, shared, asked_fold)
            personal = head.predict_probabilities(of_others, shared.z[rows])
            hits = (personal.argmax(axis=1) == heard[rows]).mean()
            gain = _macro_f1(heard[rows], personal) - f1_before
            draws.append((f1_before, gain, hits - hits_before, float(not head.is_shared)))
    names = ("shared", "gain", "accuracy_gain", "personal")
    return dict(zip(names, np.mean(draws, axis=0).tolist(), strict=True))


def _measure_all_labels(heard: Indices, shared: SharedPredictions) -> float:
    """What a head gains that is fitted to the clips of four folds, on those of the fifth; the mean of the five."""
    gains = []
    for fold in range(N_FOLDS):
        asked, of_asked = shared.predict_others(fold)
        rows = np.flatnonzero(shared.fold == fold)
        head = fit_personal_head(of_asked, shared.z[asked], heard[asked], [shared.artists[i] for i in asked]).head
        before = shared.predict_asked(fold)[rows]
        after = head.predict_probabilities(before, shared.z[rows])
        gains.append(_macro_f1(heard[rows], after) - _macro_f1(heard[rows], before))
    return float(np.mean(gains))


def _fit_head(heard: Indices, asked: Indices, shared: SharedPredictions, asked_fold: int) -> PersonalHead:
    return fit_personal_head(
        shared.predict_asked(asked_fold)[asked],
        shared.z[asked],
        heard[asked],
        [shared.artists[row] for row in asked.tolist()],
    ).head


def _macro_f1(y: Indices, probabilities: Probabilities) -> float:
    return float(macro_f1(confusion_matrix(y, probabilities)))


def _describe_kind(kind: str, figures: dict[str, Any]) -> str:
    gains = "; ".join(
        f"{n}: {of_size['gain']:+.3f} ({of_size['low']:+.3f} to {of_size['high']:+.3f}), accuracy "
        f"{of_size['accuracy_gain']:+.3f}, another head in {of_size['personal']:.0%}"
        for n, of_size in figures["labels"].items()
    )
    of_all = f"all: {figures['gain_of_all_labels']:+.3f}"
    return f"{kind}: shared {figures['shared_macro_f1']:.3f}, {figures['changed']:.0%} changed; {gains}; {of_all}"
