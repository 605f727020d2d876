"""Rows that a model learns from beside the owner's: which of them, how much they count, and that nothing leaks."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.trainer.estimators import load_estimator
from services.trainer.fitting.added_row_weight import choose_added_weight, join_builder
from services.trainer.fitting.cross_validation import FoldResult, cross_fit, fit_final
from services.trainer.fitting.fit_plan import ADDED_ROWS, FitPlan, TunedClassifier
from services.trainer.onnx.export import export_model
from services.trainer.protocols.added_rows import AddedRows
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.dataset import DatasetItem
from shared.registry.parity import require_parity
from tests.unit.trainer.conftest import Table
from tests.unit.trainer.small import SMALL

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
WEIGHABLE = ("tree", "forest", "extra_trees", "logistic", "kernel_ridge", "boosting")


def ignore(step: FoldResult) -> None: ...


def added(table: Table, *, n_items: int, turned: int = 0, overlaps: Sequence[tuple[int, int]] = ()) -> AddedRows:
    """The rows of a table; `turned` moves every class on, so that they teach what is wrong."""
    x, items = table
    y = np.array([QUADRANTS.index(item.example.target) for item in items], dtype=np.intp)
    mask = np.zeros((n_items, len(x)), dtype=bool)
    for own, row in overlaps:
        mask[own, row] = True
    groups = np.array([f"starter:{item.group}" for item in items], dtype=str)
    return AddedRows(x=x, y=(y + turned) % len(QUADRANTS), groups=groups, overlaps=mask)


def rows_of(items: Sequence[DatasetItem], beside: AddedRows | None, *, imbalance: str = "none") -> TrainingRows:
    return TrainingRows(
        y=np.array([QUADRANTS.index(item.example.target) for item in items], dtype=np.intp),
        groups=np.array([item.group for item in items], dtype=str),
        n_features=6,
        seed=1,
        imbalance=imbalance,
        added=beside,
    )


@pytest.fixture
def own(make_table: Callable[..., Table]) -> Table:
    return make_table(QUADRANTS, n=60, signal=0.5, seed=3)


@pytest.fixture
def shipped(make_table: Callable[..., Table]) -> Table:
    return make_table(QUADRANTS, n=240, signal=0.5, seed=4)


def test_a_subset_of_the_owners_rows_leaves_out_what_overlaps_the_rest(own: Table, shipped: Table) -> None:
    beside = added(shipped, n_items=60, overlaps=[(0, 5), (0, 6), (1, 7)])
    kept = beside.select_for(np.arange(1, 60))
    assert len(kept.y) == 238
    np.testing.assert_array_equal(kept.x, np.delete(shipped[0], [5, 6], axis=0))
    np.testing.assert_array_equal(np.argwhere(kept.overlaps), [[0, 5]])
    inner = rows_of(own[1], beside).take_rows(np.arange(1, 60)).take_rows(np.arange(1, 59))
    assert inner.added is not None
    assert len(inner.added.y) == 237


def test_joined_rows_keep_their_weights_and_an_artist_in_both_is_one_group(own: Table, shipped: Table) -> None:
    x, items = own
    joined_x, joined = rows_of(items, added(shipped, n_items=60, overlaps=[(2, 9)])).join_added_rows(x, weight=0.25)
    assert joined.sample_weight is not None
    assert (joined.sample_weight[:60] == 1).all()
    assert (joined.sample_weight[60:] == 0.25).all()
    assert joined.groups[60 + 9] == items[2].group
    assert joined.groups[60 + 8] == f"starter:{shipped[1][8].group}"
    np.testing.assert_array_equal(joined_x[60:], shipped[0])
    assert joined.added is None


def test_no_fold_learns_from_an_artist_or_a_recording_that_it_is_asked_about(own: Table, shipped: Table) -> None:
    x, items = own
    beside = added(shipped, n_items=60, overlaps=[(i, i) for i in range(60)])
    fitted: list[TrainingRows] = []

    def build(rows: TrainingRows) -> Any:
        fitted.append(rows)
        return load_estimator("majority").build_classifier(rows)

    cross_fit(build, x, items, QUADRANTS, seed=1, on_fold=ignore, added=beside)
    folds = np.array([item.fold for item in items])
    assert len(fitted) == len(np.unique(folds))
    for rows, fold in zip(fitted, np.unique(folds), strict=True):
        asked = np.flatnonzero(folds == fold)
        assert rows.added is not None
        assert len(rows.added.y) == 240 - len(asked)
        assert not {tuple(row) for row in rows.added.x} & {tuple(row) for row in shipped[0][asked]}


def test_a_row_that_gives_the_answer_away_is_worth_nothing_where_it_is_asked_about(
    make_table: Callable[..., Table],
) -> None:
    """Noise with the label of the very track, in an added row of its artist: a leak would make every answer right."""
    x, items = make_table(QUADRANTS, n=120, signal=0.0)
    beside = added(
        (x, items), n_items=120, overlaps=[(i, j) for i in range(120) for j in range(120) if i // 3 == j // 3]
    )
    plan = FitPlan(estimator="kernel_ridge")
    answers = cross_fit(plan.build_classifier, x, items, QUADRANTS, seed=1, on_fold=ignore, added=beside)
    right = answers.argmax(axis=1) == rows_of(items, None).y
    assert right.mean() < 0.4
    leaking = added((x, items), n_items=120)
    answers = cross_fit(plan.build_classifier, x, items, QUADRANTS, seed=1, on_fold=ignore, added=leaking)
    assert (answers.argmax(axis=1) == rows_of(items, None).y).mean() > 0.6


@pytest.mark.parametrize("name", ["kernel_ridge", "svm"])
def test_rows_that_teach_the_same_are_used_and_rows_that_mislead_are_not(name: str, own: Table, shipped: Table) -> None:
    x, items = own
    estimator = load_estimator(name)
    good, _ = choose_added_weight(estimator, x, rows_of(items, added(shipped, n_items=60)))
    bad, scores = choose_added_weight(estimator, x, rows_of(items, added(shipped, n_items=60, turned=1)))
    assert good > 0
    assert bad == 0
    assert list(scores) == ([0, 0.25, 1] if name == "kernel_ridge" else [0, 1])


def test_a_model_with_misleading_rows_is_the_model_without_them(own: Table, shipped: Table) -> None:
    x, items = own
    plan = FitPlan(estimator="logistic")
    turned = added(shipped, n_items=60, turned=1)
    alone = fit_final(plan.build_classifier, x, items, QUADRANTS, seed=1)
    tried = fit_final(plan.build_classifier, x, items, QUADRANTS, seed=1, added=turned)
    np.testing.assert_array_equal(alone.probabilities(x), tried.probabilities(x))
    assert isinstance(tried.classifier, TunedClassifier)
    assert tried.classifier.hyperparameters[ADDED_ROWS]["weight"] == 0
    assert isinstance(alone.classifier, TunedClassifier)
    assert ADDED_ROWS not in alone.classifier.hyperparameters


def test_rows_of_the_starter_help_where_labels_are_few_and_the_card_says_how_many(own: Table, shipped: Table) -> None:
    x, items = own
    plan, y = FitPlan(estimator="logistic"), rows_of(items, None).y
    chosen: list[FoldResult] = []
    given: dict[str, Any] = {"seed": 1, "on_fold": chosen.append}
    alone = cross_fit(plan.build_classifier, x, items, QUADRANTS, **given)
    chosen.clear()
    helped = cross_fit(plan.build_classifier, x, items, QUADRANTS, added=added(shipped, n_items=60), **given)
    losses = [-np.log(answers[np.arange(60), y]).mean() for answers in (alone, helped)]
    assert losses[1] < losses[0]
    assert all(step.chosen[ADDED_ROWS]["n"] == 240 for step in chosen)


@pytest.mark.parametrize("name", WEIGHABLE)
def test_an_estimator_that_takes_weights_fits_by_them(name: str, own: Table, shipped: Table) -> None:
    x, items = own
    estimator = load_estimator(name, **SMALL.get(name, {}))
    rows = rows_of(items, added(shipped, n_items=60, turned=1))
    assert estimator.takes_sample_weight(rows)
    assert not estimator.takes_sample_weight(rows_of(items, None, imbalance="smote"))
    of_others, y = shipped[0], rows_of(shipped[1], None).y
    misled = []
    for weight in (0.01, 1.0):
        predicted = join_builder(estimator, weight)(rows).fit(x, rows.y).predict_proba(of_others).argmax(axis=1)
        misled.append((predicted == (y + 1) % 4).mean())
    assert misled[1] > misled[0] + 0.1


def test_balanced_weights_count_rows_by_their_own(own: Table, shipped: Table) -> None:
    x, items = own
    rows = rows_of(items, added(shipped, n_items=60, turned=1), imbalance="weights")
    right = [
        (join_builder(load_estimator("logistic"), w)(rows).fit(x, rows.y).predict_proba(x).argmax(axis=1) == rows.y)
        for w in (0.01, 1.0)
    ]
    assert right[0].mean() > right[1].mean() + 0.1


@pytest.mark.parametrize(("name", "search"), [("kernel_ridge", "none"), ("svm", "none"), ("logistic", "grid")])
def test_a_model_with_added_rows_is_exported_like_any_other(name: str, search: str, own: Table, shipped: Table) -> None:
    x, items = own
    plan = FitPlan(estimator=name, search=search, grid={"C": (0.01, 1.0)} if search == "grid" else {}, n_jobs=1)
    beside = added(shipped, n_items=60)
    fitted = fit_final(plan.build_classifier, x, items, QUADRANTS, seed=1, added=beside)
    unheard: NDArray[np.float32] = np.random.default_rng(9).normal(scale=3, size=(300, 6)).astype(np.float32)
    require_parity(export_model(fitted), unheard, fitted.probabilities(unheard))


def test_a_class_that_only_added_rows_have_is_answered(own: Table, shipped: Table) -> None:
    """The owner has labelled three of four: with added rows a model tells the fourth too, and thresholds are tuned."""
    x, items = own
    three = [i for i, item in enumerate(items) if item.example.target != "Q4"]
    plan = FitPlan(estimator="kernel_ridge", thresholds="macro_f1")
    beside = added(shipped, n_items=60).select_for(np.array(three, dtype=np.intp))
    fitted = fit_final(plan.build_classifier, x[three], [items[i] for i in three], QUADRANTS, seed=1, added=beside)
    assert fitted.probabilities(x).shape == (60, 4)
    assert fitted.probabilities(shipped[0])[:, 3].max() > 0.3
