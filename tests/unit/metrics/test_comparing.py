from dataclasses import replace

import numpy as np
import pytest

from shared.domain.head import CLASSES, TAGS
from shared.metrics.comparison import ModelComparison
from shared.metrics.group_bootstrap import ConfidenceLevel
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.primary_metric import PRIMARY_METRICS

N = 400
GROUPS = [f"artist {i // 2}" for i in range(N)]
LEVEL = ConfidenceLevel(error=0.1, n_resamples=2000)


def compare(
    mine: np.ndarray, theirs: np.ndarray, y: np.ndarray, groups: list[str], *, level: ConfidenceLevel = LEVEL
) -> ModelComparison:
    rows = OutOfFold(predictions=mine, targets=np.eye(2)[y], folds=np.zeros(len(y), int), groups=groups)
    return PRIMARY_METRICS[CLASSES].paired_comparison(rows, theirs, level=level)


def answers(y: np.ndarray, *, right: float, seed: int) -> np.ndarray:
    """Probabilities of two classes that are right for the share `right` of the rows."""
    wrong = np.random.default_rng(seed).random(len(y)) >= right
    said = np.where(wrong, 1 - y, y)
    return np.eye(2)[said] * 0.8 + 0.1


@pytest.fixture
def y() -> np.ndarray:
    return np.random.default_rng(1).integers(2, size=N)


def test_a_model_that_is_right_more_often_is_better(y: np.ndarray) -> None:
    found = compare(answers(y, right=0.9, seed=2), answers(y, right=0.75, seed=3), y, GROUPS)
    assert found.is_better
    assert found.mine > found.theirs
    assert 0 < found.low < found.difference < found.high
    assert (found.n_tracks, found.n_groups) == (N, N // 2)
    assert found.share_better > 0.99
    assert found.confidence == pytest.approx(0.9)


def test_a_model_is_not_better_than_itself(y: np.ndarray) -> None:
    same = answers(y, right=0.8, seed=2)
    found = compare(same, same, y, GROUPS)
    assert (found.difference, found.low, found.high, found.is_better) == (0, 0, 0, False)


def test_a_difference_that_chance_explains_is_not_better(y: np.ndarray) -> None:
    """Two models of the same quality: over many draws of their errors about 5 % may pass, not more."""
    passed = sum(
        compare(
            answers(y, right=0.8, seed=s),
            answers(y, right=0.8, seed=1000 + s),
            y,
            GROUPS,
            level=ConfidenceLevel(error=0.1, n_resamples=300),
        ).is_better
        for s in range(60)
    )
    assert passed <= 8


def test_the_more_were_tried_the_more_a_difference_has_to_show(y: np.ndarray) -> None:
    mine, theirs = answers(y, right=0.87, seed=2), answers(y, right=0.79, seed=3)
    alone, many = (compare(mine, theirs, y, GROUPS, level=ConfidenceLevel(error=0.1, n_tried=n)) for n in (1, 100))
    assert (alone.is_better, many.is_better) == (True, False)
    assert many.confidence == pytest.approx(0.999)


def test_whole_artists_are_drawn_so_that_many_tracks_of_one_artist_prove_little() -> None:
    """All of the advantage is with one artist: with his tracks drawn one by one it would look certain."""
    y = np.array([0, 1] * 50)
    theirs = np.eye(2)[y] * 0.8 + 0.1
    theirs[:20] = theirs[:20, ::-1]
    mine = np.eye(2)[y] * 0.8 + 0.1
    one_artist = ["prolific"] * 20 + [f"artist {i // 2}" for i in range(80)]
    assert not compare(mine, theirs, y, one_artist).is_better
    assert compare(mine, theirs, y, [f"artist {i}" for i in range(100)]).is_better


def test_the_same_seed_gives_the_same_interval(y: np.ndarray) -> None:
    one, other = answers(y, right=0.85, seed=2), answers(y, right=0.8, seed=3)
    assert compare(one, other, y, GROUPS) == compare(one, other, y, GROUPS)


def test_rows_that_do_not_fit_are_refused(y: np.ndarray) -> None:
    one = answers(y, right=0.85, seed=2)
    with pytest.raises(ValueError, match="same targets"):
        compare(one, one[:-1], y, GROUPS)
    with pytest.raises(ValueError, match="same targets"):
        compare(one[:0], one[:0], y[:0], [])


def test_a_row_of_weight_two_counts_like_two_rows(y: np.ndarray) -> None:
    """Of the classes of 40 artists: the measure, chance, and the interval of the difference."""
    few, level = slice(0, 80), LEVEL
    mine, theirs = answers(y, right=0.9, seed=2)[few], answers(y, right=0.7, seed=3)[few]
    weights = np.where(np.arange(80) % 3 == 0, 2.0, 1.0)
    twice = np.repeat(np.arange(80), weights.astype(int))
    weighted = OutOfFold(
        predictions=mine, targets=np.eye(2)[y[few]], folds=np.arange(80) // 2 % 5, groups=GROUPS[few], weights=weights
    )
    repeated = OutOfFold(
        predictions=mine[twice],
        targets=np.eye(2)[y[few]][twice],
        folds=(np.arange(80) // 2 % 5)[twice],
        groups=[GROUPS[i] for i in twice],
    )
    metric, once = PRIMARY_METRICS[CLASSES], np.ones((1, 40))
    for figure in (metric.figure, metric.chance):
        values = [figure(rows).compute_values(once)[0] for rows in (weighted, repeated)]
        assert values[0] == pytest.approx(values[1])
    found = [
        metric.paired_comparison(rows, other, level=level)
        for rows, other in ((weighted, theirs), (repeated, theirs[twice]))
    ]
    assert (found[0].low, found[0].high) == pytest.approx((found[1].low, found[1].high))
    unweighted = metric.paired_comparison(replace(weighted, weights=None), theirs, level=level)
    assert found[0].difference != pytest.approx(unweighted.difference, abs=1e-3)


def test_only_ratios_of_weights_matter_and_each_row_has_one(y: np.ndarray) -> None:
    rows = OutOfFold(
        predictions=answers(y, right=0.9, seed=2), targets=np.eye(2)[y], folds=np.arange(N) % 5, groups=GROUPS
    )
    weights = np.random.default_rng(0).uniform(0.5, 4, size=N)
    figure, once = PRIMARY_METRICS[CLASSES].figure, np.ones((1, N // 2))
    values = [figure(replace(rows, weights=weights * scale)).compute_values(once)[0] for scale in (1, 1000)]
    assert values[0] == pytest.approx(values[1], abs=1e-12)
    with pytest.raises(ValueError, match="a weight above 0"):
        replace(rows, weights=weights[1:])
    with pytest.raises(ValueError, match="a weight above 0"):
        replace(rows, weights=weights - weights.min())
    with pytest.raises(ValueError, match="measure of classes"):
        PRIMARY_METRICS[TAGS].figure(replace(rows, weights=weights))
