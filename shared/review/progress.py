"""What the labels of drawn tracks say of a model, before and after it learned from them. Pure.

*Before* is what a model answered when the track was drawn, *after* what the present one answers out of fold. Each track
counts 1 / (N · π): drawn tracks are more difficult than others, and weighted they stand for the whole library. Both are
judged on the same tracks and the same resamples of whole artists.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.arrays import Counts, Floats, Indices
from shared.domain.review import MIN_LABELS_FOR_FIGURES
from shared.metrics.confusion import macro_f1, safe_ratio
from shared.metrics.group_bootstrap import (
    ConfidenceInterval,
    ConfidenceLevel,
    FigureFromSums,
    PairedDifference,
    bootstrap_intervals,
    sum_by_group,
)

_LEVEL = ConfidenceLevel(error=0.05, n_resamples=2000)


@dataclass(frozen=True, kw_only=True)
class ReviewedTrack:
    """A drawn track that was labelled, and what two models say of it."""

    label: str
    before: str
    """The answer when it was drawn."""
    after: str | None
    """The out-of-fold answer of the present model; None where it has none."""
    weight: float
    """1 / (N · π)."""
    artist_group: str


@dataclass(frozen=True, kw_only=True)
class AnswerFigures:
    """How often answers are right in the whole library."""

    accuracy: ConfidenceInterval
    macro_f1: ConfidenceInterval


@dataclass(frozen=True, kw_only=True)
class ReviewComparison:
    """Answers before and after, on the same tracks."""

    n_tracks: int
    n_artists: int
    before: AnswerFigures
    after: AnswerFigures
    difference: AnswerFigures
    """After less before."""


@dataclass(frozen=True, kw_only=True)
class ReviewFigures:
    """What can be said; None where fewer than 30 tracks say it."""

    n_before: int
    """Labelled tracks with a kept answer."""
    n_after: int
    """Those of them with an out-of-fold answer of the present model."""
    before: AnswerFigures | None
    """Of all with a kept answer."""
    comparison: ReviewComparison | None


def measure_progress(tracks: Sequence[ReviewedTrack]) -> ReviewFigures:
    """The figures of drawn tracks that were labelled."""
    paired = [track for track in tracks if track.after is not None]
    return ReviewFigures(
        n_before=len(tracks),
        n_after=len(paired),
        before=_measure_before(tracks) if len(tracks) >= MIN_LABELS_FOR_FIGURES else None,
        comparison=_compare(paired) if len(paired) >= MIN_LABELS_FOR_FIGURES else None,
    )


def _measure_before(tracks: Sequence[ReviewedTrack]) -> AnswerFigures:
    rows = _WeightedRows.from_tracks(tracks)
    accuracy, macro = rows.build_figures([track.before for track in tracks])
    intervals = bootstrap_intervals({"accuracy": accuracy, "macro_f1": macro}, n_groups=rows.n_groups, level=_LEVEL)
    return AnswerFigures(**intervals)


def _compare(tracks: Sequence[ReviewedTrack]) -> ReviewComparison:
    rows = _WeightedRows.from_tracks(tracks)
    before, after = (
        dict(zip(("accuracy", "macro_f1"), rows.build_figures(answers), strict=True))
        for answers in ([track.before for track in tracks], [track.after or "" for track in tracks])
    )
    intervals = bootstrap_intervals(
        {
            **{f"before {name}": figure for name, figure in before.items()},
            **{f"after {name}": figure for name, figure in after.items()},
            **{f"difference {name}": PairedDifference(after[name], before[name]) for name in before},
        },
        n_groups=rows.n_groups,
        level=_LEVEL,
    )
    of_kind = {
        kind: AnswerFigures(accuracy=intervals[f"{kind} accuracy"], macro_f1=intervals[f"{kind} macro_f1"])
        for kind in ("before", "after", "difference")
    }
    return ReviewComparison(n_tracks=len(tracks), n_artists=rows.n_groups, **of_kind)


@dataclass(frozen=True, kw_only=True, eq=False)
class _WeightedRows:
    """Labels, weights and artists of tracks."""

    labels: Sequence[str]
    weights: Floats
    """`(n,)`."""
    group_of: Indices
    """`(n,)`: the position of each track's artist."""

    @classmethod
    def from_tracks(cls, tracks: Sequence[ReviewedTrack]) -> "_WeightedRows":
        groups = np.asarray([track.artist_group for track in tracks], dtype=str)
        return cls(
            labels=[track.label for track in tracks],
            weights=np.array([track.weight for track in tracks]),
            group_of=np.unique(groups, return_inverse=True)[1],
        )

    @property
    def n_groups(self) -> int:
        """How many artists there are."""
        return int(self.group_of.max()) + 1

    def build_figures(self, answers: Sequence[str]) -> tuple[FigureFromSums, FigureFromSums]:
        """Accuracy and macro F1 of `answers`, one a track."""
        classes = sorted({*self.labels, *answers})
        k, position = len(classes), {name: i for i, name in enumerate(classes)}
        cell = [position[label] * k + position[answer] for label, answer in zip(self.labels, answers, strict=True)]
        cells = np.zeros((len(cell), k * k))
        cells[np.arange(len(cell)), cell] = self.weights
        sums = sum_by_group(cells, self.group_of, n_groups=self.n_groups)

        def count(of_groups: Floats) -> Counts:
            return of_groups.reshape(*of_groups.shape[:-1], k, k)

        return (
            FigureFromSums(sums, lambda of_groups: _accuracy(count(of_groups))),
            FigureFromSums(sums, lambda of_groups: macro_f1(count(of_groups))),
        )


def _accuracy(counts: Counts) -> Floats:
    """`(...)` of `(..., k, k)`."""
    return safe_ratio(np.trace(counts, axis1=-2, axis2=-1), counts.sum(axis=(-2, -1)))
