import numpy as np
import pytest

from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.metrics.conformal import calibrate_prediction_sets, evaluate_published_sets
from shared.metrics.prediction_sets import prediction_set, prediction_set_by_class
from shared.metrics.report_schema import PublishedSets

MOODS = ("calm", "sad", "energetic", "happy")


def drawn(n: int, *, concentration: float = 0.6, seed: int = 0) -> tuple[np.ndarray, list[DatasetItem]]:
    """Probabilities, and targets that really are drawn from them: a perfectly calibrated model."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(4, concentration), size=n)
    items = []
    for i, row in enumerate(probabilities):
        group = f"artist {i // 3}"
        example = LabelledTrack(
            track_id=f"t{i}", target=MOODS[rng.choice(4, p=row)], artist_group=group, audio_sha256=None
        )
        items.append(DatasetItem(example=example, group=group, fold=assign_fold(group, 5)))
    return probabilities, items


@pytest.mark.slow
def test_the_sets_keep_their_promise_on_artists_that_did_not_set_the_threshold() -> None:
    probabilities, items = drawn(3000)
    for judged in calibrate_prediction_sets(probabilities, items, classes=MOODS, seed=0)["judged"]:
        assert judged["low"] <= judged["coverage"] <= judged["high"], judged
        assert judged["empirical"] == pytest.approx(judged["coverage"], abs=0.02)
        assert set(judged["per_class"]) == set(MOODS)


@pytest.mark.slow
def test_the_coverage_is_kept_by_a_model_that_is_overconfident_too() -> None:
    """What conformal sets are for: the probabilities are wrong, the sets are not."""
    probabilities, items = drawn(3000)
    sharp = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    judged = calibrate_prediction_sets(sharp, items, classes=MOODS, seed=0)["judged"]
    assert [row["empirical"] for row in judged] == pytest.approx([0.8, 0.9, 0.95], abs=0.02)


@pytest.mark.slow
def test_a_surer_model_gives_smaller_sets() -> None:
    sure, unsure = (drawn(1500, concentration=c) for c in (0.1, 3.0))
    sizes = [
        calibrate_prediction_sets(*data, classes=MOODS, seed=0)["judged"][1]["mean_size"] for data in (sure, unsure)
    ]
    assert sizes[0] < 1.3
    assert sizes[1] > 2.5


def test_no_row_is_judged_by_a_threshold_that_its_own_fold_set() -> None:
    """One fold is hopeless. Its rows set no threshold for themselves, so its coverage is seen to break."""
    probabilities = np.tile([0.9, 0.1], (100, 1))
    items = []
    for i in range(100):
        fold = i % 2
        example = LabelledTrack(track_id=f"t{i}", target=("a", "b")[fold], artist_group=f"g{i}", audio_sha256=None)
        items.append(DatasetItem(example=example, group=f"g{i}", fold=fold))
    judged = calibrate_prediction_sets(probabilities, items, classes=("a", "b"), seed=0)["judged"][0]
    assert judged["per_class"] == {"a": 1.0, "b": 0.0}


def test_thresholds_rise_with_the_coverage() -> None:
    kept = list(calibrate_prediction_sets(*drawn(500), classes=MOODS, seed=0)["thresholds"].values())
    assert kept == sorted(kept)
    assert len(kept) == 50


def test_a_single_fold_cannot_judge() -> None:
    probabilities, items = drawn(10)
    one = [DatasetItem(example=item.example, group=item.group, fold=0) for item in items]
    with pytest.raises(ValueError, match="folds"):
        calibrate_prediction_sets(probabilities, one, classes=MOODS, seed=0)


def skewed(n: int, *, seed: int) -> tuple[np.ndarray, list[DatasetItem]]:
    """A rare mood that the model takes for a common one: sets on average hold it too seldom."""
    rng = np.random.default_rng(seed)
    targets = rng.choice(3, p=[0.5, 0.35, 0.15], size=n)
    logits = np.array([1.8, 1.6, 0.4])[targets][:, np.newaxis] * np.eye(3)[targets] + rng.normal(size=(n, 3))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    items = []
    for i, c in enumerate(targets.tolist()):
        group = f"artist {i // 2}"
        example = LabelledTrack(track_id=f"t{i}", target=MOODS[c], artist_group=group, audio_sha256=None)
        items.append(DatasetItem(example=example, group=group, fold=assign_fold(group, 5)))
    return probabilities, items


def coverage_of_fresh_tracks(kept: PublishedSets, sets: str, *, seed: int) -> dict[str, float]:
    probabilities, items = skewed(1500, seed=seed)
    words = MOODS[:3]
    held: dict[str, list[bool]] = {word: [] for word in words}
    for row, item in zip(probabilities.tolist(), items, strict=True):
        found = (
            prediction_set_by_class(row, words, kept["by_class"]["thresholds"], coverage=0.9)
            if sets == "by_class"
            else prediction_set(row, words, kept["thresholds"], coverage=0.9)
        )
        held[item.example.target].append(item.example.target in found)
    return {word: float(np.mean(one)) for word, one in held.items()}


@pytest.mark.slow
def test_sets_by_class_keep_their_promise_within_each_class_on_fresh_tracks_where_the_others_do_not() -> None:
    by_class: dict[str, list[float]] = {word: [] for word in MOODS[:3]}
    marginal: dict[str, list[float]] = {word: [] for word in MOODS[:3]}
    for seed in range(6):
        kept = calibrate_prediction_sets(*skewed(900, seed=seed), classes=MOODS[:3], seed=0)
        for found, sets in ((by_class, "by_class"), (marginal, "marginal")):
            for word, share in coverage_of_fresh_tracks(kept, sets, seed=1000 + seed).items():
                found[word].append(share)
    assert all(np.mean(shares) == pytest.approx(0.9, abs=0.025) for shares in by_class.values()), by_class
    assert np.mean(marginal["energetic"]) < 0.8


@pytest.mark.slow
def test_the_card_has_the_coverage_of_both_kinds_of_sets_by_class_with_intervals_over_artists() -> None:
    found = calibrate_prediction_sets(*skewed(1500, seed=0), classes=MOODS[:3], seed=0)
    for row in (found["judged"][1], found["by_class"]["judged"][1]):
        for word in MOODS[:3]:
            interval = row["per_class_interval"][word]
            assert interval["low"] < row["per_class"][word] < interval["high"]
    assert found["by_class"]["judged"][1]["per_class"]["energetic"] == pytest.approx(0.9, abs=0.03)
    assert found["judged"][1]["per_class_interval"]["energetic"]["high"] < 0.9


def test_a_class_of_few_artists_is_held_at_least_as_often_as_by_the_sets_of_all() -> None:
    probabilities, items = skewed(160, seed=0)
    found = calibrate_prediction_sets(probabilities, items, classes=MOODS[:3], seed=0)
    few = [word for word, n in found["by_class"]["n_artists"].items() if n < 40]
    assert few
    for word in few:
        own = found["by_class"]["thresholds"][word]
        assert all(own[coverage] >= found["thresholds"][coverage] for coverage in own)


def test_an_artist_with_a_hundred_odd_tracks_does_not_widen_the_sets_of_everybody() -> None:
    probabilities, items = drawn(600)
    sharp = np.tile([0.97, 0.01, 0.01, 0.01], (100, 1))
    odd = [
        DatasetItem(
            example=LabelledTrack(track_id=f"o{i}", target="happy", artist_group="odd", audio_sha256=None),
            group="odd",
            fold=0,
        )
        for i in range(100)
    ]
    alone = calibrate_prediction_sets(probabilities, items, classes=MOODS, seed=0)["thresholds"]["0.90"]
    beside = calibrate_prediction_sets(np.vstack([probabilities, sharp]), [*items, *odd], classes=MOODS, seed=0)[
        "thresholds"
    ]["0.90"]
    assert beside == pytest.approx(alone, abs=0.01)


@pytest.mark.slow
def test_published_thresholds_are_judged_on_other_tracks_and_old_cards_have_only_some() -> None:
    probabilities, items = drawn(900)
    kept = calibrate_prediction_sets(probabilities, items, classes=MOODS, seed=0)
    others, targets = drawn(900, seed=1)
    y = np.array([MOODS.index(item.example.target) for item in targets])
    found = evaluate_published_sets(kept, others, y, np.arange(900) // 3, classes=MOODS, seed=0)
    assert found["judged"][1]["empirical"] == pytest.approx(0.9, abs=0.03)
    assert min(found["by_class"]["judged"][1]["per_class"].values()) > 0.8
    assert set(found["sure"]["by_answer"]) == set(MOODS)
    old_card = PublishedSets(judged=kept["judged"], method=kept["method"], thresholds=kept["thresholds"])
    old = evaluate_published_sets(old_card, others, y, np.arange(900), classes=MOODS, seed=0)
    assert set(old) == {"judged"}
