"""The talk's tables of four and three moods: under its own protocol, which leaks, and under an honest one.

The talk's protocol: every row in, the same track many times, one random fifth for the test, min-max scaling,
scikit-learn as it comes. The honest one is the trainer's: duplicates out, ambiguous tracks aside, artists on one side.
"""

import argparse
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import make_pipeline
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier, StackingClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from benchmarks.mood_tables import MOODS, MoodRow, honest, read_folder, table_of
from services.trainer.dataset import leakage
from services.trainer.fitting.cross_validation import cross_fit
from services.trainer.fitting.fit_plan import FitPlan
from shared.domain.emotion import TAXONOMIES, project_emotion
from shared.metrics.reports.classification import classification_report

SLIDES: dict[tuple[str, str, str], dict[str, float]] = {
    ("mood4", "svm", "none"): {"calm": 0.96, "energetic": 0.87, "sad": 0.11, "happy": 0.04},
    ("mood4", "svm", "smote"): {"calm": 0.94, "energetic": 0.72, "sad": 0.27, "happy": 0.23},
    ("mood3", "stacking", "none"): {"healing": 0.96, "joyful": 0.88, "sad": 0.45},
}
"""F1 a class, as the slides have it."""
DATA_FILES = ("calm.csv", "spotify_moods/calm.csv")
WITHIN = 0.05
GOALS = {"weighted_f1": 0.855, "macro_f1": 0.66}
SEED = 0

_HONEST: tuple[tuple[str, str, str, str], ...] = (
    ("majority", "mood4", "none", "none"),
    ("svm", "mood4", "none", "none"),
    ("svm", "mood4", "smote", "none"),
    ("tree", "mood4", "none", "none"),
    ("logistic", "mood4", "soft_weights", "none"),
    ("forest", "mood4", "none", "none"),
    ("forest", "mood4", "soft_weights", "none"),
    ("extra_trees", "mood4", "soft_weights", "none"),
    ("boosting", "mood4", "none", "none"),
    ("boosting", "mood4", "soft_weights", "none"),
    ("stacking", "mood4", "none", "none"),
    ("stacking", "mood3", "none", "none"),
    ("ensemble", "mood4", "soft_weights", "none"),
    ("ensemble", "mood4", "soft_weights", "macro_f1"),
)
"""Estimator, taxonomy, imbalance, thresholds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--estimator", help="only this one, under the honest protocol")


def run(data: Path, estimator: str | None = None) -> dict[str, Any]:
    """Both protocols; `ok` if the slides are met and the honest goal is reached."""
    rows = read_folder(data)
    talk = [] if estimator else [_talk(rows, *key) for key in _TALK]
    chosen = [key for key in _HONEST if estimator in {None, key[0]}]
    judged = [_honest(rows, *key) for key in chosen]
    if not estimator:
        judged.append(_with_new_sad(rows, data))
    near = all(row["within_of_slides"] for row in talk)
    best = max((row for row in judged if row["set"] == "with artist"), key=lambda row: float(row["macro_f1"]))
    reached = all(best[name] >= goal for name, goal in GOALS.items())
    lines = [_line(row) for row in [*talk, *judged]]
    return {
        "summary": "\n".join(
            [
                *lines,
                f"slides met within {WITHIN}: {near}; honest goal {GOALS} reached: {reached} ({best['estimator']})",
            ]
        ),
        "ok": near and reached,
        "rows": [*talk, *judged],
        "leak": _leak(rows),
        "goals": GOALS,
        "seed": SEED,
    }


def _svm(*, smote: bool) -> Any:
    steps = [MinMaxScaler(), *([SMOTE(random_state=SEED)] if smote else []), SVC()]
    return make_pipeline(*steps)


def _stacking() -> Any:
    members = [
        ("svm", SVC()),
        ("tree", DecisionTreeClassifier(random_state=SEED)),
        ("forest", RandomForestClassifier(random_state=SEED)),
    ]
    return make_pipeline(MinMaxScaler(), StackingClassifier(members, cv=5))


_TALK: dict[tuple[str, str, str], Callable[[], Any]] = {
    ("mood4", "svm", "none"): partial(_svm, smote=False),
    ("mood4", "svm", "smote"): partial(_svm, smote=True),
    ("mood4", "stacking", "none"): _stacking,
    ("mood3", "stacking", "none"): _stacking,
}
"""The talk's models, as a person would write them with scikit-learn."""


def _talk(rows: Sequence[MoodRow], taxonomy: str, estimator: str, imbalance: str) -> dict[str, Any]:
    started = time.monotonic()
    classes = TAXONOMIES[taxonomy].emotions
    x = table_of(rows)
    y = np.array([classes.index(project_emotion(row.mood, taxonomy="mood4", onto=taxonomy) or "") for row in rows])
    train, test = train_test_split(np.arange(len(y)), test_size=0.2, random_state=SEED)
    said = _TALK[taxonomy, estimator, imbalance]().fit(x[train], y[train]).predict(x[test])
    f1 = dict(zip(classes, f1_score(y[test], said, average=None, labels=range(len(classes))).tolist(), strict=True))
    slides = SLIDES.get((taxonomy, estimator, imbalance), {})
    compared = [name for name in ("calm", "energetic", "healing", "joyful") if name in slides]
    row = {
        "protocol": "talk",
        "set": "all rows",
        "taxonomy": taxonomy,
        "estimator": estimator,
        "imbalance": imbalance,
        "thresholds": "none",
        "weighted_f1": f1_score(y[test], said, average="weighted"),
        "macro_f1": f1_score(y[test], said, average="macro"),
        "per_class": {n: {"f1": v} for n, v in f1.items()},
        "slides": slides,
        "within_of_slides": all(abs(f1[name] - slides[name]) <= WITHIN for name in compared),
        "n_train": len(train),
        "n_test": len(test),
        "interval": _bootstrap_of_rows(y[test], said, k=len(classes)),
        "seconds": time.monotonic() - started,
    }
    print(_line(row), flush=True)
    return row


def _bootstrap_of_rows(y: NDArray[np.intp], said: NDArray[np.intp], *, k: int) -> dict[str, list[float]]:
    """Percentiles over single rows: under this protocol nothing is grouped."""
    rng = np.random.default_rng(SEED)
    drawn = [rng.integers(len(y), size=len(y)) for _ in range(300)]
    found = {}
    for average in ("weighted", "macro"):
        values = [f1_score(y[i], said[i], average=average, labels=range(k), zero_division=0) for i in drawn]
        found[f"{average}_f1"] = [float(q) for q in np.quantile(values, [0.025, 0.975])]
    return found


def _honest(
    rows: Sequence[MoodRow],
    estimator: str,
    taxonomy: str,
    imbalance: str,
    thresholds: str,
    *,
    name: str = "with artist",
) -> dict[str, Any]:
    started = time.monotonic()
    known = rows if name != "with artist" else [row for row in rows if row.artist]
    parted, x = honest(known, taxonomy=taxonomy)
    classes = TAXONOMIES[taxonomy].emotions
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        oof = cross_fit(
            FitPlan(estimator=estimator, thresholds=thresholds).build_classifier,
            x,
            parted.items,
            classes,
            seed=SEED,
            inputs="catalogue",
            imbalance=imbalance,
            on_fold=lambda _: None,
        )
    metrics = classification_report(oof, parted.items, classes=classes, taxonomy=taxonomy, seed=SEED)
    row = {
        "protocol": "honest",
        "set": name,
        "taxonomy": taxonomy,
        "estimator": estimator,
        "imbalance": imbalance,
        "thresholds": thresholds,
        "weighted_f1": metrics["weighted_f1"]["value"],
        "macro_f1": metrics["macro_f1"]["value"],
        "per_class": metrics["per_class"],
        "ece": metrics["ece"],
        "roc_auc": metrics["roc_auc"]["value"],
        "n_train": round(len(x) * 0.8),
        "n_test": len(x),
        "interval": {n: [metrics[n]["low"], metrics[n]["high"]] for n in ("weighted_f1", "macro_f1")},
        "seconds": time.monotonic() - started,
    }
    print(_line(row), flush=True)
    return row


def _with_new_sad(rows: Sequence[MoodRow], data: Path) -> dict[str, Any]:
    """The 172 further sad rows have no artist: each is a group of its own, so artists may stand on both sides."""
    from benchmarks.mood_tables import read_table  # noqa: PLC0415 - only here

    folder = data if (data / "calm.csv").exists() else data / "spotify_moods"
    more = [*rows, *read_table(folder / "sad_new.csv")]
    return _honest(more, "boosting", "mood4", "soft_weights", "none", name="with sad_new, its rows ungrouped")


def _leak(rows: Sequence[MoodRow]) -> dict[str, Any]:
    """What the talk's random split has on both sides, and that the honest one has nothing."""
    ids = np.array([row.track_id for row in rows])
    artists = np.array([row.artist or "" for row in rows])
    train, test = train_test_split(np.arange(len(ids)), test_size=0.2, random_state=SEED)
    moods: dict[str, set[str]] = {}
    for row in rows:
        moods.setdefault(row.track_id, set()).add(row.mood)
    parted, _ = honest([row for row in rows if row.artist])
    return {
        "talk": {
            "n_rows": len(ids),
            "n_unique_ids": len(moods),
            "n_ids_with_two_moods": sum(len(said) > 1 for said in moods.values()),
            "share_of_test_rows_whose_id_is_in_training": float(np.isin(ids[test], ids[train]).mean()),
            "share_of_test_rows_whose_artist_is_in_training": float(np.isin(artists[test], artists[train]).mean()),
        },
        "honest": {**leakage.check_leakage(parted.items).as_card(), **parted.set_aside.as_dict()},
        "moods": list(MOODS),
    }


def _line(row: dict[str, Any]) -> str:
    f1 = ", ".join(f"{name} {found['f1']:.2f}" for name, found in row["per_class"].items())
    low, high = row["interval"]["macro_f1"]
    return (
        f"{row['protocol']:6} {row['taxonomy']} {row['estimator']:11} {row['imbalance']:12} {row['thresholds']:8} "
        f"weighted {row['weighted_f1']:.3f} macro {row['macro_f1']:.3f} ({low:.3f}-{high:.3f})  {f1}  "
        f"[{row['seconds']:.0f} s; {row['set']}]"
    )
