import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from services.trainer.fitting.cross_validation import FoldResult
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.fitting.regression_fit_plan import TunedRegressor
from services.trainer.heads.dimensions import DimensionHead
from services.trainer.heads.strategy import CandidateSpec
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.head import VALENCE_AROUSAL
from shared.domain.training import TrainRequest
from shared.errors import PermanentError
from shared.inference.predictor import OnnxModel
from shared.metrics.reports.regression import regression_report
from shared.registry.parity import TOLERANCE
from tests.unit.trainer.heads import ignore, items_of, placed, trained, training_set
from tests.unit.trainer.small import SMALL

PLANE = ("valence", "arousal")
LEARNERS = [name for name, spec in ESTIMATOR_SPECS.items() if "dimensions" in spec.heads and not spec.is_network]


@pytest.mark.slow
@pytest.mark.parametrize("estimator", LEARNERS)
def test_every_estimator_of_numbers_exports_to_a_graph_that_answers_the_same(estimator: str) -> None:
    x, y = placed()
    data = training_set(x, y, kind="dimensions", outputs=PLANE)
    candidate = trained(data, estimator, hyperparameters={estimator: SMALL.get(estimator, {})})
    session = OnnxModel(candidate.artefact)
    assert candidate.card.metrics["export_max_difference"] <= TOLERANCE
    assert session.classes == PLANE
    assert np.abs(session.run(100 * x)).max() <= 1
    assert candidate.card.hyperparameters == SMALL.get(estimator, {}) | candidate.card.hyperparameters


def test_numbers_that_the_features_tell_are_learned_beyond_the_mean_and_a_shuffle_is_not() -> None:
    x, y = placed()
    learned = trained(training_set(x, y, kind="dimensions", outputs=PLANE), "svm").card.metrics
    shuffled = trained(training_set(x[::-1].copy(), y, kind="dimensions", outputs=PLANE), "svm").card.metrics
    assert learned["r2"]["low"] > 0.6
    assert learned["per_class"]["arousal"]["ccc"]["value"] > 0.8
    assert learned["chance"]["r2"]["value"] <= 0
    assert shuffled["r2"]["value"] < 0.1
    assert "macro_f1" not in learned
    assert "conformal" not in learned


def test_chance_is_the_mean_of_the_training_which_no_figure_of_it_beats() -> None:
    x, y = placed()
    floor = trained(training_set(x, y, kind="dimensions", outputs=PLANE), "majority").card.metrics
    assert floor["r2"]["value"] == pytest.approx(floor["chance"]["r2"]["value"])


def test_a_card_says_that_no_annotated_set_was_at_hand() -> None:
    x, y = placed()
    card = trained(training_set(x, y, kind="dimensions", outputs=PLANE), "majority").card
    assert any("synthetic targets only" in limit for limit in card.limits)


GRID = {"svm": {"C": [0.001, 1.0], "gamma": [0.1]}}


@pytest.mark.slow
@pytest.mark.parametrize("method", ["grid", "random", "halving"])
def test_a_search_finds_for_each_dimension_what_tells_it_best_and_the_card_says_so(method: str) -> None:
    x, y = placed()
    y[:, 1] = np.random.default_rng(1).uniform(-1, 1, size=len(y))
    data = training_set(x, y, kind="dimensions", outputs=PLANE)
    card = trained(data, "svm", search=method, grid=GRID, n_candidates=2).card
    told = card.hyperparameters["by_output"]
    assert {name: its["C"] for name, its in told.items()} == {"valence": 1.0, "arousal": 0.001}, "noise wants no effort"
    search = told["valence"]["search"]
    assert (search["method"], search["scoring"], search["n_candidates"]) == (method, "r2", 2)
    assert search["score"] > 0.5
    assert [row["by_output"]["valence"]["C"] for row in card.metrics["chosen_by_fold"]] == [1.0] * 5
    assert card.metrics["export_max_difference"] <= TOLERANCE


def test_a_search_of_numbers_finds_what_scikit_learn_finds_on_the_same_artists() -> None:
    x, y = placed()
    groups = np.array([f"artist{i % 40}" for i in range(len(x))])
    rows = TrainingRows(y=np.zeros(len(x), dtype=np.intp), groups=groups, n_features=6, seed=2)
    plan = FitPlan(estimator="svm", search="grid", grid={"C": (0.01, 0.1, 1.0), "gamma": (1.0, 0.1)})
    ours = TunedRegressor(plan, rows).fit(x, y[:, 0])
    theirs = GridSearchCV(
        make_pipeline(StandardScaler(), SVR(epsilon=0.05)),
        {"svr__C": (0.01, 0.1, 1.0), "svr__gamma": (1.0, 0.1)},
        scoring="r2",
        cv=rows.grouped_splits,
    ).fit(x, y[:, 0])
    assert {f"svr__{name}": ours.hyperparameters[name] for name in ("C", "gamma")} == theirs.best_params_
    assert ours.hyperparameters["search"]["score"] == pytest.approx(theirs.best_score_, abs=0.01)
    assert ours.hyperparameters["search"]["n_fits"] == 6 * len(rows.grouped_splits)


def test_a_fold_is_answered_by_what_a_search_by_artist_finds_in_the_other_folds_alone() -> None:
    x, y = placed()
    grid = {"tree": {"max_depth": [1, 3, 5], "min_samples_leaf": [2, 8]}}
    items = items_of(y, n_artists=40)
    of = CandidateSpec(
        request=TrainRequest(kind="dimensions", estimators=("tree",), search="grid", grid=grid),
        estimator="tree",
        inputs="descriptors",
        x=x,
        items=items,
        seed=4,
        head=VALENCE_AROUSAL,
    )
    answers = DimensionHead().cross_fit(of, on_fold=ignore, finished={})
    fold = np.array([item.fold for item in items])
    for held_out in np.unique(fold):
        train, test = np.flatnonzero(fold != held_out), fold == held_out
        rows = TrainingRows(
            y=np.zeros(len(train), dtype=np.intp),
            groups=np.array([items[i].group for i in train]),
            n_features=6,
            seed=4,
        )
        for j in range(2):
            planned = TunedRegressor(FitPlan(estimator="tree", search="grid", grid=grid["tree"]), rows)
            expected = planned.fit(x[train], y[train, j]).predict_proba(x[test])[:, -1]
            np.testing.assert_allclose(answers[test, j], np.clip(expected, -1, 1))


def test_folds_that_were_finished_before_are_not_fitted_again() -> None:
    x, y = placed()
    data = training_set(x, y, kind="dimensions", outputs=PLANE)
    steps: list[FoldResult] = []
    first = trained(data, "svm", on_fold=steps.append)
    again: list[FoldResult] = []
    second = trained(data, "svm", on_fold=again.append, finished={step.fold: step.probabilities for step in steps})
    assert not any(step.is_new for step in again)
    assert all(step.measure == "mean R2" for step in again)
    assert second.card.metrics["r2"] == first.card.metrics["r2"]


def test_numbers_of_a_handful_of_artists_and_numbers_that_never_differ_are_refused() -> None:
    _, y = placed(n=60)
    request = TrainRequest(kind="dimensions")
    with pytest.raises(PermanentError, match="4 artists"):
        DimensionHead().prepare_targets(items_of(y, n_artists=4), request, words={})
    y[:, 0] = 0.25
    with pytest.raises(PermanentError, match=r"valence is 0\.25 for every track"):
        DimensionHead().prepare_targets(items_of(y, n_artists=30), request, words={})


def test_a_golden_case_of_all_four_measures() -> None:
    true = np.array([[-0.5], [0.0], [0.5], [0.0]])
    said = true / 2 + 0.1
    found = regression_report(said, true, list("abcd"), np.array([0, 1, 0, 1]), names=["valence"], seed=0)
    # errors .35, .1, -.15, .1; variances .125 and .03125; covariance .0625; shift .1
    assert found["rmse"]["value"] == pytest.approx(np.sqrt((0.35**2 + 0.1**2 + 0.15**2 + 0.1**2) / 4))
    assert found["r2"]["value"] == pytest.approx(1 - 0.04125 / 0.125)
    assert found["pearson"]["value"] == pytest.approx(1.0)
    assert found["ccc"]["value"] == pytest.approx(0.125 / (0.125 + 0.03125 + 0.01))


def test_numbers_outside_the_plane_and_rows_of_one_fold_are_no_judgement() -> None:
    true = np.zeros((4, 1))
    with pytest.raises(ValueError, match="in \\[-1, 1\\]"):
        regression_report(true + 2, true, list("abcd"), np.array([0, 1, 0, 1]), names=["valence"], seed=0)
    with pytest.raises(ValueError, match="two folds"):
        regression_report(true, true, list("abcd"), np.zeros(4, dtype=int), names=["valence"], seed=0)
