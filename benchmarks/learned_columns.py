"""The learned columns: how they are made, and what they are worth on artists that they did not learn from.

    python -m benchmarks learned_columns --train DIR [--tables DIR] [--open DIR] [--speech DIR] [--keep DIR] --json FILE
    python -m benchmarks learned_columns --train DIR --tables DIR --write

`--train` holds `tracks.csv` with id, artist, quadrant, genres and path. All of its figures are out of fold, by artist,
beside the columns that are computed without labels. `--tables` are the tables of the talk, of which Spotify's
distribution of valence is read; without them the knots that are shipped stay. `--write` fits the weights to all clips
and writes them, with their digits, into the project. The figures of recorded sounds are of `column_sounds`.
"""

import argparse
import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import shared.domain.learned_columns
from benchmarks import audio_emotion, column_sounds
from benchmarks.arguments import existing_path
from benchmarks.catalogue_columns import Columns, columns_of_files
from benchmarks.learned_column_fit import (
    GENRE_COLUMNS,
    LabelledClips,
    compute_joined_scores,
    fit_weights,
    spotify_quantiles,
    weighted_quantiles,
)
from benchmarks.mood_tables import MOODS, read_table
from services.featurizer.descriptors import DESCRIPTORS
from services.featurizer.learned_columns.computation import compute_named_score, compute_speechiness, name_outputs
from services.featurizer.learned_columns.weights import (
    AXES,
    QUADRANTS,
    WEIGHTS_PATH,
    ColumnWeights,
    StackedWeights,
    digest_of,
    join_values,
    load_weights,
)
from services.trainer.splits import inner_splits
from shared.arrays import Floats, Mask
from shared.domain.dataset import TAGGED_DESCRIPTORS
from shared.domain.features import FeatureSpec
from shared.domain.learned_columns import LEARNED_SPEC
from shared.domain.stages import stage_fingerprints
from shared.metrics.calibration import brier_score, ece_under_perfect_calibration, expected_calibration_error
from shared.metrics.group_bootstrap import percentile_interval, resample_figure
from shared.metrics.ranking import RocAucWithinFolds

GOALS = {
    "valence": 0.90,
    "valence Q1 against Q2": 0.96,
    "valence Q4 against Q3": 0.82,
    "energy": 0.96,
    "instrumentalness": 0.85,
    "acousticness": 0.89,
}
"""Least ROC AUC."""
PUBLISHED = {"valence": 0.67, "energy": 0.916}
"""Of VibeNet 0.1.0 on the same clips, which learned from none of them."""
N_FOLDS, N_REPEATS, N_RESAMPLES = 5, 5, 1000
MUSIC_SPEECHINESS, LEAST_MUSIC_SHARE = 0.33, 0.95
_SPOKEN = {"Rap", "Comedy/Spoken"}
_LEVELS = (0.05, 0.5, 0.95)
_DIGITS_OF_WEIGHTS = re.compile(r'LearnedColumnsSpec\(weights="[0-9a-f]{12}"')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--train", type=existing_path, required=True, help="a folder with tracks.csv")
    parser.add_argument("--tables", type=existing_path, help="the talk's four tables without duplicates")
    parser.add_argument("--open", type=existing_path, help="a folder of pieces; see `column_sounds`")
    parser.add_argument("--speech", type=existing_path, help="a folder of recorded speech, wav")
    parser.add_argument("--applause", type=existing_path, help="a folder of recorded applause, wav or ogg")
    parser.add_argument("--repeats", type=int, default=N_REPEATS)
    parser.add_argument("--keep", type=Path, help="where analysed clips are kept")
    parser.add_argument("--write", action="store_true", help="fit the weights to all clips and write them")


def run(train: Path, **others: Any) -> dict[str, Any]:
    """`ok` if the goals are reached."""
    clips = audio_emotion.read(train.resolve(), inputs=TAGGED_DESCRIPTORS, keep=others["keep"])
    rows = _rows_by_id(train)
    genres = [frozenset(genre.strip() for genre in rows[one]["genres"].split(";")) for one in clips.ids]
    labelled, speechiness = _label(clips, genres)
    spotify = _read_spotify(others["tables"])
    if others["write"]:
        weights = fit_weights(labelled, spotify=spotify, made_from=_describe_source(labelled))
        content = _write_weights(weights)
        return {"ok": True, "summary": f"{WEIGHTS_PATH}: {len(content):,} bytes, {digest_of(content)}"}
    paths = [train.resolve() / rows[one]["path"] for one in clips.ids]
    computed = _computed_columns(paths, keep=others["keep"])
    figures = _out_of_fold_figures(labelled, spotify=spotify, n_repeats=others["repeats"])
    figures |= _computed_figures(labelled, computed)
    figures["speechiness of music"] = _music_speechiness(speechiness, genres)
    sounds = column_sounds.measure(
        open_pieces=others["open"], speech=others["speech"], applause=others["applause"], train=train
    )
    reached = {name: figures[name]["value"] >= goal for name, goal in GOALS.items()}
    reached["speechiness of music"] = figures["speechiness of music"]["below"] >= LEAST_MUSIC_SHARE
    reached |= column_sounds.compare_with_goals(sounds)
    return {
        "ok": all(reached.values()),
        "summary": _summary(figures, sounds, reached),
        "figures": figures,
        "sounds": sounds,
        "reached": reached,
        "goals": GOALS,
        "published": PUBLISHED,
        "n_clips": len(clips.ids),
    }


def _rows_by_id(train: Path) -> dict[str, dict[str, str]]:
    with (train / "tracks.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def _label(clips: audio_emotion.Clips, genres: Sequence[frozenset[str]]) -> tuple[LabelledClips, Floats]:
    """What is learned from, and the speechiness of each clip, of which nothing is learned."""
    read = {name for column in GENRE_COLUMNS.values() for group in column.inputs for name in group}
    values, named_values, speechiness = [], [], []
    for row in clips.x:
        outputs, start = {}, len(DESCRIPTORS)
        for spec in LEARNED_SPEC.taggers:
            outputs[spec.name] = row[start : start + spec.n_values]
            start += spec.n_values
        named = name_outputs(outputs)
        values.append(join_values(row[: len(DESCRIPTORS)], outputs))
        named_values.append(named)
        speechiness.append(compute_speechiness(named))
    labelled = LabelledClips(
        values=np.stack(values),
        named={name: np.array([named[name] for named in named_values]) for name in read},
        quadrants=np.array([QUADRANTS.index(quadrant) for quadrant in clips.quadrants], dtype=np.intp),
        artists=clips.artists,
        genres=tuple(genres),
    )
    return labelled, np.array(speechiness)


def _read_spotify(tables: Path | None) -> Floats:
    """The places of the knots."""
    if tables is None:
        return np.array([value for _, value in load_weights().spotify_knots])
    rows = {mood: read_table(tables / f"{mood}_no_duplicates.csv") for mood in MOODS}
    values = [[row.values["valence"] for row in by_mood if "valence" in row.values] for by_mood in rows.values()]
    return spotify_quantiles([np.array(by_mood) for by_mood in values])


def _describe_source(labelled: LabelledClips) -> dict[str, object]:
    return {
        "n_clips": len(labelled.quadrants),
        "n_artists": len(set(labelled.artists)),
        "taggers": LEARNED_SPEC.tagger_versions,
        "descriptors": stage_fingerprints(FeatureSpec())["descriptors"],
    }


def _write_weights(weights: ColumnWeights) -> bytes:
    """The content of the file. Its digits go into the spec."""
    content = weights.to_json().encode()
    WEIGHTS_PATH.write_bytes(content)
    module = Path(shared.domain.learned_columns.__file__)
    named = _DIGITS_OF_WEIGHTS.sub(f'LearnedColumnsSpec(weights="{digest_of(content)}"', module.read_text())
    module.write_text(named)
    return content


def _computed_columns(paths: Sequence[Path], *, keep: Path | None) -> list[Columns]:
    """Those that are computed today without labels, of the clips in order; with `keep`, once for each version."""
    named = "\n".join([FeatureSpec().fingerprint, *map(str, paths)])
    kept = keep / f"columns-{digest_of(named.encode())}.json" if keep else None
    if kept and kept.is_file():
        stored: list[Columns] = json.loads(kept.read_text())
        return stored
    columns = columns_of_files(paths)
    if kept:
        kept.write_text(json.dumps(columns))
    return columns


def _out_of_fold_figures(labelled: LabelledClips, *, spotify: Floats, n_repeats: int) -> dict[str, Any]:
    """Means over the repeats, with intervals over artists of the first."""
    rounds = []
    for seed in range(n_repeats):
        rounds.append(_predict_out_of_fold(labelled, spotify=spotify, seed=seed))
        print(f"repeat {seed + 1} of {n_repeats}", flush=True)
    figures: dict[str, Any] = {}
    for name, (column, rows, has) in _comparisons(labelled).items():
        figures[name] = _area([one[column] for one in rounds], has, rows, labelled)
    for column in AXES:
        figures[f"{column} calibration"] = _calibration([one[column] for one in rounds], labelled.is_upper(column))
    shares = 1 / np.bincount(labelled.quadrants)[labelled.quadrants]
    figures["valence on Spotify's scale"] = {
        "quantiles": np.mean(
            [weighted_quantiles(one["scale"], shares, np.array(_LEVELS)) for one in rounds], axis=0
        ).tolist(),
        "wanted": np.interp(_LEVELS, np.linspace(0, 1, len(spotify)), spotify).tolist(),
    }
    return figures


def _predict_out_of_fold(labelled: LabelledClips, *, spotify: Floats, seed: int) -> dict[str, Floats]:
    """By column `(n,)`: everything that is fitted, calibration and knots too, is fitted to other artists."""
    predicted = {name: np.zeros(len(labelled.quadrants)) for name in (*AXES, "scale", *GENRE_COLUMNS)}
    for train, test in inner_splits(labelled.quadrants, list(labelled.artists), seed=seed, n_splits=N_FOLDS):
        weights = fit_weights(labelled.select(train), spotify=spotify, made_from={}, seed=seed)
        for column, scores in compute_joined_scores(
            StackedWeights.from_weights(weights), labelled.values[test]
        ).items():
            slope, intercept = weights.calibration[column]
            predicted[column][test] = 1 / (1 + np.exp(-(slope * scores + intercept)))
        predicted["scale"][test] = np.interp(predicted["valence"][test], *np.transpose(weights.spotify_knots))
        for column, score in weights.named_scores.items():
            for i in test:
                named = {name: values[i] for name, values in labelled.named.items()}
                predicted[column][i] = compute_named_score(score, named)
    return predicted


def _comparisons(labelled: LabelledClips) -> dict[str, tuple[str, Mask, Mask]]:
    """By figure the column, the clips that are compared, and which of them it should be high for."""
    everything = np.ones(len(labelled.quadrants), dtype=bool)
    valence = labelled.is_upper("valence")
    energetic = labelled.is_upper("energy")
    comparisons = {
        "valence": ("valence", everything, valence),
        "valence Q1 against Q2": ("valence", energetic, valence),
        "valence Q4 against Q3": ("valence", ~energetic, valence),
        "energy": ("energy", everything, energetic),
    }
    for name, column in GENRE_COLUMNS.items():
        is_upper = labelled.is_of(column.upper)
        comparisons[name] = (name, is_upper ^ labelled.is_of(column.lower), is_upper)
    return comparisons


def _computed_figures(labelled: LabelledClips, computed: Sequence[Columns]) -> dict[str, Any]:
    figures = {}
    for name, (column, rows, has) in _comparisons(labelled).items():
        values = np.array([columns[column] if columns[column] is not None else np.nan for columns in computed])
        figures[f"{name}, computed without labels"] = _area([values], has, rows & np.isfinite(values), labelled)
    return figures


def _area(predictions: Sequence[Floats], has: Mask, rows: Mask, labelled: LabelledClips) -> dict[str, float]:
    """The mean ROC AUC over the repeats, and the interval of the first over artists."""
    _, group_of = np.unique(np.asarray(labelled.artists)[rows], return_inverse=True)
    n_groups = int(group_of.max()) + 1
    one_fold = np.zeros(int(rows.sum()), dtype=np.intp)
    areas = [
        RocAucWithinFolds(scores=values[rows, np.newaxis], has=has[rows, np.newaxis], folds=one_fold, group_of=group_of)
        for values in predictions
    ]
    ones = np.ones((1, n_groups))
    drawn = resample_figure(areas[0], n_groups=n_groups, n_resamples=N_RESAMPLES, seed=0)
    low, high = percentile_interval(drawn)
    mean = float(np.mean([area.compute_values(ones)[0] for area in areas]))
    return {"value": mean, "low": low, "high": high, "n": int(rows.sum())}


def _calibration(predictions: Sequence[Floats], is_upper: Mask) -> dict[str, float]:
    targets = is_upper[:, np.newaxis].astype(np.float64)
    return {
        "ece": float(np.mean([expected_calibration_error(values, is_upper) for values in predictions])),
        "brier": float(np.mean([brier_score(values[:, np.newaxis], targets) for values in predictions])),
        "ece_of_perfect": float(np.mean([ece_under_perfect_calibration(values) for values in predictions])),
        "brier_of_share": float(is_upper.mean() * (1 - is_upper.mean())),
    }


def _music_speechiness(speechiness: Floats, genres: Sequence[frozenset[str]]) -> dict[str, Any]:
    is_sung = np.array([not one & _SPOKEN for one in genres])
    rap = np.array(["Rap" in one for one in genres])
    return {
        "below": float((speechiness[is_sung] < MUSIC_SPEECHINESS).mean()),
        "n": int(is_sung.sum()),
        "quantiles": np.quantile(speechiness[is_sung], _LEVELS).tolist(),
        "quantiles of rap": np.quantile(speechiness[rap], _LEVELS).tolist() if rap.any() else None,
    }


def _summary(figures: Mapping[str, Any], sounds: Mapping[str, Any], reached: Mapping[str, bool]) -> str:
    lines = ["| column | ROC AUC out of fold | without labels | VibeNet | goal |", "|---|---|---|---|---|"]
    for name in (name for name in figures if f"{name}, computed without labels" in figures):
        mine, before = figures[name], figures[f"{name}, computed without labels"]
        shown = [f"{one['value']:.3f} ({one['low']:.3f}–{one['high']:.3f})" for one in (mine, before)]
        published = PUBLISHED.get(name)
        lines.append(f"| {name} | {' | '.join(shown)} | {published or '–'} | {GOALS.get(name, '–')} |")
    lines += [f"{name}: {figures[name]}" for name in figures if "value" not in figures[name]]
    lines += [f"{name}: {found}" for name, found in sounds.items()]
    return "\n".join([*lines, f"reached: {dict(reached)}"])
