"""The same candidate under other assignments of artists to folds."""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.trainer.candidates.fold_assignment import (
    MAX_FIT_S,
    N_ASSIGNMENTS,
    evaluate_assignments,
    measure_time,
    reassign_folds,
)
from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.heads.strategy import CandidateSpec
from services.trainer.protocols.training_hooks import TrainingHooks
from shared.domain.dataset import DatasetItem
from shared.domain.head import CLASSES, ModelHead
from shared.domain.training import TrainRequest
from tests.unit.trainer.conftest import Table

MOODS = ("calm", "sad")


@pytest.fixture
def candidate(make_table: Callable[..., Table]) -> CandidateSpec:
    x, items = make_table(MOODS, n=120, signal=0.3)
    return assignment_of(x, items, "logistic")


def assignment_of(x: np.ndarray, items: list[DatasetItem], estimator: str, **asked: Any) -> CandidateSpec:
    inputs = "spectrogram" if estimator == "cnn_fc" else "descriptors"
    request = TrainRequest(estimators=(estimator,), inputs=(inputs,), **asked)
    head = ModelHead(kind=CLASSES, name="mood4", outputs=MOODS)
    return CandidateSpec(request=request, estimator=estimator, inputs=inputs, x=x, items=items, head=head, seed=0)


def judged(of: CandidateSpec, *, fit_s: float = 0.1) -> Any:
    return evaluate_assignments(HEAD_STRATEGIES[CLASSES], of, own=0.5, measure="macro F1", fit_s=fit_s).as_card()


def test_an_artist_stands_in_one_fold_of_every_assignment_and_not_always_in_the_same(candidate: CandidateSpec) -> None:
    folds = defaultdict(set)
    for assignment in range(1, N_ASSIGNMENTS):
        within = defaultdict(set)
        for item in reassign_folds(candidate.items, n_folds=5, assignment=assignment):
            within[item.group].add(item.fold)
            folds[item.group].add(item.fold)
        assert all(len(one) == 1 for one in within.values())
    assert np.mean([len(one) for one in folds.values()]) > 2


@pytest.mark.slow
def test_a_quick_candidate_is_judged_under_five_assignments_its_own_first(candidate: CandidateSpec) -> None:
    found = judged(candidate)
    assert found["values"][0] == 0.5
    assert len(found["values"]) == 5
    assert len(set(found["values"])) > 2, "each assignment has its own figure"
    assert (found["low"], found["high"]) == (min(found["values"]), max(found["values"]))
    assert all(0.5 <= value < 0.9 for value in found["values"])
    assert judged(candidate) == found


@pytest.mark.parametrize(
    ("estimator", "fit_s", "asked", "why"),
    [
        ("logistic", MAX_FIT_S, {}, "one fit takes 10 s"),
        ("cnn_fc", 0.1, {}, "networks"),
        ("logistic", 0.1, {"protocol": "talk"}, "random"),
    ],
)
def test_what_was_not_judged_again_says_why(
    make_table: Callable[..., Table], estimator: str, fit_s: float, asked: dict[str, str], why: str
) -> None:
    x, items = make_table(MOODS, n=60)
    found = judged(assignment_of(x, items, estimator, **asked), fit_s=fit_s)
    assert why in found["not_computed"]
    assert "values" not in found


def test_too_few_artists_for_another_assignment_are_said_to_be_too_few(make_table: Callable[..., Table]) -> None:
    x, items = make_table(MOODS, n=60)
    of_one = [replace(item, group="one artist") for item in items]
    assert "too few artists" in judged(assignment_of(x, of_one, "logistic"))["not_computed"]


def test_a_cancelled_training_stops_between_two_folds(candidate: CandidateSpec) -> None:
    class CancelledError(Exception):
        pass

    def check() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        judged(replace(candidate, hooks=TrainingHooks(check_cancelled=check)))


def test_a_fit_that_waits_for_a_busy_machine_counts_what_the_processor_did() -> None:
    waited_s = 0.2

    def fit() -> str:
        time.sleep(waited_s)
        return "fitted"

    result, seconds = measure_time(fit)
    assert result == "fitted"
    assert 0 <= seconds < waited_s
