"""Taking the weight of the classes back out of probabilities, to see whether they are calibrated without it.

Weights, made-up rows and tuned thresholds raise the probabilities of rare classes on purpose, so their calibration
error says nothing of the model. If the model is sound, a factor for each class undoes it: the shift of the class shares
is all that was changed (Saerens et al., *Adjusting the Outputs of a Classifier to New a Priori
Probabilities*, 2002, eq. 2.4).
"""

import numpy as np

from shared.arrays import Floats, Indices, Probabilities

_N_ROUNDS = 200


def correct_priors(probabilities: Probabilities, y: Indices, fold: Indices) -> Floats:
    """`(n, k)`: the rows of each fold with a factor for each class, fitted to the other folds, that sum to 1.

    `y: (n,)` are positions of classes. No row has a say in the factors that it is corrected by.
    """
    corrected = np.empty_like(probabilities)
    for held_out in np.unique(fold):
        test = fold == held_out
        corrected[test] = _normalise_rows(probabilities[test] * _class_factors(probabilities[~test], y[~test]))
    return corrected


def _class_factors(probabilities: Probabilities, y: Indices) -> Floats:
    """`(k,)`: those under which every class is expected as often as it is there, which makes the targets likeliest."""
    counts = np.bincount(y, minlength=probabilities.shape[1]).astype(np.float64)
    factors = np.ones(probabilities.shape[1])
    for _ in range(_N_ROUNDS):
        expected = _normalise_rows(probabilities * factors).sum(axis=0)
        factors *= np.divide(counts, expected, out=np.zeros_like(counts), where=expected > 0)
        factors /= factors.max()
    return factors


def _normalise_rows(probabilities: Probabilities) -> Floats:
    """Each row divided by its sum; a row of nothing stays so."""
    total = probabilities.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(probabilities, total, out=np.zeros_like(probabilities), where=total > 0)
    return shares
