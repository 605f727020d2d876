import numpy as np
import pytest

from services.trainer.engineering import catalogue_engineering
from services.trainer.estimators import load_estimator
from services.trainer.export import export
from services.trainer.fitting import Step, fit_final
from services.trainer.planning import Plan
from services.trainer.progress import Progress
from services.trainer.splits import split_as_the_talk
from shared.domain.dataset import Example
from shared.domain.track import CATALOGUE_COLUMNS
from shared.registry.parity import TOLERANCE, require_parity
from shared.registry.scorer import Session
from tests.unit.trainer.small import SMALL

MOODS = ("calm", "sad", "energetic", "happy")


def catalogue(n: int, *, seed: int) -> np.ndarray:
    """Columns of the talk's magnitudes: loudness in dB below 0, duration in milliseconds."""
    rng = np.random.default_rng(seed)
    x = rng.random((n, 13))
    x[:, 3], x[:, 10], x[:, 11] = -30 * x[:, 3], 60 + 140 * x[:, 10], 60_000 + 400_000 * x[:, 11]
    return x.astype(np.float32)


@pytest.mark.parametrize("name", ["boosting", "extra_trees", "ensemble"])
def test_columns_made_of_columns_export_to_the_last_bit_that_a_tree_sees(name: str, make_table) -> None:
    _, items = make_table(MOODS, n=240)
    x = catalogue(240, seed=1)
    plan = Plan(estimator=name, hyperparameters=SMALL[name], thresholds="macro_f1")
    fitted = fit_final(plan.build, x, items, MOODS, seed=1, inputs="catalogue", imbalance="soft_weights")
    unheard = catalogue(3000, seed=2)
    assert require_parity(export(fitted), unheard, fitted.probabilities(unheard)) <= TOLERANCE


def test_the_made_columns_are_what_their_names_say() -> None:
    x = catalogue(5, seed=4)
    wide = catalogue_engineering().widened(x)
    at = {name: x[:, i] for i, name in enumerate(CATALOGUE_COLUMNS)}
    assert wide.shape == (5, 13 + catalogue_engineering().n_new)
    np.testing.assert_array_equal(wide[:, :13], x)
    np.testing.assert_array_equal(wide[:, 13], at["energy"] * at["valence"])
    np.testing.assert_array_equal(wide[:, 16], at["energy"] - at["acousticness"])
    np.testing.assert_array_equal(wide[:, -1], at["loudness"] / (at["energy"] + np.float32(0.05)))


def test_a_stack_is_better_than_the_weaker_of_its_inputs_and_reads_both(make_table) -> None:
    x, items = make_table(MOODS, n=240, n_features=16, signal=0.8)
    build = load_estimator("fusion", **SMALL["fusion"]).build
    fitted = fit_final(build, x, items, MOODS, seed=1, inputs="fusion")
    said = fitted.probabilities(x)
    for hidden in (slice(0, 3), slice(3, 16)):
        changed = x.copy()
        changed[:, hidden] = changed[::-1, hidden]
        assert np.abs(fitted.probabilities(changed) - said).max() > 0.01


def test_a_stack_of_fewer_catalogue_columns_parts_them_from_the_descriptors_and_exports(make_table) -> None:
    x, items = make_table(MOODS, n=240, n_features=16, signal=0.8)
    build = load_estimator("fusion", **SMALL["fusion"]).build
    fitted = fit_final(build, x, items, MOODS, seed=1, inputs="fusion", n_catalogue=7)

    audio, catalogue = fitted.classifier.members_

    assert ((audio.start, audio.stop), (catalogue.start, catalogue.stop)) == ((0, 9), (9, 16))
    assert require_parity(export(fitted), x, fitted.probabilities(x)) <= TOLERANCE


def test_many_descriptors_on_few_tracks_are_averaged_and_export(make_table) -> None:
    x, items = make_table(MOODS, n=120, n_features=300)
    plan = Plan(estimator="ensemble", hyperparameters=SMALL["ensemble"])
    fitted = fit_final(plan.build, x, items, MOODS, seed=1)
    artefact = export(fitted)
    assert require_parity(artefact, x, fitted.probabilities(x)) <= TOLERANCE
    assert Session(artefact).n_features == 300


def test_the_talks_split_keeps_duplicates_and_puts_artists_on_both_sides() -> None:
    examples = [
        Example(track_id=f"t{i % 40}", target="calm", artist_group=f"a{i % 4}", audio_sha256=None) for i in range(100)
    ]
    parted = split_as_the_talk(examples, n_folds=5, seed=1)
    assert len(parted.items) == 100
    assert [sum(item.fold == f for item in parted.items) for f in range(5)] == [20] * 5
    assert len({item.fold for item in parted.items if item.group == "a0"}) > 1
    assert parted == split_as_the_talk(list(reversed(examples)), n_folds=5, seed=1)


def test_progress_says_the_candidate_the_fold_the_score_and_what_is_left() -> None:
    step = Step(fold=2, done=3, total=5, score=0.61, probabilities=np.zeros((1, 2)), is_new=True)
    watch = Progress("svm on catalogue", candidate=2, n_candidates=4)
    said = watch.note(step)
    assert said.startswith("svm on catalogue (candidate 2 of 4): fold 3 of 5, macro F1 so far 0.610, about ")
