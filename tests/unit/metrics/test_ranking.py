from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from shared.metrics.group_bootstrap import draw_group_weights
from shared.metrics.ranking import (
    RocAucWithinFolds,
    average_precision,
    best_threshold,
    precision_recall_curve,
    roc_auc,
    roc_auc_within_folds,
)

SAID = np.array([0.9, 0.8, 0.8, 0.1])
HAS = np.array([True, True, False, False])
ONCE = np.ones(4)


def test_equal_scores_are_one_step_whatever_their_order() -> None:
    assert average_precision(SAID, HAS, ONCE) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert average_precision(SAID[::-1], HAS[::-1], ONCE) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert roc_auc(SAID, HAS, ONCE) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_a_score_for_all_has_the_prevalence_and_a_coin_s_area() -> None:
    same = np.zeros(4)
    assert average_precision(same, HAS, ONCE) == 0.5
    assert roc_auc(same, HAS, ONCE) == 0.5
    assert average_precision(SAID, np.zeros(4, bool), ONCE) == 0
    assert roc_auc(SAID, np.ones(4, bool), ONCE) == 0.5


def test_a_weight_of_two_is_the_row_twice_and_of_none_the_row_left_out() -> None:
    weights = np.array([[2.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
    twice = np.array([0, 0, 1, 3])
    for rank in (average_precision, roc_auc):
        by_weight = rank(SAID, HAS, weights)
        assert by_weight.shape == (2,)
        assert by_weight[0] == pytest.approx(rank(SAID[twice], HAS[twice], ONCE))
        assert by_weight[1] == pytest.approx(rank(SAID, HAS, ONCE))


def test_the_best_threshold_lies_between_what_is_in_and_what_is_out() -> None:
    assert best_threshold(np.array([0.9, 0.6, 0.2, 0.1]), np.array([True, True, False, False])) == pytest.approx(0.4)
    assert best_threshold(SAID, np.zeros(4, bool)) == 1.0


def test_the_curve_ends_with_everything_given() -> None:
    recall, precision = precision_recall_curve(SAID, HAS)
    assert recall.tolist() == [0.5, 1.0, 1.0]
    assert precision[-1] == 0.5


def scored(*, n: int = 300, n_groups: int = 40, k: int = 3, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    group_of = rng.integers(n_groups, size=n)
    return rng.random((n, k)).round(1), rng.random((n, k)) < 0.4, group_of % 5, group_of


def test_pairs_count_within_their_fold_only_and_those_of_all_folds_together() -> None:
    """Fold 0 has 1 of 1 pairs won, fold 1 has 1 of 3: 2 of 4, not the mean of the folds; across folds it were less."""
    scores = np.array([0.2, 0.1, 0.8, 0.9, 0.95, 0.7])
    has, folds = np.array([1, 0, 1, 0, 0, 0], bool), np.array([0, 0, 1, 1, 1, 1])
    assert roc_auc_within_folds(scores[:, None], has[:, None], folds).tolist() == [2 / 4]
    assert sk.roc_auc_score(has, scores) < 2 / 4


def test_in_one_fold_the_area_is_that_of_scikit_learn() -> None:
    scores, has, _, _ = scored()
    found = roc_auc_within_folds(scores, has, np.zeros(len(scores), int))
    assert found == pytest.approx([sk.roc_auc_score(has[:, j], scores[:, j]) for j in range(3)])


def test_a_model_without_skill_gets_a_half_within_folds_and_less_over_all() -> None:
    """It says of each row the share of the class in the other folds."""
    rng = np.random.default_rng(0)
    within, pooled = [], []
    for _ in range(50):
        has, folds = rng.random((100, 1)) < 0.4, np.arange(100) % 5
        shares = np.array([has[folds != fold].mean() for fold in folds])[:, None]
        within.append(roc_auc_within_folds(shares, has, folds)[0])
        pooled.append(sk.roc_auc_score(has[:, 0], shares[:, 0]))
    assert within == [0.5] * 50
    assert np.mean(pooled) < 0.45


def test_a_resampled_area_is_that_of_the_rows_written_out() -> None:
    scores, has, folds, group_of = scored()
    figure = RocAucWithinFolds(scores, has, folds, group_of)
    weights = np.concatenate(list(draw_group_weights(40, n_resamples=5, seed=1)))
    for row, value in zip(weights, figure.compute_values(weights), strict=True):
        rows = np.repeat(np.arange(len(scores)), row[group_of].astype(int))
        assert value == pytest.approx(roc_auc_within_folds(scores[rows], has[rows], folds[rows]).mean())


def test_matrices_of_pairs_and_ranks_give_the_same_area() -> None:
    small, large = scored(), scored(n=3000, n_groups=2900, k=2)
    for (scores, has, folds, group_of), is_small in ((small, True), (large, False)):
        figure = RocAucWithinFolds(scores, has, folds, group_of)
        assert figure._is_small is is_small
        weights = np.concatenate(list(draw_group_weights(int(group_of.max()) + 1, n_resamples=4, seed=1)))
        for matrices, ranks in zip(figure._by_matrices(weights), figure._by_ranks(weights), strict=True):
            np.testing.assert_allclose(matrices, ranks)


def test_a_column_without_a_pair_is_left_out_of_the_mean() -> None:
    scores, has = np.array([[0.9, 0.5], [0.1, 0.4]]), np.array([[True, False], [False, False]])
    figure = RocAucWithinFolds(scores, has, np.zeros(2, int), np.arange(2))
    assert figure.compute_values(np.array([[1.0, 1.0], [2.0, 0.0]])).tolist() == [1.0, 0.5]
