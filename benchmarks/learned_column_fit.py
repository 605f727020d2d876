"""Fits the weights of the learned columns to labelled clips. No benchmark of its own.

All models are logistic regressions. Their probabilities are calibrated on predictions for artists that they were not
fitted to (Platt 1999), and the knots of Spotify's scale are made of the same predictions.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from services.featurizer.learned_columns.computation import join_scores
from services.featurizer.learned_columns.weights import (
    AXES,
    QUADRANTS,
    BlockWeights,
    ColumnWeights,
    LinearScore,
    NamedInput,
    NamedScore,
    StackedWeights,
    list_block_sizes,
    standardise_values,
)
from services.trainer.splits import inner_splits
from shared.arrays import Floats, Indices, Mask

BINARY_C, QUADRANT_C, GENRE_C = 2.0, 1.0, 0.1
"""Inverse strengths of the penalties: of the models of two classes, of the quadrants, and of columns from genres."""


@dataclass(frozen=True, kw_only=True)
class GenreColumn:
    """A column that is learned from genres, from so few values that it can hardly learn the genres themselves."""

    upper: frozenset[str]
    lower: frozenset[str]
    inputs: tuple[tuple[str, ...], ...]
    """Names of values. Those of a group count by their mean: with a weight for each, singing would speak for
    instruments, because choirs sing in genres without voices.
    """


def _tags(*names: str) -> tuple[str, ...]:
    return tuple(f"musicnn_tag_mean_{name}" for name in names)


GENRE_COLUMNS = {
    "instrumentalness": GenreColumn(
        upper=frozenset({"New Age", "Classical"}),
        lower=frozenset({"Vocal", "Rap"}),
        inputs=(("yamnet_class_mean_0", "yamnet_class_mean_24", "yamnet_class_mean_31"), _tags("instrumental")),
    ),
    "acousticness": GenreColumn(
        upper=frozenset({"Classical", "Folk", "New Age"}),
        lower=frozenset({"Electronic", "Rap"}),
        inputs=(_tags("acoustic"), _tags("electronic", "electronica", "electro")),
    ),
    "danceability": GenreColumn(
        upper=frozenset({"Rap", "R&B", "Latin", "Reggae", "Electronic"}),
        lower=frozenset({"Classical", "New Age", "Folk"}),
        inputs=(_tags("dance", "party"),),
    ),
}
"""The classes of YAMNet are speech, singing and rapping."""
N_INNER_FOLDS = 5
N_KNOTS = 41
_DIGITS = 6
"""Significant ones of a weight in the file."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelledClips:
    """What the columns are learned from."""

    values: Floats
    """`(n, n_values)`: the joined blocks."""
    named: Mapping[str, Floats]
    """Each value of the taggers `(n,)` that a column from genres is learned from, by its name."""
    quadrants: Indices
    """`(n,)`: positions in `QUADRANTS`."""
    artists: tuple[str, ...]
    genres: tuple[frozenset[str], ...]
    """Those of each clip."""

    def select(self, rows: Indices) -> "LabelledClips":
        """Those of the rows."""
        return LabelledClips(
            values=self.values[rows],
            named={name: values[rows] for name, values in self.named.items()},
            quadrants=self.quadrants[rows],
            artists=tuple(self.artists[i] for i in rows),
            genres=tuple(self.genres[i] for i in rows),
        )

    def is_upper(self, column: str) -> Mask:
        """`(n,)`: at the upper end of an axis."""
        upper: Mask = np.isin(self.quadrants, [QUADRANTS.index(one) for one in AXES[column]])
        return upper

    def is_of(self, genres: Collection[str]) -> Mask:
        """`(n,)`: of any of the genres."""
        return np.array([not one.isdisjoint(genres) for one in self.genres])


def fit_weights(clips: LabelledClips, *, spotify: Floats, made_from: dict[str, object], seed: int = 0) -> ColumnWeights:
    """Everything that is learned of the clips. `spotify` are the places of the knots, rising from 0 to 1."""
    scored = _out_of_fold_scores(clips, seed=seed)
    calibration = {column: _calibrate(scored[column], clips.is_upper(column)) for column in AXES}
    slope, intercept = calibration["valence"]
    probabilities = 1 / (1 + np.exp(-(slope * scored["valence"] + intercept)))
    means, scales, scores = _fit_scores(clips)
    return ColumnWeights(
        means=means,
        scales=scales,
        scores=scores,
        calibration=calibration,
        spotify_knots=_match_distribution(probabilities, clips.quadrants, spotify),
        named_scores={column: _fit_named_score(clips, groups) for column, groups in GENRE_COLUMNS.items()},
        made_from=made_from,
    )


def compute_joined_scores(stacked: StackedWeights, values: Floats) -> dict[str, Floats]:
    """By axis the scores `(n,)` before calibration of clips with these values."""
    by_clip = [stacked.compute_scores(row) for row in values]
    return {column: np.array([join_scores(scores, column) for scores in by_clip]) for column in AXES}


def _fit_scores(clips: LabelledClips) -> tuple[BlockWeights, BlockWeights, dict[str, LinearScore]]:
    """Means and scales of the values, and the scores, by name."""
    mean, scale = clips.values.mean(axis=0), clips.values.std(axis=0)
    scale[scale < 1e-6] = 1.0
    x = standardise_values(clips.values, mean=mean, scale=scale)
    scores = {}
    for column in AXES:
        fitted = _logistic_regression(BINARY_C).fit(x, clips.is_upper(column))
        scores[column] = LinearScore(intercept=float(fitted.intercept_[0]), weights=_by_block(fitted.coef_[0]))
    fitted = _logistic_regression(QUADRANT_C).fit(x, clips.quadrants)
    for place, quadrant in enumerate(QUADRANTS):
        weights = _by_block(fitted.coef_[place])
        scores[quadrant] = LinearScore(intercept=float(fitted.intercept_[place]), weights=weights)
    return _by_block(mean), _by_block(scale), scores


def _out_of_fold_scores(clips: LabelledClips, *, seed: int) -> dict[str, Floats]:
    n = len(clips.quadrants)
    scored = {column: np.zeros(n) for column in AXES}
    for train, test in inner_splits(clips.quadrants, list(clips.artists), seed=seed, n_splits=N_INNER_FOLDS):
        means, scales, scores = _fit_scores(clips.select(train))
        stacked = StackedWeights.from_scores(scores, means=means, scales=scales)
        for column, values in compute_joined_scores(stacked, clips.values[test]).items():
            scored[column][test] = values
    return scored


def _calibrate(scores: Floats, is_upper: Mask) -> tuple[float, float]:
    """Slope and intercept of the log odds, both ends of the axis weighing the same."""
    fitted = LogisticRegression(C=1e6, class_weight="balanced").fit(scores[:, np.newaxis], is_upper)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _fit_named_score(clips: LabelledClips, column: GenreColumn) -> NamedScore:
    is_upper = clips.is_of(column.upper)
    rows = np.flatnonzero(is_upper ^ clips.is_of(column.lower))
    x = np.stack([np.mean([clips.named[name][rows] for name in group], axis=0) for group in column.inputs], axis=1)
    mean, scale = x.mean(axis=0), x.std(axis=0)
    fitted = _logistic_regression(GENRE_C).fit((x - mean) / scale, is_upper[rows])
    inputs = [
        NamedInput(
            name=name,
            mean=_rounded(mean[i]),
            scale=_rounded(scale[i] * len(group)),
            weight=_rounded(fitted.coef_[0, i]),
        )
        for i, group in enumerate(column.inputs)
        for name in group
    ]
    return NamedScore(intercept=float(fitted.intercept_[0]), inputs=inputs)


def _match_distribution(probabilities: Floats, quadrants: Indices, spotify: Floats) -> list[list[float]]:
    """Pairs of the quantiles of probabilities, every quadrant weighing the same, and those of Spotify's column."""
    shares = 1 / np.bincount(quadrants, minlength=len(QUADRANTS))[quadrants]
    inner = weighted_quantiles(probabilities, shares, np.linspace(0, 1, len(spotify))[1:-1])
    x = np.maximum.accumulate(np.concatenate([[0.0], inner, [1.0]]) + 1e-9 * np.arange(len(spotify)))
    return [[round(float(a), 9), round(float(b), 4)] for a, b in zip(x, spotify, strict=True)]


def weighted_quantiles(values: Floats, weights: Floats, levels: Floats) -> Floats:
    """The values below which so much of the weight lies."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) - 0.5 * weights[order]
    quantiles: Floats = np.interp(levels, below / weights.sum(), values[order])
    return quantiles


def spotify_quantiles(by_mood: Sequence[Floats]) -> Floats:
    """`(N_KNOTS,)`: of a column of tables of tracks, every mood weighing the same."""
    values = np.concatenate(by_mood)
    weights = np.concatenate([np.full(len(one), 1 / len(one)) for one in by_mood])
    quantiles = weighted_quantiles(values, weights, np.linspace(0, 1, N_KNOTS))
    return np.maximum.accumulate(quantiles)


def _logistic_regression(c: float) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=3000, class_weight="balanced")


def _by_block(values: NDArray[np.floating]) -> dict[str, list[float]]:
    by_block, start = {}, 0
    for block, size in list_block_sizes().items():
        by_block[block] = [_rounded(value) for value in values[start : start + size]]
        start += size
    return by_block


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
