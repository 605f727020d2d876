from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import FoldResult, cross_fit, fit_final
from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.errors import PermanentError, Reason
from shared.metrics.chance import class_shares_elsewhere
from shared.metrics.reports.classification import classification_report
from tests.unit.trainer.conftest import Table
from tests.unit.trainer.small import SMALL, TABULAR, reads

MOODS = ("calm", "sad", "energetic", "happy")


def ignore(step: FoldResult) -> None: ...


def items_of(rows: Sequence[tuple[str, str, int]]) -> list[DatasetItem]:
    """`(target, group, fold)` → items."""
    return [
        DatasetItem(
            example=LabelledTrack(track_id=f"t{i}", target=target, artist_group=group, audio_sha256=None),
            group=group,
            fold=fold,
        )
        for i, (target, group, fold) in enumerate(rows)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", TABULAR)
def test_every_estimator_answers_under_its_own_name(name: str, make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS, n=120, n_features=16)
    estimator = load_estimator(name, **SMALL.get(name, {}))
    answers = cross_fit(estimator.build_classifier, x, items, MOODS, seed=1, on_fold=ignore, inputs=reads(name))
    assert estimator.name == name
    assert answers.shape == (len(items), 4)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-6)


def test_an_unknown_estimator_is_refused_with_the_names_of_the_known() -> None:
    with pytest.raises(ValueError, match="majority, svm, tree"):
        load_estimator("oracle")


def test_a_real_signal_scores_above_chance(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS, signal=1.0)
    answers = cross_fit(load_estimator("svm").build_classifier, x, items, MOODS, seed=1, on_fold=ignore)
    metrics = classification_report(answers, items, classes=MOODS, taxonomy="mood4", seed=1)
    assert metrics["macro_f1"]["low"] > 0.7
    for name in ("macro_f1", "weighted_f1", "accuracy"):
        assert metrics[name]["low"] > metrics["chance"][name]["high"]
    assert metrics["brier"] < metrics["chance"]["brier"]


def test_shuffled_labels_score_no_better_than_chance(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"), signal=2.0, n=400)
    shuffled = np.random.default_rng(5).permutation(x)
    answers = cross_fit(
        load_estimator("svm").build_classifier, shuffled, items, ("calm", "sad"), seed=1, on_fold=ignore
    )
    metrics = classification_report(answers, items, classes=("calm", "sad"), taxonomy="mood", seed=1)
    assert metrics["accuracy"]["low"] <= metrics["chance"]["accuracy"]["high"]
    assert metrics["accuracy"]["low"] < 0.5
    assert metrics["brier"] > metrics["chance"]["brier"] - 0.02


def test_the_majority_estimator_answers_the_shares_of_the_other_folds(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS)
    answers = cross_fit(load_estimator("majority").build_classifier, x, items, MOODS, seed=1, on_fold=ignore)
    y = np.array([MOODS.index(item.example.target) for item in items])
    folds = np.array([item.fold for item in items])
    np.testing.assert_allclose(answers, class_shares_elsewhere(y, folds, n_classes=4), atol=1e-12)


def test_no_classifier_sees_a_row_of_the_fold_it_answers(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"), n=60)
    x[:, 0] = np.arange(len(x))  # each row knows its own number

    class Spy:
        def fit(self, rows: Any, y: np.ndarray) -> None:
            self.heard = set(rows[:, 0].astype(int))
            self.classes_ = np.unique(y)

        def predict_proba(self, rows: Any) -> Any:
            asked = rows[:, 0].astype(int)
            assert not self.heard & set(asked)
            assert not {items[i].group for i in self.heard} & {items[i].group for i in asked}
            assert len(self.heard) + len(asked) == len(items)
            return np.full((len(rows), 2), 0.5)

    answers = cross_fit(lambda _: Spy(), x, items, ("calm", "sad"), seed=0, on_fold=ignore)
    assert (answers == 0.5).all()


def test_the_inner_splits_are_artist_grouped_within_the_training_rows(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"), n=60)
    x[:, 0] = np.arange(len(x))

    class Spy:
        def __init__(self, rows: Any) -> None:
            self.inner_splits = rows.grouped_splits

        def fit(self, rows: Any, y: np.ndarray) -> None:
            groups = np.array([items[int(i)].group for i in rows[:, 0]])
            assert sorted(np.concatenate([test for _, test in self.inner_splits])) == list(range(len(rows)))
            for train, test in self.inner_splits:
                assert not set(groups[train]) & set(groups[test])
            self.classes_ = np.unique(y)

        def predict_proba(self, rows: Any) -> Any:
            return np.full((len(rows), 2), 0.5)

    assert cross_fit(Spy, x, items, ("calm", "sad"), seed=0, on_fold=ignore).shape == (60, 2)


def test_each_fold_is_reported_with_the_score_so_far(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"), signal=3.0, n=90)
    reports: list[FoldResult] = []
    cross_fit(load_estimator("svm").build_classifier, x, items, ("calm", "sad"), seed=1, on_fold=reports.append)
    assert [(report.done, report.total) for report in reports] == [(i, 5) for i in range(1, 6)]
    assert all(report.score > 0.9 for report in reports)


def test_a_report_that_raises_ends_the_work(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"), n=90)
    seen: list[int] = []

    def cancel(step: FoldResult) -> None:
        seen.append(step.done)
        raise PermanentError(Reason.CANCELLED, "cancelled")

    with pytest.raises(PermanentError, match="cancelled"):
        cross_fit(load_estimator("majority").build_classifier, x, items, ("calm", "sad"), seed=1, on_fold=cancel)
    assert seen == [1]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_probabilities(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS)
    build = load_estimator("svm").build_classifier
    once, again = (cross_fit(build, x, items, MOODS, seed=3, on_fold=ignore) for _ in range(2))
    np.testing.assert_array_equal(once, again)


@pytest.mark.slow
def test_a_class_that_a_training_side_lacks_has_probability_0_there(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"), n=60)
    x = np.vstack([x, x[:2]])
    items += items_of([("happy", "one", 0), ("happy", "two", 0)])
    answers = cross_fit(load_estimator("svm").build_classifier, x, items, MOODS, seed=1, on_fold=ignore)
    in_fold_0 = np.array([item.fold == 0 for item in items])
    assert (answers[in_fold_0, MOODS.index("happy")] == 0).all()
    assert (answers[~in_fold_0, MOODS.index("happy")] > 0).all()
    assert (answers[:, MOODS.index("energetic")] == 0).all()
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-6)


def test_training_sides_too_small_to_learn_from_answer_the_shares() -> None:
    items = items_of([("calm", "a", 0), ("sad", "b", 0), ("calm", "c", 1), ("sad", "d", 1), ("sad", "e", 1)])
    x = np.arange(10, dtype=np.float32).reshape(5, 2)
    answers = cross_fit(
        load_estimator("svm").build_classifier, x, items, ("calm", "sad", "happy"), seed=1, on_fold=ignore
    )
    np.testing.assert_allclose(answers[:2], [[1 / 3, 2 / 3, 0]] * 2)
    np.testing.assert_allclose(answers[2:], [[1 / 2, 1 / 2, 0]] * 3)


def test_a_bare_recipe_chooses_nothing(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"), n=60)
    steps: list[FoldResult] = []
    cross_fit(load_estimator("majority").build_classifier, x, items, ("calm", "sad"), seed=1, on_fold=steps.append)
    assert [step.chosen for step in steps] == [{}] * len(steps)


@pytest.mark.parametrize(
    ("rows", "advice"),
    [
        ([], "no emotion has labelled tracks"),
        ([("calm", "a", 0), ("calm", "b", 1)], "only calm has labelled tracks"),
        ([("calm", "a", 0), ("calm", "b", 1), ("sad", "c", 0), ("sad", "c", 0)], "label sad tracks by another"),
        ([("calm", "a", 0), ("calm", "b", 0), ("sad", "c", 0), ("sad", "d", 0)], "by more artists"),
    ],
)
def test_too_few_labels_are_refused_with_what_to_do(rows: list[tuple[str, str, int]], advice: str) -> None:
    items = items_of(rows)
    x = np.zeros((len(items), 2), dtype=np.float32)
    with pytest.raises(PermanentError, match=advice) as raised:
        cross_fit(load_estimator("majority").build_classifier, x, items, ("calm", "sad"), seed=1, on_fold=ignore)
    assert raised.value.reason is Reason.NOT_ENOUGH_LABELS


def test_a_value_that_is_not_finite_is_refused(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "sad"), n=30)
    x[3, 1] = np.nan
    with pytest.raises(ValueError, match="finite"):
        fit_final(load_estimator("majority").build_classifier, x, items, ("calm", "sad"), seed=1)


def test_a_target_of_another_taxonomy_is_refused(make_table: Callable[..., Table]) -> None:
    x, items = make_table(("calm", "Q1"), n=30)
    with pytest.raises(ValueError, match="Q1"):
        fit_final(load_estimator("majority").build_classifier, x, items, MOODS, seed=1)
