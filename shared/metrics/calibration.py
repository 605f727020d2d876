"""How far probabilities are from how often they come true, and how far they would be if nothing were wrong. Pure.

The expected calibration error is above 0 for perfect probabilities too, because few rows stand in a bin. What it would
be on the same rows, if each came true with its own probability, is simulated; only the excess says something of a model
(Roelofs et al., *Mitigating Bias in Calibration Error Estimation*, 2022).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

N_BINS = 15
N_SIMULATIONS = 200


def ece_under_perfect_calibration(
    confidence: Floats, *, n_bins: int = N_BINS, n_simulations: int = N_SIMULATIONS, seed: int = 0
) -> float:
    """The mean expected calibration error if each row came true with its `confidence: (n,)` in [0, 1], n > 0."""
    bins = np.clip(np.ceil(confidence * n_bins).astype(np.intp) - 1, 0, n_bins - 1)
    rng = np.random.default_rng(seed)
    errors = [
        np.abs(np.bincount(bins, weights=confidence - (rng.random(len(confidence)) < confidence), minlength=n_bins))
        for _ in range(n_simulations)
    ]
    return float(np.sum(errors) / n_simulations / len(confidence))
