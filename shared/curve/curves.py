"""The curve of a track, of its windows and a head: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import Floats, Probabilities, Tensor
from shared.curve.changes import WindowSeries, average_segments, find_changes, name_segments
from shared.curve.fitting import SMOOTHING_REACH
from shared.curve.head import CurveHead, average_windows
from shared.domain.emotion import QUADRANT4
from shared.domain.windows import WINDOW_S

CONTRIBUTION_S = 9.0
"""Seconds of the excerpt whose removal lowers a class most."""
_HIGH_VALENCE = np.array([1.0, -1.0, -1.0, 1.0])
_HIGH_AROUSAL = np.array([1.0, 1.0, -1.0, -1.0])
"""Of Q1 to Q4: 1 where a quadrant is positive, or active, else -1."""


@dataclass(frozen=True, kw_only=True)
class CurveSegment:
    """A stretch of one class."""

    start_s: float
    end_s: float
    class_index: int
    probabilities: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class ContributingExcerpt:
    """The excerpt without which a class is least likely."""

    start_s: float
    end_s: float
    probability: float
    """Of the class, by all windows."""
    probability_without: float


@dataclass(frozen=True, kw_only=True, eq=False)
class TrackCurve:
    """How the classes of a track change over time."""

    starts_s: tuple[float, ...]
    """Of each window, seconds from the start of the file."""
    probabilities: Probabilities
    """`(n_windows, n_classes)`: smoothed over 9 s, not across a change; calibrated."""
    segments: tuple[CurveSegment, ...]


def compute_curve(head: CurveHead, values: Tensor, starts_s: Sequence[float]) -> TrackCurve:
    """The curve of windows `(n_windows, n_values)` that start at `starts_s`, equally spaced."""
    series = WindowSeries(coordinates=head.compute_coordinates(values), logits=head.compute_logits(values))
    changes = find_changes(series, head)
    means = average_segments(series.logits, changes)
    named = name_segments(means, temperature=head.temperature)
    shares = head.to_probabilities(means)
    edges = [0, *changes, len(series)]
    ends_s = [*(starts_s[change] for change in changes), starts_s[-1] + WINDOW_S]
    smoothed = average_windows(series.logits, reach=SMOOTHING_REACH, bounds=changes)
    return TrackCurve(
        starts_s=tuple(starts_s),
        probabilities=head.to_probabilities(smoothed),
        segments=tuple(
            CurveSegment(
                start_s=starts_s[start],
                end_s=end_s,
                class_index=class_index,
                probabilities=tuple(float(p) for p in share),
            )
            for start, end_s, class_index, share in zip(edges[:-1], ends_s, named, shares, strict=True)
        ),
    )


def find_contribution(
    head: CurveHead, values: Tensor, starts_s: Sequence[float], class_index: int
) -> ContributingExcerpt | None:
    """The 9 s whose removal lowers a class most, of windows `(n_windows, n_values)`; None for a track so short that
    nothing would be left. Every window that holds any of the 9 s is removed.
    """
    logits = head.compute_logits(values)
    starts = np.asarray(starts_s)
    ends_s = starts[-1] + WINDOW_S
    whole = float(head.to_probabilities(logits.mean(axis=0))[class_index])
    excerpt: ContributingExcerpt | None = None
    for start_s in starts[starts + CONTRIBUTION_S <= ends_s + 1e-6].tolist():
        is_left = (starts + WINDOW_S <= start_s + 1e-6) | (starts >= start_s + CONTRIBUTION_S - 1e-6)
        if not is_left.any():
            continue
        without = float(head.to_probabilities(logits[is_left].mean(axis=0))[class_index])
        if excerpt is None or without < excerpt.probability_without:
            excerpt = ContributingExcerpt(
                start_s=start_s,
                end_s=start_s + CONTRIBUTION_S,
                probability=whole,
                probability_without=without,
            )
    return excerpt


def read_dimensions(head: CurveHead, values: Tensor) -> Floats:
    """`(n_windows, 2)`: valence and arousal by a head of dimensions, smoothed over 9 s, clipped to [-1, 1]."""
    return np.clip(average_windows(head.compute_logits(values), reach=SMOOTHING_REACH), -1.0, 1.0)


def place_quadrants(taxonomy: str, probabilities: Probabilities) -> Floats | None:
    """`(n_windows, 2)`: valence and arousal that follow from quadrants, in [-1, 1]: 2p - 1 of being positive, and of
    being active. None for a taxonomy whose classes are no quadrants.
    """
    if taxonomy != QUADRANT4.name:
        return None
    return np.stack([probabilities @ _HIGH_VALENCE, probabilities @ _HIGH_AROUSAL], axis=1)
