import numpy as np

from shared.metrics.confusion import safe_ratio
from shared.metrics.group_bootstrap import FigureFromSums
from shared.metrics.selection import correct_for_selection

N_GROUPS = 100


def accuracy_of(right: np.ndarray) -> FigureFromSums:
    return FigureFromSums(np.stack([right, np.ones(N_GROUPS)], axis=1), lambda s: safe_ratio(s[..., 0], s[..., 1]))


def test_the_best_of_many_equal_models_is_brought_back_to_what_they_are() -> None:
    rng = np.random.default_rng(0)
    raw, corrected = [], []
    for seed in range(20):
        models = [accuracy_of((rng.random(N_GROUPS) < 0.5).astype(float)) for _ in range(20)]
        raw.append(max(float(model.compute_values(np.ones((1, N_GROUPS)))[0]) for model in models))
        corrected.append(correct_for_selection(models, n_groups=N_GROUPS, n_resamples=200, seed=seed).value)
    assert np.mean(raw) > 0.57
    assert abs(np.mean(corrected) - 0.5) < 0.03


def test_a_model_that_is_clearly_the_best_keeps_its_figure() -> None:
    rng = np.random.default_rng(1)
    good, poor = ((rng.random(N_GROUPS) < share).astype(float) for share in (0.9, 0.5))
    found = correct_for_selection([accuracy_of(poor), accuracy_of(good)], n_groups=N_GROUPS)
    assert abs(found.value - good.mean()) < 0.01
    assert found.low < found.value < found.high
    assert found.n_candidates == 2


def test_a_figure_is_scored_on_the_artists_that_a_resample_left_out() -> None:
    """One artist decides who wins: where he is drawn the other model is scored, without him."""
    lucky = np.zeros(N_GROUPS)
    lucky[0] = 5.0
    found = correct_for_selection([accuracy_of(lucky), accuracy_of(np.full(N_GROUPS, 0.01))], n_groups=N_GROUPS)
    assert found.value < 0.02


def test_the_same_seed_gives_the_same_figure() -> None:
    models = [accuracy_of(np.random.default_rng(s).random(N_GROUPS)) for s in range(3)]
    assert correct_for_selection(models, n_groups=N_GROUPS) == correct_for_selection(models, n_groups=N_GROUPS)
