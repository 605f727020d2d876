"""An artefact is published only if it answers what the fitted estimator answers."""

import numpy as np
from numpy.typing import NDArray

from shared.errors import PermanentError, Reason
from shared.inference.predictor import OnnxModel

TOLERANCE = 1e-5
"""The greatest difference of a probability that is still the same model."""

N_ROWS = 1000
"""At least so many rows are compared."""


def pad_rows(x: NDArray[np.float32], *, seed: int) -> NDArray[np.float32]:
    """`x: (n, n_features)`, and where n is below `N_ROWS`, points between two random rows of it up to that number."""
    missing = N_ROWS - len(x)
    if missing <= 0:
        return x
    rng = np.random.default_rng(seed)
    first, second = x[rng.integers(len(x), size=missing)], x[rng.integers(len(x), size=missing)]
    between = first + rng.random((missing, 1), dtype=np.float32) * (second - first)
    return np.concatenate([x, between.astype(np.float32)])


def max_difference(artefact: bytes, x: NDArray[np.float32], expected: NDArray[np.floating]) -> float:
    """The greatest absolute difference of a probability between the artefact and the estimator.

    `x: (n, n_features)` is what both were given, `expected: (n, k)` what the estimator answered, n > 0. Infinite where
    the artefact answers something that is no number or has another shape.
    """
    if not len(x):
        raise ValueError("parity over no rows says nothing: give at least one")
    answer = OnnxModel(artefact).run(np.asarray(x, dtype=np.float32))
    if answer.shape != expected.shape or not np.isfinite(answer).all():
        return float("inf")
    return float(np.abs(answer - expected).max())


def require_parity(artefact: bytes, x: NDArray[np.float32], expected: NDArray[np.floating]) -> float:
    """`max_difference`, refused above `TOLERANCE` with `PermanentError(EXPORT_MISMATCH)`."""
    return require_close(max_difference(artefact, x, expected))


def require_close(difference: float) -> float:
    """`difference`, refused above `TOLERANCE` with `PermanentError(EXPORT_MISMATCH)`."""
    # "not below" also refuses NaN
    if not difference <= TOLERANCE:
        raise PermanentError(
            Reason.EXPORT_MISMATCH,
            f"the exported model differs from the fitted one by {difference:.1e} (allowed: {TOLERANCE:.0e}); "
            "it was not published: choose another estimator or report this",
        )
    return difference
