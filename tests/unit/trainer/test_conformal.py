import numpy as np
import pytest

from services.trainer.conformal import calibrate
from shared.domain.dataset import Example, Item, fold_of

MOODS = ("calm", "sad", "energetic", "happy")


def drawn(n: int, *, concentration: float = 0.6, seed: int = 0) -> tuple[np.ndarray, list[Item]]:
    """Probabilities, and targets that really are drawn from them: a perfectly calibrated model."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(4, concentration), size=n)
    items = []
    for i, row in enumerate(probabilities):
        group = f"artist {i // 3}"
        example = Example(track_id=f"t{i}", target=MOODS[rng.choice(4, p=row)], artist_group=group, audio_sha256=None)
        items.append(Item(example=example, group=group, fold=fold_of(group, 5)))
    return probabilities, items


def test_the_sets_keep_their_promise_on_artists_that_did_not_set_the_threshold() -> None:
    probabilities, items = drawn(3000)
    for judged in calibrate(probabilities, items, classes=MOODS, seed=0)["judged"]:
        assert judged["low"] <= judged["coverage"] <= judged["high"], judged
        assert judged["empirical"] == pytest.approx(judged["coverage"], abs=0.02)
        assert set(judged["per_class"]) == set(MOODS)


def test_the_coverage_is_kept_by_a_model_that_is_overconfident_too() -> None:
    """What conformal sets are for: the probabilities are wrong, the sets are not."""
    probabilities, items = drawn(3000)
    sharp = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    judged = calibrate(sharp, items, classes=MOODS, seed=0)["judged"]
    assert [row["empirical"] for row in judged] == pytest.approx([0.8, 0.9, 0.95], abs=0.02)


def test_a_surer_model_gives_smaller_sets() -> None:
    sure, unsure = (drawn(1500, concentration=c) for c in (0.1, 3.0))
    sizes = [calibrate(*data, classes=MOODS, seed=0)["judged"][1]["mean_size"] for data in (sure, unsure)]
    assert sizes[0] < 1.3
    assert sizes[1] > 2.5


def test_no_row_is_judged_by_a_threshold_that_its_own_fold_set() -> None:
    """One fold is hopeless. Its rows set no threshold for themselves, so its coverage is seen to break."""
    probabilities = np.tile([0.9, 0.1], (100, 1))
    items = []
    for i in range(100):
        fold = i % 2
        example = Example(track_id=f"t{i}", target=("a", "b")[fold], artist_group=f"g{i}", audio_sha256=None)
        items.append(Item(example=example, group=f"g{i}", fold=fold))
    judged = calibrate(probabilities, items, classes=("a", "b"), seed=0)["judged"][0]
    assert judged["per_class"] == {"a": 1.0, "b": 0.0}


def test_thresholds_rise_with_the_coverage() -> None:
    kept = list(calibrate(*drawn(500), classes=MOODS, seed=0)["thresholds"].values())
    assert kept == sorted(kept)
    assert len(kept) == 50


def test_a_single_fold_cannot_judge() -> None:
    probabilities, items = drawn(10)
    one = [Item(example=item.example, group=item.group, fold=0) for item in items]
    with pytest.raises(ValueError, match="folds"):
        calibrate(probabilities, one, classes=MOODS, seed=0)
