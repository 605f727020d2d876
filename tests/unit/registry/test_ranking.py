import numpy as np
import pytest

from shared.registry.ranking import average_precision, best_threshold, curve, roc_auc

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
    recall, precision = curve(SAID, HAS)
    assert recall.tolist() == [0.5, 1.0, 1.0]
    assert precision[-1] == 0.5
