"""Figures of the probabilities of being positive, or active."""

import numpy as np
import pytest

from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.metrics.reports.plane_probabilities import list_reliability, plane_probability_report

NAMES = ("valence", "arousal")


def _items(n: int) -> list[DatasetItem]:
    return [
        DatasetItem(
            example=LabelledTrack(track_id=str(i), target="Q1", artist_group=str(i), audio_sha256=None),
            group=str(i),
            fold=i // 4 % 2,
        )
        for i in range(n)
    ]


def test_figures_are_those_of_each_dimension() -> None:
    is_high = np.array([[True, False], [False, True], [True, True], [False, False]] * 5)
    probabilities = np.where(is_high, 0.8, 0.2)
    probabilities[0, 1] = 0.9

    report = plane_probability_report(probabilities, is_high, _items(20), names=NAMES, seed=0, n_resamples=10)

    valence, arousal = (report["per_class"][name] for name in NAMES)
    assert valence["roc_auc"]["value"] == 1
    assert valence["accuracy"]["value"] == 1
    assert arousal["accuracy"]["value"] == pytest.approx(0.95)
    assert valence["brier"] == pytest.approx(0.04)
    assert arousal["brier"] == pytest.approx((19 * 0.04 + 0.81) / 20)
    assert valence["ece"] == pytest.approx(0.2)
    assert valence["chance"]["brier"] == pytest.approx(0.25)
    assert valence["support"] == {"low": 10, "high": 10}
    assert "r2" not in report


def test_reliability_is_the_share_that_comes_true_of_what_was_said_alike() -> None:
    bins = list_reliability(np.array([0.81, 0.85, 0.89, 0.15]), np.array([True, True, False, False]))

    assert [(row["low"], row["n"]) for row in bins] == [(0.1, 1), (0.8, 3)]
    assert bins[1]["confidence"] == pytest.approx(0.85)
    assert bins[1]["accuracy"] == pytest.approx(2 / 3)
