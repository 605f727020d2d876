"""How good out-of-fold probabilities of being positive, or active, are, with intervals, beside chance. Pure.

For points on the plane that are made of such probabilities: there is no number that a song should have, so that R² and
deviations say nothing of them. A song is right where its probability is on the side of 1/2 on which the song is.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shared.arrays import Floats, Mask
from shared.domain.dataset import DatasetItem
from shared.domain.model_card import CHANCE
from shared.metrics.calibration import confidence_bins, ece_under_perfect_calibration, expected_calibration_error
from shared.metrics.report_schema import PlaneProbabilityFigures, PlaneProbabilityReport, ReliabilityBin
from shared.metrics.reports.classification import classification_report

_SIDES = ("low", "high")
_N_BINS = 10


def plane_probability_report(
    probabilities: Floats,
    is_high: Mask,
    items: Sequence[DatasetItem],
    *,
    names: Sequence[str],
    seed: int,
    n_resamples: int = 1000,
) -> PlaneProbabilityReport:
    """All figures of out-of-fold `probabilities: (n, k)` in [0, 1] against `is_high: (n, k)`, as JSON values.

    `items` give the artists and folds, `names` the dimensions. Raises ValueError as `classification_report` does.
    """
    reports = [
        classification_report(
            np.stack([1 - probabilities[:, j], probabilities[:, j]], axis=1),
            [
                replace(item, example=replace(item.example, target=_SIDES[int(high)]))
                for item, high in zip(items, is_high[:, j], strict=True)
            ],
            classes=_SIDES,
            taxonomy="",
            seed=seed,
            n_resamples=n_resamples,
        )
        for j in range(len(names))
    ]
    per_class: dict[str, PlaneProbabilityFigures] = {
        name: {
            "roc_auc": report["roc_auc"],
            "macro_f1": report["macro_f1"],
            "accuracy": report["accuracy"],
            # of one probability, not of both sides
            "brier": report["brier"] / 2,
            "ece": expected_calibration_error(probabilities[:, j], is_high[:, j], n_bins=_N_BINS),
            "ece_under_perfect_calibration": ece_under_perfect_calibration(
                probabilities[:, j], n_bins=_N_BINS, seed=seed
            ),
            "reliability": list_reliability(probabilities[:, j], is_high[:, j]),
            "support": {side: report["per_class"][side]["support"] for side in _SIDES},
            CHANCE: {
                "roc_auc": report["chance"]["roc_auc"],
                "macro_f1": report["chance"]["macro_f1"],
                "accuracy": report["chance"]["accuracy"],
                "brier": report["chance"]["brier"] / 2,
            },
        }
        for j, (name, report) in enumerate(zip(names, reports, strict=True))
    }
    return {
        "kind": "dimensions",
        "meaning": "probability",
        "n_items": len(items),
        "n_groups": reports[0]["n_groups"],
        "n_folds": reports[0]["n_folds"],
        "classes": list(names),
        "interval": reports[0]["interval"],
        "per_class": per_class,
    }


def list_reliability(probability: Floats, is_high: Mask, *, n_bins: int = _N_BINS) -> list[ReliabilityBin]:
    """How often what is said with a probability is so, by bins of equal width that hold a row: `(n,)` each."""
    bin_of = confidence_bins(probability, n_bins)
    return [
        {
            "low": b / n_bins,
            "high": (b + 1) / n_bins,
            "confidence": float(probability[bin_of == b].mean()),
            "accuracy": float(is_high[bin_of == b].mean()),
            "n": int((bin_of == b).sum()),
        }
        for b in np.unique(bin_of).tolist()
    ]
