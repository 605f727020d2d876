"""Weights of the classes that raise macro F1: decision thresholds that a graph can carry.

The class of the highest probability is seldom a rare one, even where that would be the better answer. Weights are found
on inner answers, artist-grouped, inside the training side; they shift the probabilities away from the shares of the
data, which the card says.
"""

import numpy as np
from numpy.typing import NDArray

from shared.metrics.reports.classification import confusion_matrix, macro_f1

_STEPS = np.linspace(-1.5, 1.5, 31)
"""Logarithms of weights that are tried."""
_N_HALVES = 8
_N_SWEEPS = 3


def tune_class_weights(y: NDArray[np.intp], probabilities: NDArray[np.float64], *, seed: int) -> NDArray[np.float64]:
    """`(k,)`, geometric mean 1: what to multiply the columns of `probabilities: (n, k)` by.

    The mean, in logarithms, of what is best for random halves of the rows: the best for all of them would follow a few
    rows of a rare class.
    """
    rng = np.random.default_rng(seed)
    logs = np.log(np.clip(probabilities, 1e-9, None))
    by_part = []
    for _ in range(_N_HALVES // 2):
        order = rng.permutation(len(y))
        by_part += [_ascend_weights(y[part], logs[part]) for part in np.array_split(order, 2)]
    mean = np.mean(by_part, axis=0)
    weights: NDArray[np.float64] = np.exp(mean - mean.mean())
    return weights


def _ascend_weights(y: NDArray[np.intp], logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coordinate ascent over the classes that `y` has."""
    offsets = np.zeros(logs.shape[1])
    for _ in range(_N_SWEEPS):
        for c in np.unique(y):
            scores = [_score_offset(y, logs, offsets, c, step) for step in _STEPS]
            # of a plateau the step that changes least
            ties = np.flatnonzero(np.isclose(scores, max(scores)))
            offsets[c] = _STEPS[ties[np.argmin(np.abs(_STEPS[ties]))]]
    return np.asarray(offsets - offsets[np.unique(y)].mean())


def _score_offset(
    y: NDArray[np.intp], logs: NDArray[np.float64], offsets: NDArray[np.float64], c: int, step: float
) -> float:
    tried = offsets.copy()
    tried[c] = step
    return float(macro_f1(confusion_matrix(y, logs + tried)))
