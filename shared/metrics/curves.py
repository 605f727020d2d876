"""Curves of out-of-fold probabilities, for figures: reliability and ROC. Pure."""

import numpy as np

from shared.arrays import Floats, Indices, Mask, Probabilities
from shared.metrics.calibration import N_BINS, confidence_bins
from shared.metrics.ranking import roc_auc
from shared.metrics.report_schema import ReliabilityBin, RocCurve

_MOST_POINTS = 200


def reliability_bins(y: Indices, probabilities: Probabilities, *, n_bins: int = N_BINS) -> list[ReliabilityBin]:
    """How often the answered class is right, by how sure the model was: the bins of the ECE that hold a row.

    `y: (n,)` targets, `probabilities: (n, k)`. Bins are (low, high] and of equal width, as in Guo et al. (2017); each
    has its mean confidence and its accuracy in [0, 1] and its number of rows.
    """
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == y
    bin_of = confidence_bins(confidence, n_bins)
    return [
        {
            "low": b / n_bins,
            "high": (b + 1) / n_bins,
            "confidence": float(confidence[bin_of == b].mean()),
            "accuracy": float(right[bin_of == b].mean()),
            "n": int((bin_of == b).sum()),
        }
        for b in np.unique(bin_of).tolist()
    ]


def roc_curve(is_class: Mask, score: Floats) -> RocCurve | None:
    """The ROC curve of one class against the rest: `false_positives` and `true_positives` as rising rates, and `auc`.

    `is_class: (n,)`, `score: (n,)` the probability of the class. None where all rows are of the class, or none is.
    """
    n_positive = int(is_class.sum())
    n_negative = len(is_class) - n_positive
    if not n_positive or not n_negative:
        return None
    order = np.argsort(-score, kind="stable")
    # equal scores are one point: nobody could tell them apart
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    true = np.append(0.0, np.cumsum(is_class[order])[ends] / n_positive)
    false = np.append(0.0, np.cumsum(~is_class[order])[ends] / n_negative)
    shown = np.unique(np.linspace(0, len(true) - 1, _MOST_POINTS).round().astype(np.intp))
    return {
        "auc": float(roc_auc(score, is_class, np.ones(len(score)))),
        "false_positives": false[shown].tolist(),
        "true_positives": true[shown].tolist(),
    }
