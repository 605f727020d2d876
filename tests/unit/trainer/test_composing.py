from collections.abc import Callable

import numpy as np
import pytest

from services.trainer.estimators import load_estimator
from services.trainer.estimators.composition import ColumnSelector, StackedClassifier
from services.trainer.estimators.engineered_columns import catalogue_engineering
from services.trainer.fitting.cross_validation import FoldResult, fit_final
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.model_selection.cross_prediction import cross_val_predict
from services.trainer.model_selection.thresholds import tune_class_weights
from services.trainer.onnx.export import export_model
from services.trainer.progress import TrainingProgress
from services.trainer.protocols.training_rows import TrainingRows
from services.trainer.splits import split_at_random
from shared.domain.dataset import LabelledTrack
from shared.domain.track import CATALOGUE_COLUMNS
from shared.inference.predictor import OnnxModel
from shared.registry.parity import TOLERANCE, require_parity
from tests.unit.trainer.conftest import Table
from tests.unit.trainer.small import SMALL

pytestmark = pytest.mark.slow  # together, half a minute

MOODS = ("calm", "sad", "energetic", "happy")


def catalogue(n: int, *, seed: int) -> np.ndarray:
    """Columns of the talk's magnitudes: loudness in dB below 0, duration in milliseconds."""
    rng = np.random.default_rng(seed)
    x = rng.random((n, 13))
    x[:, 3], x[:, 10], x[:, 11] = -30 * x[:, 3], 60 + 140 * x[:, 10], 60_000 + 400_000 * x[:, 11]
    return x.astype(np.float32)


@pytest.mark.parametrize("name", ["boosting", "extra_trees", "ensemble"])
def test_columns_made_of_columns_export_to_the_last_bit_that_a_tree_sees(
    name: str, make_table: Callable[..., Table]
) -> None:
    _, items = make_table(MOODS, n=240)
    x = catalogue(240, seed=1)
    plan = FitPlan(estimator=name, hyperparameters=SMALL[name], thresholds="macro_f1")
    fitted = fit_final(plan.build_classifier, x, items, MOODS, seed=1, inputs="catalogue", imbalance="soft_weights")
    unheard = catalogue(3000, seed=2)
    assert require_parity(export_model(fitted), unheard, fitted.probabilities(unheard)) <= TOLERANCE


def test_the_made_columns_are_what_their_names_say() -> None:
    x = catalogue(5, seed=4)
    wide = catalogue_engineering().add_columns(x)
    at = {name: x[:, i] for i, name in enumerate(CATALOGUE_COLUMNS)}
    assert wide.shape == (5, 13 + catalogue_engineering().n_new)
    np.testing.assert_array_equal(wide[:, :13], x)
    np.testing.assert_array_equal(wide[:, 13], at["energy"] * at["valence"])
    np.testing.assert_array_equal(wide[:, 16], at["energy"] - at["acousticness"])
    np.testing.assert_array_equal(wide[:, -1], at["loudness"] / (at["energy"] + np.float32(0.05)))


def test_a_stack_reads_both_of_its_inputs(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS, n=240, n_features=16, signal=0.8)
    build = load_estimator("fusion", **SMALL["fusion"]).build_classifier
    fitted = fit_final(build, x, items, MOODS, seed=1, inputs="fusion")
    said = fitted.probabilities(x)
    for hidden in (slice(0, 3), slice(3, 16)):
        changed = x.copy()
        changed[:, hidden] = changed[::-1, hidden]
        assert np.abs(fitted.probabilities(changed) - said).max() > 0.01


class Spy:
    """A member that writes down what it is fitted to and what it is asked; column 0 of a row is its number."""

    def __init__(self, rows: TrainingRows) -> None:
        self.n_classes = int(rows.y.max()) + 1
        self.asked: list[set[int]] = []

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        self.fitted_to = set(x[:, 0].astype(int).tolist())
        self.classes_ = np.unique(y)

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        self.asked.append(set(x[:, 0].astype(int).tolist()))
        return np.full((len(x), self.n_classes), 1 / self.n_classes)


def numbered_rows(n: int = 60) -> tuple[np.ndarray, TrainingRows]:
    """Rows that hold their numbers, three to an artist, of two classes."""
    y = np.arange(n) % 2
    groups = np.array([f"artist{i // 3}" for i in range(n)])
    return np.arange(n, dtype=np.float32)[:, np.newaxis], TrainingRows(y=y, groups=groups, n_features=1, seed=1)


def assert_asked_of_other_artists_only(spies: list[Spy], rows: TrainingRows) -> None:
    """Every row was asked once, of a spy that was fitted to no row of its artist."""
    asked = [(spy, rows_asked) for spy in spies for rows_asked in spy.asked]
    assert sorted(i for _, rows_asked in asked for i in rows_asked) == list(range(len(rows.y)))
    for spy, rows_asked in asked:
        assert not {rows.groups[i] for i in spy.fitted_to} & {rows.groups[i] for i in rows_asked}


def test_inner_answers_about_a_row_come_from_a_classifier_that_saw_no_track_of_its_artist() -> None:
    x, rows = numbered_rows()
    spies: list[Spy] = []

    def build(part: TrainingRows) -> Spy:
        spies.append(Spy(part))
        return spies[-1]

    cross_val_predict(build, x, rows)
    assert_asked_of_other_artists_only(spies, rows)


def test_the_last_estimator_of_a_stack_is_fitted_to_answers_about_artists_that_the_members_did_not_see() -> None:
    x, rows = numbered_rows()
    spies: list[Spy] = []

    def build(part: TrainingRows) -> Spy:
        spies.append(Spy(part))
        return spies[-1]

    stacked = StackedClassifier([build], rows).fit(x, rows.y)
    assert_asked_of_other_artists_only(spies, rows)
    (member,) = stacked.members_
    assert isinstance(member, Spy)
    assert member.fitted_to == set(range(len(rows.y))), "the member that answers learned from all rows"


def test_class_weights_are_tuned_on_answers_about_artists_that_the_classifier_did_not_see(
    make_table: Callable[..., Table],
) -> None:
    """The trees are right about every row that they were fitted to: tuned on those answers all weights would be 1."""
    x, items = make_table(("calm", "sad"), n=120, signal=0.4)
    rows = TrainingRows(
        y=np.array([("calm", "sad").index(item.example.target) for item in items]),
        groups=np.array([item.group for item in items]),
        n_features=x.shape[1],
        seed=1,
    )
    told = {"n_trees": 12, "min_samples_leaf": 1}
    planned = (
        FitPlan(estimator="extra_trees", hyperparameters=told, thresholds="macro_f1")
        .build_classifier(rows)
        .fit(x, rows.y)
    )
    inner = np.empty((len(x), 2))
    for learned, asked in rows.grouped_splits:
        trees = load_estimator("extra_trees", **told).build_classifier(rows.take_rows(learned))
        trees.fit(x[learned], rows.y[learned])
        inner[asked] = trees.predict_proba(x[asked])
    in_sample = planned.classifier.classifier.predict_proba(x)
    np.testing.assert_allclose(tune_class_weights(rows.y, in_sample, seed=1), 1)
    np.testing.assert_allclose(planned.classifier.weights, tune_class_weights(rows.y, inner, seed=1))
    assert np.abs(planned.classifier.weights - 1).max() > 0.01


def test_a_stack_of_fewer_catalogue_columns_parts_them_from_the_descriptors_and_exports(
    make_table: Callable[..., Table],
) -> None:
    x, items = make_table(MOODS, n=240, n_features=16, signal=0.8)
    build = load_estimator("fusion", **SMALL["fusion"]).build_classifier
    fitted = fit_final(build, x, items, MOODS, seed=1, inputs="fusion", n_catalogue=7)

    assert isinstance(fitted.classifier, StackedClassifier)
    audio, catalogue = fitted.classifier.members_

    assert isinstance(audio, ColumnSelector)
    assert isinstance(catalogue, ColumnSelector)
    assert ((audio.start, audio.stop), (catalogue.start, catalogue.stop)) == ((0, 9), (9, 16))
    assert require_parity(export_model(fitted), x, fitted.probabilities(x)) <= TOLERANCE


def test_many_descriptors_on_few_tracks_are_averaged_and_export(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS, n=120, n_features=300)
    plan = FitPlan(estimator="ensemble", hyperparameters=SMALL["ensemble"])
    fitted = fit_final(plan.build_classifier, x, items, MOODS, seed=1)
    artefact = export_model(fitted)
    assert require_parity(artefact, x, fitted.probabilities(x)) <= TOLERANCE
    assert OnnxModel(artefact).n_features == 300


def test_the_talks_split_keeps_duplicates_and_puts_artists_on_both_sides() -> None:
    examples = [
        LabelledTrack(track_id=f"t{i % 40}", target="calm", artist_group=f"a{i % 4}", audio_sha256=None)
        for i in range(100)
    ]
    parted = split_at_random(examples, n_folds=5, seed=1)
    assert len(parted.items) == 100
    assert [sum(item.fold == f for item in parted.items) for f in range(5)] == [20] * 5
    assert len({item.fold for item in parted.items if item.group == "a0"}) > 1
    assert parted == split_at_random(list(reversed(examples)), n_folds=5, seed=1)


def test_progress_says_the_candidate_the_fold_the_score_and_what_is_left() -> None:
    step = FoldResult(fold=2, done=3, total=5, score=0.61, probabilities=np.zeros((1, 2)), is_new=True)
    watch = TrainingProgress("svm on catalogue", candidate=2, n_candidates=4)
    said = watch.describe_fold(step)
    assert said.startswith("svm on catalogue (candidate 2 of 4): fold 3 of 5, macro F1 so far 0.610, about ")
