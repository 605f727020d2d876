from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from distributed import LocalCluster
from numpy.typing import NDArray
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from services.trainer.fitting.cross_validation import FoldResult, cross_fit
from services.trainer.fitting.fit_plan import FitPlan, TunedClassifier
from services.trainer.fitting.regression_fit_plan import TunedRegressor
from services.trainer.model_selection.search import _list_shares, connect_cluster, expand_grid, sample_grid, search
from services.trainer.model_selection.thresholds import tune_class_weights
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Indices
from shared.domain.estimators import Hyperparameters
from tests.unit.trainer.conftest import Table

GRID = {"C": (0.1, 10.0), "gamma": (1.0, 0.01)}
TWO = ("calm", "sad")


@pytest.fixture
def learnable_rows(make_table: Callable[..., Table]) -> Any:
    x, items = make_table(TWO, n=150, signal=0.5)
    y = np.array([TWO.index(item.example.target) for item in items])
    return x, TrainingRows(y=y, groups=np.array([item.group for item in items]), n_features=6, seed=2)


def machine(
    params: Hyperparameters, x: np.ndarray, rows: TrainingRows, train: Indices, test: Indices
) -> NDArray[np.float64]:
    fitted = make_pipeline(StandardScaler(), SVC(**params)).fit(x[train], rows.y[train])
    answered: NDArray[np.float64] = np.eye(2)[fitted.predict(x[test])]
    return answered


def test_a_grid_search_finds_what_scikit_learn_finds_with_the_same_score(learnable_rows: Any) -> None:
    x, rows = learnable_rows
    found = search(machine, expand_grid(GRID), x, rows, method="grid", scoring="weighted_f1")
    theirs = GridSearchCV(
        make_pipeline(StandardScaler(), SVC()),
        {f"svc__{name}": values for name, values in GRID.items()},
        scoring="f1_weighted",
        cv=rows.grouped_splits,
    ).fit(x, rows.y)
    assert found.score == pytest.approx(theirs.best_score_, abs=1e-12)
    assert {f"svc__{name}": value for name, value in found.params.items()} == theirs.best_params_
    assert found.n_fits == 4 * len(rows.grouped_splits)


def test_halving_judges_all_on_few_artists_and_the_last_on_all(make_table: Callable[..., Table]) -> None:
    x, items = make_table(TWO, n=1800, signal=0.4)
    y = np.array([TWO.index(item.example.target) for item in items])
    rows = TrainingRows(y=y, groups=np.array([item.group for item in items]), n_features=6, seed=2)
    candidates = [{"n": n} for n in range(9)]

    def answer(
        params: Hyperparameters, x: np.ndarray, rows: TrainingRows, train: Indices, test: Indices
    ) -> NDArray[np.float64]:
        right = np.random.default_rng(0).random(len(test)) < 0.5 + params["n"] / 20
        return np.eye(2)[np.where(right, rows.y[test], 1 - rows.y[test])]

    found = search(answer, candidates, x, rows, method="halving", scoring="macro_f1")
    assert found.params == {"n": 8}
    sizes = [tried["n_rows"] for tried in found.tried]
    assert sizes == sorted(sizes)
    assert sizes.count(sizes[0]) == 9
    assert sizes[0] < sizes[-1] / 2
    assert sizes[-1] == int(np.mean([len(train) for train, _ in rows.grouped_splits])), (
        "the last round is on all artists"
    )
    assert found.n_fits < 9 * len(rows.grouped_splits) * 2


def test_a_random_search_draws_without_repeating_and_the_same_again_for_a_seed() -> None:
    drawn = sample_grid(GRID, n=3, seed=5)
    assert len({tuple(params.items()) for params in drawn}) == 3
    assert drawn == sample_grid(GRID, n=3, seed=5)
    assert sample_grid(GRID, n=99, seed=5) == expand_grid(GRID)


def test_of_equal_candidates_the_first_is_taken(learnable_rows: Any) -> None:
    x, rows = learnable_rows
    machines = [{"C": 1.0, "gamma": 1e-6}, {"C": 1.0, "tol": 1e-3}, {"C": 1.0, "cache_size": 200}]
    found = search(machine, machines, x, rows, method="grid", scoring="weighted_f1")
    assert found.tried[1]["score"] == found.tried[2]["score"] > found.tried[0]["score"]
    assert found.params == machines[1]


@pytest.mark.parametrize(
    ("n_candidates", "n_rows", "shares"),
    [
        (2, 100_000, [1]),
        (3, 100_000, [1 / 3, 1]),
        (8, 100_000, [1 / 3, 1]),
        (9, 100_000, [1 / 9, 1 / 3, 1]),
        (27, 3_600, [1 / 9, 1 / 3, 1]),
        (27, 1_200, [1 / 3, 1]),
        (27, 1_199, [1]),
    ],
)
def test_halving_has_a_round_for_each_third_and_none_with_too_few_rows(
    n_candidates: int, n_rows: int, shares: list[Any]
) -> None:
    assert _list_shares(n_candidates, n_rows) == pytest.approx(shares)


@pytest.mark.slow
def test_what_a_search_chooses_for_a_fold_is_the_same_whatever_the_targets_of_the_fold_are(
    make_table: Callable[..., Table],
) -> None:
    """Nested: a search that saw the rows that its choice is judged by would choose another depth."""
    x, items = make_table(TWO, n=150, signal=0.4)
    grid = {"max_depth": (1, 2, 4, None), "min_samples_leaf": (1, 5, 20)}
    build = FitPlan(
        estimator="tree", search="grid", grid={**grid}, scoring="macro_f1", thresholds="macro_f1"
    ).build_classifier
    other = [
        replace(item, example=replace(item.example, target=TWO[1 - TWO.index(item.example.target)]))
        if item.fold == 0
        else item
        for item in items
    ]
    steps = {}
    for name, targets in (("as they are", items), ("flipped", other)):
        found: list[FoldResult] = []
        cross_fit(build, x, targets, TWO, seed=1, on_fold=found.append)
        steps[name] = next(step for step in found if step.fold == 0)
    assert steps["as they are"].chosen["search"]["n_candidates"] == 12
    assert steps["as they are"].chosen == steps["flipped"].chosen
    np.testing.assert_array_equal(steps["as they are"].probabilities, steps["flipped"].probabilities)


def test_a_search_judges_every_row_that_it_is_given_by_other_artists_than_it_fits(
    make_table: Callable[..., Table],
) -> None:
    x, items = make_table(TWO, n=90)
    y = np.array([TWO.index(item.example.target) for item in items])
    groups = np.array([item.group for item in items])
    outer = np.array([item.fold != 0 for item in items])
    x[:, 0] = np.arange(len(x))
    seen: set[int] = set()

    def spy(
        params: Hyperparameters, x: np.ndarray, rows: TrainingRows, train: Indices, test: Indices
    ) -> NDArray[np.float64]:
        assert not set(rows.groups[train]) & set(rows.groups[test])
        seen.update(x[np.concatenate([train, test]), 0].astype(int).tolist())
        return np.eye(2)[rows.y[test]]

    rows = TrainingRows(y=y[outer], groups=groups[outer], n_features=6, seed=1)
    search(spy, [{}, {}], x[outer], rows, method="grid", scoring="macro_f1")
    assert seen == set(np.flatnonzero(outer).tolist())


@pytest.mark.slow
def test_the_same_search_on_a_dask_cluster_finds_the_same(learnable_rows: Any) -> None:
    x, rows = learnable_rows
    plan = FitPlan(estimator="svm", search="grid", grid=GRID)
    here = TunedClassifier(plan, rows).fit(x, rows.y)
    with (
        LocalCluster(  # type: ignore[no-untyped-call]  # Dask has few types
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as there,
        connect_cluster(there.scheduler_address),
    ):
        away = TunedClassifier(plan, rows).fit(x, rows.y)
        numbers_away = TunedRegressor(plan, rows).fit(x, rows.y / 2)
    assert numbers_away.hyperparameters == TunedRegressor(plan, rows).fit(x, rows.y / 2).hyperparameters
    assert away.hyperparameters == here.hyperparameters
    assert here.hyperparameters["search"]["n_candidates"] == 4
    np.testing.assert_array_equal(away.predict_proba(x), here.predict_proba(x))


def test_what_a_search_chose_is_what_answers_and_what_the_card_says(learnable_rows: Any) -> None:
    x, rows = learnable_rows
    grid = {"max_depth": (1, 3), "min_samples_leaf": (2, 30)}
    planned = TunedClassifier(FitPlan(estimator="tree", search="grid", grid=grid, scoring="macro_f1"), rows).fit(
        x, rows.y
    )
    chosen = planned.hyperparameters
    assert planned.classifier.get_params()["max_depth"] == chosen["max_depth"]
    assert chosen["search"]["n_fits"] == 4 * len(rows.grouped_splits)


def test_thresholds_raise_macro_f1_and_stand_on_the_card(make_table: Callable[..., Table]) -> None:
    classes = ("calm", "sad")
    x, items = make_table(classes, n=600, signal=0.35)
    kept = [i for i, item in enumerate(items) if item.example.target == "calm" or i % 7 == 0]
    y = np.array([classes.index(items[i].example.target) for i in kept])
    rows = TrainingRows(y=y, groups=np.array([items[i].group for i in kept]), n_features=6, seed=0)
    planned = TunedClassifier(FitPlan(estimator="logistic", thresholds="macro_f1"), rows).fit(x[kept], y)
    weights = planned.hyperparameters["class_weights_of_the_answer"]
    assert weights["1"] > weights["0"]
    assert (
        planned.predict_proba(x[kept]).argmax(axis=1).sum()
        > TunedClassifier(FitPlan(estimator="logistic"), rows)
        .fit(x[kept], y)
        .predict_proba(x[kept])
        .argmax(axis=1)
        .sum()
    )
    np.testing.assert_allclose(planned.predict_proba(x[kept]).sum(axis=1), 1)


def test_thresholds_that_gain_nothing_change_nothing() -> None:
    y = np.arange(90) % 3
    assert tune_class_weights(y, np.eye(3)[y] * 0.94 + 0.02, seed=0) == pytest.approx(1.0)
