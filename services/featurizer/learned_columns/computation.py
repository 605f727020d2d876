"""What the weights make of the descriptors and tagger outputs of one track. Pure."""

from collections.abc import Mapping

import numpy as np
from scipy.special import expit, logit

from services.featurizer.learned_columns.weights import (
    AXES,
    QUADRANTS,
    ColumnWeights,
    NamedScore,
    StackedWeights,
    join_values,
    load_stacked_weights,
    load_weights,
)
from shared.arrays import Floats, Tensor
from shared.domain.content_kind import find_content_kind
from shared.domain.learned_columns import LEARNED_NULL_REASONS, LEARNED_SPEC, LEARNED_VALUES, VALENCE_SPOTIFY_SCALE
from shared.domain.taggers import YAMNET

_SPEECH_SLOPE = 2.7
"""By hand: it puts the median of music where Spotify has it (.05), and speech over music near .33."""
_LEAST_PROBABILITY = 1e-6


def compute_learned_columns(descriptors: Tensor, outputs: Mapping[str, Tensor]) -> dict[str, float | None]:
    """`LEARNED_VALUES` of a track by name, each in [0, 1] or None (`shared.domain.learned_columns`).

    `descriptors` are `(len(DESCRIPTORS),)`; `outputs` are `(n_values,)` of each tagger of `LEARNED_SPEC`, by its name.
    """
    weights, stacked = load_weights(), load_stacked_weights()
    named = name_outputs(outputs)
    probabilities = compute_probabilities(weights, stacked, join_values(descriptors, outputs))
    values: dict[str, float | None] = {
        **probabilities,
        VALENCE_SPOTIFY_SCALE: scale_as_spotify(probabilities["valence"], knots=weights.spotify_knots),
        "speechiness": compute_speechiness(named),
        **{column: compute_named_score(score, named) for column, score in weights.named_scores.items()},
    }
    if find_content_kind(outputs[YAMNET.name].tolist()) is not None:
        values |= dict.fromkeys(LEARNED_NULL_REASONS)  # of what only music has nothing is said
    return {name: values[name] for name in LEARNED_VALUES}


def name_outputs(outputs: Mapping[str, Tensor]) -> dict[str, float]:
    """The values of the taggers by the names that they declare."""
    return {
        name: value
        for spec in LEARNED_SPEC.taggers
        for name, value in zip(spec.value_names, outputs[spec.name].tolist(), strict=True)
    }


def compute_probabilities(weights: ColumnWeights, stacked: StackedWeights, values: Floats) -> dict[str, float]:
    """Calibrated probabilities of positive valence and of high arousal, for the joined values `(n_values,)`."""
    scores = stacked.compute_scores(values)
    probabilities = {}
    for column in AXES:
        slope, intercept = weights.calibration[column]
        probabilities[column] = float(expit(slope * join_scores(scores, column) + intercept))
    return probabilities


def join_scores(scores: Mapping[str, float], column: str) -> float:
    """The mean of two log odds of the upper end: of a model of two classes, and of one of the four quadrants."""
    upper = [scores[quadrant] for quadrant in AXES[column]]
    lower = [scores[quadrant] for quadrant in QUADRANTS if quadrant not in AXES[column]]
    return 0.5 * (scores[column] + float(np.logaddexp.reduce(upper) - np.logaddexp.reduce(lower)))


def scale_as_spotify(probability: float, *, knots: object) -> float:
    """The place of a probability on Spotify's scale: between the knots it is linear, so it rises as the former does."""
    x, y = np.asarray(knots, dtype=np.float64).T
    return float(np.interp(probability, x, y))


def compute_speechiness(named: Mapping[str, float]) -> float:
    """By how much speech is likelier than music or singing over the windows; rap and speech over music lie between."""
    music = max(named["yamnet_event_music_mean"], named["yamnet_event_singing_mean"])
    return float(expit((_log_odds(named["yamnet_event_speech_mean"]) - _log_odds(music)) / _SPEECH_SLOPE))


def compute_named_score(score: NamedScore, named: Mapping[str, float]) -> float:
    """By a few values, standardised as the clips were that their weights were learned from."""
    standardised = (one.weight * (named[one.name] - one.mean) / one.scale for one in score.inputs)
    return float(expit(score.intercept + sum(standardised)))


def _log_odds(probability: float) -> float:
    return float(logit(min(max(probability, _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)))
