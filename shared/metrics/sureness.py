"""From which probability on an answer is said to be sure, and how often sure answers were right. Pure.

The answers of a word are taken from the surest down. Where they come from `MIN_ARTISTS` artists, and again with each
half more of them, it is asked whether the answers so far were right in `TARGET` by the lower end of Wilson's one-sided
interval over artists. The threshold is the probability of the last answer before the first no. Asked in that fixed
order, all the questions together are answered wrongly as often as a single one, 1 in 10 (fixed-sequence testing:
Angelopoulos, Bates, Candès, Jordan & Lei, *Learn then Test*, 2021, section 3); the best of all thresholds would be
picked by luck more often. How many artists there are says nothing of who is right, so they may say when to ask.

That is cross-fitted: the answers of each fold are sure by the threshold of the other folds, so that no artist helped to
set the threshold that he is judged by. Only a word whose sure answers were right in `TARGET`, by the lower end again,
gets a threshold at all: that of all folds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import cast

import numpy as np

from shared.arrays import Floats, Indices, Mask, Probabilities
from shared.metrics.artist_means import mean_over_artists, wilson_interval, wilson_lower
from shared.metrics.report_schema import FigureInterval, PublishedSureness, SureAnswersCard, SurenessFigures
from shared.metrics.selective_prediction import NEVER, find_sure_rows

TARGET = 0.9
"""The share of sure answers that shall be right."""
CONFIDENCE = 0.9
"""One-sided."""
MIN_ARTISTS = 20
"""Where the first question is asked: of fewer than 15 even the lower end of no mistake is below `TARGET`."""
_GROWTH = 1.5


@dataclass(frozen=True, kw_only=True)
class SureAnswers:
    """What was said of one word. `precision` and `lower_bound` are over artists, None where nothing was sure."""

    n_answers: int
    n_sure: int
    n_artists: int
    """Of the sure answers."""
    precision: FigureInterval | None
    """With a two-sided 95 % interval."""
    lower_bound: float | None
    """Of the one-sided interval that decides."""


def calibrate_sureness(
    probabilities: Probabilities,
    y: Indices,
    groups: Indices,
    folds: Indices,
    *,
    classes: Sequence[str],
) -> PublishedSureness:
    """The published thresholds, and what sure answers were worth, as JSON values; targets `y: (n,)`, artists `groups`.

    `share` is that of all answers that are sure by the thresholds of the other folds.
    """
    limits = np.empty(probabilities.shape)
    for fold in np.unique(folds):
        others = folds != fold
        limits[folds == fold] = sure_limits(probabilities[others], y[others], groups[others])
    by_answer = evaluate_sureness(probabilities, y, groups, limits, classes=classes)
    keeps = [(by_answer[name].lower_bound or 0.0) >= TARGET for name in classes]
    published = np.where(keeps, sure_limits(probabilities, y, groups), NEVER)
    return {
        "target": TARGET,
        "confidence": CONFIDENCE,
        "thresholds": {
            name: None if limit == NEVER else limit for name, limit in zip(classes, published.tolist(), strict=True)
        },
        **as_card(by_answer, np.where(published == NEVER, NEVER, limits), probabilities),
    }


def evaluate_sureness(
    probabilities: Probabilities, y: Indices, groups: Indices, limits: Floats, *, classes: Sequence[str]
) -> dict[str, SureAnswers]:
    """By word, what the answers were worth that are sure by thresholds `limits: (k,)` or `(n, k)`."""
    answers, sure = probabilities.argmax(axis=1), find_sure_rows(probabilities, limits)
    return {
        name: _summarise_class(
            (answers == y)[sure & (answers == c)], groups[sure & (answers == c)], int((answers == c).sum())
        )
        for c, name in enumerate(classes)
    }


def as_card(by_answer: Mapping[str, SureAnswers], limits: Floats, probabilities: Probabilities) -> SurenessFigures:
    """JSON values; `share` is that of all answers that are sure by `limits`."""
    share = float(find_sure_rows(probabilities, limits).mean())
    return {
        "share": share,
        "by_answer": {name: cast("SureAnswersCard", asdict(answers)) for name, answers in by_answer.items()},
    }


def _summarise_class(right: Mask, groups: Indices, n_answers: int) -> SureAnswers:
    share, n_artists = mean_over_artists(right.astype(np.float64), groups)
    return SureAnswers(
        n_answers=n_answers,
        n_sure=len(right),
        n_artists=n_artists,
        precision=wilson_interval(share, n_artists).as_dict() if n_artists else None,
        lower_bound=wilson_lower(share, n_artists, confidence=CONFIDENCE) if n_artists else None,
    )


def sure_limits(probabilities: Probabilities, y: Indices, groups: Indices) -> Floats:
    """`(k,)`: from which probability on the answers of each class are sure; `NEVER` where none is."""
    answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    limits = [
        _sure_limit(confidence[answers == c], (y[answers == c] == c).astype(np.float64), groups[answers == c])
        for c in range(probabilities.shape[1])
    ]
    return np.array(limits)


def _sure_limit(confidence: Floats, right: Floats, groups: Indices) -> float:
    order = np.argsort(-confidence, kind="stable")
    _, first = np.unique(groups[order], return_index=True)
    places = np.sort(first)  # of the first answer of each artist, the surest artist first
    limit = NEVER
    for n_artists in _artist_steps(len(places)):
        reached = confidence[order[places[n_artists - 1]]] if n_artists < len(places) else confidence.min()
        above = confidence >= reached
        if wilson_lower(*mean_over_artists(right[above], groups[above]), confidence=CONFIDENCE) < TARGET:
            break
        limit = float(reached)
    return limit


def _artist_steps(n: int) -> Iterator[int]:
    """From how many artists on it is asked, of `n` at most."""
    reached = float(MIN_ARTISTS)
    while reached < n:
        yield int(reached)
        reached *= _GROWTH
    if n >= MIN_ARTISTS:
        yield n
