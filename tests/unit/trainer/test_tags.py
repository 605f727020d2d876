from typing import Any

import numpy as np
import pytest

from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import FoldResult
from services.trainer.heads.strategy import CandidateSpec
from services.trainer.heads.tags import TagHead
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.head import ModelHead
from shared.domain.training import TrainRequest
from shared.errors import PermanentError
from shared.inference.predictor import OnnxModel
from shared.metrics.ranking import best_threshold
from shared.metrics.reports.multilabel import multilabel_report
from shared.registry.parity import TOLERANCE
from tests.support.markers import marked_long
from tests.unit.trainer.heads import TAGS, ignore, items_of, tagged, trained, training_set
from tests.unit.trainer.small import SMALL

LEARNERS = [name for name, spec in ESTIMATOR_SPECS.items() if "tags" in spec.heads and not spec.is_network]
SLOW_LEARNERS = {"ensemble", "svm", "forest", "extra_trees", "boosting"}


def answers_of_folds(x: np.ndarray, y: np.ndarray, estimator: str = "tree", **hyperparameters: Any) -> np.ndarray:
    """`(n, 2k)`: out-of-fold probabilities of `TAGS`, and the thresholds of the folds."""
    of = CandidateSpec(
        request=TrainRequest(kind="tags", estimators=(estimator,), hyperparameters=hyperparameters),
        estimator=estimator,
        inputs="descriptors",
        x=x,
        items=items_of(y, n_artists=40),
        seed=0,
        head=ModelHead(kind="tags", name="tags", outputs=TAGS),
    )
    return TagHead().cross_fit(of, on_fold=ignore, finished={})


@pytest.mark.slow
@pytest.mark.parametrize("estimator", [*sorted(set(LEARNERS) - SLOW_LEARNERS), *marked_long(*sorted(SLOW_LEARNERS))])
def test_every_estimator_of_tags_exports_to_a_graph_that_answers_the_same(estimator: str) -> None:
    x, y = tagged(n=100)
    data = training_set(x, y[:, :2], kind="tags", outputs=TAGS[:2], n_artists=25)
    candidate = trained(data, estimator, hyperparameters={estimator: SMALL.get(estimator, {})})
    said = OnnxModel(candidate.artefact).run(x)
    assert candidate.card.metrics["export_max_difference"] <= TOLERANCE
    assert said.shape == (len(x), 2)
    assert ((said >= 0) & (said <= 1)).all()
    assert candidate.oof.shape == (len(x), 2)


@pytest.mark.slow
def test_tags_that_the_features_tell_are_ranked_beyond_chance_and_a_shuffle_is_not() -> None:
    x, y = tagged(signal=3.0)
    learned = trained(training_set(x, y, kind="tags", outputs=TAGS), "tree").card.metrics
    shuffled = trained(training_set(x[::-1].copy(), y, kind="tags", outputs=TAGS), "tree").card.metrics
    assert learned["pr_auc"]["low"] > learned["chance"]["pr_auc"]["high"]
    assert learned["roc_auc"]["value"] > 0.9
    prevalence = y.mean(axis=0).mean()
    assert prevalence < learned["chance"]["pr_auc"]["value"] < prevalence + 0.03
    assert learned["chance"]["roc_auc"]["value"] == 0.5
    assert shuffled["roc_auc"]["low"] < 0.5
    assert "macro_f1" not in learned
    assert "conformal" not in learned


@pytest.mark.slow
def test_the_tags_that_are_chosen_are_so_by_thresholds_below_a_half_where_a_tag_is_rare() -> None:
    x, y = tagged(n=240, signal=1.2)
    metrics = trained(training_set(x, y, kind="tags", outputs=TAGS), "logistic").card.metrics
    assert metrics["thresholds"]["party"] < 0.5
    assert metrics["per_class"]["party"]["recall"] > 0.3
    assert 0.7 < metrics["tags_chosen"] / metrics["tags_annotated"] < 2


@pytest.mark.slow
def test_answers_and_thresholds_of_finished_folds_survive_a_kill() -> None:
    x, y = tagged()
    data = training_set(x, y, kind="tags", outputs=TAGS)
    steps: list[FoldResult] = []
    again: list[FoldResult] = []
    first = trained(data, "tree", on_fold=steps.append)
    second = trained(data, "tree", on_fold=again.append, finished={step.fold: step.probabilities for step in steps})
    assert not any(step.is_new for step in again)
    assert all(step.measure == "PR-AUC" for step in steps)
    assert all(step.probabilities.shape[1] == 2 * len(TAGS) for step in steps)
    assert second.card.metrics["per_class"] == first.card.metrics["per_class"]


@pytest.mark.parametrize("held_out", range(5))
def test_the_answers_and_thresholds_of_a_fold_are_the_same_whatever_its_own_tags_are(held_out: int) -> None:
    x, y = tagged(signal=1.2)
    fold = np.array([item.fold for item in items_of(y, n_artists=40)])
    other = np.where((fold == held_out)[:, np.newaxis], 1 - y, y)
    as_they_are, flipped = (answers_of_folds(x, targets)[fold == held_out] for targets in (y, other))
    np.testing.assert_array_equal(as_they_are, flipped)


def test_thresholds_are_those_that_are_best_for_artists_that_the_model_has_not_seen() -> None:
    """The tree is sure of the tracks that it was fitted to: the best threshold for them is another one."""
    x, y = tagged(signal=0.8)
    items = items_of(y, n_artists=40)
    fold = np.array([item.fold for item in items])
    train = np.flatnonzero(fold != 0)
    rows = TrainingRows(
        y=y[train, 0].astype(np.intp),
        groups=np.array([items[i].group for i in train]),
        n_features=6,
        seed=0,
    )
    inner = np.empty(len(train))
    for learned, asked in rows.grouped_splits:
        tree = load_estimator("tree", max_depth=None, min_samples_leaf=1).build_classifier(rows.take_rows(learned))
        tree.fit(x[train[learned]], rows.y[learned])
        inner[asked] = tree.predict_proba(x[train[asked]])[:, 1]
    found = answers_of_folds(x, y, "tree", tree={"max_depth": None, "min_samples_leaf": 1})[fold == 0, len(TAGS)]
    assert set(found) == {best_threshold(inner, rows.y > 0)}


def test_a_tag_is_chosen_by_the_threshold_of_its_fold_and_not_by_the_one_that_is_published() -> None:
    """The published threshold is the best for the very rows that are judged, where it makes no mistake."""
    y = np.array([[1.0], [1.0], [0.0], [0.0]])
    of = CandidateSpec(
        request=TrainRequest(kind="tags", estimators=("tree",)),
        estimator="tree",
        inputs="descriptors",
        x=np.zeros((4, 1), np.float32),
        items=items_of(y, n_artists=4),
        seed=0,
        head=ModelHead(kind="tags", name="tags", outputs=("dark",)),
    )
    probabilities, by_fold = np.array([[0.9, 0.6, 0.3, 0.2]]).T, np.array([[0.25, 0.95, 0.25, 0.95]]).T
    _, metrics = TagHead().evaluate_predictions(np.hstack([probabilities, by_fold]), of)
    assert metrics["thresholds"] == {"dark": 0.45}
    assert metrics["per_class"]["dark"]["recall"] == 0.5
    assert metrics["per_class"]["dark"]["precision"] == 0.5


def test_a_tag_of_too_few_artists_is_left_out_and_the_card_says_so() -> None:
    x, y = tagged()
    words = {f"{i:08d}-0000-7000-8000-000000000000": ["slow"] if row[1] else ["other"] for i, row in enumerate(y)}
    for rare in list(words)[:3]:
        words[rare] = [*words[rare], "polka"]
    items = items_of(y, n_artists=40)
    settled = TagHead().prepare_targets(items, TrainRequest(kind="tags", tags=("Slow ", "polka", "yodel")), words=words)
    assert settled.head.outputs == ("slow",)
    assert settled.counts["tags_left_out"]["yodel"] == {"artists_with": 0, "artists_without": 40}
    assert [item.example.values for item in settled.items] == [(float("slow" in its),) for its in words.values()]
    data = training_set(x, y[:, 1:2], kind="tags", outputs=("slow",), **settled.counts)
    assert any("Does not answer polka: 3 artists" in limit for limit in trained(data, "majority").card.limits)


def test_without_names_the_tags_on_enough_tracks_are_learned_the_commonest_first() -> None:
    _, y = tagged()
    words = {
        f"{i:08d}-0000-7000-8000-000000000000": [tag for tag, has in zip(TAGS, row, strict=True) if has]
        for i, row in enumerate(y)
    }
    few = int(y[:, 2].sum())
    request = TrainRequest(kind="tags", min_tracks=few + 1)
    assert TagHead().prepare_targets(items_of(y, n_artists=40), request, words=words).head.outputs == ("dark", "slow")
    with pytest.raises(PermanentError, match="lower min_tracks"):
        TagHead().prepare_targets(items_of(y, n_artists=40), TrainRequest(kind="tags", min_tracks=1000), words=words)


def test_tags_on_equally_many_tracks_are_in_order_of_their_names_and_the_fewest_that_are_asked_for_suffice() -> None:
    ids = [f"{i:08d}-0000-7000-8000-000000000000" for i in range(40)]
    by_tag = {"slow": range(20), "dark": range(10, 30), "loud": range(30), "rare": range(19)}
    words = {track_id: [tag for tag, at in by_tag.items() if i in at] for i, track_id in enumerate(ids)}
    settled = TagHead().prepare_targets(
        items_of(np.zeros((40, 1)), n_artists=40), TrainRequest(kind="tags", min_tracks=20), words=words
    )
    assert settled.head.outputs == ("loud", "dark", "slow")
    assert settled.counts["by_tag"] == {"loud": 30, "dark": 20, "slow": 20}


@pytest.mark.slow
def test_a_search_finds_hyperparameters_for_each_tag() -> None:
    x, y = tagged()
    data = training_set(x, y[:, :2], kind="tags", outputs=TAGS[:2])
    card = trained(data, "tree", search="grid", grid={"tree": {"max_depth": [1, 3]}}).card
    found = card.hyperparameters.get("by_output", {"both": card.hyperparameters})
    assert all(told["search"]["n_candidates"] == 2 for told in found.values())


def test_a_golden_case_of_what_is_chosen() -> None:
    said = np.array([[0.9], [0.8], [0.3], [0.1]])
    y = np.array([[1.0], [0.0], [1.0], [0.0]])
    found = multilabel_report(said, y, list("abcd"), np.zeros(4, int), tags=["dark"], chosen=said >= 0.5, seed=0)
    assert found["per_class"]["dark"]["precision"] == 0.5
    assert found["per_class"]["dark"]["recall"] == 0.5
    assert found["pr_auc"]["value"] == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert found["roc_auc"]["value"] == 0.75
    assert found["brier"] == pytest.approx((0.01 + 0.64 + 0.49 + 0.01) / 4)


def test_what_is_no_probability_is_no_judgement() -> None:
    one_fold, chosen = np.zeros(2, int), np.ones((2, 1), bool)
    with pytest.raises(ValueError, match="in \\[0, 1\\]"):
        multilabel_report(
            np.full((2, 1), 1.5), np.ones((2, 1)), list("ab"), one_fold, tags=["a"], chosen=chosen, seed=0
        )
    with pytest.raises(ValueError, match="as many probabilities"):
        multilabel_report(np.ones((2, 2)), np.ones((2, 1)), list("ab"), one_fold, tags=["a"], chosen=chosen, seed=0)
