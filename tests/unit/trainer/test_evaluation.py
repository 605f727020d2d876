import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sk

from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.metrics.reports.classification import (
    accuracy_score,
    balanced_accuracy_score,
    classification_report,
    confusion_matrix,
    macro_f1,
    multiclass_brier_score,
    per_class_metrics,
    top_label_ece,
    validate_probabilities,
    weighted_f1,
)

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")


def sure(answers: list[int], k: int) -> np.ndarray:
    """Probabilities that are certain of `answers`."""
    return np.eye(k)[answers]


def items_of(targets: list[str], *, groups: list[str] | None = None) -> list[DatasetItem]:
    groups = groups or [f"g{i}" for i in range(len(targets))]
    return [
        DatasetItem(
            example=LabelledTrack(track_id=f"t{i}", target=target, artist_group=group, audio_sha256=None),
            group=group,
            fold=i % 2,
        )
        for i, (target, group) in enumerate(zip(targets, groups, strict=True))
    ]


def test_golden_case_of_three_classes() -> None:
    y = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    counts = confusion_matrix(y, sure([0, 0, 0, 1, 1, 0, 2, 1], 3))
    assert counts.tolist() == [[3, 1, 0], [1, 1, 0], [0, 1, 1]]
    precision, recall, f1, support = per_class_metrics(counts)
    assert precision == pytest.approx([3 / 4, 1 / 3, 1])
    assert recall == pytest.approx([3 / 4, 1 / 2, 1 / 2])
    assert f1 == pytest.approx([3 / 4, 2 / 5, 2 / 3])
    assert support.tolist() == [4, 2, 2]
    assert accuracy_score(counts) == pytest.approx(5 / 8)
    assert balanced_accuracy_score(counts) == pytest.approx((3 / 4 + 1 / 2 + 1 / 2) / 3)
    assert macro_f1(counts) == pytest.approx((3 / 4 + 2 / 5 + 2 / 3) / 3)
    assert weighted_f1(counts) == pytest.approx((4 * 3 / 4 + 2 * 2 / 5 + 2 * 2 / 3) / 8)


def test_the_metrics_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    y, p = rng.integers(4, size=500), rng.dirichlet(np.ones(4), size=500)
    counts, answers = confusion_matrix(y, p), p.argmax(axis=1)
    assert macro_f1(counts) == pytest.approx(sk.f1_score(y, answers, average="macro"))
    assert weighted_f1(counts) == pytest.approx(sk.f1_score(y, answers, average="weighted"))
    assert balanced_accuracy_score(counts) == pytest.approx(sk.balanced_accuracy_score(y, answers))
    assert multiclass_brier_score(y, p) == pytest.approx(
        sk.brier_score_loss(y, p, labels=[0, 1, 2, 3], scale_by_half=False)
    )


def test_a_class_that_nobody_labelled_does_not_pull_the_average_down() -> None:
    counts = confusion_matrix(np.array([0, 1]), sure([0, 1], 3))
    assert macro_f1(counts) == balanced_accuracy_score(counts) == 1


def test_calibration_error_of_a_model_too_sure_of_itself() -> None:
    p = np.array([[0.9, 0.1]] * 10)
    assert top_label_ece(np.array([0] * 6 + [1] * 4), p) == pytest.approx(0.3)


def test_calibration_error_is_summed_over_bins_and_not_netted() -> None:
    p = np.array([[0.6, 0.4]] * 10 + [[1.0, 0.0]] * 10)
    y = np.array([0] * 8 + [1] * 2 + [0] * 8 + [1] * 2)  # 0.2 too modest, then 0.2 too sure
    assert top_label_ece(y, p) == pytest.approx(0.2)


def test_brier_is_0_for_certainty_that_is_right_and_2_for_certainty_that_is_wrong() -> None:
    assert multiclass_brier_score(np.array([0, 1]), sure([0, 1], 2)) == 0
    assert multiclass_brier_score(np.array([0, 1]), sure([1, 0], 2)) == 2
    assert multiclass_brier_score(np.array([0]), np.array([[0.7, 0.2, 0.1]])) == pytest.approx(0.09 + 0.04 + 0.01)


def test_quadrants_also_give_arousal_and_valence() -> None:
    # Q1 for Q2 keeps arousal and loses valence; Q3 for Q4 likewise
    items = items_of(["Q1", "Q1", "Q2", "Q2", "Q3", "Q3", "Q4", "Q4"])
    report = classification_report(
        sure([0, 1, 1, 0, 2, 3, 3, 2], 4), items, classes=QUADRANTS, taxonomy="quadrant4", seed=0, n_resamples=20
    )
    assert report["arousal_macro_f1"]["value"] == 1
    assert report["valence_macro_f1"]["value"] == pytest.approx(0.5)
    assert report["accuracy"]["value"] == pytest.approx(0.5)


def test_other_taxonomies_have_no_valence() -> None:
    items = items_of(["calm", "sad"] * 3)
    report = classification_report(
        sure([0, 1] * 3, 2), items, classes=("calm", "sad"), taxonomy="mood4", seed=0, n_resamples=20
    )
    assert not [name for name in report if "valence" in name or "arousal" in name]


def test_the_report_is_plain_json_with_chance_beside_it() -> None:
    items = items_of(["calm"] * 6 + ["sad"] * 2)
    report = classification_report(
        sure([0] * 5 + [1] * 3, 2), items, classes=("calm", "sad"), taxonomy="mood4", seed=0, n_resamples=50
    )
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert report["confusion"] == [[5, 1], [0, 2]]
    assert report["per_class"]["sad"] == {
        "precision": pytest.approx(2 / 3),
        "recall": 1.0,
        "f1": pytest.approx(0.8),
        "support": 2,
        "roc_auc": pytest.approx(11 / 12),
    }
    assert report["chance"]["accuracy"]["value"] == pytest.approx(6 / 8)
    assert report["chance"]["macro_f1"]["value"] == pytest.approx(1 / 2)
    assert report["chance"]["per_class"]["sad"]["f1"] == pytest.approx(2 / 8)
    assert report["chance"]["roc_auc"] == {"value": 0.5, "low": 0.5, "high": 0.5}
    assert report["interval"]["resampled_by"] == "artist group"
    assert (report["n_items"], report["n_groups"], report["n_folds"]) == (8, 8, 2)


def test_the_interval_holds_the_value_and_repeats_with_its_seed() -> None:
    items = items_of(["calm", "sad"] * 50)
    p = sure([0, 1, 0, 0] * 25, 2)
    first, again = (
        classification_report(p, items, classes=("calm", "sad"), taxonomy="mood4", seed=4, n_resamples=200)
        for _ in range(2)
    )
    assert first == again
    assert first["accuracy"]["low"] < first["accuracy"]["value"] < first["accuracy"]["high"]
    # 100 independent rows at .75: ± 1.96 * sqrt(.75 * .25 / 100)
    assert first["accuracy"]["high"] - first["accuracy"]["low"] == pytest.approx(0.17, abs=0.03)


def test_tracks_of_one_artist_do_not_narrow_the_interval() -> None:
    targets, p = ["calm", "sad"] * 50, sure([0, 1] * 25 + [1, 0] * 25, 2)
    groups = [f"g{i // 10}" for i in range(100)]
    alone, together = (
        classification_report(p, items_of(targets, groups=g), classes=("calm", "sad"), taxonomy="mood4", seed=0)[
            "accuracy"
        ]
        for g in (None, groups)
    )
    assert together["high"] - together["low"] > 2 * (alone["high"] - alone["low"])


def test_the_roc_area_compares_rows_of_one_fold_and_has_an_interval_over_artists() -> None:
    """In each fold the order is right; the scores of the second fold are all higher."""
    targets = ["calm", "sad"] * 50
    items = [replace(item, fold=i // 50) for i, item in enumerate(items_of(targets))]
    calm = np.array([0.2, 0.1] * 25 + [0.9, 0.8] * 25)
    calm[:6] = calm[:6][::-1]
    p = np.stack([calm, 1 - calm], axis=1)
    found = classification_report(p, items, classes=("calm", "sad"), taxonomy="mood4", seed=0, n_resamples=200)[
        "roc_auc"
    ]
    in_first = sk.roc_auc_score(np.array(targets[:50]) == "calm", calm[:50])
    assert found["value"] == pytest.approx((in_first + 1) / 2)
    assert 0.8 < found["low"] < found["value"] < found["high"] < 1


@pytest.mark.parametrize(
    ("y", "p"),
    [
        ([], np.zeros((0, 2))),
        ([0], np.array([0.5, 0.5])),
        ([0, 1], np.array([[0.5, 0.5]])),
        ([2], np.array([[0.5, 0.5]])),
        ([0], np.array([[0.5, 0.6]])),
        ([0], np.array([[-0.5, 1.5]])),
        ([0], np.array([[np.nan, 0.5]])),
    ],
)
def test_what_is_no_probability_is_refused(y: list[int], p: np.ndarray) -> None:
    with pytest.raises(ValueError):
        validate_probabilities(np.array(y, dtype=int), p)


def test_a_single_fold_has_no_chance_and_is_refused() -> None:
    with pytest.raises(ValueError, match="two folds"):
        classification_report(sure([0], 2), items_of(["calm"]), classes=("calm", "sad"), taxonomy="mood4", seed=0)
