"""Fits a head to windows of labelled tracks, and calibrates it on curves of tracks by artists it was not fitted to.

What is fitted: the outputs are standardised block by block, projected on their principal components, averaged over 9 s
and read by a multinomial logistic regression (classes) or a ridge regression (dimensions). All of it is linear, and
folded into one matrix.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.special

from shared.arrays import Floats, Indices, Tensor
from shared.curve.calibration import CurveFigures, calibrate_changes, calibrate_temperature, measure_dimensions
from shared.curve.changes import WindowSeries
from shared.curve.head import CurveHead, average_windows
from shared.domain.head import CLASSES, DIMENSIONS
from shared.domain.windows import WINDOW_WIDTHS

MIN_TRACKS = 40
"""Fewer do not suffice for a head, and a change-point rule could not be chosen on them."""
MAX_TRACKS = 1000
"""More are drawn from: 20 windows of 1,795 values of each are held in memory."""
SMOOTHING_REACH = 2
"""Windows on either side: 9 s in all."""
_N_COMPONENTS = 100
_N_SOUND_COMPONENTS = 16
_STRENGTH = 10.0
"""Of the L2 penalty, divided by the number of tracks."""
_STRIDE = 2
"""Every other smoothed window is fitted to: neighbours share eight ninths of their sound."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelledWindows:
    """The windows of one labelled track."""

    values: Tensor
    """`(n_windows, n_values)`, equally spaced."""
    target: int | Sequence[float]
    """The position of its class, or its values on the dimensions."""
    fold: int
    """Tracks by one artist share it."""


@dataclass(frozen=True, eq=False)
class _FittedParts:
    centre: Floats
    weights: Floats
    bias: Floats
    projection: Floats


def fit_curve_head(
    tracks: Sequence[LabelledWindows], *, outputs: Sequence[str], kind: str, versions: Mapping[str, str], seed: int = 0
) -> tuple[CurveHead, CurveFigures]:
    """A head fitted to all of the tracks, calibrated and judged out of fold. Raises ValueError for too few of them.

    All of it is held in memory: `draw_tracks` says of which tracks windows are to be read.
    """
    if len(tracks) < MIN_TRACKS:
        raise ValueError(f"{len(tracks)} labelled tracks have windows, a curve needs {MIN_TRACKS}: label more")
    folds = np.array([track.fold for track in tracks], dtype=np.intp)
    if np.unique(folds).size < 2:  # noqa: PLR2004 - one fold leaves nothing to fit to
        raise ValueError("all labelled tracks with windows are of one fold: label tracks by more artists")
    held_out: list[WindowSeries | None] = [None] * len(tracks)
    for fold in np.unique(folds):
        parts = _fit_parts([tracks[i] for i in np.flatnonzero(folds != fold).tolist()], len(outputs), kind, versions)
        for i in np.flatnonzero(folds == fold).tolist():
            values = tracks[i].values - parts.centre
            held_out[i] = WindowSeries(
                coordinates=values @ parts.projection, logits=values @ parts.weights + parts.bias
            )
    series = [one for one in held_out if one is not None]
    parts = _fit_parts(tracks, len(outputs), kind, versions)
    head = CurveHead(
        kind=kind,
        outputs=tuple(outputs),
        versions=dict(versions),
        centre=parts.centre,
        weights=parts.weights,
        bias=parts.bias,
        projection=parts.projection,
        temperature=1.0,
        novelty_threshold=float("inf"),
        difference_threshold=1.0,
    )
    if kind == DIMENSIONS:
        targets = np.array([track.target for track in tracks], dtype=np.float64)
        return head, measure_dimensions(series, targets, outputs=outputs)
    classes = np.array([track.target for track in tracks], dtype=np.intp)
    head = calibrate_temperature(head, series, classes, reach=SMOOTHING_REACH)
    return calibrate_changes(head, series, classes, folds=folds, reach=SMOOTHING_REACH, seed=seed)


def draw_tracks(targets: Sequence[object], *, kind: str, seed: int = 0) -> list[int]:
    """Positions of at most `MAX_TRACKS` of the tracks with these targets, evenly by class as far as there are any."""
    if len(targets) <= MAX_TRACKS:
        return list(range(len(targets)))
    order = np.random.default_rng(seed).permutation(len(targets)).tolist()
    if kind == CLASSES:
        counts: Counter[object] = Counter()
        rank = {}
        for i in order:
            counts[targets[i]] += 1
            rank[i] = counts[targets[i]]
        order = sorted(order, key=rank.__getitem__)
    return sorted(order[:MAX_TRACKS])


def _fit_parts(
    tracks: Sequence[LabelledWindows], n_outputs: int, kind: str, versions: Mapping[str, str]
) -> _FittedParts:
    values = np.concatenate([track.values for track in tracks]).astype(np.float32)
    owners = np.repeat(np.arange(len(tracks)), [len(track.values) for track in tracks])
    centre = values.mean(axis=0, dtype=np.float64)
    scale = _scale_blocks(values, versions)
    values = (values - centre.astype(np.float32)) * scale.astype(np.float32)
    components, spread = _find_components(values)
    scores = values @ components
    del values
    smoothed = np.concatenate(
        [
            average_windows(scores[owners == i], reach=SMOOTHING_REACH)[::_STRIDE]
            for i in range(len(tracks))
        ]
    ) / spread  # fmt: skip
    rows = np.repeat(np.arange(len(tracks)), [-(-len(track.values) // _STRIDE) for track in tracks])
    row_weights = 1 / np.bincount(rows)[rows] / len(tracks)
    penalty = _STRENGTH / len(tracks)
    if kind == CLASSES:
        targets = np.array([track.target for track in tracks], dtype=np.intp)
        weights, bias = _fit_logistic(smoothed, targets[rows], row_weights, n_outputs=n_outputs, penalty=penalty)
    else:
        points = np.array([track.target for track in tracks], dtype=np.float64)
        weights, bias = _fit_ridge(smoothed, points[rows], row_weights, penalty=penalty)
    folded = scale[:, np.newaxis] * components
    return _FittedParts(
        centre=centre,
        weights=folded @ weights / spread,
        bias=bias,
        projection=folded @ _whiten_within(scores, owners),
    )


def _scale_blocks(values: Tensor, versions: Mapping[str, str]) -> Floats:
    """`(n_values,)`: by what values are multiplied, so that each block of a tagger weighs the same."""
    scale: Floats = 1 / (values.std(axis=0, dtype=np.float64) + 1e-3)
    start = 0
    for tagger in versions:
        for width in WINDOW_WIDTHS[tagger]:
            scale[start : start + width] /= np.sqrt(width)
            start += width
    return scale


def _find_components(values: Tensor) -> tuple[Floats, float]:
    """`(n_values, n_components)` principal components, and the deviation of all scores together."""
    n_components = min(_N_COMPONENTS, values.shape[1], len(values) - 1)
    covariance = (values.T @ values).astype(np.float64) / len(values)
    n = len(covariance)
    powers, axes = scipy.linalg.eigh(covariance, subset_by_index=[n - n_components, n - 1])
    return axes[:, ::-1], float(np.sqrt(max(powers.mean(), 1e-12)))


def _whiten_within(scores: Floats, owners: Indices) -> Floats:
    """`(n_components, n_kept)`: coordinates in which windows of one track differ from its mean by 1 on average."""
    n_kept = min(_N_SOUND_COMPONENTS, scores.shape[1])
    kept = scores[:, :n_kept].astype(np.float64)
    counts = np.bincount(owners)
    means = np.stack([np.bincount(owners, kept[:, k]) for k in range(n_kept)], axis=1) / counts[:, np.newaxis]
    rest = kept - means[owners]
    powers, axes = np.linalg.eigh(rest.T @ rest / len(rest))
    whitening = np.zeros((scores.shape[1], n_kept))
    whitening[:n_kept] = axes / np.sqrt(powers + 1e-2 * powers.mean() + 1e-12)
    return whitening


def _fit_logistic(
    x: Floats, y: Indices, row_weights: Floats, *, n_outputs: int, penalty: float
) -> tuple[Floats, Floats]:
    """Weights `(n_features, n_outputs)` and bias of a multinomial logistic regression with an L2 penalty."""
    n_features = x.shape[1]
    hits = np.eye(n_outputs)[y]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, bias = flat[:-n_outputs].reshape(n_features, n_outputs), flat[-n_outputs:]
        log_p = scipy.special.log_softmax(x @ weights + bias, axis=1)
        rest = (np.exp(log_p) - hits) * row_weights[:, np.newaxis]
        value = -(row_weights * log_p[np.arange(len(y)), y]).sum() + penalty / 2 * (weights**2).sum()
        gradient = np.concatenate([(x.T @ rest + penalty * weights).ravel(), rest.sum(axis=0)])
        return float(value), gradient

    minimum = scipy.optimize.minimize(
        loss, np.zeros((n_features + 1) * n_outputs), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    )
    return minimum.x[:-n_outputs].reshape(n_features, n_outputs), minimum.x[-n_outputs:]


def _fit_ridge(x: Floats, y: Floats, row_weights: Floats, *, penalty: float) -> tuple[Floats, Floats]:
    """Weights `(n_features, n_outputs)` and bias of a ridge regression."""
    total = row_weights.sum()
    mean_x, mean_y = row_weights @ x / total, row_weights @ y / total
    a = (x - mean_x) * row_weights[:, np.newaxis]
    weights = np.linalg.solve(a.T @ (x - mean_x) + penalty * np.eye(x.shape[1]), a.T @ (y - mean_y))
    return weights, mean_y - mean_x @ weights
