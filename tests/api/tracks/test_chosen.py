"""What searches and tuning chose, in each fold and for the model that answers, where a person looks for it."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from services.trainer.fitting.cross_validation import FoldResult
from shared.domain.emotion import MOOD4
from tests.api.conftest import AddTrack
from tests.support.published_models import Judged, publish, train

GRID = {"tree": {"max_depth": [1, 4], "min_samples_leaf": [1, 8]}}
ASKED: dict[str, Any] = {"estimator": "tree", "search": "grid", "scoring": "macro_f1", "grid": GRID}


@pytest.fixture(scope="module")
def searched() -> tuple[TrainedCandidate, list[FoldResult]]:
    steps: list[FoldResult] = []
    return train(**ASKED, thresholds="macro_f1", on_fold=steps.append), steps


def test_the_choice_of_each_fold_and_of_the_final_model_stand_on_card_and_report(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, searched: tuple[TrainedCandidate, list[FoldResult]]
) -> None:
    candidate, steps = searched
    track = Judged(track_id=add_track(), target="sad", group="vox", probabilities=[0.1, 0.7, 0.1, 0.1])
    model = publish(ports, candidate, judged=[track])
    said = client.get(f"/models/{model}/report").json()
    assert [row["fold"] for row in said["chosen_by_fold"]] == [step.fold for step in steps]
    for row in [*said["chosen_by_fold"], said["model"]["hyperparameters"]]:
        assert (row["max_depth"], row["search"]["n_candidates"]) == (4, 4)
        assert set(row["class_weights_of_the_answer"]) == {"0", "1", "2", "3"}
    assert "chosen without fold" in client.get(f"/models/{model}/report.html").text


def test_a_fold_that_is_found_again_keeps_what_was_chosen_in_it(
    searched: tuple[TrainedCandidate, list[FoldResult]],
) -> None:
    first = searched[1][0]
    again = train(**ASKED, finished={first.fold: first.probabilities}, chosen={first.fold: {"max_depth": 99}})
    by_fold = {row["fold"]: row["max_depth"] for row in again.card.metrics["chosen_by_fold"]}
    assert by_fold[first.fold] == 99
    assert set(by_fold.values()) == {99, 4}


def test_without_a_search_nothing_was_chosen(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track = Judged(track_id=add_track(), target="sad", group="vox", probabilities=[0.1, 0.7, 0.1, 0.1])
    model = publish(ports, train(estimator="tree"), judged=[track])
    assert client.get(f"/models/{model}/report").json()["chosen_by_fold"] == []
    assert "chosen without" not in client.get(f"/models/{model}/report.html").text


@pytest.mark.parametrize("how", [{"imbalance": "smote"}, {"imbalance": "weights"}, {"thresholds": "macro_f1"}])
def test_a_model_with_raised_rare_classes_passes_the_gate_if_it_is_calibrated_without_that(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, how: dict[str, Any]
) -> None:
    judged = []
    for n in range(80):  # right in 39 of 40, and nearly as sure as that
        target, answer = MOOD4.emotions[n % 4], MOOD4.emotions[(n + (n % 40 == 39)) % 4]
        probabilities = [0.94 if emotion == answer else 0.02 for emotion in MOOD4.emotions]
        judged.append(Judged(track_id=add_track(), target=target, group=f"artist {n}", probabilities=probabilities))
    model = publish(ports, train(estimator="logistic", **how), judged=judged, promote=False)
    said = client.post(f"/models/{model}/promote", json={})
    assert said.status_code == 200, said.text
    calibration = client.get(f"/models/{model}/report").json()["calibration"]
    assert calibration["ece_unweighted"] <= 0.1 + 1 / 8
    assert "without the weight of rare classes" in client.get(f"/models/{model}/report.html").text
