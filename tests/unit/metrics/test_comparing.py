import numpy as np
import pytest

from shared.domain.head import CLASSES
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
