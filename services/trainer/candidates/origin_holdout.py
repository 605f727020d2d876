"""The figure on each origin of labels when it was left out of the training. Pure but for fitting.

An origin is the annotator who decided a track's label: a playlist, a table, a person. What one calls happy another may
call energetic, so that a figure within one origin says little about the next. A model is fitted to the tracks of the
other origins, without every artist of the one left out, and asked about the tracks of that one. Networks are not: one
for each origin would take hours.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from services.trainer.fitting.cross_validation import not_enough_labels
from services.trainer.heads.strategy import CandidateSpec, HeadStrategy
from shared.arrays import Floats, Indices, Mask
from shared.domain.dataset import DatasetItem
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.head import CLASSES, TAGS
from shared.domain.training import TALK
from shared.errors import PermanentError
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.primary_metric import PRIMARY_METRICS

MAX_ORIGINS = 8
"""The largest ones; each costs a fit."""
MIN_TRACKS = 50
_MAX_LISTED = 30
"""A library of a thousand playlists does not fill the card."""
_N_SIDES = 2


@dataclass(frozen=True, kw_only=True)
class OriginFigure:
    """The measure of the head on an origin that was left out, with a 95 % interval over its artists; or why not."""

    origin: str
    n_tracks: int
    n_artists: int
    n_training: int | None = None
    """Tracks that the model asked here was fitted to."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    below_pooled: bool | None = None
    """The upper end is below the figure over all out-of-fold answers."""
    not_computed: str | None = None


def evaluate_origins(
    strategy: HeadStrategy, candidate: CandidateSpec, *, pooled: float, measure: str, n_resamples: int = 1000
) -> dict[str, Any] | None:
    """The figures of all origins as JSON values, the largest origin first; None where there is one origin, or none.

    `pooled` is the figure over all out-of-fold predictions. Stops between fits where
    `candidate.hooks.check_cancelled` raises.
    """
    counts = Counter(item.example.origin for item in candidate.items if item.example.origin is not None)
    if len(counts) < _N_SIDES or candidate.request.protocol == TALK:
        return None
    figures, n_fitted = [], 0
    for origin, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        candidate.hooks.check_cancelled()
        left_out = np.array([item.example.origin == origin for item in candidate.items])
        reason = _explain_omission(candidate, left_out) or (
            "not among the largest" if n_fitted == MAX_ORIGINS else None
        )
        if reason is not None:
            figures.append(_omit_origin(candidate, origin, left_out, reason))
            continue
        n_fitted += 1
        figures.append(_evaluate_origin(strategy, candidate, origin, left_out, pooled=pooled, n_resamples=n_resamples))
    return {
        "measure": measure,
        "pooled": pooled,
        "n_origins": len(figures),
        "origins": [asdict(figure) for figure in figures[:_MAX_LISTED]],
    }


def select_training_rows(items: Sequence[DatasetItem], left_out: Mask) -> Indices:
    """The rows to fit to: of other origins, and of no artist with a track in `left_out: (n,)`."""
    artists = {item.group for item, is_out in zip(items, left_out.tolist(), strict=True) if is_out}
    return np.array([i for i, item in enumerate(items) if not left_out[i] and item.group not in artists], dtype=np.intp)


def _evaluate_origin(
    strategy: HeadStrategy, candidate: CandidateSpec, origin: str, left_out: Mask, *, pooled: float, n_resamples: int
) -> OriginFigure:
    train, test = select_training_rows(candidate.items, left_out), np.flatnonzero(left_out)
    try:
        _require_classes(candidate, train)
        fitted = strategy.fit_final(candidate.take_rows(train))
    except PermanentError as error:
        return _omit_origin(candidate, origin, left_out, f"too little is left to train on: {error.detail}")
    answers = fitted.probabilities(candidate.x[test])
    asked = [candidate.items[i] for i in test.tolist()]
    answered = OutOfFold(
        predictions=answers,
        targets=stack_targets(replace(candidate, items=asked)),
        folds=np.zeros(len(test), dtype=np.intp),
        groups=[item.group for item in asked],
    )
    metric = PRIMARY_METRICS[candidate.head.kind]
    figure = metric.figure_interval(answered, n_resamples=n_resamples, seed=candidate.seed)
    return OriginFigure(
        origin=origin,
        n_tracks=len(test),
        n_artists=_count_artists(asked),
        n_training=len(train),
        **figure,
        below_pooled=figure["high"] < pooled,
    )


def _explain_omission(candidate: CandidateSpec, left_out: Mask) -> str | None:
    if ESTIMATOR_SPECS[candidate.estimator].trains_network(candidate.inputs):
        return "networks are not fitted again"
    if left_out.sum() < MIN_TRACKS:
        return f"fewer than {MIN_TRACKS} tracks"
    lacking = [name for name, has in _targets_by_output(candidate).items() if not has[left_out].any()]
    return f"no track is {', '.join(lacking)}" if lacking else None


def _require_classes(candidate: CandidateSpec, train: Indices) -> None:
    """Raises `PermanentError(NOT_ENOUGH_LABELS)` unless two artists have each class or tag, and two lack each tag."""
    groups = np.array(candidate.artist_groups(), dtype=str)[train]
    for name, has in _targets_by_output(candidate).items():
        sides = [has[train]] if candidate.head.kind == CLASSES else [has[train], ~has[train]]
        if any(len(np.unique(groups[side])) < _N_SIDES for side in sides):
            raise not_enough_labels(f"{name} is known of one artist at most")


def _targets_by_output(candidate: CandidateSpec) -> dict[str, Mask]:
    """By class or tag that the training set has: whether each row has it; nothing for numbers."""
    if candidate.head.kind == CLASSES:
        words = np.array([item.example.target for item in candidate.items])
        return {name: words == name for name in candidate.head.outputs if (words == name).any()}
    if candidate.head.kind == TAGS:
        return {name: candidate.target_matrix()[:, j] > 0 for j, name in enumerate(candidate.head.outputs)}
    return {}


def stack_targets(candidate: CandidateSpec) -> Floats:
    """`(n, k)`: what the answers are measured against, of a class 1 in its column."""
    if candidate.head.kind == CLASSES:
        y = np.array([candidate.head.outputs.index(item.example.target) for item in candidate.items], dtype=np.intp)
        return np.eye(len(candidate.head.outputs))[y]
    return candidate.target_matrix()


def _omit_origin(candidate: CandidateSpec, origin: str, left_out: Mask, reason: str) -> OriginFigure:
    rows = [item for item, is_out in zip(candidate.items, left_out.tolist(), strict=True) if is_out]
    return OriginFigure(origin=origin, n_tracks=len(rows), n_artists=_count_artists(rows), not_computed=reason)


def _count_artists(items: Sequence[DatasetItem]) -> int:
    return len({item.group for item in items})
