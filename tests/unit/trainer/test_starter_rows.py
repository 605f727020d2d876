"""Which candidates may learn from the starter's rows, and what their cards say of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from uuid_utils.compat import uuid7

from services.trainer.candidates.starter_rows import count_learned_emotions, list_starter_limits, select_starter_rows
from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.dataset.starter_training import StarterTraining
from shared.domain.features import FeatureSpec
from shared.domain.stages import stage_fingerprints
from shared.domain.training import TrainRequest
from shared.store.tables import SnapshotRow
from tests.support.fake_starters import starter_rows
from tests.unit.trainer.conftest import Table

QUADRANTS = ("Q1", "Q2", "Q3", "Q4")


@pytest.fixture
def data(make_table: Callable[..., Table]) -> TrainingSet:
    x, items = make_table(QUADRANTS, n=60)
    other, others = make_table(QUADRANTS, n=30, seed=1)
    rows = starter_rows(other, [item.example.target for item in others], [item.group for item in others])
    overlaps = np.zeros((60, 30), dtype=bool)
    overlaps[0, :3] = True
    return TrainingSet(
        snapshot=SnapshotRow(id=uuid7(), taxonomy="quadrant4", inputs=["descriptors"], synthetic=False),
        items=tuple(items),
        x={"descriptors": x},
        origins={"descriptors": ("audio",)},
        descriptor_names=tuple(f"descriptor_{n}" for n in range(6)),
        stages=stage_fingerprints(FeatureSpec()),
        starter=StarterTraining(rows=rows, overlaps=overlaps),
    )


def test_rows_of_the_same_version_are_learned_from_with_their_classes_and_overlaps(data: TrainingSet) -> None:
    assert data.starter is not None
    selection = select_starter_rows(data, TrainRequest(), estimator="kernel_ridge", inputs="descriptors")
    assert selection.rows is not None
    assert selection.refusal is None
    assert [QUADRANTS[c] for c in selection.rows.y] == list(data.starter.rows.quadrants)
    assert not set(selection.rows.groups) & {item.group for item in data.items}
    assert selection.rows.overlaps[0, :3].all()


def test_rows_of_another_version_or_width_are_refused_in_words(data: TrainingSet) -> None:
    assert data.starter is not None
    rows, request = data.starter.rows, TrainRequest()
    older = replace(data, starter=replace(data.starter, rows=replace(rows, stage_fingerprints={"descriptors": "x"})))
    refused = select_starter_rows(older, request, estimator="svm", inputs="descriptors")
    assert refused.rows is None
    assert list_starter_limits(refused, {}) == (
        "Not fitted to the starter's rows: its values of descriptors are of another version.",
    )
    narrow = replace(data, starter=replace(data.starter, rows=replace(rows, n_descriptors=5)))
    refusal = select_starter_rows(narrow, request, estimator="svm", inputs="descriptors").refusal
    assert refusal == "it has 5 columns of descriptors, these tracks have 6"


@pytest.mark.parametrize(
    ("estimator", "inputs", "protocol"),
    [("majority", "descriptors", "honest"), ("simple_nn", "descriptors", "honest"), ("svm", "descriptors", "talk")],
)
def test_other_candidates_learn_from_the_owners_rows_alone(
    data: TrainingSet, estimator: str, inputs: str, protocol: str
) -> None:
    selection = select_starter_rows(data, TrainRequest(protocol=protocol), estimator=estimator, inputs=inputs)
    assert (selection.rows, selection.refusal) == (None, None)


def test_without_a_starter_nothing_is_added_and_nothing_said(data: TrainingSet) -> None:
    selection = select_starter_rows(replace(data, starter=None), TrainRequest(), estimator="svm", inputs="descriptors")
    assert (selection.rows, selection.refusal, list_starter_limits(selection, {})) == (None, None, ())


@pytest.mark.parametrize(("weight", "never"), [(0.0, ["Q2"]), (0.25, [])])
def test_a_quadrant_that_only_the_starters_rows_have_is_answered_where_they_count(
    weight: float, never: list[str]
) -> None:
    counts: Any = {"by_emotion": {"Q1": 9, "Q3": 8, "Q4": 8}}
    learned = count_learned_emotions(counts, {"starter_rows": {"n": 30, "weight": weight}})
    assert [name for name in QUADRANTS if name not in learned["by_emotion"]] == never
    assert count_learned_emotions(counts, {}) is counts


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (0.0, "better without them"),
        (0.25, "each counts 0.25 of a labelled"),
        (1.0, "each counts as much as a labelled"),
    ],
)
def test_a_card_says_how_many_rows_there_were_and_how_much_they_count(
    data: TrainingSet, weight: float, said: str
) -> None:
    selection = select_starter_rows(data, TrainRequest(), estimator="svm", inputs="descriptors")
    (limit,) = list_starter_limits(selection, {"starter_rows": {"n": 30, "weight": weight}})
    assert "30 rows" in limit
    assert said in limit
    assert ("without a stated licence" in limit) == (weight > 0)
