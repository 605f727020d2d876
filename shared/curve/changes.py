"""Where the mood changes: the sound is another one, and the classes on both sides differ.

A change of sound alone is found at nearly every hard cut, also inside one mood, and is no change of mood. Both are
asked for therefore: the distance of the sound on both sides, in units of the scatter inside single tracks, and the
probability that the two sides are of different classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import softmax

from shared.arrays import Floats
from shared.curve.head import CurveHead

MIN_SEGMENT = 6
"""Windows: 9 s."""
CONTEXT = 20
"""Windows on either side that are compared: 30 s."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WindowSeries:
    """The windows of a track as a head sees them."""

    coordinates: Floats
    """`(n, n_components)`."""
    logits: Floats
    """`(n, n_classes)`, not divided by the temperature."""

    def __len__(self) -> int:
        return len(self.logits)


def find_changes(series: WindowSeries, head: CurveHead) -> list[int]:
    """The positions at which another segment begins, rising; each segment has `MIN_SEGMENT` windows at least."""
    changes = sorted(_split(series, 0, len(series), head))
    return _drop_weak(changes, series, head)


def measure_splits(series: WindowSeries, start: int, end: int, *, temperature: float) -> tuple[Floats, Floats, Floats]:
    """Of every position at which `start` to `end` may be split: the position, the novelty of the sound, and the
    probability that the classes on both sides differ. The window across the split is left out.
    """
    at = np.arange(start + MIN_SEGMENT, end - MIN_SEGMENT + 1)
    if not at.size:
        nothing = np.empty(0)
        return nothing, nothing, nothing
    first, last = np.maximum(at - CONTEXT, start), np.minimum(at + CONTEXT, end)
    n_left, n_right = at - 1 - first, last - at
    left, right = (
        _means(np.concatenate([series.coordinates, series.logits], axis=1), *span)
        for span in ((first, at - 1), (at, last))
    )
    n_components = series.coordinates.shape[1]
    distance = ((left - right)[:, :n_components] ** 2).mean(axis=1)
    novelty = distance * n_left * n_right / (n_left + n_right)
    before, after = (softmax(side[:, n_components:] / temperature, axis=1) for side in (left, right))
    return at.astype(np.float64), novelty, 1 - (before * after).sum(axis=1)


def name_segments(logits: Floats, *, temperature: float) -> list[int]:
    """The class of each segment, of mean logits `(n_segments, n_classes)`: the likeliest together, where no two
    neighbours are of one class, since a change was claimed between them.
    """
    scores = np.log(softmax(logits / temperature, axis=1) + 1e-12)
    n_classes = scores.shape[1]
    if n_classes == 1:
        return [0] * len(scores)
    best, steps = scores[0], []
    for score in scores[1:]:
        reached = best[:, np.newaxis] + np.where(np.eye(n_classes, dtype=bool), -np.inf, 0.0)
        steps.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + score
    named = [int(best.argmax())]
    for step in reversed(steps):
        named.append(int(step[named[-1]]))
    return named[::-1]


def average_segments(values: Floats, bounds: Sequence[int]) -> Floats:
    """`(n_segments, k)`: the means of `(n, k)` between `bounds`, without the window across each of them."""
    edges = [0, *bounds, len(values)]
    means = [values[start : end - 1 if end < len(values) else end].mean(axis=0) for start, end in pairwise(edges)]
    return np.stack(means)


def _split(series: WindowSeries, start: int, end: int, head: CurveHead) -> list[int]:
    at, novelty, difference = measure_splits(series, start, end, temperature=head.temperature)
    for i in _list_peaks(novelty):
        if novelty[i] >= head.novelty_threshold and difference[i] >= head.difference_threshold:
            position = int(at[i])
            return [
                *_split(series, start, position, head),
                position,
                *_split(series, position, end, head),
            ]
    return []


def _list_peaks(novelty: Floats) -> list[int]:
    """Positions of the largest novelty within `MIN_SEGMENT` on either side, the largest first."""
    peaks = [
        i for i in range(len(novelty)) if novelty[i] >= novelty[max(i - MIN_SEGMENT, 0) : i + MIN_SEGMENT + 1].max()
    ]
    return sorted(peaks, key=lambda i: -novelty[i])


def _drop_weak(changes: list[int], series: WindowSeries, head: CurveHead) -> list[int]:
    """Without the changes across which the classes of the two segments do not differ enough, the weakest first."""
    while changes:
        sides = head.to_probabilities(average_segments(series.logits, changes))
        difference = 1 - (sides[:-1] * sides[1:]).sum(axis=1)
        weakest = int(difference.argmin())
        if difference[weakest] >= head.difference_threshold:
            break
        changes = [*changes[:weakest], *changes[weakest + 1 :]]
    return changes


def _means(values: Floats, first: Floats, last: Floats) -> Floats:
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    means: Floats = (sums[last] - sums[first]) / (last - first)[:, np.newaxis]
    return means
