"""Scores of classes turned into probabilities by a softmax that is moved as far as the data ask for it.

The probabilities are `softmax(scores @ (I + W) + b)`, and the penalty holds `W` and `b` near 0 (matrix scaling with a
ridge; Kull et al. 2019, Beyond temperature scaling). With few rows the scores stand as they are, which a logistic
regression over them, whose penalty leads to equal probabilities, does not give.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.base import BaseEstimator

from shared.arrays import Floats, Indices

_PENALTY = 10.0


class ScoreCalibration(BaseEstimator):  # type: ignore[misc]
    """Fitted, it holds `weights_` `(k, k)` and `intercepts_` `(k,)`."""

    def fit(self, scores: Floats, y: Indices, *, sample_weight: Floats | None = None) -> "ScoreCalibration":
        """Fit to scores `(n, k)` of rows that were not fitted on, and to the positions `y: (n,)` of their classes."""
        n, k = scores.shape
        weights = np.ones(n) if sample_weight is None else sample_weight
        targets = np.eye(k)[y]
        columns = np.hstack([scores, np.ones((n, 1))])

        def penalised_loss(flat: Floats) -> tuple[float, Floats]:
            moved = flat.reshape(k + 1, k)
            logs = log_softmax(scores + columns @ moved, axis=1)
            gradient = columns.T @ (weights[:, np.newaxis] * (np.exp(logs) - targets)) + 2 * _PENALTY * moved
            loss = -float(weights @ (logs * targets).sum(axis=1)) + _PENALTY * float((moved**2).sum())
            return loss, gradient.ravel()

        moved = minimize(penalised_loss, np.zeros((k + 1) * k), jac=True, method="L-BFGS-B").x.reshape(k + 1, k)
        self.weights_ = np.eye(k) + moved[:k]
        self.intercepts_ = moved[k]
        return self

    def predict_proba(self, scores: Floats) -> Floats:
        """`(n, k)`."""
        probabilities: Floats = softmax(scores @ self.weights_ + self.intercepts_, axis=1)
        return probabilities
