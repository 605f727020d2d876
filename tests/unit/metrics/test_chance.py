import itertools
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from shared.metrics.chance import (
    better_baseline,
    chance_tables,
    class_shares_elsewhere,
    expected_average_precision,
    tag_chance,
    target_means_elsewhere,
)
from shared.metrics.confusion import macro_f1, safe_ratio


def accuracy(counts: Any) -> Any:
    return safe_ratio(np.trace(counts, axis1=-2, axis2=-1), counts.sum(axis=(-2, -1)))


def test_the_shares_are_those_of_the_other_folds_only() -> None:
    shares = class_shares_elsewhere(np.array([0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1]), n_classes=2)
    np.testing.assert_allclose(shares, [[0, 1]] * 3 + [[2 / 3, 1 / 3]] * 2)


def test_the_mean_is_that_of_the_other_folds_only() -> None:
    means = target_means_elsewhere(np.array([[0.0], [1.0], [0.5]]), np.array([0, 0, 1]))
    assert means.ravel().tolist() == [0.5, 0.5, 0.5]
    assert target_means_elsewhere(np.array([[0.0], [1.0]]), np.array([0, 1])).ravel().tolist() == [1.0, 0.0]


def test_a_row_adds_the_shares_to_the_line_of_its_class() -> None:
    y, shares = np.array([0, 1, 1]), np.array([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]])
    tables = chance_tables(y, shares, np.array([0, 0, 1]), n_groups=2)
    guessed, commonest = tables[:, :4].reshape(2, 2, 2), tables[:, 4:].reshape(2, 2, 2)
    np.testing.assert_allclose(guessed, [[[0.75, 0.25], [0.5, 0.5]], [[0.0, 0.0], [0.25, 0.75]]])
    np.testing.assert_allclose(commonest, [[[1, 0], [1, 0]], [[0, 0], [0, 1]]])


@pytest.mark.parametrize("sizes", [(500, 500), (800, 150, 50), (400, 300, 200, 100)])
def test_macro_f1_of_chance_is_one_kth_and_never_below_that_of_the_commonest_class(sizes: tuple[int, ...]) -> None:
    k = len(sizes)
    y = np.repeat(np.arange(k), sizes)
    folds = np.arange(len(y)) % 5
    tables = chance_tables(y, class_shares_elsewhere(y, folds, n_classes=k), np.zeros(len(y), int), n_groups=1)[0]
    assert better_baseline(macro_f1, tables) == pytest.approx(1 / k, abs=1e-3)
    assert better_baseline(macro_f1, tables) >= sk.f1_score(y, np.zeros(len(y)), average="macro", zero_division=0)


def test_no_constant_way_of_guessing_has_a_higher_expected_macro_f1() -> None:
    shares = np.array([0.7, 0.2, 0.1])
    for first, second in itertools.product(np.linspace(0, 1, 21), repeat=2):
        if first + second <= 1:
            guess = np.array([first, second, 1 - first - second])
            assert macro_f1(1000 * np.outer(shares, guess)) <= 1 / 3 + 1e-9


def test_for_accuracy_chance_is_the_commonest_class() -> None:
    y, folds = np.array([0] * 8 + [1] * 2), np.array([0, 1] * 5)
    tables = chance_tables(y, class_shares_elsewhere(y, folds, n_classes=2), np.zeros(10, int), n_groups=1)[0]
    assert better_baseline(accuracy, tables) == pytest.approx(0.8)


@pytest.mark.parametrize(("n_with", "n_all"), [(1, 1), (1, 4), (2, 5), (3, 6), (5, 6), (6, 6)])
def test_the_expected_average_precision_is_the_mean_over_all_orders(n_with: int, n_all: int) -> None:
    scores = -np.arange(n_all, dtype=float)
    of_orders = []
    for chosen in itertools.combinations(range(n_all), n_with):
        has = np.isin(np.arange(n_all), chosen)
        of_orders.append(sk.average_precision_score(has, scores))
    assert expected_average_precision(np.array(n_with), np.array(n_all)) == pytest.approx(np.mean(of_orders))


def test_a_random_order_stands_above_the_prevalence_where_few_have_the_tag() -> None:
    found = expected_average_precision(np.array([5.0, 0.0]), np.array([600.0, 600.0]))
    assert found[0] == pytest.approx(0.0183, abs=1e-4)  # the prevalence is .0083
    assert found[1] == 0


def test_the_chance_of_tags_follows_the_counts_of_a_resample() -> None:
    has = np.array([[True, False], [False, True], [False, True], [False, False]])
    figure = tag_chance(has, np.array([0, 1, 1, 2]), n_groups=3)
    weights = np.array([[1.0, 1.0, 1.0], [3.0, 0.0, 0.0], [0.0, 1.0, 2.0]])
    # of the two tags in each resample: 1 and 2 of 4 rows have them, 3 and none of 3, none and 2 of 4
    n_with, n_all = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 2.0]]), np.array([[4.0], [3.0], [4.0]])
    expected = expected_average_precision(n_with, n_all).mean(axis=1)
    np.testing.assert_allclose(figure.compute_values(weights), expected)
