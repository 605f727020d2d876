"""Fits the weights of the learned columns to labelled clips. No benchmark of its own.

All models are logistic regressions. Their probabilities are calibrated on predictions for artists that they were not
fitted to (Platt 1999), and the knots of Spotify's scale are made of the same predictions.
"""

from collections.abc import Sequence
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
    StackedWeights,
    list_block_sizes,
    standardise_values,
)
from services.trainer.splits import inner_splits
from shared.arrays import Floats, Indices, Mask

BINARY_C, QUADRANT_C, VOICE_C = 3.0, 1.0, 0.1
"""Inverse strengths of the penalties: of the models of two classes, of the quadrants, and of instrumentalness."""
VOICE_INPUTS = (
    "yamnet_class_mean_0",
    "yamnet_class_mean_24",
    "yamnet_class_mean_31",
    "musicnn_tag_mean_instrumental",
)
"""Of instrumentalness: logits of speech, singing, rapping, and of the tag."""
N_INNER_FOLDS = 5
N_KNOTS = 41
_DIGITS = 6
"""Significant ones of a weight in the file."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelledClips:
    """What the columns are learned from."""

    values: Floats
    """`(n, n_values)`: the joined blocks."""
    voice: Floats
    """`(n, len(VOICE_INPUTS))`."""
    quadrants: Indices
    """`(n,)`: positions in `QUADRANTS`."""
    artists: tuple[str, ...]
    has_voice: Mask
    """`(n,)`: of a genre of voices."""
    is_instrumental: Mask
    """`(n,)`: of a genre without."""

    def select(self, rows: Indices) -> "LabelledClips":
        """Those of the rows."""
        return LabelledClips(
            values=self.values[rows],
            voice=self.voice[rows],
            quadrants=self.quadrants[rows],
            artists=tuple(self.artists[i] for i in rows),
            has_voice=self.has_voice[rows],
            is_instrumental=self.is_instrumental[rows],
        )

    def is_upper(self, column: str) -> Mask:
        """`(n,)`: at the upper end of an axis."""
        upper: Mask = np.isin(self.quadrants, [QUADRANTS.index(one) for one in AXES[column]])
        return upper


def fit_weights(clips: LabelledClips, *, spotify: Floats, made_from: dict[str, object], seed: int = 0) -> ColumnWeights:
    """Everything that is learned of the clips. `spotify` are the places of the knots, rising from 0 to 1."""
    scored = _out_of_fold_scores(clips, seed=seed)
    calibration = {column: _calibrate(scored[column], clips.is_upper(column)) for column in AXES}
    slope, intercept = calibration["valence"]
    probabilities = 1 / (1 + np.exp(-(slope * scored["valence"] + intercept)))
    means, scales, scores = _fit_scores(clips)
    voice, voice_intercept = _fit_voice(clips)
    return ColumnWeights(
        means=means,
        scales=scales,
        scores=scores,
        calibration=calibration,
        spotify_knots=_match_distribution(probabilities, clips.quadrants, spotify),
        instrumentalness=voice,
        instrumentalness_intercept=voice_intercept,
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


def _fit_voice(clips: LabelledClips) -> tuple[list[NamedInput], float]:
    """Of the mean of the logits about voices, and of the tag: with a weight for each, singing would speak for
    instruments, because the pieces of the set that are sung by choirs are of genres without voices.
    """
    rows = np.flatnonzero(clips.has_voice ^ clips.is_instrumental)
    n_voices = len(VOICE_INPUTS) - 1
    x = np.stack([clips.voice[rows, :n_voices].mean(axis=1), clips.voice[rows, n_voices]], axis=1)
    mean, scale = x.mean(axis=0), x.std(axis=0)
    fitted = _logistic_regression(VOICE_C).fit((x - mean) / scale, clips.is_instrumental[rows])
    voice, tag = (
        (_rounded(mean[i]), _rounded(scale[i] * parts), _rounded(fitted.coef_[0, i]))
        for i, parts in enumerate((n_voices, 1))
    )
    inputs = [
        NamedInput(name=name, mean=one[0], scale=one[1], weight=one[2])
        for name, one in zip(VOICE_INPUTS, [voice] * n_voices + [tag], strict=True)
    ]
    return inputs, float(fitted.intercept_[0])


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
