import numpy as np
import pytest

from shared.metrics.confusion import safe_ratio
from shared.metrics.group_bootstrap import (
    ConfidenceLevel,
    FigureFromSums,
    GroupFigure,
    PairedDifference,
    bootstrap_intervals,
    draw_group_weights,
    resample_figure,
    sum_by_group,
    tail_quantile,
)
from shared.metrics.ranking import MeanAveragePrecision, RocAucWithinFolds, average_precision
from shared.metrics.regression import mean_r2_figure, regression_metrics


def mean_of(values: np.ndarray) -> FigureFromSums:
    """The mean of one number a group."""
    sums = np.stack([values, np.ones(len(values))], axis=1)
    return FigureFromSums(sums, lambda s: safe_ratio(s[..., 0], s[..., 1]))


def test_every_resample_holds_as_many_groups_and_the_seed_repeats_it() -> None:
    first, again = (np.concatenate(list(draw_group_weights(7, n_resamples=50, seed=3))) for _ in range(2))
    assert first.shape == (50, 7)
    assert (first.sum(axis=1) == 7).all()
    assert (first == again).all()


def test_many_groups_are_drawn_in_chunks_that_fit_the_memory() -> None:
    chunks = list(draw_group_weights(5000, n_resamples=250, seed=0))
    assert len(chunks) > 1
    assert sum(map(len, chunks)) == 250


def test_sums_are_added_up_by_group() -> None:
    sums = sum_by_group(np.array([[1.0], [2.0], [4.0]]), np.array([1, 0, 1]), n_groups=2)
    assert sums.ravel().tolist() == [2.0, 5.0]


def test_sixty_groups_have_percentiles_and_fewer_a_bootstrap_t() -> None:
    rng = np.random.default_rng(0)
    methods = {}
    for n in (30, 59, 60):
        found = bootstrap_intervals(
            {"mean": mean_of(rng.normal(size=n))}, n_groups=n, level=ConfidenceLevel(error=0.1, n_resamples=500)
        )
        methods[n] = found["mean"].method
    assert methods == {30: "bootstrap-t", 59: "bootstrap-t", 60: "percentile"}


def test_a_bootstrap_t_of_few_groups_is_wider_than_percentiles_and_near_students_t() -> None:
    values = np.random.default_rng(2).normal(size=30)
    level = ConfidenceLevel(error=0.01)
    found = bootstrap_intervals({"mean": mean_of(values)}, n_groups=30, level=level)["mean"]
    drawn = resample_figure(mean_of(values), n_groups=30, n_resamples=level.n_resamples, seed=0)
    low, high = np.quantile(drawn, [0.005, 0.995])
    assert found.high - found.low > 1.05 * (high - low)
    by_t = 2 * 2.756 * values.std(ddof=1) / np.sqrt(30)  # Student's t of 29 degrees of freedom
    assert found.high - found.low == pytest.approx(by_t, rel=0.12)


def test_a_bootstrap_t_reaches_farther_to_the_side_of_the_long_tail() -> None:
    """As the error of a mean of skewed values does: where the mean came out low, so did its standard error."""
    values = np.random.default_rng(3).lognormal(sigma=1.0, size=40)
    found = bootstrap_intervals({"mean": mean_of(values)}, n_groups=40, level=ConfidenceLevel(error=0.05))["mean"]
    assert found.high - found.value > 1.3 * (found.value - found.low)


@pytest.mark.parametrize("values", [np.ones(40), np.append(np.zeros(39), 1.0)], ids=["no error", "none in a resample"])
def test_where_the_standard_error_is_0_percentiles_are_taken(values: np.ndarray) -> None:
    found = bootstrap_intervals(
        {"mean": mean_of(values)}, n_groups=40, level=ConfidenceLevel(error=0.1, n_resamples=500)
    )["mean"]
    assert found.method == "percentile"
    assert np.isfinite([found.low, found.high]).all()


def test_an_interval_holds_its_value_about_as_often_as_it_says() -> None:
    """Lognormal values of 35 groups, whose mean is hard: 90 % intervals, 200 times."""
    rng, held, true = np.random.default_rng(5), 0, float(np.exp(0.5**2 / 2))
    for seed in range(200):
        figure = mean_of(rng.lognormal(sigma=0.5, size=35))
        found = bootstrap_intervals(
            {"m": figure}, n_groups=35, level=ConfidenceLevel(error=0.1, n_resamples=400, seed=seed)
        )["m"]
        held += found.low <= true <= found.high
    assert 170 <= held <= 192


def test_the_error_is_shared_by_all_that_were_tried() -> None:
    figure = mean_of(np.random.default_rng(1).normal(size=80))
    alone, many = (
        bootstrap_intervals({"m": figure}, n_groups=80, level=ConfidenceLevel(error=0.01, n_tried=n))["m"]
        for n in (1, 40)
    )
    assert many.low < alone.low < alone.high < many.high
    assert ConfidenceLevel(error=0.01, n_tried=40).error_per_side == pytest.approx(0.01 / 80)


def test_a_tail_is_fitted_where_there_are_too_few_resamples() -> None:
    assert not ConfidenceLevel(error=0.01, n_tried=2).fits_tail
    assert ConfidenceLevel(error=0.01, n_tried=3).fits_tail


@pytest.mark.parametrize(("draw", "expected"), [("normal", -3.719), ("uniform", 0.0001)])
def test_a_fitted_tail_reaches_about_where_the_distribution_does(draw: str, expected: float) -> None:
    """The 1-in-10,000 quantile, of 10,000 values: on average over many draws, and never far off."""
    rng = np.random.default_rng(3)
    found = [tail_quantile(getattr(rng, draw)(size=10_000), 1e-4) for _ in range(40)]
    assert np.mean(found) == pytest.approx(expected, abs=0.12)
    assert np.std(found) < 0.3


def test_a_tail_of_equal_values_is_that_value() -> None:
    assert tail_quantile(np.full(1000, 0.25), 1e-4) == 0.25


def test_what_two_figures_have_in_common_cancels_out() -> None:
    shared = np.random.default_rng(0).normal(size=80)
    level = ConfidenceLevel(error=0.1, n_resamples=500)
    found = bootstrap_intervals(
        {"d": PairedDifference(mean_of(shared + 0.01), mean_of(shared))}, n_groups=80, level=level
    )["d"]
    assert found.low == pytest.approx(0.01)
    assert found.high == pytest.approx(0.01)
    assert found.share_above_0 == 1.0


def figures() -> dict[str, GroupFigure]:
    rng = np.random.default_rng(4)
    n, n_groups = 120, 12
    group_of = rng.integers(n_groups, size=n)
    has, scores = rng.random((n, 3)) < 0.3, rng.random((n, 3)).round(1)
    true, said = rng.uniform(-1, 1, (n, 2)), rng.uniform(-1, 1, (n, 2))
    return {
        "auc": RocAucWithinFolds(scores, has, group_of % 3, group_of),
        "ap": MeanAveragePrecision(scores, has, group_of),
        "r2": mean_r2_figure(said, true, group_of, n_groups=n_groups),
    }


@pytest.mark.parametrize("name", ["auc", "ap", "r2"])
def test_an_influence_is_the_slope_of_the_figure(name: str) -> None:
    figure, step = figures()[name], 1e-4
    weights = np.concatenate(list(draw_group_weights(12, n_resamples=20, seed=1)))
    influences = figure.compute_influences(weights)
    for g in range(12):
        above, below = weights.copy(), weights.copy()
        above[:, g] += step
        below[:, g] -= step
        slope = (figure.compute_values(above) - figure.compute_values(below)) / (2 * step)
        counted = weights[:, g] > 0
        np.testing.assert_allclose(influences[counted, g], slope[counted], atol=1e-6)


def test_figures_by_group_are_those_of_the_weighted_rows() -> None:
    rng = np.random.default_rng(4)
    group_of = rng.integers(9, size=60)
    has, scores = rng.random((60, 2)) < 0.4, rng.random((60, 2)).round(1)
    true, said = rng.uniform(-1, 1, (60, 2)), rng.uniform(-1, 1, (60, 2))
    weights = np.concatenate(list(draw_group_weights(9, n_resamples=15, seed=2)))
    of_rows = weights[:, group_of]
    np.testing.assert_allclose(
        MeanAveragePrecision(scores, has, group_of).compute_values(weights),
        np.mean([average_precision(scores[:, j], has[:, j], of_rows) for j in range(2)], axis=0),
    )
    np.testing.assert_allclose(
        mean_r2_figure(said, true, group_of, n_groups=9).compute_values(weights),
        np.mean([regression_metrics(said[:, j], true[:, j], of_rows)["r2"] for j in range(2)], axis=0),
    )
