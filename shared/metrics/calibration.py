"""How far probabilities are from how often they come true, and how far they would be if nothing were wrong. Pure.

The expected calibration error is above 0 for perfect probabilities too, because few rows stand in a bin. What it would
be on the same rows, if each came true with its own probability, is simulated; only the excess says something of a model
(Roelofs et al., *Mitigating Bias in Calibration Error Estimation*, 2022).
"""

import numpy as np

from shared.arrays import Floats, Indices, Mask, Probabilities

N_BINS = 15
"""Of equal width."""
N_SIMULATIONS = 200


def expected_calibration_error(confidence: Floats, came_true: Mask, *, n_bins: int = N_BINS) -> float:
    """In [0, 1]: |mean confidence - share that came true| of each bin, weighted by its rows; `(n,)` each, n > 0.

    Bins are (low, high] and of equal width (Guo et al., *On calibration of modern neural networks*, 2017).
    """
    gaps = np.bincount(confidence_bins(confidence, n_bins), weights=confidence - came_true, minlength=n_bins)
    return float(np.abs(gaps).sum() / len(confidence))


def ece_under_perfect_calibration(
    confidence: Floats, *, n_bins: int = N_BINS, n_simulations: int = N_SIMULATIONS, seed: int = 0
) -> float:
    """The mean expected calibration error if each row came true with its `confidence: (n,)` in [0, 1], n > 0."""
    bins, rng = confidence_bins(confidence, n_bins), np.random.default_rng(seed)
    errors = [
        np.abs(np.bincount(bins, weights=confidence - (rng.random(len(confidence)) < confidence), minlength=n_bins))
        for _ in range(n_simulations)
    ]
    return float(np.sum(errors) / n_simulations / len(confidence))


def squared_distances(probabilities: Probabilities, targets: Floats) -> Floats:
    """`(n,)`: of each row of `probabilities: (n, k)` from `targets: (n, k)` of ones and zeros, summed over the columns.

    Their mean is the Brier score, in [0, 2] for classes (Brier, *Verification of forecasts expressed in terms of
    probability*, 1950).
    """
    distances: Floats = ((probabilities - targets) ** 2).sum(axis=1)
    return distances


def brier_score(probabilities: Probabilities, targets: Floats) -> float:
    """The mean of `squared_distances`; 0 is perfect."""
    return float(squared_distances(probabilities, targets).mean())


def confidence_bins(confidence: Floats, n_bins: int = N_BINS) -> Indices:
    """`(n,)` in [0, n_bins): the bin of each row, (low, high] of equal width."""
    return np.clip(np.ceil(confidence * n_bins).astype(np.intp) - 1, 0, n_bins - 1)
