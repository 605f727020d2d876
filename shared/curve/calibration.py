"""Chooses temperature and change-point thresholds on held-out curves, and says how good these are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import scipy.optimize
from scipy.special import softmax

from shared.arrays import Floats, Indices
from shared.curve.changes import MIN_SEGMENT, WindowSeries, find_changes, measure_splits
from shared.curve.head import CurveHead, average_windows
from shared.json_objects import JsonObject
from shared.metrics.confusion import confusion_by_group, macro_f1

MAX_CUT_SHARE = 0.1
"""Of single held-out tracks, at most, in which a change is claimed."""
_DIFFERENT_FOUND = 0.92
"""Of pairs of tracks of different classes, whose sides differ enough for a claim."""
_MOST_DIFFERENT = 0.75
"""A probability of different classes that is always enough: on few tracks all pairs may be told apart."""
_N_PAIRS = 2000
_N_JOINS = 150
_WITHIN = 2
"""Windows: 3 s."""
_N_BINS = 10


@dataclass(frozen=True, kw_only=True)
class CurveFigures:
    """How good the curves of a head are, on tracks by artists that it was not fitted to."""

    n_tracks: int
    n_windows: int
    values: JsonObject = field(default_factory=dict)

    def to_document(self) -> JsonObject:
        """As JSON."""
        return {"n_tracks": self.n_tracks, "n_windows": self.n_windows, **self.values}


def calibrate_temperature(
    head: CurveHead, series: Sequence[WindowSeries], classes: Indices, *, reach: int
) -> CurveHead:
    """The head with the temperature of the least log-loss over smoothed windows, each track weighing the same."""
    logits, targets, weights = _smooth_all(series, classes, reach=reach)

    def loss(log_temperature: float) -> float:
        probabilities = softmax(logits / np.exp(log_temperature), axis=1)
        return float(-(weights * np.log(probabilities[np.arange(len(targets)), targets] + 1e-12)).sum())

    minimum = scipy.optimize.minimize_scalar(loss, bounds=(np.log(0.1), np.log(10.0)), method="bounded")
    return replace(head, temperature=float(np.exp(minimum.x)))


def calibrate_changes(
    head: CurveHead, series: Sequence[WindowSeries], classes: Indices, *, folds: Indices, reach: int, seed: int
) -> tuple[CurveHead, CurveFigures]:
    """The head with its change-point thresholds, and its figures.

    The threshold of the difference is what 92 of 100 pairs of tracks of different classes reach; that of the sound is
    then the lowest at which at most one in ten single tracks is cut.
    """
    rng = np.random.default_rng(seed)
    means = head.to_probabilities(np.stack([one.logits.mean(axis=0) for one in series]))
    differences = np.array(
        [1 - means[i] @ means[j] for i, j in _draw_pairs(classes, folds, rng, n=_N_PAIRS, is_same=False)]
    )
    least = min(float(np.quantile(differences, 1 - _DIFFERENT_FOUND)) if differences.size else 1.0, _MOST_DIFFERENT)
    head = replace(head, difference_threshold=least)
    head = replace(head, novelty_threshold=_choose_novelty(head, series))
    long_enough = [i for i, one in enumerate(series) if len(one) >= 2 * MIN_SEGMENT]
    cut = np.array([bool(find_changes(series[i], head)) for i in long_enough])
    logits, targets, weights = _smooth_all(series, classes, reach=reach)
    probabilities = head.to_probabilities(logits)
    values: JsonObject = {
        "window_accuracy": _round(weights @ (probabilities.argmax(axis=1) == targets)),
        "window_macro_f1": _round(_macro_f1(probabilities, targets, weights)),
        "track_macro_f1": _round(_macro_f1(means, classes, np.ones(len(classes)))),
        "window_log_loss": _round(-(weights * np.log(probabilities[np.arange(len(targets)), targets] + 1e-12)).sum()),
        "window_ece": _round(_calibration_error(probabilities, targets, weights)),
        "single_tracks_cut": _round(cut.mean()) if cut.size else None,
        "joins_of_different_classes_found": _judge_joins(head, series, classes, folds, rng, is_same=False),
        "joins_of_one_class_claimed": _judge_joins(head, series, classes, folds, rng, is_same=True),
    }
    return head, CurveFigures(n_tracks=len(series), n_windows=sum(map(len, series)), values=values)


def measure_dimensions(series: Sequence[WindowSeries], targets: Floats, *, outputs: Sequence[str]) -> CurveFigures:
    """R² of the mean over each held-out track, by dimension."""
    means = np.stack([one.logits.mean(axis=0) for one in series])
    rest, spread = ((targets - means) ** 2).sum(axis=0), ((targets - targets.mean(axis=0)) ** 2).sum(axis=0)
    r2 = {name: _round(1 - a / b) if b > 0 else None for name, a, b in zip(outputs, rest, spread, strict=True)}
    return CurveFigures(n_tracks=len(series), n_windows=sum(map(len, series)), values={"track_r2": r2})


def _choose_novelty(head: CurveHead, series: Sequence[WindowSeries]) -> float:
    """The lowest threshold of the sound at which at most `MAX_CUT_SHARE` of the tracks are cut; not below what half of
    the tracks reach inside, whatever their classes.
    """
    reached, inside = [], []
    for one in series:
        _, novelty, difference = measure_splits(one, 0, len(one), temperature=head.temperature)
        inside.append(float(novelty.max()) if novelty.size else 0.0)
        claimed = novelty[difference >= head.difference_threshold]
        reached.append(float(claimed.max()) if claimed.size else 0.0)
    highest = np.sort(np.array(reached))[::-1]
    allowed = int(MAX_CUT_SHARE * len(highest))
    lowest = float(np.nextafter(highest[allowed], np.inf)) if allowed < len(highest) else 0.0
    return max(lowest, float(np.median(inside)))


def _judge_joins(
    head: CurveHead,
    series: Sequence[WindowSeries],
    classes: Indices,
    folds: Indices,
    rng: np.random.Generator,
    *,
    is_same: bool,
) -> float | None:
    """The share of two held-out tracks one behind the other between which a change is claimed, within 3 s."""
    claims = []
    for i, j in _draw_pairs(classes, folds, rng, n=_N_JOINS, is_same=is_same):
        joined = WindowSeries(
            coordinates=_join(series[i].coordinates, series[j].coordinates),
            logits=_join(series[i].logits, series[j].logits),
        )
        at = len(series[i]) + 1
        claims.append(any(abs(change - at) <= _WITHIN for change in find_changes(joined, head)))
    return _round(float(np.mean(claims))) if claims else None


def _join(first: Floats, second: Floats) -> Floats:
    """One behind the other; a window that reads both stands for the mean of its neighbours."""
    return np.concatenate([first, (first[-1:] + second[:1]) / 2, second])


def _draw_pairs(
    classes: Indices, folds: Indices, rng: np.random.Generator, *, n: int, is_same: bool
) -> Iterator[tuple[int, int]]:
    """Pairs of one fold, which no model of the other folds has seen, of one class or of two."""
    for _ in range(n):
        i = int(rng.integers(len(classes)))
        alike = np.flatnonzero(((classes == classes[i]) == is_same) & (folds == folds[i]))
        alike = alike[alike != i]
        if alike.size:
            yield i, int(rng.choice(alike))


def _smooth_all(series: Sequence[WindowSeries], classes: Indices, *, reach: int) -> tuple[Floats, Indices, Floats]:
    logits = np.concatenate([average_windows(one.logits, reach=reach) for one in series])
    lengths = [len(one) for one in series]
    weights = np.repeat([1 / length / len(series) for length in lengths], lengths)
    return logits, np.repeat(classes, lengths), weights


def _macro_f1(probabilities: Floats, targets: Indices, weights: Floats) -> float:
    n_classes = probabilities.shape[1]
    cells = confusion_by_group(targets, probabilities, np.zeros_like(targets), n_groups=1, weights=weights)
    return float(macro_f1(cells.reshape(n_classes, n_classes)))


def _calibration_error(probabilities: Floats, targets: Indices, weights: Floats) -> float:
    """The mean distance of the largest probability from how often it is right, over ten bins."""
    top, hits = probabilities.max(axis=1), probabilities.argmax(axis=1) == targets
    bins = np.minimum((top * _N_BINS).astype(int), _N_BINS - 1)
    parts = [abs(float((weights * (hits - top))[bins == b].sum())) for b in range(_N_BINS)]
    return float(sum(parts))


def _round(value: float) -> float:
    return round(float(value), 4)
